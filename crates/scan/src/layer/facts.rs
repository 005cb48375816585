//! What one layer says, in the form that is cached: it depends on nothing but the layer's bytes
//! and the analyzers' versions.

use std::fmt;

use seawall_model::{Distribution, Package, Problem};
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
    /// Hashes of paths removed from the layers below.
    pub(crate) removed: PathHashes,
    /// Hashes of directories whose content in the layers below is hidden.
    pub(crate) opaque: PathHashes,
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

impl LayerFacts {
    /// Roughly the memory that the facts take, here and in the stack of layers.
    pub(crate) fn weight(&self) -> u64 {
        let hashes = [&self.entries, &self.removed, &self.opaque];
        let hashes: usize = hashes.iter().map(|hashes| hashes.0.len()).sum();
        self.files.iter().map(FileFacts::weight).sum::<u64>() + hashes as u64
    }
}

impl FileFacts {
    /// Roughly the memory that the facts take. Stacking remembers each directory of the path.
    pub(crate) fn weight(&self) -> u64 {
        let Facts { packages, owned, distribution, problems } = &self.facts;
        let directories = self.path.matches('/').count() * 24;
        let packages: usize = packages.iter().map(package_weight).sum();
        let owned: usize =
            owned.iter().map(|owned| 48 + owned.package.len() + owned.paths.len() * 8).sum();
        let distribution = distribution.as_ref().map_or(0, distribution_weight);
        let problems: usize = problems.iter().map(|problem| 64 + problem.message.len()).sum();
        (128 + self.path.len() + directories + packages + owned + distribution + problems) as u64
    }
}

fn package_weight(package: &Package) -> usize {
    let Package { name, version, source, architecture, licences, vendor, module, location, .. } =
        package;
    let source = source.as_ref().map_or(0, |source| source.name.len() + source.version.len());
    let options = [architecture, vendor, module, &location.inner];
    let options: usize = options.into_iter().flatten().map(String::len).sum();
    let licences: usize = licences.iter().map(|licence| 24 + licence.len()).sum();
    size_of::<Package>()
        + name.len()
        + version.len()
        + source
        + options
        + licences
        + location.path.len()
}

fn distribution_weight(distribution: &Distribution) -> usize {
    let Distribution { id, version, like, codename, name, cpe, repositories } = distribution;
    let options: usize = [codename, name, cpe].into_iter().flatten().map(String::len).sum();
    let lists: usize = like.iter().chain(repositories).map(|text| 24 + text.len()).sum();
    size_of::<Distribution>() + id.len() + version.len() + options + lists
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

    /// Whether a hash is among them.
    pub(crate) fn contains(&self, hash: u64) -> bool {
        let packed = self.0.as_chunks::<WIDTH>().0;
        packed.binary_search_by_key(&hash, |bytes| u64::from_le_bytes(*bytes)).is_ok()
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
