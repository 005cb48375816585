//! Paths as every part of a scan compares them.
//!
//! A tar member may call the same file `/etc/passwd`, `./etc//passwd` or `x/../etc/passwd`. Unpackers
//! clean such names by their text before they touch the disk (Go's `filepath.Clean`, which Docker and
//! containerd use) and never leave the root, and so does this module.
//!
//! Names are bytes, paths here are text. Bytes that are not UTF-8 become the private-use characters
//! U+EF80 to U+EFFF, byte 0x80 first; a name that holds such a character for real has that
//! character's own bytes written the same way. Two names are therefore equal as text exactly when
//! they are equal as bytes.

use crate::{Error, Limits};

/// Code point of the byte 0 in the escape range; only bytes from 0x80 on are ever escaped.
const ESCAPE: u32 = 0xEF00;

/// Writes the normal form of `raw` into `path`: no leading, trailing or doubled slash, no `.`, no
/// `..`. The root is the empty path.
pub(crate) fn normalise(raw: &[u8], path: &mut String) {
    path.clear();
    match std::str::from_utf8(raw) {
        Ok(text) if !has_escapes(text) => clean(text, path),
        _ => clean(&escape(raw), path),
    }
}

/// `raw` as text, escaped but not cleaned: for targets of symbolic links.
pub(crate) fn text(raw: &[u8], text: &mut String) {
    text.clear();
    match std::str::from_utf8(raw) {
        Ok(plain) if !has_escapes(plain) => text.push_str(plain),
        _ => text.push_str(&escape(raw)),
    }
}

/// Checks a normalised path against the limits.
pub(crate) fn check(path: &str, layer: &str, limits: &Limits) -> Result<(), Error> {
    let beginning = || path.chars().take(60).collect::<String>();
    if path.len() > limits.path_bytes {
        return Err(Error::PathBytes {
            layer: layer.to_owned(),
            entry: beginning(),
            limit: limits.path_bytes,
        });
    }
    // A path of n bytes has at most n/2 + 1 parts, so short paths need no counting.
    if path.len() / 2 >= limits.path_depth
        && path.bytes().filter(|byte| *byte == b'/').count() >= limits.path_depth
    {
        return Err(Error::PathDepth {
            layer: layer.to_owned(),
            entry: beginning(),
            limit: limits.path_depth,
        });
    }
    Ok(())
}

fn clean(text: &str, path: &mut String) {
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => path.truncate(path.rfind('/').unwrap_or(0)),
            _ => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(part);
            }
        }
    }
}

/// Whether a character of the escape range occurs: its first byte is 0xEE, its second 0xBE or 0xBF.
fn has_escapes(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_escape)
}

fn is_escape(character: char) -> bool {
    (ESCAPE + 0x80..=ESCAPE + 0xFF).contains(&u32::from(character))
}

fn escape(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len() + 16);
    for chunk in raw.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_escape(character) {
                escape_bytes(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
            } else {
                text.push(character);
            }
        }
        escape_bytes(chunk.invalid(), &mut text);
    }
    text
}

fn escape_bytes(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        text.extend(char::from_u32(ESCAPE + u32::from(*byte)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(raw: &[u8]) -> String {
        let mut path = String::from("left over");
        normalise(raw, &mut path);
        path
    }

    #[test]
    fn every_spelling_of_a_path_is_one_path() {
        for (raw, expected) in [
            ("etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("./etc/passwd", "etc/passwd"),
            ("///etc//./passwd/", "etc/passwd"),
            ("x/../etc/passwd", "etc/passwd"),
            ("../../etc/passwd", "etc/passwd"),
            ("a/b/../../../c", "c"),
            ("./", ""),
            ("/", ""),
            ("", ""),
            ("..", ""),
            ("a/...", "a/..."),
            ("lib/system-x\\x2dy.slice", "lib/system-x\\x2dy.slice"),
        ] {
            assert_eq!(normal(raw.as_bytes()), expected, "{raw}");
        }
    }

    #[test]
    fn names_that_differ_in_bytes_differ_as_text() {
        let latin = normal(b"caf\xE9");
        let utf8 = normal("café".as_bytes());
        let forged = normal("caf\u{EFE9}".as_bytes());
        assert_eq!(latin, "caf\u{EFE9}");
        assert_ne!(latin, utf8);
        assert_ne!(latin, forged);
        assert_eq!(forged, "caf\u{EFEE}\u{EFBF}\u{EFA9}");
    }

    #[test]
    fn long_and_deep_paths_are_refused_by_name() {
        let limits = Limits { path_bytes: 20, path_depth: 3, ..Limits::default() };
        assert!(check("a/b/c", "layer", &limits).is_ok());
        assert!(matches!(check("a/b/c/d", "layer", &limits), Err(Error::PathDepth { .. })));
        let long = "x".repeat(21);
        assert!(matches!(check(&long, "layer", &limits), Err(Error::PathBytes { .. })));
    }
}
