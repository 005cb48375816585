//! One pass over a layer: decompress, hash, and show every entry to a visitor.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use seawall_model::Digest;

use crate::blocks::{LayerStream, Source};
use crate::tar::{Content, Names, Tar};
use crate::{Error, FilePart, LayerBlob, Limits};

/// Which digest is computed while reading. Comparing it is the caller's affair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Of the blob as stored, which the manifest names.
    #[default]
    Blob,
    /// Of the uncompressed layer, which the configuration names.
    DiffIds,
    /// None: parts of uncompressed local layers that nobody wants are not even read.
    None,
}

/// How a layer is read.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Which digest is computed.
    pub verify: Verify,
    /// What a hostile layer may cost.
    pub limits: Limits,
    /// Whether hashing gets a second thread: for a layer too large to balance against others.
    pub hash_thread: bool,
}

/// What was found out about a layer that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Digest of the blob as stored, if it was computed.
    pub blob_digest: Option<Digest>,
    /// Digest of the uncompressed layer, if it was computed; of a plain layer both are the same.
    pub diff_id: Option<Digest>,
    /// Entries seen.
    pub entries: u64,
    /// Bytes of the uncompressed layer up to the end of its archive.
    pub bytes: u64,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file in the same layer.
    Hardlink,
    /// A device, a pipe, or something that no container engine unpacks.
    Other,
}

/// One entry of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Normalised path: no leading `./` or `/`, no `..`, no empty parts; empty for the root
    /// directory itself. Bytes that are not UTF-8 are escaped without loss as U+EF80 to U+EFFF.
    pub path: &'a str,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of a regular file, holes included; 0 for everything else.
    pub size: u64,
    /// Permission, set-id and sticky bits.
    pub mode: u32,
    /// The target of a link: a normalised path for hard links, the text itself for symbolic ones.
    pub link: Option<&'a str>,
}

/// Whether a visitor wants the content of an entry. Only regular files have any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Go on.
    Skip,
    /// Call [`Visitor::content`].
    Content,
}

/// Sees the entries of a layer in the order of its archive.
pub trait Visitor {
    /// Looks at an entry.
    fn entry(&mut self, entry: &Entry<'_>) -> Interest;

    /// Offers an entry's content as a part of a local file, before [`Visitor::content`] and in its
    /// place where this returns true. Only uncompressed layers that are not hashed have it; it
    /// spares reading what the visitor does not look at.
    fn stored(&mut self, entry: &Entry<'_>, part: FilePart) -> bool {
        let _ = (entry, part);
        false
    }

    /// Reads an entry's content: exactly its bytes, holes as zeros. Any part may be left unread.
    /// The size of a sparse file is a claim that costs an attacker nothing: read with a limit.
    ///
    /// # Errors
    /// Ends the walk. A failure of `reader` may be passed on or swallowed: the walk ends with the
    /// reader's own error either way.
    fn content(&mut self, entry: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError>;
}

/// Why a visitor wants to end a walk.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// Its reader failed, or something else that it read or wrote.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It has a reason of its own.
    #[error("{0}")]
    Stop(String),
}

/// Walks a layer of a [`LayeredImage`](crate::LayeredImage).
///
/// # Errors
/// When the layer is broken, ends early or passes a limit. What the visitor has seen until then is
/// what could be read.
pub fn walk(
    blob: LayerBlob,
    options: &WalkOptions,
    visitor: &mut dyn Visitor,
) -> Result<Walked, Error> {
    let name = blob.name();
    walk_source(Source::Blob(blob), &name, options, visitor)
}

/// Walks a layer that comes as a stream, such as those of an [`ArchiveStream`](crate::ArchiveStream);
/// errors call it `name`.
///
/// # Errors
/// As [`walk`].
pub fn walk_stream(
    name: &str,
    reader: &mut dyn Read,
    options: &WalkOptions,
    visitor: &mut dyn Visitor,
) -> Result<Walked, Error> {
    walk_source(Source::Reader(reader), &Arc::from(name), options, visitor)
}

fn walk_source(
    source: Source<'_>,
    name: &Arc<str>,
    options: &WalkOptions,
    visitor: &mut dyn Visitor,
) -> Result<Walked, Error> {
    let limits = &options.limits;
    let mut stream = LayerStream::open(source, name, options)?;
    let mut tar = Tar::new(&mut stream.blocks, limits);
    let mut names = Names::default();
    let mut entries = 0;
    while let Some(member) = tar.next(&mut names)? {
        entries += 1;
        if entries > limits.entries {
            return Err(Error::TooManyEntries { layer: name.to_string(), limit: limits.entries });
        }
        let is_link = matches!(member.kind, EntryKind::Symlink | EntryKind::Hardlink);
        let entry = Entry {
            path: &names.path,
            kind: member.kind,
            size: member.size,
            mode: member.mode,
            link: is_link.then_some(&*names.link),
        };
        if visitor.entry(&entry) == Interest::Content && member.kind == EntryKind::File {
            if let Some(part) = tar.stored(&member)
                && visitor.stored(&entry, part)
            {
                continue;
            }
            // Visitors may be slow, and a block may hold hundreds of small files.
            tar.check_deadline()?;
            let mut content = Content::new(&mut tar, &member, &names.path);
            let visited = visitor.content(&entry, &mut content);
            if let Some(failure) = content.into_failure() {
                return Err(failure);
            }
            visited.map_err(|source| Error::Visitor {
                layer: name.to_string(),
                entry: names.path.clone(),
                source,
            })?;
        }
    }
    let bytes = tar.position();
    let digests = stream.finish()?;
    Ok(Walked { blob_digest: digests.blob, diff_id: digests.diff_id, entries, bytes })
}

impl fmt::Display for Verify {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Blob => "blob",
            Self::DiffIds => "diff-ids",
            Self::None => "none",
        })
    }
}
