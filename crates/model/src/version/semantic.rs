//! What npm and Go share: precedence of semantic versions (Semantic Versioning 2.0.0, section
//! 11). Build metadata has no part in it.

use std::cmp::Ordering;

use super::digits;

/// A version cut into the parts that matter for precedence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Semantic<'a> {
    /// Major, minor and patch, each a run of digits.
    pub(super) numbers: [&'a str; 3],
    /// Dotted identifiers; empty for a release.
    pub(super) prerelease: &'a str,
    /// One more identifier behind `prerelease`, for notations that write `rc1` and mean `rc.1`.
    pub(super) prerelease_number: &'a str,
}

impl Semantic<'_> {
    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        for (left, right) in self.numbers.iter().zip(&other.numbers) {
            let order = digits::compare(left, right);
            if order != Ordering::Equal {
                return order;
            }
        }
        compare_prereleases(
            (self.prerelease, self.prerelease_number),
            (other.prerelease, other.prerelease_number),
        )
    }
}

/// Orders pre-releases, each given as [`Semantic`] holds it; none at all is the release.
pub(super) fn compare_prereleases(left: (&str, &str), right: (&str, &str)) -> Ordering {
    match (left.0.is_empty(), right.0.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (identifiers(left), identifiers(right));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => compare_identifier(left, right),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn identifiers<'a>((dotted, number): (&'a str, &'a str)) -> impl Iterator<Item = &'a str> {
    dotted.split('.').chain(Some(number).filter(|number| !number.is_empty()))
}

fn compare_identifier(left: &str, right: &str) -> Ordering {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (is_number(left), is_number(right)) {
        (true, true) => digits::compare(left, right),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => left.cmp(right),
    }
}

/// Whether every dotted identifier has at least one character and only the allowed ones.
pub(super) fn are_identifiers(text: &str) -> bool {
    text.split('.').all(|identifier| {
        !identifier.is_empty()
            && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
