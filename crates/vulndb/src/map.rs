//! The bytes of a database: a mapped file, or a buffer in tests and fuzzing.
#![allow(unsafe_code)]

use std::{fs::File, io, path::Path};

use memmap2::Mmap;

/// The bytes of a database.
pub(crate) enum Bytes {
    /// A file mapped read-only.
    Mapped(Mmap),
    /// A buffer in memory.
    Owned(Vec<u8>),
    /// A database that is part of the program.
    Static(&'static [u8]),
}

impl Bytes {
    /// Maps the file at `path`. An empty file, which can't be mapped, becomes an empty buffer.
    pub(crate) fn map(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self::Owned(Vec::new()));
        }
        // SAFETY: a mapping is only sound while nobody changes the file underneath it. A database
        // is immutable by design: `seawall` writes a new one beside it and renames, which leaves
        // the mapped file as it was. Bytes that changed all the same are seen as plain `u8`, for
        // which every value is valid; all reading is bounds-checked and decides nothing twice
        // from the same byte that memory safety would depend on. A file that another process
        // cuts short raises SIGBUS and ends the program, which is no memory unsafety.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self::Mapped(map))
    }

    /// All bytes.
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
            Self::Static(bytes) => bytes,
        }
    }
}
