//! The primitive encodings that every section uses: little-endian base-128 numbers and
//! length-prefixed text. Reading returns `None` where the bytes end early or break a rule; the
//! caller knows which block it reads and turns that into an error that names it.

use seawall_model::Date;

/// Reads primitives off the front of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Starts `offset` bytes into `bytes`.
    pub(crate) fn at(bytes: &'a [u8], offset: usize) -> Option<Self> {
        bytes.get(offset..).map(Self)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.0.split_first_chunk().map(|(bytes, rest)| {
            self.0 = rest;
            u32::from_le_bytes(*bytes)
        })
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.0.split_first_chunk().map(|(bytes, rest)| {
            self.0 = rest;
            u64::from_le_bytes(*bytes)
        })
    }

    /// An unsigned LEB128 number of at most 64 bits.
    #[inline]
    pub(crate) fn long(&mut self) -> Option<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A number of at most 32 bits.
    #[inline]
    pub(crate) fn number(&mut self) -> Option<u32> {
        u32::try_from(self.long()?).ok()
    }

    /// A number that is used as a length or an index.
    #[inline]
    pub(crate) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// How many items follow. Each takes at least one byte, so a count larger than what is left
    /// is refused before anything is allocated for it.
    pub(crate) fn count(&mut self) -> Option<usize> {
        self.size().filter(|&count| count <= self.remaining())
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// A day that may be absent; see [`put_day`].
    pub(crate) fn day(&mut self) -> Option<Option<Date>> {
        let code = match self.number()? {
            0 => return Some(None),
            code => code - 1,
        };
        let ordinal = i32::try_from(code >> 1).ok()? ^ -i32::from(code & 1 == 1);
        let (months, day) = (ordinal.div_euclid(31), ordinal.rem_euclid(31) + 1);
        let (years, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let year = i16::try_from(years.checked_add(MIDDLE_YEAR)?).ok()?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Some)
    }
}

/// Days are counted from the first of January of this year, with every month 31 days long, so
/// that all days from 1990 to 2033 take two bytes.
const MIDDLE_YEAR: i32 = 2012;

/// Appends an unsigned LEB128 number.
pub(crate) fn put_long(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Appends a number of at most 32 bits.
pub(crate) fn put_number(out: &mut Vec<u8>, value: u32) {
    put_long(out, u64::from(value));
}

/// Appends a length, an index or a count.
pub(crate) fn put_size(out: &mut Vec<u8>, value: usize) {
    put_long(out, value as u64);
}

/// Appends a length and the text.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_size(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Appends zero for no day, otherwise one more than the zigzag-coded ordinal of the day.
pub(crate) fn put_day(out: &mut Vec<u8>, day: Option<Date>) {
    let Some(day) = day else { return out.push(0) };
    let months = (i32::from(day.year()) - MIDDLE_YEAR) * 12 + i32::from(day.month()) - 1;
    let ordinal = months * 31 + i32::from(day.day()) - 1;
    put_number(out, ((ordinal << 1) ^ (ordinal >> 31)).cast_unsigned() + 1);
}

/// How many leading bytes two strings share.
pub(crate) fn shared_prefix(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_overlong_ones_are_refused() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_long(&mut bytes, value);
            assert_eq!(Reader::new(&bytes).long(), Some(value));
            assert_eq!(Reader::new(&bytes[..bytes.len() - 1]).long(), None);
        }
        assert_eq!(Reader::new(&[0xff; 10]).long(), None);
        assert_eq!(Reader::new(&[0x80; 11]).long(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).number(), None);
    }

    #[test]
    fn every_day_reads_back_and_impossible_ones_are_refused() {
        let days = [(1970, 1, 1), (2012, 1, 1), (2011, 12, 31), (2026, 11, 21), (2024, 2, 29)];
        let extremes = [Date::MIN, Date::MAX];
        let days = days.iter().map(|&(year, month, day)| Date::new(year, month, day).unwrap());
        for day in days.chain(extremes) {
            let mut bytes = Vec::new();
            put_day(&mut bytes, Some(day));
            assert_eq!(Reader::new(&bytes).day(), Some(Some(day)));
        }
        let thirtieth_of_february = 2 * (31 + 29) + 1;
        assert_eq!(Reader::new(&[thirtieth_of_february]).day(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).day(), None);
        assert_eq!(Reader::new(&[0]).day(), Some(None));
    }

    #[test]
    fn a_count_larger_than_what_is_left_is_refused() {
        assert_eq!(Reader::new(&[3, 0, 0]).count(), None);
        assert_eq!(Reader::new(&[2, 0, 0]).count(), Some(2));
        assert_eq!(Reader::new(&[2, b'a']).text(), None);
        assert_eq!(Reader::new(&[1, 0xff]).text(), None);
    }
}
