//! A Berkeley DB hash, the database of Red Hat's distributions up to Enterprise Linux 8.
//!
//! Source of the format: dbinc/db_page.h of Berkeley DB 4 and 5, and lib/backend/bdb_ro.c of rpm.
//! The keys are package numbers, the values are header blobs; the value under key 0 is a counter.
//! All hash pages are read in the order of the file rather than bucket by bucket: a page that left
//! its bucket has another type. Ignored: encrypted databases, which rpm never makes.

use super::bytes::{Endian, Reader};
use super::{Error, Found};
use crate::Content;

const META: usize = 512;
const MAGIC_AT: usize = 12;
const MAGIC: u32 = 0x0006_1561;
/// Bytes before the offsets of the items on a page.
const PAGE_HEADER: usize = 26;

/// The types of page that matter here, and the types of item.
const PAGE_UNUSED: u8 = 0;
const PAGE_HASH_UNSORTED: u8 = 2;
const PAGE_OVERFLOW: u8 = 7;
const PAGE_HASH: u8 = 13;
const ITEM_HERE: u8 = 1;
const ITEM_OVERFLOW: u8 = 3;

/// Whether a file that begins with `start` is such a database.
pub(super) fn is_hash(start: &[u8]) -> bool {
    endian(start).is_some()
}

fn endian(start: &[u8]) -> Option<Endian> {
    [Endian::Little, Endian::Big]
        .into_iter()
        .find(|endian| endian.u32(start, MAGIC_AT) == Some(MAGIC))
}

/// Delivers every header blob of up to `limit` bytes.
pub(super) fn read(content: &dyn Content, limit: u64, found: &mut Found<'_>) -> Result<(), Error> {
    let mut database = Database::open(content)?;
    let mut page = vec![0; database.page_size];
    let mut blob = Vec::new();
    for number in 1..=database.last_page {
        match database.is_hash_page(number)? {
            Some(true) => database.reader.fill(database.offset(number), &mut page)?,
            Some(false) => continue,
            None => {
                found.add(Err(Error::Page { page: number, what: "bears another number" }))?;
                continue;
            }
        }
        let items = database.endian.u16(&page, 20).unwrap_or(0);
        for pair in 0..usize::from(items) / 2 {
            let (Some(key), Some(value)) =
                (database.item(&page, pair * 2), database.item(&page, pair * 2 + 1))
            else {
                found.add(Err(Error::Page { page: number, what: "has items outside itself" }))?;
                break;
            };
            if key == [ITEM_HERE, 0, 0, 0, 0] {
                continue;
            }
            let outcome = database.value(number, value, limit, &mut blob);
            if let Err(Error::Circular) = outcome {
                return Err(Error::Circular);
            }
            found.add(outcome.map(|()| blob.as_slice()))?;
        }
    }
    Ok(())
}

struct Database<'a> {
    reader: Reader<'a>,
    endian: Endian,
    page_size: usize,
    last_page: u32,
}

impl<'a> Database<'a> {
    fn open(content: &'a dyn Content) -> Result<Self, Error> {
        let mut reader = Reader::new(content);
        let mut meta = [0; META];
        reader.fill(0, &mut meta)?;
        let endian = endian(&meta).ok_or(Error::Malformed("not a Berkeley DB hash"))?;
        let word = |at| endian.u32(&meta, at).unwrap_or(0);
        if !(8..=10).contains(&word(16)) {
            return Err(Error::Malformed("Berkeley DB hash has a version other than 8 to 10"));
        }
        let page_size = word(20);
        if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
            return Err(Error::Malformed("Berkeley DB hash has an impossible page size"));
        }
        // Byte 24 names a cipher, bit 0 of byte 26 says that pages have checksums.
        if meta[24] != 0 || meta[26] & 1 != 0 {
            return Err(Error::Malformed("Berkeley DB hash is encrypted or has checksums"));
        }
        Ok(Self { reader, endian, page_size: page_size as usize, last_page: word(32) })
    }

    fn offset(&self, number: u32) -> u64 {
        u64::from(number) * self.page_size as u64
    }

    /// Whether a page holds keys and values; `None` when it is in use but is another page.
    fn is_hash_page(&mut self, number: u32) -> Result<Option<bool>, Error> {
        let mut header = [0; PAGE_HEADER];
        self.reader.fill(self.offset(number), &mut header)?;
        let kind = header[25];
        if kind != PAGE_UNUSED && self.endian.u32(&header, 8) != Some(number) {
            return Ok(None);
        }
        Ok(Some(kind == PAGE_HASH || kind == PAGE_HASH_UNSORTED))
    }

    /// An item with its type byte. Items grow from the end of the page towards its beginning, so
    /// each ends where the one before it starts.
    fn item<'p>(&self, page: &'p [u8], index: usize) -> Option<&'p [u8]> {
        let offset = |index| self.endian.u16(page, PAGE_HEADER + index * 2).map(usize::from);
        let end = match index.checked_sub(1) {
            Some(before) => offset(before)?,
            None => page.len(),
        };
        page.get(offset(index)?..end)
    }

    /// Fills `blob` with an item's value.
    fn value(
        &mut self,
        page: u32,
        item: &[u8],
        limit: u64,
        blob: &mut Vec<u8>,
    ) -> Result<(), Error> {
        blob.clear();
        let word = |at| self.endian.u32(item, at);
        match (item.first(), word(4), word(8)) {
            (Some(&ITEM_HERE), ..) => {
                blob.extend_from_slice(&item[1..]);
                Ok(())
            }
            (Some(&ITEM_OVERFLOW), Some(first), Some(size)) => {
                self.overflow(first, u64::from(size), limit, blob)
            }
            _ => Err(Error::Page { page, what: "has an item of unknown type" }),
        }
    }

    /// Appends a value that lies on a chain of pages of its own.
    fn overflow(
        &mut self,
        first: u32,
        size: u64,
        limit: u64,
        blob: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if size > limit {
            return Err(Error::HeaderTooLarge { size, limit });
        }
        let mut number = first;
        let mut left = size;
        while left > 0 {
            let mut header = [0; PAGE_HEADER];
            self.reader.fill(self.offset(number), &mut header)?;
            let length = u64::from(self.endian.u16(&header, 22).unwrap_or(0));
            if header[25] != PAGE_OVERFLOW
                || self.endian.u32(&header, 8) != Some(number)
                || length == 0
                || length > left
                || length > (self.page_size - PAGE_HEADER) as u64
            {
                return Err(Error::Page { page: number, what: "does not continue a package" });
            }
            self.reader.append(self.offset(number) + PAGE_HEADER as u64, length, blob)?;
            left -= length;
            number = self.endian.u32(&header, 16).unwrap_or(0);
        }
        Ok(())
    }
}
