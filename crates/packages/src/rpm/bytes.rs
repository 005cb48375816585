//! Numbers out of bytes, and reads that end.

use super::Error;
use crate::Content;

/// Reads at most as many bytes from a content as a database of its size can need, so that pages
/// which refer to each other in circles, or thousands of packages that refer to one long chain of
/// pages, come to an end.
pub(super) struct Reader<'a> {
    content: &'a dyn Content,
    allowance: u64,
}

impl<'a> Reader<'a> {
    /// A reader that reads everything twice at most.
    pub(super) fn new(content: &'a dyn Content) -> Self {
        Self { content, allowance: content.size().saturating_mul(2) }
    }

    /// The content's length in bytes.
    pub(super) fn size(&self) -> u64 {
        self.content.size()
    }

    /// Fills `buffer` from `offset`.
    pub(super) fn fill(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        let length = buffer.len() as u64;
        self.allowance = self.allowance.checked_sub(length).ok_or(Error::Circular)?;
        if read_some(self.content, offset, buffer)? < buffer.len() {
            return Err(Error::Short { offset, length });
        }
        Ok(())
    }

    /// Appends `length` bytes from `offset` to `target`, which grows only by what is there.
    pub(super) fn append(
        &mut self,
        offset: u64,
        length: u64,
        target: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let end = offset.checked_add(length).filter(|&end| end <= self.size());
        let (Some(_), Ok(count)) = (end, usize::try_from(length)) else {
            return Err(Error::Short { offset, length });
        };
        let start = target.len();
        target.resize(start + count, 0);
        self.fill(offset, &mut target[start..])
    }
}

/// Fills as much of `buffer` from `offset` as there is, and returns how much that was.
pub(super) fn read_some(
    content: &dyn Content,
    offset: u64,
    buffer: &mut [u8],
) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        match content.read_at(offset.saturating_add(filled as u64), &mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endian {
    Little,
    Big,
}

impl Endian {
    /// Two bytes at `at`; `None` behind the end.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(*bytes),
            Self::Big => u16::from_be_bytes(*bytes),
        })
    }

    /// Four bytes at `at`; `None` behind the end.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(*bytes),
            Self::Big => u32::from_be_bytes(*bytes),
        })
    }
}
