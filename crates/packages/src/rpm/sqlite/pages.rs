//! Pages of the database, the log's before the file's.

use super::super::Error;
use super::super::bytes::{Endian, Reader};
use super::wal::Log;
use crate::Content;

const BIG: Endian = Endian::Big;
const HEADER: usize = 100;

/// The pages of a database as its last commit left them.
pub(super) struct Pages<'a> {
    file: Reader<'a>,
    log: Option<Log<'a>>,
    size: u32,
    reserved: u8,
}

impl<'a> Pages<'a> {
    pub(super) fn open(content: &'a dyn Content, log: Option<Log<'a>>) -> Result<Self, Error> {
        let size = match &log {
            Some(log) => log.page_size(),
            None => {
                let mut start = [0; HEADER];
                Reader::new(content).fill(0, &mut start)?;
                match BIG.u16(&start, 16) {
                    Some(1) => 65536,
                    size => u32::from(size.unwrap_or(0)),
                }
            }
        };
        if !is_page_size(size) {
            return Err(Error::Malformed("SQLite database has an impossible page size"));
        }
        let mut pages = Self { file: Reader::new(content), log, size, reserved: 0 };
        pages.read_first()?;
        Ok(pages)
    }

    /// Takes from the first page what the others need. The log may hold a newer first page.
    fn read_first(&mut self) -> Result<(), Error> {
        let mut first = Vec::new();
        self.fill(1, &mut first)?;
        let stated = match BIG.u16(&first, 16) {
            Some(1) => 65536,
            size => u32::from(size.unwrap_or(0)),
        };
        if !first.starts_with(b"SQLite format 3\0") || stated != self.size {
            return Err(Error::Malformed("SQLite database and its log disagree"));
        }
        if BIG.u32(&first, 56) != Some(1) {
            return Err(Error::Malformed("SQLite database has an encoding other than UTF-8"));
        }
        self.reserved = first.get(20).copied().unwrap_or(0);
        if self.usable() < 480 {
            return Err(Error::Malformed("SQLite database reserves too much of its pages"));
        }
        Ok(())
    }

    /// Bytes of a page that hold content: at least 480.
    pub(super) fn usable(&self) -> usize {
        (self.size as usize).saturating_sub(usize::from(self.reserved))
    }

    /// Replaces what is in `page` by the content of page `number`, counted from 1.
    pub(super) fn fill(&mut self, number: u32, page: &mut Vec<u8>) -> Result<(), Error> {
        page.clear();
        self.append(number, 0, self.size, page)
    }

    /// Appends `length` bytes of page `number`, from `start` on.
    pub(super) fn append(
        &mut self,
        number: u32,
        start: u32,
        length: u32,
        target: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let (start, length) = (u64::from(start), u64::from(length));
        if let Some(log) = &mut self.log {
            if number > log.page_count() {
                return Err(Error::Page { page: number, what: "lies behind the last commit" });
            }
            if let Some((reader, offset)) = log.page(number) {
                return reader.append(offset + start, length, target);
            }
        }
        let before =
            number.checked_sub(1).ok_or(Error::Page { page: 0, what: "does not exist" })?;
        let offset = u64::from(before) * u64::from(self.size);
        self.file.append(offset + start, length, target)
    }
}

/// A power of two from 512 to 65536.
pub(super) fn is_page_size(size: u32) -> bool {
    size.is_power_of_two() && (512..=65536).contains(&size)
}
