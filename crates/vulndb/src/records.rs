//! Numbered records in compressed blocks: the parts of a database that only findings need.
//!
//! A block is one zstd frame. Unpacked it holds the length of each of its records, then the
//! records. Unpacked blocks are kept in a small cache, so that reading records in about the order
//! of their numbers unpacks every block once.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    Error,
    blocks::Blocks,
    layout::{Block, Section, Stored},
    wire::{Reader, put_size},
};

/// Unpacked blocks that a section keeps.
const CACHED_BLOCKS: usize = 16;
/// No block is larger unpacked. It bounds what a hostile file can make a reader allocate.
const MAXIMUM_UNPACKED: usize = 16 << 20;
/// How hard zstd tries; reading is as fast at any level.
const COMPRESSION_LEVEL: i32 = 19;

/// Reads records.
pub(crate) struct Records {
    blocks: Blocks,
    cache: Mutex<VecDeque<(usize, Arc<Unpacked>)>>,
}

/// A block after decompression.
struct Unpacked {
    bytes: Vec<u8>,
    /// One past the last byte of each record.
    ends: Vec<usize>,
    first: usize,
}

impl Records {
    pub(crate) fn new(section: Section, blocks: Vec<Block>) -> Self {
        Self { blocks: Blocks::new(section, blocks), cache: Mutex::default() }
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> u32 {
        self.blocks.records()
    }

    /// What `decode` makes of record `number`. It must read the whole record.
    pub(crate) fn read<T>(
        &self,
        file: &[u8],
        number: u32,
        decode: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Error> {
        let (index, before) = self
            .blocks
            .of_record(number)
            .ok_or_else(|| self.blocks.malformed_whole("no record with a number in use"))?;
        let block = self.unpacked(file, index)?;
        let bad = || self.blocks.malformed(index, "bad record");
        let mut reader = Reader::new(block.record(before).ok_or_else(bad)?);
        decode(&mut reader).filter(|_| reader.is_empty()).ok_or_else(bad)
    }

    fn unpacked(&self, file: &[u8], index: usize) -> Result<Arc<Unpacked>, Error> {
        if let Some(block) = self.cached(index) {
            return Ok(block);
        }
        // Unpacking happens outside the lock: two threads may do it twice, none waits.
        let block = Arc::new(self.unpack(file, index)?);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if !cache.iter().any(|(cached, _)| *cached == index) {
            cache.truncate(CACHED_BLOCKS - 1);
            cache.push_front((index, Arc::clone(&block)));
        }
        Ok(block)
    }

    fn cached(&self, index: usize) -> Option<Arc<Unpacked>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let position = cache.iter().position(|(cached, _)| *cached == index)?;
        cache.make_contiguous().get_mut(..=position)?.rotate_right(1);
        cache.front().map(|(_, block)| Arc::clone(block))
    }

    fn unpack(&self, file: &[u8], index: usize) -> Result<Unpacked, Error> {
        let stored = self.blocks.bytes(file, index)?;
        let bad = |reason| self.blocks.malformed(index, reason);
        let (block, records) = self.blocks.describe(index).ok_or_else(|| bad("no such block"))?;
        if block.unpacked > MAXIMUM_UNPACKED {
            return Err(bad("unpacked size over the limit"));
        }
        let bytes = zstd::bulk::decompress(stored, block.unpacked)
            .map_err(|_| bad("zstd frame can't be decompressed"))?;
        if bytes.len() != block.unpacked {
            return Err(bad("unpacked size differs from the directory"));
        }
        Unpacked::new(bytes, records).ok_or_else(|| bad("bad record lengths"))
    }
}

impl Unpacked {
    fn new(bytes: Vec<u8>, records: usize) -> Option<Self> {
        let mut reader = Reader::new(&bytes);
        // Each length takes a byte at least.
        let mut ends = Vec::with_capacity(records.min(bytes.len()));
        let mut end = 0_usize;
        for _ in 0..records {
            end = end.checked_add(reader.size()?)?;
            ends.push(end);
        }
        let first = bytes.len() - reader.remaining();
        (end == reader.remaining()).then_some(Self { bytes, ends, first })
    }

    fn record(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        self.bytes.get(self.first + start..self.first + self.ends.get(index)?)
    }
}

/// Writes records in the order of their numbers.
pub(crate) struct RecordWriter {
    target: usize,
    blocks: Vec<(Vec<u8>, u32)>,
    lengths: Vec<u8>,
    bytes: Vec<u8>,
    records: u32,
}

impl RecordWriter {
    /// Blocks are closed once they unpack to `target` bytes.
    pub(crate) const fn new(target: usize) -> Self {
        Self { target, blocks: Vec::new(), lengths: Vec::new(), bytes: Vec::new(), records: 0 }
    }

    pub(crate) fn push(&mut self, record: &[u8]) -> Result<(), Error> {
        if record.len() > MAXIMUM_UNPACKED / 2 {
            return Err(Error::Limit { what: "a record", limit: MAXIMUM_UNPACKED as u64 / 2 });
        }
        put_size(&mut self.lengths, record.len());
        self.bytes.extend_from_slice(record);
        self.records += 1;
        if self.lengths.len() + self.bytes.len() >= self.target {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        let mut block = std::mem::take(&mut self.lengths);
        block.append(&mut self.bytes);
        self.blocks.push((block, self.records));
    }

    /// Compresses all blocks on up to `threads` threads, which does not change a byte.
    pub(crate) fn finish(mut self, threads: usize) -> Result<Vec<Stored>, Error> {
        if !self.lengths.is_empty() {
            self.close();
        }
        let blocks = &self.blocks;
        let next = AtomicUsize::new(0);
        let slots: Vec<Mutex<Option<Result<Stored, Error>>>> =
            blocks.iter().map(|_| Mutex::new(None)).collect();
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, blocks.len().max(1)) {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let (Some((block, records)), Some(slot)) =
                            (blocks.get(index), slots.get(index))
                        else {
                            break;
                        };
                        let stored = compress(block, *records);
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
                    }
                });
            }
        });
        // Every slot was filled: the threads have ended and none leaves before the last index.
        slots
            .into_iter()
            .filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }
}

fn compress(block: &[u8], records: u32) -> Result<Stored, Error> {
    let bytes = zstd::bulk::compress(block, COMPRESSION_LEVEL)?;
    Ok(Stored { bytes, unpacked: block.len(), records })
}
