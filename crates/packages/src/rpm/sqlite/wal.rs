//! The write-ahead log: pages that commits have written and no checkpoint has moved into the
//! database yet.
//!
//! Source of the format: sqlite.org, "WAL-mode File Format", sections 1 to 3. A frame counts when
//! its salts are those of the log's header, its checksum goes on from the frame before, and a
//! commit frame follows: what comes after the last such frame is left from an earlier use of the
//! file, or was never committed.

use std::collections::HashMap;

use super::super::Error;
use super::super::bytes::{Endian, Reader};
use super::pages::is_page_size;
use crate::Content;

const BIG: Endian = Endian::Big;
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The lowest bit tells the byte order of the words that the checksum adds up.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;

/// The committed frames of a log.
pub(super) struct Log<'a> {
    reader: Reader<'a>,
    page_size: u32,
    page_count: u32,
    /// Where the newest content of each page starts.
    pages: HashMap<u32, u64>,
}

impl<'a> Log<'a> {
    /// Reads a log to its last commit; `None` when it has none.
    ///
    /// # Errors
    /// When it does not begin as a log does. SQLite passes over such a log in silence.
    pub(super) fn open(content: &'a dyn Content) -> Result<Option<Self>, Error> {
        // A log that has been started but not written to.
        if content.size() < HEADER as u64 {
            return Ok(None);
        }
        let mut reader = Reader::new(content);
        let mut header = [0; HEADER];
        reader.fill(0, &mut header)?;
        let word = |at| BIG.u32(&header, at).unwrap_or(0);
        let order = if word(0) & 1 == 1 { Endian::Big } else { Endian::Little };
        let page_size = word(8);
        let sum = checksum(order, (0, 0), &header[..24]);
        if word(0) & !1 != MAGIC
            || word(4) != VERSION
            || !is_page_size(page_size)
            || sum != (word(24), word(28))
        {
            return Err(Error::Malformed(
                "the write-ahead log has a broken header, so it is not used",
            ));
        }
        let mut log = Self { reader, page_size, page_count: 0, pages: HashMap::new() };
        log.read_frames(order, &header[16..24], sum)?;
        log.reader = Reader::new(content);
        Ok((log.page_count > 0).then_some(log))
    }

    fn read_frames(
        &mut self,
        order: Endian,
        salts: &[u8],
        mut sum: (u32, u32),
    ) -> Result<(), Error> {
        let length = FRAME_HEADER + self.page_size as usize;
        let frames = (self.reader.size() - HEADER as u64) / length as u64;
        let mut frame = vec![0; length];
        let mut uncommitted = Vec::new();
        for number in 0..frames {
            let offset = HEADER as u64 + number * length as u64;
            self.reader.fill(offset, &mut frame)?;
            let (header, page) = frame.split_at(FRAME_HEADER);
            let word = |at| BIG.u32(header, at).unwrap_or(0);
            sum = checksum(order, checksum(order, sum, &header[..8]), page);
            if header[8..16] != *salts || sum != (word(16), word(20)) || word(0) == 0 {
                break;
            }
            uncommitted.push((word(0), offset + FRAME_HEADER as u64));
            if word(4) > 0 {
                self.page_count = word(4);
                self.pages.extend(uncommitted.drain(..));
            }
        }
        Ok(())
    }

    pub(super) fn page_size(&self) -> u32 {
        self.page_size
    }

    /// Pages that the database has after the last commit.
    pub(super) fn page_count(&self) -> u32 {
        self.page_count
    }

    /// Where the log has a page, and what reads it there.
    pub(super) fn page(&mut self, number: u32) -> Option<(&mut Reader<'a>, u64)> {
        let offset = *self.pages.get(&number)?;
        Some((&mut self.reader, offset))
    }
}

/// The log's checksum over pairs of words, going on from an earlier one.
fn checksum(order: Endian, sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |bytes: [u8; 4]| match order {
        Endian::Little => u32::from_le_bytes(bytes),
        Endian::Big => u32::from_be_bytes(bytes),
    };
    let (pairs, _) = bytes.as_chunks::<8>();
    pairs.iter().fold(sum, |(first, second), &[a, b, c, d, e, f, g, h]| {
        let first = first.wrapping_add(word([a, b, c, d])).wrapping_add(second);
        (first, second.wrapping_add(word([e, f, g, h])).wrapping_add(first))
    })
}
