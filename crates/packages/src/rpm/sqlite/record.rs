//! Records: a header of serial types, one for each column, then the values.

/// A number of one to nine bytes, high bits first, and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            return Some((value << 8 | u64::from(byte), bytes.get(9..)?));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

/// The bytes of a column that is a blob.
pub(super) fn blob(record: &[u8], column: usize) -> Option<&[u8]> {
    let (kind, value) = value(record, column)?;
    (kind >= 12 && kind % 2 == 0).then_some(value)
}

/// The bytes of a column that is text.
pub(super) fn text(record: &[u8], column: usize) -> Option<&[u8]> {
    let (kind, value) = value(record, column)?;
    (kind >= 13 && kind % 2 == 1).then_some(value)
}

/// A column that is an integer of at least 0.
pub(super) fn integer(record: &[u8], column: usize) -> Option<u64> {
    let (kind, value) = value(record, column)?;
    match kind {
        1..=6 if value.first()? & 0x80 == 0 => {
            Some(value.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
        }
        8 | 9 => Some(kind - 8),
        _ => None,
    }
}

/// A column's serial type and its bytes.
fn value(record: &[u8], column: usize) -> Option<(u64, &[u8])> {
    let (header_length, types) = varint(record)?;
    let header_length = usize::try_from(header_length).ok()?;
    let types_length = header_length.checked_sub(record.len() - types.len())?;
    let mut types = types.get(..types_length)?;
    let mut start = header_length;
    for index in 0..=column {
        let (kind, rest) = varint(types)?;
        types = rest;
        let end = start.checked_add(length(kind)?)?;
        if index == column {
            return Some((kind, record.get(start..end)?));
        }
        start = end;
    }
    None
}

fn length(kind: u64) -> Option<usize> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => usize::try_from((kind - 12) / 2).ok(),
    }
}
