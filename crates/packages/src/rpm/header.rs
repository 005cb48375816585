//! The header blob: one package's data, by tags.
//!
//! Source of the format: the rpm reference manual, "RPM V4 file format", section "Header
//! structure", and "RPM database". A blob in a database lacks the magic and the padding that a
//! package file has: number of index entries, number of data bytes, index, data, all big-endian.

use super::Error;
use super::bytes::Endian;

/// Tags that are read (include/rpm/rpmtag.h in rpm).
pub(super) mod tag {
    pub(crate) const NAME: u32 = 1000;
    pub(crate) const VERSION: u32 = 1001;
    pub(crate) const RELEASE: u32 = 1002;
    pub(crate) const EPOCH: u32 = 1003;
    pub(crate) const VENDOR: u32 = 1011;
    pub(crate) const LICENSE: u32 = 1014;
    pub(crate) const ARCH: u32 = 1022;
    pub(crate) const SOURCERPM: u32 = 1044;
    pub(crate) const DIRINDEXES: u32 = 1116;
    pub(crate) const BASENAMES: u32 = 1117;
    pub(crate) const DIRNAMES: u32 = 1118;
    pub(crate) const MODULARITYLABEL: u32 = 5096;
}

const ENTRY: usize = 16;
/// More index entries than rpm accepts (`hdrchkTags`).
const MAX_ENTRIES: u32 = 0xffff;

const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;

/// A header whose index and data lie inside the blob. Entries are checked when they are read.
pub(super) struct Header<'a> {
    index: &'a [u8],
    data: &'a [u8],
}

struct Entry<'a> {
    kind: u32,
    count: u32,
    data: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn parse(blob: &'a [u8]) -> Result<Self, Error> {
        let whole = || {
            let entries = Endian::Big.u32(blob, 0).filter(|&entries| entries <= MAX_ENTRIES)?;
            let length = usize::try_from(Endian::Big.u32(blob, 4)?).ok()?;
            let (index, data) = blob.get(8..)?.split_at_checked(entries as usize * ENTRY)?;
            Some(Self { index, data: data.get(..length)? })
        };
        whole().ok_or(Error::Malformed("package header is cut short"))
    }

    /// The entry of a tag. Of several the last counts: rpm appends what replaces older entries.
    fn entry(&self, tag: u32) -> Option<Entry<'a>> {
        let number = |entry: &[u8], at| Endian::Big.u32(entry, at);
        let mut entries = self.index.rchunks_exact(ENTRY);
        let entry = entries.find(|entry| number(entry, 0) == Some(tag))?;
        let offset = usize::try_from(number(entry, 8)?).ok()?;
        Some(Entry {
            kind: number(entry, 4)?,
            count: number(entry, 12)?,
            data: self.data.get(offset..)?,
        })
    }

    /// A string; of translations the first, which is the untranslated one.
    pub(super) fn string(&self, tag: u32) -> Option<String> {
        let entry = self.entry(tag)?;
        if entry.kind != STRING && entry.kind != I18N_STRING && entry.kind != STRING_ARRAY {
            return None;
        }
        let text = terminated(entry.data)?;
        (!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned())
    }

    /// The first of an entry's numbers.
    pub(super) fn number(&self, tag: u32) -> Option<u32> {
        self.numbers(tag).next()
    }

    /// An entry's numbers, as many as there are up to the end of the data.
    pub(super) fn numbers(&self, tag: u32) -> impl Iterator<Item = u32> + use<'a> {
        let entry = self.entry(tag).filter(|entry| entry.kind == INT32);
        let (data, count) = entry.map_or((&[][..], 0), |entry| (entry.data, entry.count));
        let (words, _) = data.as_chunks();
        words.iter().take(count as usize).map(|&word| u32::from_be_bytes(word))
    }

    /// An entry's strings, as many as there are up to the end of the data.
    pub(super) fn strings(&self, tag: u32) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let entry = self.entry(tag).filter(|entry| entry.kind == STRING_ARRAY);
        let (mut data, count) = entry.map_or((&[][..], 0), |entry| (entry.data, entry.count));
        (0..count).map_while(move |_| {
            let text = terminated(data)?;
            data = data.get(text.len() + 1..)?;
            Some(text)
        })
    }
}

/// The bytes before the first NUL.
fn terminated(data: &[u8]) -> Option<&[u8]> {
    data.get(..memchr::memchr(0, data)?)
}
