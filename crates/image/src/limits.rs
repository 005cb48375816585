//! How much of a hostile image is read before giving up.

use std::time::Instant;

/// Bounds on what an image may make us do. Each has its own variant in [`Error`](crate::Error).
#[derive(Debug, Clone)]
pub struct Limits {
    /// Layers of one image.
    pub layers: usize,
    /// Bytes of one layer after decompression.
    pub layer_bytes: u64,
    /// Members of one layer, or of one image archive.
    pub entries: u64,
    /// Bytes of one path after normalisation.
    pub path_bytes: usize,
    /// Directories above a file, counting the file itself.
    pub path_depth: usize,
    /// Decompressed bytes for each compressed byte, looked at once a layer has become larger than
    /// [`Limits::RATIO_MATTERS_FROM`]. Deflate can't exceed 1,032, Zstandard can exceed a million.
    pub compression_ratio: u64,
    /// Bytes of one JSON document, of one long-name, PAX or sparse-map record, and of the list of
    /// names that is kept of an image archive.
    pub metadata_bytes: u64,
    /// Bytes of history that decompression may have to remember. Deflate needs 32 KiB; builders
    /// write Zstandard layers that need 8 to 32 MiB, depending on the level.
    pub window_bytes: u64,
    /// When to stop, wherever the reading is.
    pub deadline: Option<Instant>,
}

impl Limits {
    /// Layers that decompress to less than this are never bombs, whatever their ratio: 64 MiB.
    pub const RATIO_MATTERS_FROM: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            layers: 1_000,
            layer_bytes: 64 << 30,
            entries: 5_000_000,
            path_bytes: 4_096,
            path_depth: 256,
            compression_ratio: 1_000,
            metadata_bytes: 8 << 20,
            window_bytes: 32 << 20,
            deadline: None,
        }
    }
}
