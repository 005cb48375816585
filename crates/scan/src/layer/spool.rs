//! Holding a wanted file while analyzers read it: small ones in a reused buffer, larger ones in
//! an unlinked temporary file, one at a time.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;

use seawall_packages::Content;

/// A file's content, held.
pub(crate) enum Held {
    Memory(Vec<u8>),
    Disk { file: fs::File, size: u64 },
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
        let copied = io::copy(&mut reader.take(rest), &mut file)?;
        Ok(Self::Disk { file, size: head.len() as u64 + copied })
    }

    /// The buffer for the next file.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        match self {
            Self::Memory(buffer) => buffer,
            Self::Disk { .. } => Vec::new(),
        }
    }
}

impl Content for Held {
    fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } => *size,
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.as_slice().read_at(offset, buffer),
            Self::Disk { file, .. } => file.read_at(buffer, offset),
        }
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::Disk { .. } => None,
        }
    }
}
