//! PAX extended headers (POSIX.1-2001, pax, "pax Extended Header"): records `length key=value\n`
//! that overrule the fields of the header behind them. Records that do not matter for reading
//! (times, owners, extended attributes) are skipped.

use super::number::decimal;
use super::sparse::Segment;

/// What PAX headers say about the next member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) sparse: Option<PaxSparse>,
}

/// GNU's sparse records (GNU tar's manual, "Storing Sparse Files", formats 0.0, 0.1 and 1.0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PaxSparse {
    /// Version 1.0: the map lies in front of the content.
    pub(super) map_in_content: bool,
    pub(super) major: Option<u64>,
    pub(super) minor: Option<u64>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) segments: Vec<Segment>,
    /// An offset whose length has not come yet.
    pending: Option<u64>,
}

impl Pax {
    /// Takes in the records of one extended header. Later records overrule earlier ones; an empty
    /// value takes the key back, so that the header's own field counts.
    pub(super) fn read(&mut self, mut records: &[u8]) -> Result<(), &'static str> {
        // Some writers pad with NULs.
        while let Some(first) = records.first()
            && *first != 0
        {
            let (key, value, rest) = record(records).ok_or("malformed PAX record")?;
            self.apply(key, value)?;
            records = rest;
        }
        if let Some(sparse) = &mut self.sparse {
            sparse.map_in_content = sparse.major == Some(1) && sparse.minor == Some(0);
            if sparse.pending.is_some() {
                return Err("PAX sparse map ends with an offset");
            }
        }
        Ok(())
    }

    /// These records with `local` ones overruling them.
    pub(super) fn overruled_by(&self, local: Self) -> Self {
        Self {
            path: local.path.or_else(|| self.path.clone()),
            link: local.link.or_else(|| self.link.clone()),
            size: local.size.or(self.size),
            // A sparse map can't belong to more than one file.
            sparse: local.sparse,
        }
    }

    fn apply(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        match key {
            b"path" => self.path = name(value)?,
            b"linkpath" => self.link = name(value)?,
            b"size" => self.size = number(value)?,
            _ => {
                if let Some(key) = key.strip_prefix(b"GNU.sparse.") {
                    self.sparse.get_or_insert_default().apply(key, value)?;
                }
            }
        }
        Ok(())
    }
}

impl PaxSparse {
    fn apply(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        match key {
            b"major" => self.major = number(value)?,
            b"minor" => self.minor = number(value)?,
            b"name" => self.name = name(value)?,
            b"size" | b"realsize" => self.size = number(value)?,
            b"map" => {
                self.segments.clear();
                for text in value.split(|byte| *byte == b',').filter(|text| !text.is_empty()) {
                    self.push(decimal(text).map_err(|_| MALFORMED_MAP)?);
                }
            }
            b"offset" | b"numbytes" => {
                if (key == b"offset") != self.pending.is_none() {
                    return Err(MALFORMED_MAP);
                }
                self.push(decimal(value).map_err(|_| MALFORMED_MAP)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Offsets and lengths come in turn.
    fn push(&mut self, number: u64) {
        match self.pending.take() {
            None => self.pending = Some(number),
            Some(offset) => self.segments.push(Segment { offset, length: number }),
        }
    }
}

const MALFORMED_MAP: &str = "malformed PAX sparse map";

fn name(value: &[u8]) -> Result<Option<Vec<u8>>, &'static str> {
    if value.contains(&0) {
        return Err("NUL inside a PAX path");
    }
    Ok((!value.is_empty()).then(|| value.to_vec()))
}

fn number(value: &[u8]) -> Result<Option<u64>, &'static str> {
    if value.is_empty() {
        return Ok(None);
    }
    decimal(value).map(Some).map_err(|_| "malformed number in a PAX record")
}

/// The first record's key and value, and what follows it.
fn record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let digits = records.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(decimal(records.get(..digits)?).ok()?).ok()?;
    let body = records.get(digits + 1..length)?.strip_suffix(b"\n")?;
    let equals = body.iter().position(|byte| *byte == b'=')?;
    let key = body.get(..equals).filter(|key| !key.is_empty())?;
    Some((key, body.get(equals + 1..)?, records.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(records: &[u8]) -> Result<Pax, &'static str> {
        let mut pax = Pax::default();
        pax.read(records).map(|()| pax)
    }

    #[test]
    fn records_overrule_one_another_and_may_hold_line_breaks() {
        let pax =
            read(b"10 path=a\n10 path=b\n12 path=c\nd\n9 size=7\n26 mtime=1350244992.02396\n");
        let pax = pax.unwrap();
        assert_eq!(pax.path.as_deref(), Some(&b"c\nd"[..]));
        assert_eq!(pax.size, Some(7));
        assert_eq!(read(b"10 path=a\n8 path=\n").unwrap().path, None);
        assert_eq!(read(b"").unwrap(), Pax::default());
        assert_eq!(read(b"9 size=7\n\0\0\0").unwrap().size, Some(7));
    }

    #[test]
    fn hostile_records_are_errors() {
        for records in [
            &b"9 size=7"[..],
            b"99 size=7\n",
            b"8 size=7\n",
            b"0 size=7\n",
            b"-9 size=7\n",
            b"+9 size=7\n",
            b"18446744073709551616 a=b\n",
            b"9999999999999999999999 a=b\n",
            b"9 size=x\n",
            b"10 size=-1\n",
            b"11 path=a\0b\n",
            b"4 =\n",
            b"5 a\n",
            b"5 \xff\xff\n",
            b"24 GNU.sparse.offset=10\n",
            b"26 GNU.sparse.numbytes=10\n",
            b"23 GNU.sparse.map=1,2,\n23 GNU.sparse.map=1,x,\n",
        ] {
            assert!(read(records).is_err(), "{:?}", String::from_utf8_lossy(records));
        }
    }
}
