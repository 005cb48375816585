//! Container images as streams of layers: archives, layouts, root directories; decompression,
//! hashing, the tar format, whiteouts. Nothing is ever unpacked to a path.
//!
//! [`open`] finds the image in a [`Target`]; [`walk`] reads one layer in a single pass, computes
//! the digest asked for and shows every entry to a [`Visitor`], which says whether it wants the
//! content. Archives that can be read only once are walked as they pass by
//! ([`ArchiveStream::each_layer`]); root directories are walked in place ([`RootDirectory::walk`]).
//!
//! A layer costs two blocks of 256 KiB and what its decompressor remembers, whatever its size. All
//! input is hostile: [`Limits`] bound what it may make us do.

mod blob;
mod blocks;
mod error;
mod layered;
mod limits;
mod metadata;
mod open;
mod path;
mod platform;
mod root;
mod source;
mod stream;
mod tar;
mod target;
mod walk;
mod whiteout;

pub use blob::{FilePart, FileStamp, LayerBlob, blob_digest};
pub use error::Error;
pub use layered::LayeredImage;
pub use limits::Limits;
pub use metadata::{ImageMetadata, LayerDescriptor};
pub use open::{OpenOptions, Opened, open};
pub use platform::Platform;
pub use root::{RootDirectory, RootWalked};
pub use stream::ArchiveStream;
pub use target::Target;
pub use walk::{
    Entry, EntryKind, Interest, Verify, VisitError, Visitor, WalkOptions, Walked, walk, walk_stream,
};
pub use whiteout::{Whiteout, whiteout};
