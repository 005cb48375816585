//! The raw bytes of a blob: a part of a file, or somebody's reader.

use std::io::{self, ErrorKind, Read};

use crate::{Error, LayerBlob};

/// Where raw bytes come from.
pub(crate) enum Source<'a> {
    /// Part of a file, which can be skipped without reading.
    Blob(LayerBlob),
    /// Anything else.
    Reader(&'a mut dyn Read),
}

impl Source<'_> {
    /// Fills `block` from its start and counts in `filled`; less than the whole block only at the
    /// end of the stream or when something fails.
    pub(super) fn produce(
        &mut self,
        block: &mut [u8],
        filled: &mut usize,
        name: &str,
    ) -> Result<(), Error> {
        match self {
            Self::Blob(blob) => fill(blob, block, filled),
            Self::Reader(reader) => fill(reader, block, filled),
        }
        .map_err(|source| Error::Read { layer: name.to_owned(), source })
    }

    /// Moves up to `count` bytes forward without reading; `None` when that is not possible.
    pub(super) fn jump(&mut self, count: u64) -> Option<u64> {
        match self {
            Self::Blob(blob) => Some(blob.skip(count)),
            Self::Reader(_) => None,
        }
    }
}

fn fill(reader: &mut (impl Read + ?Sized), block: &mut [u8], filled: &mut usize) -> io::Result<()> {
    while let Some(rest) = block.get_mut(*filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => *filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
