//! What analyzers find out about a file.

use seawall_model::{Distribution, Package, Problem};
use serde::{Deserialize, Serialize};

/// The facts of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Software it names.
    pub packages: Vec<Package>,
    /// Which files belong to which distribution package.
    pub owned: Vec<OwnedFiles>,
    /// What it says about the distribution; merged field by field with other files' words.
    pub distribution: Option<Distribution>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// Files that belong to one distribution package. Paths are kept as hashes: an image has
/// hundreds of thousands of them, and the only question asked is "does this path belong to it".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnedFiles {
    /// The package's name.
    pub package: String,
    /// [`path_hash`] of each file.
    #[serde(with = "packed")]
    pub paths: Vec<u64>,
}

/// Analyzers stop after so many packages of one file and say so. The largest installations hold
/// about ten thousand; a file of a few bytes for each package must not fill the memory.
pub const MAX_PACKAGES: usize = 100_000;

/// Longer paths are not filed: Linux opens none (`PATH_MAX`).
pub(crate) const MAX_PATH: usize = 4096;

/// Hashes as packed little-endian bytes: they load with one copy.
mod packed {
    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    const WIDTH: usize = size_of::<u64>();

    pub(super) fn serialize<S: Serializer>(
        hashes: &[u64],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u64>, D::Error> {
        deserializer.deserialize_bytes(Packed)
    }

    struct Packed;

    impl Visitor<'_> for Packed {
        type Value = Vec<u64>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("packed 64-bit hashes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u64>, E> {
            match bytes.as_chunks::<WIDTH>() {
                (chunks, []) => Ok(chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect()),
                _ => Err(E::invalid_length(bytes.len(), &self)),
            }
        }
    }
}

impl OwnedFiles {
    /// No files yet.
    pub fn new(package: impl Into<String>) -> Self {
        Self { package: package.into(), paths: Vec::new() }
    }

    /// Files `path`, which has no leading slash. A path below `bin`, `lib` and their kin is filed
    /// below `usr` too: package databases keep the old name where a distribution has made these
    /// directories links into `usr`, and there the image holds the file under the new one.
    pub fn add(&mut self, path: &str) {
        if path.is_empty() || path.len() > MAX_PATH {
            return;
        }
        self.paths.push(path_hash(path));
        if is_below_merged_directory(path) {
            self.paths.push(path_hash(&format!("usr/{path}")));
        }
    }
}

fn is_below_merged_directory(path: &str) -> bool {
    path.starts_with(['b', 'l', 's'])
        && path.split_once('/').is_some_and(|(first, _)| {
            matches!(first, "bin" | "sbin" | "lib" | "lib32" | "lib64" | "libx32")
        })
}

/// The hash under which a path is filed; the path has no leading slash.
pub fn path_hash(path: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(path.as_bytes())
}
