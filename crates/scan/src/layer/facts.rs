//! What one layer says, in the form that is cached: it depends on nothing but the layer's bytes
//! and the analyzers' versions.

use std::fmt;

use seawall_model::Problem;
use seawall_packages::Facts;
use serde::{Deserialize, Serialize};

/// The facts of one layer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct LayerFacts {
    /// Facts of wanted files, in the order of the layer.
    pub(crate) files: Vec<FileFacts>,
    /// Hashes of the paths of everything that is not a directory: what this layer replaces in
    /// the layers below.
    pub(crate) entries: PathHashes,
    /// Paths removed from the layers below.
    pub(crate) removed: Vec<String>,
    /// Directories whose content in the layers below is hidden.
    pub(crate) opaque: Vec<String>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// The facts of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileFacts {
    /// Path of the file.
    pub(crate) path: String,
    /// The analyzer that read it.
    pub(crate) analyzer: String,
    /// What it said.
    pub(crate) facts: Facts,
}

/// A sorted set of path hashes, kept as packed bytes so that a cached layer with hundreds of
/// thousands of entries loads with one copy.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct PathHashes(Vec<u8>);

const WIDTH: usize = size_of::<u64>();

impl PathHashes {
    /// Packs hashes, sorted and without duplicates.
    pub(crate) fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes.into_iter().flat_map(u64::to_le_bytes).collect())
    }

    /// The hashes in rising order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.as_chunks::<WIDTH>().0.iter().map(|bytes| u64::from_le_bytes(*bytes))
    }

    /// How many hashes there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len() / WIDTH
    }
}

impl fmt::Debug for PathHashes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} path hashes", self.len())
    }
}

impl Serialize for PathHashes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for PathHashes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl serde::de::Visitor<'_> for Bytes {
            type Value = PathHashes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("packed 64-bit hashes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<PathHashes, E> {
                if !bytes.len().is_multiple_of(WIDTH) {
                    return Err(E::invalid_length(bytes.len(), &self));
                }
                Ok(PathHashes(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}
