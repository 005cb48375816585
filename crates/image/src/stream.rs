//! Image archives that can be read only once, from front to back: standard input, and archives
//! compressed as a whole. What is a layer of the chosen image is known only at the end, so
//! everything that could be one is shown as it passes by.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use crate::blocks::{Compression, LayerStream, Source};
use crate::source::index::Index;
use crate::source::{Choice, Dialect, Files, Place, StoredLayer, resolve};
use crate::tar::{Content, Member, Names, RECORD, Tar, looks_like_tar};
use crate::{EntryKind, Error, ImageMetadata, OpenOptions, Verify, WalkOptions};

/// An image archive to be read once.
pub struct ArchiveStream {
    reader: Box<dyn Read + Send>,
    name: Arc<str>,
    dialect: Dialect,
    options: OpenOptions,
}

/// A member of the archive, as far as it is needed at the end.
enum Kept<T> {
    /// What the caller made of a blob.
    Blob(T, StoredLayer),
    /// A document's bytes; empty once it had to make room for others.
    Document(Vec<u8>),
}

/// How many times the limit for one document all documents together may take.
const DOCUMENTS: u64 = 2;

impl ArchiveStream {
    pub(crate) fn new(
        reader: Box<dyn Read + Send>,
        name: &str,
        dialect: Dialect,
        options: OpenOptions,
    ) -> Self {
        Self { reader, name: Arc::from(name), dialect, options }
    }

    /// Shows every stored blob that looks like a layer to `handler`, with its path in the archive,
    /// in the order of the archive. The handler may leave a blob partly unread. Returns the chosen
    /// image and, for each of its layers, what the handler returned for the blob: `None` where the
    /// archive does not hold the layer.
    ///
    /// A blob is taken for the layer that is stored under its path. That its content is what the
    /// path or the manifest says is for the caller to check, by the digest computed while walking.
    ///
    /// # Errors
    /// When the archive is broken or passes a limit, when it does not hold the chosen image, and
    /// whatever the handler returns.
    pub fn each_layer<T: Clone>(
        mut self,
        handler: &mut dyn FnMut(&str, &mut dyn Read) -> Result<T, Error>,
    ) -> Result<(ImageMetadata, Vec<Option<T>>), Error> {
        let kept = self.read(handler)?;
        let choice = Choice {
            reference: self.options.reference.as_deref(),
            platform: self.options.platform.as_ref(),
            limits: &self.options.limits,
        };
        let resolved = resolve(&kept, self.dialect, &choice)?;
        let tokens = resolved.places.iter().map(|place| match place {
            Place::At(path) => match kept.index.find(path) {
                Some(Kept::Blob(token, _)) => Some(token.clone()),
                _ => None,
            },
            Place::Absent(_) => None,
        });
        Ok((resolved.metadata, tokens.collect()))
    }

    fn read<T>(
        &mut self,
        handler: &mut dyn FnMut(&str, &mut dyn Read) -> Result<T, Error>,
    ) -> Result<Archive<T>, Error> {
        let limits = &self.options.limits;
        let mut outer = limits.clone();
        // The limit for one layer is not meant for the archive around all of them.
        outer.layer_bytes = outer.layer_bytes.saturating_mul(limits.layers as u64);
        let options =
            WalkOptions { verify: Verify::None, limits: outer.clone(), hash_thread: false };
        let source = Source::Reader(&mut *self.reader);
        let mut stream = LayerStream::open(source, &self.name, &options)?;
        let mut tar = Tar::new(&mut stream.blocks, &outer);
        let mut names = Names::default();
        let mut archive = Archive { index: Index::default(), name: Arc::clone(&self.name) };
        let mut documents = Documents::new(limits.metadata_bytes);
        let mut entries = 0;
        while let Some(member) = tar.next(&mut names)? {
            entries += 1;
            if entries > limits.entries {
                let layer = self.name.to_string();
                return Err(Error::TooManyEntries { layer, limit: limits.entries });
            }
            if member.kind != EntryKind::File {
                archive.index.link(&member, &names, &self.name, limits)?;
                continue;
            }
            let kept = keep(&mut tar, &member, &names.path, limits.metadata_bytes, handler)?;
            if let Some(kept) = kept {
                documents.count(&names.path, &kept, &mut archive.index);
                archive.index.store(&names.path, kept, &self.name, limits)?;
            }
        }
        stream.finish()?;
        Ok(archive)
    }
}

/// Shows the member to the handler or keeps its bytes, whichever its first bytes call for.
fn keep<T>(
    tar: &mut Tar<'_, '_>,
    member: &Member,
    path: &str,
    document_bytes: u64,
    handler: &mut dyn FnMut(&str, &mut dyn Read) -> Result<T, Error>,
) -> Result<Option<Kept<T>>, Error> {
    let mut content = Content::new(tar, member, path);
    let mut head = Vec::with_capacity(RECORD);
    let read = content.by_ref().take(RECORD as u64).read_to_end(&mut head);
    let kept = match read {
        Err(_) => Ok(None),
        Ok(_) if looks_like_layer(path, &head) => {
            let compression = Compression::of(&head);
            let stored = StoredLayer { size: member.size, compression };
            let token = handler(path, &mut head.as_slice().chain(&mut content));
            token.map(|token| Some(Kept::Blob(token, stored)))
        }
        Ok(_) if looks_like_json(&head) && member.size <= document_bytes => {
            // A failure is found in `content` below.
            let _ = content.read_to_end(&mut head);
            Ok(Some(Kept::Document(head)))
        }
        Ok(_) => Ok(None),
    };
    match content.into_failure() {
        Some(failure) => Err(failure),
        None => kept,
    }
}

fn looks_like_layer(path: &str, head: &[u8]) -> bool {
    Compression::of(head) != Compression::Plain || looks_like_tar(head) || path.ends_with(".tar")
}

fn looks_like_json(head: &[u8]) -> bool {
    head.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| b"{[".contains(byte))
}

/// Keeps all documents together within bounds: bills of materials and the like, which no image is
/// put together from, are larger than what is needed, so the largest go first.
struct Documents {
    sizes: HashMap<String, u64>,
    total: u64,
    limit: u64,
}

impl Documents {
    fn new(document_bytes: u64) -> Self {
        let limit = document_bytes.saturating_mul(DOCUMENTS);
        Self { sizes: HashMap::new(), total: 0, limit }
    }

    fn count<T>(&mut self, path: &str, kept: &Kept<T>, index: &mut Index<Kept<T>>) {
        let Kept::Document(bytes) = kept else { return };
        let size = bytes.len() as u64;
        self.total += size;
        if let Some(replaced) = self.sizes.insert(path.to_owned(), size) {
            self.total -= replaced;
        }
        while self.total > self.limit {
            let largest = self.sizes.iter().filter(|(at, _)| *at != path);
            let Some((at, size)) = largest.max_by_key(|(_, size)| **size) else { return };
            let (at, size) = (at.clone(), *size);
            if let Some(Kept::Document(bytes)) = index.stored_mut(&at) {
                *bytes = Vec::new();
            }
            self.sizes.remove(&at);
            self.total -= size;
        }
    }
}

/// What was kept of the archive.
struct Archive<T> {
    index: Index<Kept<T>>,
    name: Arc<str>,
}

impl<T> Files for Archive<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(match self.index.find(path) {
            Some(Kept::Document(bytes)) if !bytes.is_empty() => Some(bytes.clone()),
            _ => None,
        })
    }

    fn layer(&self, path: &str) -> Result<Option<StoredLayer>, Error> {
        Ok(match self.index.find(path) {
            Some(Kept::Blob(_, stored)) => Some(*stored),
            _ => None,
        })
    }
}

impl fmt::Debug for ArchiveStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ArchiveStream").field("name", &self.name).finish_non_exhaustive()
    }
}
