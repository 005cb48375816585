//! Blocks of a section: checked on first use, and filled up to a target size when writing.

use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    Error,
    error::Part,
    layout::{Block, Section, Stored},
};

/// The blocks of one section. A block's checksum is computed when the block is first used and
/// remembered, without locks: two threads that meet in an unchecked block both check it.
pub(crate) struct Blocks {
    section: Section,
    blocks: Vec<Block>,
    checked: Vec<AtomicBool>,
}

impl Blocks {
    pub(crate) fn new(section: Section, blocks: Vec<Block>) -> Self {
        let checked = blocks.iter().map(|_| AtomicBool::new(false)).collect();
        Self { section, blocks, checked }
    }

    /// How many blocks there are.
    pub(crate) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Records in all blocks.
    pub(crate) fn records(&self) -> u32 {
        self.blocks.last().map_or(0, |block| block.records)
    }

    /// The block that holds record `number`, and how many records come before it in that block.
    pub(crate) fn of_record(&self, number: u32) -> Option<(usize, usize)> {
        let index = self.blocks.partition_point(|block| block.records <= number);
        self.blocks.get(index)?;
        let earlier = index.checked_sub(1).and_then(|before| self.blocks.get(before));
        let before = number.checked_sub(earlier.map_or(0, |block| block.records))?;
        Some((index, before as usize))
    }

    /// Where block `index` lies and how many records it holds.
    pub(crate) fn describe(&self, index: usize) -> Option<(Block, usize)> {
        let block = *self.blocks.get(index)?;
        let earlier = index.checked_sub(1).and_then(|before| self.blocks.get(before));
        let records = block.records - earlier.map_or(0, |block| block.records);
        Some((block, records as usize))
    }

    /// The stored bytes of block `index`, checked.
    pub(crate) fn bytes<'f>(&self, file: &'f [u8], index: usize) -> Result<&'f [u8], Error> {
        let missing = || self.malformed(index, "no such block");
        let block = self.blocks.get(index).ok_or_else(missing)?;
        let checked = self.checked.get(index).ok_or_else(missing)?;
        let bytes = file.get(block.start..block.end).ok_or_else(missing)?;
        if !checked.load(Ordering::Relaxed) {
            if xxh3_64(bytes) != block.checksum {
                return Err(Error::Checksum { part: self.part(index) });
            }
            checked.store(true, Ordering::Relaxed);
        }
        Ok(bytes)
    }

    /// An error about block `index`.
    pub(crate) fn malformed(&self, index: usize, reason: &'static str) -> Error {
        Error::Malformed { part: self.part(index), reason }
    }

    /// An error about the section.
    pub(crate) fn malformed_whole(&self, reason: &'static str) -> Error {
        Error::Malformed { part: Part::Whole(self.section), reason }
    }

    fn part(&self, index: usize) -> Part {
        Part::Block(self.section, u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Collects items into blocks that are closed once they reach the target size, so that no item
/// lies in two blocks.
pub(crate) struct Filler {
    target: usize,
    finished: Vec<Stored>,
    current: Vec<u8>,
    records: u32,
}

impl Filler {
    pub(crate) fn new(target: usize) -> Self {
        Self { target, finished: Vec::new(), current: Vec::new(), records: 0 }
    }

    /// Adds an item and returns the block it went to and its offset there.
    pub(crate) fn push(&mut self, item: &[u8]) -> (usize, usize) {
        let place = (self.finished.len(), self.current.len());
        self.current.extend_from_slice(item);
        self.records += 1;
        if self.current.len() >= self.target {
            self.close();
        }
        place
    }

    fn close(&mut self) {
        let bytes = std::mem::take(&mut self.current);
        let unpacked = bytes.len();
        self.finished.push(Stored { bytes, unpacked, records: self.records });
    }

    pub(crate) fn finish(mut self) -> Vec<Stored> {
        if !self.current.is_empty() {
            self.close();
        }
        self.finished
    }
}
