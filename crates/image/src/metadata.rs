//! What an image says about itself, apart from its layers' content.

use seawall_model::Digest;

/// An image as its manifest and configuration describe it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageMetadata {
    /// Digest of the manifest, where there is one (`docker save` used to write none).
    pub digest: Option<Digest>,
    /// Digest of the configuration, which Docker calls the image's id.
    pub id: Option<Digest>,
    /// Names by which the image was stored: `alpine:3.20`, `latest`.
    pub names: Vec<String>,
    /// Such as `linux/arm64/v8`.
    pub platform: Option<String>,
    /// The layers, base first.
    pub layers: Vec<LayerDescriptor>,
    /// The configuration as it is stored (OCI image-spec 1.1, config.md): JSON text.
    pub config: String,
}

/// A layer as the image describes it. Nothing here has been verified against the layer's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerDescriptor {
    /// Declared digest of the blob as stored. Of an uncompressed layer from `docker save` it is
    /// the diff-id; of a compressed one there it is unknown unless the file is named by it.
    pub digest: Option<Digest>,
    /// Declared digest of the uncompressed layer.
    pub diff_id: Option<Digest>,
    /// Bytes of the blob as stored.
    pub size: u64,
    /// The instruction of the image's history that made it, when the history fits the layers.
    pub created_by: Option<String>,
}
