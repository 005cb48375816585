//! Numbers of any length, as most schemes have them: leading zeros mean nothing and nothing
//! overflows.

use std::cmp::Ordering;

/// Orders two runs of ASCII digits by value; an empty run is zero.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Splits the leading run of ASCII digits off.
pub(super) fn split(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
