//! What can go wrong while reading an image. Every variant names the layer, entry or file.

use std::io;
use std::path::PathBuf;

use seawall_model::Digest;

use crate::VisitError;

/// A failure to read an image or a layer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text of a target does not say what to read.
    #[error("target `{target}`: {reason}")]
    Target {
        /// The text as given.
        target: String,
        /// Why it can't be used.
        reason: String,
    },
    /// A platform is not written as `os/architecture[/variant]`.
    #[error("platform `{0}` is not of the form os/architecture[/variant]")]
    PlatformText(String),
    /// A file or directory can't be opened or read.
    #[error("{}: {source}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Reading failed below the layer or archive.
    #[error("{layer}: {source}")]
    Read {
        /// The layer or archive.
        layer: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The archive or directory holds no container image.
    #[error("{name} is not a container image: {reason}")]
    NotAnImage {
        /// The archive, directory or manifest.
        name: String,
        /// What is missing.
        reason: String,
    },
    /// Several images, and none was chosen.
    #[error("{name} holds several images, choose one: {}", names.join(", "))]
    Ambiguous {
        /// The archive or directory.
        name: String,
        /// The names by which they can be chosen.
        names: Vec<String>,
    },
    /// No image has the chosen name.
    #[error("{name} holds no image `{reference}`, but: {}", names.join(", "))]
    ReferenceAbsent {
        /// The archive or directory.
        name: String,
        /// The name asked for.
        reference: String,
        /// The names that are there.
        names: Vec<String>,
    },
    /// No image is for the platform.
    #[error("{name} has no image for {wanted}, but for: {}", present.join(", "))]
    PlatformAbsent {
        /// The archive or directory.
        name: String,
        /// The platform asked for.
        wanted: String,
        /// The platforms that are there.
        present: Vec<String>,
    },
    /// A manifest, index, configuration or other JSON document can't be understood.
    #[error("document {name}: {reason}")]
    Document {
        /// Its path or digest.
        name: String,
        /// Why.
        reason: String,
    },
    /// A document does not hash to the digest by which it is referred to.
    #[error("document {name} hashes to {actual}")]
    DocumentDigest {
        /// The digest or path by which it was referred to.
        name: String,
        /// What its bytes hash to.
        actual: Digest,
    },
    /// A layer is named by the image but not stored with it (foreign or left out).
    #[error("layer {layer} is not in the image: {reason}")]
    LayerAbsent {
        /// Digest or path of the layer.
        layer: String,
        /// Why, as far as the manifest says.
        reason: String,
    },
    /// The stream ends in the middle of something.
    #[error("{layer} ends early, in {inside}")]
    Truncated {
        /// The layer or archive.
        layer: String,
        /// What was being read.
        inside: String,
    },
    /// The compressed data is broken, or compressed in a way that images do not use.
    #[error("{layer} can't be decompressed: {reason}")]
    Compression {
        /// The layer or archive.
        layer: String,
        /// Why.
        reason: String,
    },
    /// The tar format is violated.
    #[error("{layer} is not a sound tar archive at byte {offset}: {reason}")]
    Tar {
        /// The layer or archive.
        layer: String,
        /// Position in the uncompressed stream.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// More layers than [`Limits::layers`](crate::Limits::layers).
    #[error("{image} has {count} layers, more than the limit of {limit}")]
    TooManyLayers {
        /// The image.
        image: String,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// More bytes than [`Limits::layer_bytes`](crate::Limits::layer_bytes).
    #[error("{layer} is larger than the limit of {limit} bytes uncompressed")]
    LayerBytes {
        /// The layer or archive.
        layer: String,
        /// The limit.
        limit: u64,
    },
    /// More members than [`Limits::entries`](crate::Limits::entries).
    #[error("{layer} has more than the limit of {limit} entries")]
    TooManyEntries {
        /// The layer or archive.
        layer: String,
        /// The limit.
        limit: u64,
    },
    /// A longer path than [`Limits::path_bytes`](crate::Limits::path_bytes).
    #[error("{layer}: a path is longer than the limit of {limit} bytes: {entry}…")]
    PathBytes {
        /// The layer or archive.
        layer: String,
        /// The beginning of the path.
        entry: String,
        /// The limit.
        limit: usize,
    },
    /// A deeper path than [`Limits::path_depth`](crate::Limits::path_depth).
    #[error("{layer}: a path is deeper than the limit of {limit} directories: {entry}…")]
    PathDepth {
        /// The layer or archive.
        layer: String,
        /// The beginning of the path.
        entry: String,
        /// The limit.
        limit: usize,
    },
    /// A higher ratio than [`Limits::compression_ratio`](crate::Limits::compression_ratio).
    #[error("{layer} decompresses to more than {limit} times its size")]
    CompressionRatio {
        /// The layer or archive.
        layer: String,
        /// The limit.
        limit: u64,
    },
    /// A larger document or record than [`Limits::metadata_bytes`](crate::Limits::metadata_bytes).
    #[error("{layer}: {what} is larger than the limit of {limit} bytes")]
    MetadataBytes {
        /// The layer, archive or document.
        layer: String,
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A larger window than [`Limits::window_bytes`](crate::Limits::window_bytes).
    #[error("{layer} needs more than the limit of {limit} bytes of history to decompress")]
    WindowBytes {
        /// The layer or archive.
        layer: String,
        /// The limit.
        limit: u64,
    },
    /// [`Limits::deadline`](crate::Limits::deadline) has passed.
    #[error("{layer} could not be read within the time limit")]
    Deadline {
        /// The layer or archive.
        layer: String,
    },
    /// The caller's visitor asked to stop.
    #[error("{layer}: {entry}: {source}")]
    Visitor {
        /// The layer or archive.
        layer: String,
        /// The entry whose content it was given.
        entry: String,
        /// What it said.
        source: VisitError,
    },
}

impl Error {
    /// Whether a limit ended the reading, rather than a broken input.
    pub const fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::TooManyLayers { .. }
                | Self::LayerBytes { .. }
                | Self::TooManyEntries { .. }
                | Self::PathBytes { .. }
                | Self::PathDepth { .. }
                | Self::CompressionRatio { .. }
                | Self::MetadataBytes { .. }
                | Self::WindowBytes { .. }
                | Self::Deadline { .. }
        )
    }
}
