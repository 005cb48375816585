//! RPM's ordering (rpm's `rpmio/rpmvercmp.c` and the manual page rpm-version(7); checked by
//! running rpm): `[epoch:]version[-release]`, with `~` before the end and `^` behind it.
//!
//! A side without a release is compared on epoch and version alone, as rpm does for the
//! dependency `name = 1.2`; such comparisons are therefore not transitive.

use std::cmp::Ordering;

use super::digits;

/// A version cut into its three parts.
pub(super) struct Version<'a> {
    epoch: u32,
    version: &'a str,
    release: Option<&'a str>,
}

impl<'a> Version<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (epoch, rest) = match digits::split(text) {
            ("", rest) if rest.starts_with(':') => (0, rest.get(1..)?),
            (epoch, rest) if rest.starts_with(':') => (epoch.parse().ok()?, rest.get(1..)?),
            _ => (0, text),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) => (version, Some(release)),
            None => (rest, None),
        };
        (!version.is_empty() && release != Some("")).then_some(Self { epoch, version, release })
    }

    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        let releases = || match (self.release, other.release) {
            (Some(left), Some(right)) => compare_part(left, right),
            _ => Ordering::Equal,
        };
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_part(self.version, other.version))
            .then_with(releases)
    }
}

fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    loop {
        left = skip_separators(left);
        right = skip_separators(right);
        match (left.bytes().next(), right.bytes().next()) {
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {
                left = left.get(1..).unwrap_or("");
                right = right.get(1..).unwrap_or("");
            }
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            (None, None) => return Ordering::Equal,
            // A caret is newer than the end and older than anything else that goes on.
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(b'^'), Some(_)) => return Ordering::Less,
            (Some(_), Some(b'^')) => return Ordering::Greater,
            (Some(first), Some(_)) => {
                let order;
                (order, left, right) = compare_segment(first.is_ascii_digit(), left, right);
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

/// Orders one run of digits or letters; the left side decides which, and a number is newer than
/// a word. Returns what follows on both sides.
fn compare_segment<'l, 'r>(
    numeric: bool,
    left: &'l str,
    right: &'r str,
) -> (Ordering, &'l str, &'r str) {
    let ((left, left_rest), (right, right_rest)) = if numeric {
        (digits::split(left), digits::split(right))
    } else {
        (split_letters(left), split_letters(right))
    };
    let order = match (right.is_empty(), numeric) {
        (true, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, true) => digits::compare(left, right),
        (false, false) => left.cmp(right),
    };
    (order, left_rest, right_rest)
}

fn split_letters(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn skip_separators(text: &str) -> &str {
    text.trim_start_matches(|letter: char| {
        !letter.is_ascii_alphanumeric() && letter != '~' && letter != '^'
    })
}
