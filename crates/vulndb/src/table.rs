//! A sorted table from text keys to short byte strings, searched in place.
//!
//! A block is the number of groups (u32), the offset of each group (u32, from the end of this
//! list), and the groups: up to [`GROUP`] entries in rising order of their keys. An entry is the
//! number of bytes that its key shares with the key before it in the group, the rest of the key,
//! and the value, the last two with their lengths.

use std::cmp::Ordering;

use crate::{
    Error,
    blocks::Blocks,
    layout::{Block, Section, Stored},
    wire::{Reader, put_size, shared_prefix},
};

/// Entries of a group; a search reads one group from its start.
const GROUP: usize = 16;
/// A block is closed once it is this long.
const BLOCK_TARGET: usize = 8 << 10;

/// Reads a table.
pub(crate) struct Table(Blocks);

/// One block of a table, taken apart.
struct Groups<'f> {
    offsets: &'f [u8],
    entries: &'f [u8],
}

/// An entry as stored.
struct Entry<'f> {
    shared: usize,
    rest: &'f [u8],
    value: &'f [u8],
}

impl Table {
    pub(crate) fn new(section: Section, blocks: Vec<Block>) -> Self {
        Self(Blocks::new(section, blocks))
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> u32 {
        self.0.records()
    }

    /// The value of `key`.
    pub(crate) fn find<'f>(&self, file: &'f [u8], key: &str) -> Result<Option<&'f [u8]>, Error> {
        let key = key.as_bytes();
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let middle = low.midpoint(high);
            let groups = self.groups(file, middle)?;
            let first = groups.first_key(0).ok_or_else(|| self.bad(middle))?;
            if first <= key { low = middle + 1 } else { high = middle }
        }
        let Some(index) = low.checked_sub(1) else { return Ok(None) };
        self.groups(file, index)?.find(key).ok_or_else(|| self.bad(index))
    }

    /// Calls `visit` with every key and value in order, until it returns an error.
    pub(crate) fn visit<'f>(
        &self,
        file: &'f [u8],
        mut visit: impl FnMut(&str, &'f [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut last = None;
        for index in 0..self.0.len() {
            let groups = self.groups(file, index)?;
            for group in 0..groups.len() {
                let mut reader = groups.group(group).ok_or_else(|| self.bad(index))?;
                let mut key = Vec::new();
                while !reader.is_empty() {
                    let entry = Entry::read(&mut reader).ok_or_else(|| self.bad(index))?;
                    if entry.shared > key.len() {
                        return Err(self.bad(index));
                    }
                    key.truncate(entry.shared);
                    key.extend_from_slice(entry.rest);
                    if last.as_ref().is_some_and(|last| *last >= key) {
                        return Err(self.0.malformed(index, "keys out of order"));
                    }
                    let text = std::str::from_utf8(&key).map_err(|_| self.bad(index))?;
                    visit(text, entry.value)?;
                    last = Some(key.clone());
                }
            }
        }
        Ok(())
    }

    /// An error about what a value of this table says.
    pub(crate) fn bad_value(&self) -> Error {
        self.0.malformed_whole("bad value")
    }

    fn bad(&self, index: usize) -> Error {
        self.0.malformed(index, "bad entry")
    }

    fn groups<'f>(&self, file: &'f [u8], index: usize) -> Result<Groups<'f>, Error> {
        let mut reader = Reader::new(self.0.bytes(file, index)?);
        let split = |reader: &mut Reader<'f>| {
            let count = usize::try_from(reader.u32()?).ok()?;
            let offsets = reader.take(count.checked_mul(4)?)?;
            Some(Groups { offsets, entries: reader.take(reader.remaining())? })
        };
        split(&mut reader).ok_or_else(|| self.bad(index))
    }
}

impl<'f> Groups<'f> {
    fn len(&self) -> usize {
        self.offsets.len() / 4
    }

    fn offset(&self, index: usize) -> Option<usize> {
        usize::try_from(Reader::at(self.offsets, index.checked_mul(4)?)?.u32()?).ok()
    }

    /// The entries of group `index`.
    fn group(&self, index: usize) -> Option<Reader<'f>> {
        let start = self.offset(index)?;
        let end = if index + 1 < self.len() { self.offset(index + 1)? } else { self.entries.len() };
        self.entries.get(start..end).map(Reader::new)
    }

    fn first_key(&self, index: usize) -> Option<&'f [u8]> {
        let entry = Entry::read(&mut Reader::at(self.entries, self.offset(index)?)?)?;
        (entry.shared == 0).then_some(entry.rest)
    }

    /// Looks for `key`. The outer `None` means that the block is malformed.
    #[expect(clippy::option_option, reason = "malformed and absent are different answers")]
    fn find(&self, key: &[u8]) -> Option<Option<&'f [u8]>> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.first_key(middle)? <= key { low = middle + 1 } else { high = middle }
        }
        let Some(group) = low.checked_sub(1) else { return Some(None) };
        let mut reader = self.group(group)?;
        // How far `key` agrees with the entry before, which is smaller than `key`.
        let mut agreed = 0;
        while !reader.is_empty() {
            let entry = Entry::read(&mut reader)?;
            match entry.shared.cmp(&agreed) {
                Ordering::Greater => continue,
                Ordering::Less => return Some(None),
                Ordering::Equal => {}
            }
            let rest = key.get(agreed..)?;
            match entry.rest.cmp(rest) {
                Ordering::Equal => return Some(Some(entry.value)),
                Ordering::Greater => return Some(None),
                Ordering::Less => agreed += shared_prefix(entry.rest, rest),
            }
        }
        Some(None)
    }
}

impl<'f> Entry<'f> {
    fn read(reader: &mut Reader<'f>) -> Option<Self> {
        let shared = reader.size()?;
        let length = reader.size()?;
        let rest = reader.take(length)?;
        let length = reader.size()?;
        Some(Self { shared, rest, value: reader.take(length)? })
    }
}

/// Writes a table whose keys arrive in rising order.
pub(crate) struct TableWriter {
    finished: Vec<Stored>,
    offsets: Vec<u8>,
    entries: Vec<u8>,
    in_group: usize,
    last: Vec<u8>,
    records: u32,
}

impl TableWriter {
    pub(crate) const fn new() -> Self {
        Self {
            finished: Vec::new(),
            offsets: Vec::new(),
            entries: Vec::new(),
            in_group: GROUP,
            last: Vec::new(),
            records: 0,
        }
    }

    pub(crate) fn push(&mut self, key: &str, value: &[u8]) {
        if self.in_group == GROUP {
            if self.entries.len() >= BLOCK_TARGET {
                self.close();
            }
            // A block is closed long before its offsets outgrow 32 bits, unless a single value
            // does, which `assemble` refuses.
            let offset = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            self.offsets.extend_from_slice(&offset.to_le_bytes());
            self.last.clear();
            self.in_group = 0;
        }
        let shared = shared_prefix(&self.last, key.as_bytes());
        let rest = key.as_bytes().get(shared..).unwrap_or_default();
        put_size(&mut self.entries, shared);
        put_size(&mut self.entries, rest.len());
        self.entries.extend_from_slice(rest);
        put_size(&mut self.entries, value.len());
        self.entries.extend_from_slice(value);
        self.last.truncate(shared);
        self.last.extend_from_slice(rest);
        self.in_group += 1;
        self.records += 1;
    }

    fn close(&mut self) {
        let groups = u32::try_from(self.offsets.len() / 4).unwrap_or(u32::MAX);
        let mut bytes = groups.to_le_bytes().to_vec();
        bytes.append(&mut self.offsets);
        bytes.append(&mut self.entries);
        let unpacked = bytes.len();
        self.finished.push(Stored { bytes, unpacked, records: self.records });
    }

    pub(crate) fn finish(mut self) -> Vec<Stored> {
        if !self.entries.is_empty() {
            self.close();
        }
        self.finished
    }
}
