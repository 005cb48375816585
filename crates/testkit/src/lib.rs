//! Builders of images, archives and databases for tests and benches. The same calls give the same
//! bytes: times are zero, owners are root, order is the order of the calls.
//!
//! ```
//! use seawall_testkit::{Compression, ImageBuilder, LayerBuilder};
//!
//! let base = LayerBuilder::new("ADD rootfs.tar /").file("etc/os-release", "ID=alpine\n");
//! let upper = LayerBuilder::new("RUN rm /etc/os-release")
//!     .whiteout("etc/os-release")
//!     .compression(Compression::Zstandard);
//! let archive = ImageBuilder::new("app:1").layer(base).layer(upper).oci_archive();
//! assert_eq!(archive.len() % 512, 0);
//! ```

#![allow(clippy::expect_used, reason = "a builder that can't build has to stop its test")]

mod image;
mod layer;
mod tar;

pub use image::{ImageBuilder, archive_of, index_of, write_layout};
pub use layer::{Compression, LayerBuilder};
pub use tar::TarWriter;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes.
pub fn digest(bytes: &[u8]) -> seawall_model::Digest {
    seawall_model::Digest::from_bytes(Sha256::digest(bytes).into())
}
