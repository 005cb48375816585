//! An image archive in a file: its headers are read once, everything else by offset.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::index::Index;
use super::{Files, StoredLayer};
use crate::blocks::{Blocks, Compression, Source};
use crate::tar::{Names, RECORD, Tar};
use crate::{EntryKind, Error, LayerBlob, Limits};

/// An archive whose members can be read in any order.
#[derive(Debug)]
pub(crate) struct Archive {
    file: Arc<File>,
    name: Arc<str>,
    members: Index<Slice>,
    metadata_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Slice {
    offset: u64,
    length: u64,
}

impl Archive {
    /// Reads the headers of an uncompressed archive.
    pub(crate) fn index(
        file: File,
        length: u64,
        name: &str,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let file = Arc::new(file);
        let name: Arc<str> = Arc::from(name);
        let whole = LayerBlob::new(Arc::clone(&file), Arc::clone(&name), 0, length);
        // The limit for layers is not meant for the archive around them.
        let outer = Limits { layer_bytes: u64::MAX, ..limits.clone() };
        let mut blocks = Blocks::unhashed(Source::Blob(whole), &name, &outer);
        let mut tar = Tar::new(&mut blocks, &outer);
        let mut names = Names::default();
        let mut members = Index::default();
        let mut entries = 0;
        while let Some(member) = tar.next(&mut names)? {
            entries += 1;
            if entries > limits.entries {
                let layer = name.to_string();
                return Err(Error::TooManyEntries { layer, limit: limits.entries });
            }
            if member.kind != EntryKind::File {
                members.link(&member, &names, &name, limits)?;
            } else if !member.is_sparse() {
                let slice = Slice { offset: tar.position(), length: member.size };
                members.store(&names.path, slice, &name, limits)?;
            }
        }
        Ok(Self { file, name, members, metadata_bytes: limits.metadata_bytes })
    }

    /// The blob at a path, called `called` in errors.
    pub(crate) fn blob(&self, path: &str, called: &str) -> Option<LayerBlob> {
        let slice = self.members.find(path)?;
        let (file, name) = (Arc::clone(&self.file), Arc::from(called));
        Some(LayerBlob::new(file, name, slice.offset, slice.length))
    }
}

impl Files for Archive {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(slice) = self.members.find(path) else { return Ok(None) };
        if slice.length > self.metadata_bytes {
            return Err(Error::MetadataBytes {
                layer: self.name.to_string(),
                what: path.to_owned(),
                limit: self.metadata_bytes,
            });
        }
        let mut bytes = vec![0; usize::try_from(slice.length).unwrap_or(usize::MAX)];
        self.file
            .read_exact_at(&mut bytes, slice.offset)
            .map_err(|source| Error::Read { layer: format!("{} {path}", self.name), source })?;
        Ok(Some(bytes))
    }

    fn layer(&self, path: &str) -> Result<Option<StoredLayer>, Error> {
        let Some(slice) = self.members.find(path) else { return Ok(None) };
        let mut head = [0; RECORD];
        let length = usize::try_from(slice.length).unwrap_or(RECORD).min(RECORD);
        self.file
            .read_exact_at(&mut head[..length], slice.offset)
            .map_err(|source| Error::Read { layer: format!("{} {path}", self.name), source })?;
        let compression = Compression::of(&head[..length]);
        Ok(Some(StoredLayer { size: slice.length, compression }))
    }
}
