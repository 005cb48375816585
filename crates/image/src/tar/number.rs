//! Numbers in tar headers: octal text (POSIX.1-1988) or, with the first bit set, big-endian
//! two's complement (GNU tar's manual, "Extensions").

/// Why a numeric field can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberError {
    Negative,
    TooLarge,
    Malformed,
}

impl NumberError {
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::TooLarge => "too large",
            Self::Malformed => "not a number",
        }
    }
}

/// The value of a header field; an empty field is 0.
pub(super) fn header_number(field: &[u8]) -> Result<u64, NumberError> {
    match field.first() {
        Some(first) if first & 0x80 != 0 => binary(field),
        _ => octal(field),
    }
}

fn binary(field: &[u8]) -> Result<u64, NumberError> {
    let mut value: u64 = 0;
    for (index, byte) in field.iter().enumerate() {
        let byte = if index == 0 { byte & 0x7f } else { *byte };
        if index == 0 && byte & 0x40 != 0 {
            return Err(NumberError::Negative);
        }
        value = value.checked_mul(256).ok_or(NumberError::TooLarge)? | u64::from(byte);
    }
    if i64::try_from(value).is_err() { Err(NumberError::TooLarge) } else { Ok(value) }
}

/// Leading blanks and NULs are padding; a blank or NUL ends the digits.
fn octal(field: &[u8]) -> Result<u64, NumberError> {
    let mut value: u64 = 0;
    let mut digits = field.iter().skip_while(|byte| matches!(byte, b' ' | 0));
    for byte in &mut digits {
        match byte {
            b'0'..=b'7' => {
                value = value.checked_mul(8).ok_or(NumberError::TooLarge)? + u64::from(byte - b'0');
            }
            b' ' | 0 => return Ok(value),
            b'-' => return Err(NumberError::Negative),
            _ => return Err(NumberError::Malformed),
        }
    }
    Ok(value)
}

/// The value of a decimal number in a PAX record or sparse map.
pub(super) fn decimal(text: &[u8]) -> Result<u64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Malformed);
    }
    let mut value: u64 = 0;
    for byte in text {
        value = match byte {
            b'0'..=b'9' => value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u64::from(byte - b'0')))
                .ok_or(NumberError::TooLarge)?,
            b'-' => return Err(NumberError::Negative),
            _ => return Err(NumberError::Malformed),
        };
    }
    if i64::try_from(value).is_err() { Err(NumberError::TooLarge) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_fields_are_padded_in_every_way_that_writers_use() {
        for (field, expected) in [
            (&b"0000644\0"[..], Ok(0o644)),
            (b"   644 \0", Ok(0o644)),
            (b"00000000010\0", Ok(8)),
            (b"777777777777", Ok(0o777_777_777_777)),
            (b"\0\0\0\0", Ok(0)),
            (b"    ", Ok(0)),
            (b"644 garb", Ok(0o644)),
            (b"00000008", Err(NumberError::Malformed)),
            (b"-0000001", Err(NumberError::Negative)),
            (b"0x1f", Err(NumberError::Malformed)),
        ] {
            assert_eq!(header_number(field), expected, "{field:?}");
        }
    }

    #[test]
    fn binary_fields_hold_what_octal_can_not() {
        assert_eq!(header_number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Ok(8 << 30));
        assert_eq!(header_number(b"\xff\xff\xff\xff\xff\xff\xff\xff"), Err(NumberError::Negative));
        assert_eq!(header_number(b"\x80\0\0\0\x80\0\0\0\0\0\0\0"), Err(NumberError::TooLarge));
        assert_eq!(
            header_number(b"\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
            Err(NumberError::TooLarge)
        );
    }

    #[test]
    fn decimals_have_no_sign_and_no_blank() {
        assert_eq!(decimal(b"12"), Ok(12));
        assert_eq!(decimal(b""), Err(NumberError::Malformed));
        assert_eq!(decimal(b"+12"), Err(NumberError::Malformed));
        assert_eq!(decimal(b" 12"), Err(NumberError::Malformed));
        assert_eq!(decimal(b"-12"), Err(NumberError::Negative));
        assert_eq!(decimal(b"9223372036854775808"), Err(NumberError::TooLarge));
    }
}
