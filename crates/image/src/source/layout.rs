//! An OCI image layout in a directory (OCI image-spec 1.1, image-layout.md).

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

use super::{Files, StoredLayer};
use crate::blocks::Compression;
use crate::{Error, LayerBlob, Limits};

/// A directory of blobs. Paths come from digests and fixed names, never from an image's own text.
#[derive(Debug)]
pub(crate) struct Layout {
    directory: PathBuf,
    name: String,
    metadata_bytes: u64,
}

impl Layout {
    pub(crate) fn new(directory: &Path, limits: &Limits) -> Self {
        Self {
            directory: directory.to_owned(),
            name: directory.display().to_string(),
            metadata_bytes: limits.metadata_bytes,
        }
    }

    /// The blob at a path, called `called` in errors.
    pub(crate) fn blob(&self, path: &str, called: &str) -> Result<Option<LayerBlob>, Error> {
        Ok(self
            .open(path)?
            .map(|(file, length)| LayerBlob::new(Arc::new(file), Arc::from(called), 0, length)))
    }

    /// Opens a regular file below the directory. A pipe, which might never answer, is refused, and
    /// so is a link that leads elsewhere: a layout that came from somebody else must not make us
    /// show files of this machine.
    fn open(&self, path: &str) -> Result<Option<(File, u64)>, Error> {
        let path = self.directory.join(path);
        let failed = |source| Error::Open { path: path.clone(), source };
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if !real.starts_with(self.directory.canonicalize().map_err(failed)?) {
            return Err(failed(io::Error::other("it is a link that leads out of the layout")));
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file =
            rustix::fs::open(&real, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
        let file = File::from(file);
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(io::Error::other("it is not a regular file")));
        }
        Ok(Some((file, metadata.len())))
    }
}

impl Files for Layout {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some((file, length)) = self.open(path)? else { return Ok(None) };
        if length > self.metadata_bytes {
            return Err(Error::MetadataBytes {
                layer: self.name.clone(),
                what: path.to_owned(),
                limit: self.metadata_bytes,
            });
        }
        let mut bytes = Vec::new();
        file.take(self.metadata_bytes)
            .read_to_end(&mut bytes)
            .map_err(|source| Error::Read { layer: format!("{} {path}", self.name), source })?;
        Ok(Some(bytes))
    }

    fn layer(&self, path: &str) -> Result<Option<StoredLayer>, Error> {
        let Some((mut file, size)) = self.open(path)? else { return Ok(None) };
        let mut head = Vec::new();
        file.by_ref()
            .take(16)
            .read_to_end(&mut head)
            .map_err(|source| Error::Read { layer: format!("{} {path}", self.name), source })?;
        Ok(Some(StoredLayer { size, compression: Compression::of(&head) }))
    }
}
