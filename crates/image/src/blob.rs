//! A stored layer: a part of a local file, read by offset so that several threads can share it.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use seawall_model::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::blocks::BLOCK;

/// A stored layer, as it is in its file: compressed or not. Reading it moves through it.
#[derive(Debug)]
pub struct LayerBlob {
    file: Arc<File>,
    name: Arc<str>,
    start: u64,
    length: u64,
    /// How much of `length` has been read.
    position: u64,
}

/// Identifies bytes of a local file as long as nobody writes to it: if the same stamp is seen
/// again, a digest computed earlier still holds. Hashing the bytes anew is the only proof, so a
/// stamp belongs only beside a digest that was computed from these bytes by ourselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileStamp {
    /// The device of the file.
    pub device: u64,
    /// Its inode on that device.
    pub inode: u64,
    /// Its size in bytes.
    pub file_size: u64,
    /// Last change of content, in nanoseconds since 1970.
    pub modified: i64,
    /// Last change of the inode, in nanoseconds since 1970; a program can't set it back.
    pub changed: i64,
    /// Where the layer begins.
    pub offset: u64,
    /// Bytes of the layer.
    pub length: u64,
}

/// A contiguous part of a local file: the content of an entry that lies in it uncompressed.
#[derive(Debug, Clone)]
pub struct FilePart {
    file: Arc<File>,
    start: u64,
    length: u64,
}

impl FilePart {
    /// Bytes of the part.
    pub const fn size(&self) -> u64 {
        self.length
    }

    /// Reads up to `buffer.len()` bytes at `offset` of the part; 0 means its end.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        match self.start.checked_add(offset) {
            Some(position) => self.file.read_at(&mut buffer[..wanted], position),
            None => Ok(0),
        }
    }
}

/// A file changed less than this before its stamp was taken could change again without a new
/// time: clocks of file systems tick as slowly as every two seconds.
const SETTLED: Duration = Duration::from_secs(2);

impl LayerBlob {
    pub(crate) fn new(file: Arc<File>, name: Arc<str>, start: u64, length: u64) -> Self {
        Self { file, name, start, length, position: 0 }
    }

    /// Bytes of the blob as stored.
    pub const fn size(&self) -> u64 {
        self.length
    }

    /// What errors call it: its digest or path.
    pub fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// The `length` bytes at `offset` from the start of the blob, if it is that long.
    pub(crate) fn part(&self, offset: u64, length: u64) -> Option<FilePart> {
        let fits = offset.checked_add(length).is_some_and(|end| end <= self.length);
        fits.then(|| FilePart { file: Arc::clone(&self.file), start: self.start + offset, length })
    }

    /// Moves up to `count` bytes forward without reading and says how far it went.
    pub fn skip(&mut self, count: u64) -> u64 {
        let step = count.min(self.length - self.position);
        self.position += step;
        step
    }

    /// The file's stamp at this moment. Take it before reading: a file changed while it is being
    /// read then has another stamp ever after. `None` when the file was changed within two seconds
    /// of `now` or is not a regular file.
    pub fn stamp(&self, now: SystemTime) -> Option<FileStamp> {
        let metadata = self.file.metadata().ok()?;
        let settled = now.checked_sub(SETTLED)?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        let settled = i64::try_from(settled).ok()?;
        let modified = nanoseconds(metadata.mtime(), metadata.mtime_nsec())?;
        let changed = nanoseconds(metadata.ctime(), metadata.ctime_nsec())?;
        (metadata.is_file() && modified < settled && changed < settled).then(|| FileStamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            file_size: Metadata::len(&metadata),
            modified,
            changed,
            offset: self.start,
            length: self.length,
        })
    }
}

impl Read for LayerBlob {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length - self.position).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.file.read_at(&mut buffer[..wanted], self.start + self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Digest of what is left to read of a blob, as stored.
///
/// # Errors
/// When it can't be read, or not until `deadline`.
pub fn blob_digest(mut blob: LayerBlob, deadline: Option<Instant>) -> Result<Digest, Error> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Error::Deadline { layer: blob.name.to_string() });
        }
        match blob.read(&mut block) {
            Ok(0) => return Ok(Digest::from_bytes(hash.finalize().into())),
            Ok(count) => hash.update(&block[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(Error::Read { layer: blob.name.to_string(), source }),
        }
    }
}

fn nanoseconds(seconds: i64, nanoseconds: i64) -> Option<i64> {
    seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
}
