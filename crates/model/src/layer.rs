//! Layers as reports name them.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// Position of a layer in its image: 0 is the base.
pub type LayerIndex = usize;

/// One layer of a scanned image.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layer {
    /// Digest of the uncompressed layer, as the image configuration lists it.
    pub diff_id: Option<Digest>,
    /// Digest of the blob as stored (compressed or not), as the manifest lists it.
    pub digest: Option<Digest>,
    /// The Dockerfile instruction from the image history.
    pub created_by: Option<String>,
    /// Bytes of the blob as stored.
    pub size: u64,
    /// Which of the two digests was computed while reading and found right.
    pub verified: Option<Verified>,
}

/// What was checked about a layer's integrity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// The stored blob hashes to the digest in the manifest.
    Blob,
    /// The uncompressed layer hashes to the diff-id in the configuration.
    DiffId,
}
