//! An OCI image layout in a directory (OCI image-spec 1.1, image-layout.md).

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

    /// Opens a regular file; anything else, such as a pipe that would never answer, is refused
    /// before it is opened.
    fn open(&self, path: &str) -> Result<Option<(File, u64)>, Error> {
        let path = self.directory.join(path);
        let failed = |source| Error::Open { path: path.clone(), source };
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(failed(ErrorKind::InvalidInput.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
        let file = File::open(&path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        Ok(Some((file, length)))
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
