//! From a target to an image: what is stored where, which of several images is meant, and what
//! its documents say.

pub(crate) mod archive;
mod choice;
mod docker;
mod document;
pub(crate) mod index;
pub(crate) mod layout;
mod oci;

pub(crate) use self::choice::Choice;
use crate::blocks::Compression;
use crate::{Error, ImageMetadata};

/// The files that an image is put together from, by their path inside the archive or directory.
pub(crate) trait Files {
    /// What errors call the whole.
    fn name(&self) -> &str;

    /// A document's bytes, or `None` when it is not there. Documents over the limit are errors.
    fn document(&self, path: &str) -> Result<Option<Vec<u8>>, Error>;

    /// What is stored as a layer at the path, or `None` when it is not there.
    fn layer(&self, path: &str) -> Result<Option<StoredLayer>, Error>;
}

/// A layer found in the archive or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredLayer {
    pub(crate) size: u64,
    pub(crate) compression: Compression,
}

/// Where a layer lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this path.
    At(String),
    /// Nowhere; the reason.
    Absent(String),
}

/// An image found among the files.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) metadata: ImageMetadata,
    /// One for each layer of the metadata.
    pub(crate) places: Vec<Place>,
}

/// Which documents an archive is read by, where it has both kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Dialect {
    /// The OCI documents if they are there, else Docker's.
    #[default]
    Any,
    Docker,
    Oci,
}

/// Finds the chosen image. Archives of today's `docker save` are OCI layouts that also carry
/// Docker's own list; the OCI documents say more, such as the digests of compressed blobs.
pub(crate) fn resolve(
    files: &dyn Files,
    dialect: Dialect,
    choice: &Choice<'_>,
) -> Result<Resolved, Error> {
    if dialect != Dialect::Docker
        && let Some(index) = files.document(oci::INDEX)?
    {
        return oci::resolve(files, &index, choice);
    }
    if dialect != Dialect::Oci
        && let Some(list) = files.document(docker::LIST)?
    {
        return docker::resolve(files, &list, choice);
    }
    Err(Error::NotAnImage {
        name: files.name().to_owned(),
        reason: match dialect {
            Dialect::Any => "it has neither an index.json nor a manifest.json",
            Dialect::Docker => "it has no manifest.json",
            Dialect::Oci => "it has no index.json",
        }
        .to_owned(),
    })
}
