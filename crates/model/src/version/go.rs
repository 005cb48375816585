//! Go's ordering: module versions as golang.org/x/mod/semver orders them (checked by running
//! it), with or without the leading `v`, pseudo-versions and `+incompatible` included; and
//! releases of Go itself, `go1.21rc2` or `1.21rc2`, which the Go vulnerability database writes
//! as `1.21.0-rc.2`.
//!
//! Wider than golang.org/x/mod/semver in one point: a number may have leading zeros, because the
//! Go vulnerability database bounds ranges with Docker's `19.03.0`.
//!
//! What follows a dash or a space in a toolchain name (`go1.22.1-vendor`,
//! `go1.22.1 X:boringcrypto`) names a build of the same release and is ignored. Development
//! builds, `(devel)` and `devel go1.22-…`, have no place in the order.

use super::digits;
use super::semantic::{Semantic, are_identifiers};

/// Reads a module version or a toolchain's name.
pub(super) fn parse(text: &str) -> Option<Semantic<'_>> {
    match text.strip_prefix("go") {
        Some(toolchain) => release(toolchain.split(['-', ' ']).next()?),
        None => module(text.strip_prefix('v').unwrap_or(text)).or_else(|| release(text)),
    }
}

fn module(text: &str) -> Option<Semantic<'_>> {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, prerelease) = match text.split_once('-') {
        Some((core, prerelease)) => (core, Some(prerelease)),
        None => (text, None),
    };
    let (numbers, count) = numbers(core)?;
    // The short forms `v1` and `v1.2` are releases only.
    if count < 3 && (prerelease.is_some() || build.is_some()) {
        return None;
    }
    if !build.is_none_or(are_identifiers) || !prerelease.is_none_or(is_prerelease) {
        return None;
    }
    Some(Semantic { numbers, prerelease: prerelease.unwrap_or(""), prerelease_number: "" })
}

fn is_prerelease(text: &str) -> bool {
    let has_leading_zero = |identifier: &str| {
        identifier.len() > 1
            && identifier.starts_with('0')
            && identifier.bytes().all(|byte| byte.is_ascii_digit())
    };
    are_identifiers(text) && !text.split('.').any(has_leading_zero)
}

fn release(text: &str) -> Option<Semantic<'_>> {
    let end = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (core, candidate) = text.split_at_checked(end)?;
    let (numbers, _) = numbers(core)?;
    let kind = ["rc", "beta", "alpha"].into_iter().find(|&kind| candidate.starts_with(kind));
    let (prerelease, prerelease_number) = candidate.split_at_checked(kind.map_or(0, str::len))?;
    let (number, rest) = digits::split(prerelease_number);
    let complete = rest.is_empty() && number.is_empty() == prerelease.is_empty();
    complete.then_some(Semantic { numbers, prerelease, prerelease_number })
}

/// One to three dotted numbers; what is missing is zero.
fn numbers(text: &str) -> Option<([&str; 3], usize)> {
    let mut numbers = ["0"; 3];
    let mut count = 0;
    for component in text.split('.') {
        let (number, rest) = digits::split(component);
        if number.is_empty() || !rest.is_empty() {
            return None;
        }
        *numbers.get_mut(count)? = number;
        count += 1;
    }
    Some((numbers, count))
}
