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
    pub paths: Vec<u64>,
}

/// The hash under which a path is filed; the path has no leading slash.
pub fn path_hash(path: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(path.as_bytes())
}
