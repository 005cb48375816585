//! A stretch of a file's content, read by offset. Formats inside formats (a slice of a universal
//! binary, an archive stored in an archive) are read through one.

use std::io;

use crate::Content;

/// The `size` bytes of `content` from `start` on. What lies past the end of `content` can't be
/// read, whatever `size` says.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    content: &'a dyn Content,
    start: u64,
    size: u64,
}

impl<'a> View<'a> {
    /// All of `content`.
    pub(crate) fn whole(content: &'a dyn Content) -> Self {
        Self { content, start: 0, size: content.size() }
    }

    /// A part of this view, cut where this view ends.
    pub(crate) fn part(self, offset: u64, size: u64) -> Self {
        let offset = offset.min(self.size);
        Self { start: self.start + offset, size: size.min(self.size - offset), ..self }
    }

    /// Length in bytes.
    pub(crate) fn size(self) -> u64 {
        self.size
    }

    /// Reads up to `buffer.len()` bytes at `offset`; 0 means the end.
    ///
    /// # Errors
    /// Whatever the storage behind it reports.
    pub(crate) fn read_at(self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.size.saturating_sub(offset);
        let length = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        match buffer.get_mut(..length) {
            Some(wanted) if length > 0 => self.content.read_at(self.start + offset, wanted),
            _ => Ok(0),
        }
    }

    /// Exactly `length` bytes at `offset`. Nothing is allocated when they are not there.
    ///
    /// # Errors
    /// `UnexpectedEof` when the view is shorter; whatever the storage behind it reports.
    pub(crate) fn bytes_at(self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        if offset.checked_add(length as u64).is_none_or(|end| end > self.size) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_at(offset + filled as u64, rest)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_reads_its_own_bytes_and_no_others() {
        let content: &[u8] = b"0123456789";
        let view = View::whole(&content).part(2, 5).part(1, 99);
        assert_eq!(view.size(), 4);
        assert_eq!(view.bytes_at(0, 4).unwrap(), b"3456");
        assert_eq!(view.bytes_at(3, 2).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(view.bytes_at(u64::MAX, 1).is_err());
        assert_eq!(view.read_at(2, &mut [0; 8]).unwrap(), 2);
        assert_eq!(view.read_at(u64::MAX, &mut [0; 8]).unwrap(), 0);
        assert_eq!(View::whole(&content).part(u64::MAX, u64::MAX).size(), 0);
    }
}
