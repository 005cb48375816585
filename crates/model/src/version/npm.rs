//! npm's ordering: semantic versions read as node-semver does in loose mode (checked by running
//! it): blanks and a leading `v` or `=` are skipped, numbers may have leading zeros, the dash
//! before a pre-release may be missing.
//!
//! Wider than node-semver in one point: advisories also write `1.2` for `1.2.0`. Narrower in
//! one: loose mode happens to read `1.2.34.5` as `1.2.3-4.5`; that is no version here.

use super::digits;
use super::semantic::{Semantic, are_identifiers};

/// node-semver's limit on a version's length, in bytes.
pub(super) const MAX_LENGTH: usize = 256;

/// Every number is below it, because JavaScript holds no larger integer exactly.
pub(super) const NUMBER_LIMIT: u64 = 1 << 53;

/// Reads a version.
pub(super) fn parse(text: &str) -> Option<Semantic<'_>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = text.trim().trim_start_matches(['v', '=', ' ', '\t']);
    let (mut numbers, mut count) = (["0"; 3], 0);
    let mut rest = text;
    loop {
        let (number, behind) = digits::split(rest);
        number.parse::<u64>().ok().filter(|&number| number < NUMBER_LIMIT)?;
        *numbers.get_mut(count)? = number;
        count += 1;
        match behind.strip_prefix('.') {
            Some(next) if count < 3 => rest = next,
            _ => return suffixed(numbers, count == 3, behind),
        }
    }
}

fn suffixed<'a>(numbers: [&'a str; 3], complete: bool, rest: &'a str) -> Option<Semantic<'a>> {
    let prerelease = prerelease(rest)?;
    (complete || rest.is_empty()).then_some(Semantic { numbers, prerelease, prerelease_number: "" })
}

/// The pre-release in what follows the three numbers, build metadata cut off.
pub(super) fn prerelease(rest: &str) -> Option<&str> {
    let (prerelease, build) = match rest.split_once('+') {
        Some((prerelease, build)) => (prerelease, Some(build)),
        None => (rest, None),
    };
    if !build.is_none_or(are_identifiers) {
        return None;
    }
    if prerelease.is_empty() {
        return Some("");
    }
    // A dash that no identifier follows is itself the identifier.
    let dashless = prerelease.strip_prefix('-').filter(|text| are_identifiers(text));
    dashless.or_else(|| are_identifiers(prerelease).then_some(prerelease))
}
