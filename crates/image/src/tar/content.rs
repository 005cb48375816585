//! The bytes of one member, holes filled with zeros.

use std::io::{self, Read};

use super::{Member, Tar};
use crate::Error;

/// Reads the content of the current member.
pub(crate) struct Content<'t, 'b, 's> {
    tar: &'t mut Tar<'b, 's>,
    member: &'t Member,
    path: &'t str,
    position: u64,
    /// The first segment that does not end before `position`.
    segment: usize,
    failure: Option<Error>,
}

impl<'t, 'b, 's> Content<'t, 'b, 's> {
    pub(crate) fn new(tar: &'t mut Tar<'b, 's>, member: &'t Member, path: &'t str) -> Self {
        Self { tar, member, path, position: 0, segment: 0, failure: None }
    }

    /// What went wrong below the reader: an [`io::Error`] can't carry it.
    pub(crate) fn into_failure(self) -> Option<Error> {
        self.failure
    }

    /// How many bytes come next, and whether they are stored rather than a hole.
    fn run(&mut self) -> (u64, bool) {
        let rest = self.member.size - self.position;
        let Some(segments) = &self.member.segments else { return (rest, true) };
        while let Some(segment) = segments.get(self.segment) {
            if self.position < segment.offset {
                return (segment.offset - self.position, false);
            }
            let inside = segment.length.saturating_sub(self.position - segment.offset);
            if inside > 0 {
                return (inside, true);
            }
            self.segment += 1;
        }
        (rest, false)
    }

    /// Holes cost no reading, so the time is looked at here.
    fn hole(&self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.tar.check_deadline()?;
        buffer.fill(0);
        Ok(buffer.len())
    }

    fn stored(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let available = self.tar.blocks.fill()?;
        if available.is_empty() {
            return Err(self.tar.truncated(self.path));
        }
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.tar.blocks.consume(count);
        self.tar.left -= count as u64;
        Ok(count)
    }
}

impl Read for Content<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (run, is_stored) = self.run();
        let length = usize::try_from(run).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..length).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let count = if is_stored { self.stored(buffer) } else { self.hole(buffer) };
        match count {
            Ok(count) => {
                self.position += count as u64;
                Ok(count)
            }
            Err(failure) => {
                let error = io::Error::other(failure.to_string());
                self.failure = Some(failure);
                Err(error)
            }
        }
    }
}
