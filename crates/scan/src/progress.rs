//! What a caller can show while layers are read.

use seawall_model::LayerIndex;

/// Told about the progress of a scan, from several threads at once.
pub trait Progress: Sync {
    /// The image is open; it has this many layers of this many bytes in all.
    fn opened(&self, layers: usize, bytes: u64);
    /// A layer's facts are there, read or known.
    fn layer_done(&self, layer: LayerIndex, bytes: u64, cached: bool);
    /// Everything has been read.
    fn finished(&self);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn opened(&self, _: usize, _: u64) {}
    fn layer_done(&self, _: LayerIndex, _: u64, _: bool) {}
    fn finished(&self) {}
}
