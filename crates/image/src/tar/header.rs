//! One 512-byte tar header: v7, POSIX ustar (POSIX.1-1988), GNU and star variants.

use super::number::{NumberError, header_number};

/// Bytes of a header and of every unit of content.
pub(crate) const RECORD: usize = 512;

/// A header whose checksum is right.
pub(super) struct Header<'a> {
    record: &'a [u8; RECORD],
}

/// What a 512-byte record turned out to be.
pub(super) enum Parsed<'a> {
    Header(Header<'a>),
    /// All zero: the end of the archive.
    Zero,
    /// The checksum is wrong.
    Broken,
}

impl<'a> Header<'a> {
    pub(super) fn parse(record: &'a [u8; RECORD]) -> Parsed<'a> {
        let header = Header { record };
        let field = header.field::<148, 8>();
        if let Ok(expected) = header_number(field)
            && (expected == checksum(record) || i64::try_from(expected) == Ok(signed(record)))
            && field.iter().any(u8::is_ascii_digit)
        {
            return Parsed::Header(header);
        }
        if record.iter().all(|byte| *byte == 0) { Parsed::Zero } else { Parsed::Broken }
    }

    pub(super) const fn typeflag(&self) -> u8 {
        self.record[156]
    }

    pub(super) fn size(&self) -> Result<u64, NumberError> {
        header_number(self.field::<124, 12>())
    }

    /// Permission and set-id bits; 0 where the field is malformed, for they only inform.
    pub(super) fn mode(&self) -> u32 {
        header_number(self.field::<100, 8>()).map_or(0, |mode| (mode & 0o7777) as u32)
    }

    pub(super) fn link(&self) -> &'a [u8] {
        until_nul(self.field::<157, 100>())
    }

    /// The name with the prefix that the header's variant may have put before it.
    pub(super) fn name_into(&self, name: &mut Vec<u8>) {
        name.clear();
        let prefix = self.prefix();
        if !prefix.is_empty() {
            name.extend_from_slice(prefix);
            name.push(b'/');
        }
        name.extend_from_slice(until_nul(self.field::<0, 100>()));
    }

    fn prefix(&self) -> &'a [u8] {
        let magic = self.field::<257, 6>();
        if magic == b"ustar\0" {
            return if self.field::<508, 4>() == b"tar\0" {
                until_nul(self.field::<345, 131>())
            } else {
                until_nul(self.field::<345, 155>())
            };
        }
        // In GNU headers the place belongs to times and sparse maps. Go's writer before 1.8 put a
        // prefix there all the same, and Go's reader, which container engines are built on, takes
        // it when the times can't be numbers; seeing other paths than they do would be worse.
        if self.record[257..265] == *b"ustar  \0" && self.typeflag() != b'S' {
            let time_is_malformed = |field: &[u8]| {
                field.first().is_some_and(|first| *first != 0)
                    && header_number(field) == Err(NumberError::Malformed)
            };
            let prefix = until_nul(self.field::<345, 155>());
            if (time_is_malformed(self.field::<345, 12>())
                || time_is_malformed(self.field::<357, 12>()))
                && prefix.is_ascii()
            {
                return prefix;
            }
        }
        &[]
    }

    /// The four sparse segments in an old GNU header, as raw fields.
    pub(super) fn sparse_segments(&self) -> &'a [u8] {
        self.field::<386, 96>()
    }

    /// Whether a record with more sparse segments follows.
    pub(super) const fn sparse_continues(&self) -> bool {
        self.record[482] != 0
    }

    /// The size of an old GNU sparse file with its holes.
    pub(super) fn sparse_size(&self) -> Result<u64, NumberError> {
        header_number(self.field::<483, 12>())
    }

    fn field<const START: usize, const LENGTH: usize>(&self) -> &'a [u8] {
        const { assert!(START + LENGTH <= RECORD) };
        &self.record[START..START + LENGTH]
    }
}

/// Whether a record is a tar header or the end of an archive: enough to tell a layer from other
/// files.
pub(crate) fn looks_like_tar(record: &[u8]) -> bool {
    record
        .first_chunk::<RECORD>()
        .is_some_and(|record| !matches!(Header::parse(record), Parsed::Broken))
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The sum of all bytes, the checksum field itself counted as blanks.
fn checksum(record: &[u8; RECORD]) -> u64 {
    let sum: u32 = record.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = record[148..156].iter().map(|byte| u32::from(*byte)).sum();
    u64::from(sum - own + 8 * u32::from(b' '))
}

/// As [`checksum`], with bytes taken as signed numbers: some old writers did so.
fn signed(record: &[u8; RECORD]) -> i64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.cast_signed())).sum::<i64>();
    sum(record) - sum(&record[148..156]) + 8 * i64::from(b' ')
}
