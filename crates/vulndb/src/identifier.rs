//! Identifiers of vulnerabilities inside records, and links that contain them.
//!
//! `CVE-2021-44228` is stored as its year and number. In links and prose an identifier of the
//! same advisory is replaced by a mark, so that links made from identifiers cost next to nothing.

use crate::wire::{Reader, put_number, put_text};

/// Code of an identifier that is stored as text; larger codes are years.
const AS_TEXT: u32 = 0;
/// Years are stored less this one.
const YEAR_BASE: u32 = 1990;
/// Begins a mark; the position of the identifier follows as one byte.
const MARK: u8 = 1;
/// The byte for position zero: no position may look like [`MARK`].
const FIRST: u8 = 2;
/// Follows [`MARK`] where the text itself contains that control character.
const LITERAL: u8 = 0x7f;

/// Appends an identifier.
pub(crate) fn put_identifier(out: &mut Vec<u8>, identifier: &str) {
    match cve(identifier) {
        Some((year, number)) => {
            put_number(out, year - YEAR_BASE);
            put_number(out, number);
        }
        None => {
            put_number(out, AS_TEXT);
            put_text(out, identifier);
        }
    }
}

/// Year and number of a CVE identifier that [`read_identifier`] would print the same way.
fn cve(identifier: &str) -> Option<(u32, u32)> {
    let (year, number) = identifier.strip_prefix("CVE-")?.split_once('-')?;
    let parsed = (year.parse().ok()?, number.parse().ok()?);
    let canonical = parsed.0 > YEAR_BASE && print_cve(parsed.0, parsed.1) == identifier;
    canonical.then_some(parsed)
}

fn print_cve(year: u32, number: u32) -> String {
    format!("CVE-{year}-{number:04}")
}

/// Reads an identifier.
pub(crate) fn read_identifier(reader: &mut Reader<'_>) -> Option<String> {
    match reader.number()? {
        AS_TEXT => reader.text().map(str::to_owned),
        year => Some(print_cve(year.checked_add(YEAR_BASE)?, reader.number()?)),
    }
}

/// `text` with every occurrence of one of `identifiers` replaced by its position.
pub(crate) fn with_marks(text: &str, identifiers: &[&str]) -> String {
    let mut marked = text.replace(char::from(MARK), "\u{1}\u{7f}");
    for (position, identifier) in (FIRST..LITERAL).zip(identifiers) {
        // A short identifier would tear up words, and one with a control character marks.
        if identifier.len() >= 8 && !identifier.bytes().any(|byte| byte.is_ascii_control()) {
            let mark: String = [char::from(MARK), char::from(position)].iter().collect();
            marked = marked.replace(identifier, &mark);
        }
    }
    marked
}

/// The opposite of [`with_marks`]; `None` if a mark names no identifier. The result is at most
/// `limit` bytes long.
pub(crate) fn without_marks(marked: &str, identifiers: &[&str], limit: usize) -> Option<String> {
    let mut parts = marked.split(char::from(MARK));
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let mut rest = part.chars();
        let position = u8::try_from(u32::from(rest.next()?)).ok()?;
        if position == LITERAL {
            text.push(char::from(MARK));
        } else {
            let position = position.checked_sub(FIRST)?;
            text.push_str(identifiers.get(usize::from(position))?);
        }
        text.push_str(rest.as_str());
        if text.len() > limit {
            return None;
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(identifier: &str, length: usize) {
        let mut bytes = Vec::new();
        put_identifier(&mut bytes, identifier);
        assert_eq!(bytes.len(), length, "{identifier}");
        assert_eq!(read_identifier(&mut Reader::new(&bytes)).as_deref(), Some(identifier));
    }

    #[test]
    fn canonical_cve_identifiers_are_packed_and_all_others_kept_as_text() {
        check("CVE-2021-44228", 4);
        check("CVE-1999-0001", 2);
        check("CVE-1999-001", 14);
        check("CVE-2021-044228", 17);
        check("CVE-2021-+44228", 17);
        check("CVE-1990-0001", 15);
        check("CVE-2021-99999999999", 22);
        check("RUSTSEC-2021-0001", 19);
        check("", 2);
    }

    #[test]
    fn marks_stand_for_the_advisorys_own_identifiers() {
        let identifiers = ["CVE-2021-4422", "GHSA-jfh8-c2jp-5v3q"];
        for (text, length) in [
            ("https://example.org/CVE-2021-4422?alias=GHSA-jfh8-c2jp-5v3q", 31),
            ("CVE-2021-44228", 3),
            ("a\u{1}b \u{1}\u{0}", 8),
            ("é\u{7f}", 3),
            ("", 0),
        ] {
            let marked = with_marks(text, &identifiers);
            assert_eq!(marked.len(), length, "{text}");
            assert_eq!(without_marks(&marked, &identifiers, 100).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_mark_without_identifier_and_an_overlong_text_are_refused() {
        assert_eq!(without_marks("\u{1}\u{5}", &["CVE-2021-4422"], 100), None);
        assert_eq!(without_marks("\u{1}", &["CVE-2021-4422"], 100), None);
        assert_eq!(without_marks("\u{1}\u{2}\u{1}\u{2}", &["CVE-2021-4422"], 20), None);
    }
}
