//! Sparse files: which parts of a file the archive holds. The rest are holes of zeros.

use super::number::{NumberError, decimal, header_number};

/// A stored part of a sparse file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// Bytes of one offset and length in an old GNU map.
const OLD_SEGMENT: usize = 24;

/// Adds the used segments of an old GNU header or continuation record.
pub(super) fn old_segments(fields: &[u8], segments: &mut Vec<Segment>) -> Result<(), NumberError> {
    for pair in fields.chunks_exact(OLD_SEGMENT) {
        let (offset, length) = pair.split_at(OLD_SEGMENT / 2);
        if pair.first() == Some(&0) {
            break;
        }
        let (offset, length) = (header_number(offset)?, header_number(length)?);
        segments.push(Segment { offset, length });
    }
    Ok(())
}

/// Checks that the segments are in order, lie inside the file and are all that is stored.
pub(super) fn check(segments: &[Segment], size: u64, stored: u64) -> Result<(), &'static str> {
    let mut end = 0;
    let mut held: u64 = 0;
    for segment in segments {
        if segment.offset < end {
            return Err("sparse segments overlap");
        }
        end = segment.offset.checked_add(segment.length).ok_or("sparse segment is too large")?;
        held += segment.length;
    }
    if end > size {
        return Err("sparse segment lies outside the file");
    }
    if held != stored {
        return Err("sparse segments do not add up to what is stored");
    }
    Ok(())
}

/// Reads the map in front of the content of a version 1.0 sparse file: a count, then offsets and
/// lengths, a decimal number on each line.
#[derive(Default)]
pub(super) struct MapReader {
    line: Vec<u8>,
    expected: Option<u64>,
    pending: Option<u64>,
    segments: Vec<Segment>,
}

impl MapReader {
    /// Longest line: the digits of a 64-bit number.
    const LINE: usize = 20;

    /// Takes in one record; `Some` when the map is complete. What follows in the record is padding.
    pub(super) fn take(&mut self, record: &[u8]) -> Result<Option<Vec<Segment>>, &'static str> {
        for byte in record {
            if *byte != b'\n' {
                if self.line.len() == Self::LINE {
                    return Err("malformed sparse map");
                }
                self.line.push(*byte);
                continue;
            }
            let number = decimal(&self.line).map_err(|_| "malformed sparse map")?;
            self.line.clear();
            match (self.expected, self.pending.take()) {
                (None, _) => self.expected = Some(number),
                (Some(_), None) => self.pending = Some(number),
                (Some(_), Some(offset)) => {
                    self.segments.push(Segment { offset, length: number });
                }
            }
            if self.pending.is_none() && self.expected == Some(self.segments.len() as u64) {
                return Ok(Some(std::mem::take(&mut self.segments)));
            }
        }
        Ok(None)
    }
}
