//! Holding a wanted file while analyzers read it: small ones in a reused buffer, larger ones in
//! an unlinked temporary file, one at a time.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use seawall_image::FilePart;
use seawall_packages::Content;

/// Bytes copied at once.
const STEP: usize = 256 << 10;

/// What a hole reads as.
static ZEROS: [u8; STEP] = [0; STEP];

/// A file's content, held.
pub(crate) enum Held {
    Memory(Vec<u8>),
    Disk {
        file: fs::File,
        size: u64,
    },
    /// Where it lies already.
    Stored(FilePart),
}

impl Held {
    /// Takes `head` and the rest of `reader`, up to `size` bytes in all. Files of up to `memory`
    /// bytes stay in `buffer`, which is handed back by [`Held::into_buffer`].
    pub(crate) fn take(
        head: &[u8],
        reader: &mut dyn Read,
        size: u64,
        memory: u64,
        mut buffer: Vec<u8>,
    ) -> io::Result<Self> {
        let rest = size.saturating_sub(head.len() as u64);
        if size <= memory {
            buffer.clear();
            buffer.extend_from_slice(head);
            reader.take(rest).read_to_end(&mut buffer)?;
            return Ok(Self::Memory(buffer));
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(head)?;
        let copied = copy_with_holes(&mut reader.take(rest), &mut file)?;
        let size = head.len() as u64 + copied;
        file.set_len(size)?;
        Ok(Self::Disk { file, size })
    }

    /// The buffer for the next file, where this one was held in it.
    pub(crate) fn into_buffer(self) -> Option<Vec<u8>> {
        match self {
            Self::Memory(buffer) => Some(buffer),
            Self::Disk { .. } | Self::Stored(_) => None,
        }
    }
}

/// Copies a content; zeros take no room on the disk, so that claimed bytes cost little.
fn copy_with_holes(reader: &mut dyn Read, file: &mut fs::File) -> io::Result<u64> {
    let start = file.stream_position()?;
    let mut buffer = vec![0; STEP];
    let mut copied = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let read = buffer.get(..count).unwrap_or_default();
        if ZEROS.get(..count) == Some(read) {
            file.seek(SeekFrom::Start(start + copied + count as u64))?;
        } else {
            file.write_all(read)?;
        }
        copied += count as u64;
    }
}

impl Content for Held {
    fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } => *size,
            Self::Stored(part) => part.size(),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.as_slice().read_at(offset, buffer),
            Self::Disk { file, .. } => file.read_at(buffer, offset),
            Self::Stored(part) => part.read_at(offset, buffer),
        }
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::Disk { .. } | Self::Stored(_) => None,
        }
    }
}
