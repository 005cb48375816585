//! Whether an installed version is one that an advisory affects.

use std::cmp::Ordering;
use std::fmt;

use super::{Scheme, Unorderable, digits};
use crate::{Affected, Range, UpperBound};

/// Why a version is affected; displays as `>= 1.2, < 1.4`, `= 1.2.3` or `every version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match<'a> {
    /// It lies in this range.
    Range(&'a Range),
    /// It is listed, in this spelling.
    Listed(&'a str),
    /// The advisory limits no version.
    Every,
}

/// Tells whether `version` is affected and what says so, a range before a listed version.
///
/// A range reaches from `introduced` (itself affected; none or `0` is the beginning) to its upper
/// bound. A listed version matches when it is equal in order, or in spelling where one of the two
/// can't be ordered.
///
/// # Errors
/// [`Unorderable`] when nothing matches but a bound, or the version against the list, could not
/// be ordered: the answer is unknown then, never "not affected".
pub fn affected_range<'a>(
    scheme: Scheme,
    version: &str,
    affected: &'a Affected,
) -> Result<Option<Match<'a>>, Unorderable> {
    if affected.ranges.is_empty() && affected.versions.is_empty() {
        return Ok(Some(Match::Every));
    }
    let mut unknown = None;
    for range in &affected.ranges {
        match contains(scheme, range, version) {
            Ok(true) => return Ok(Some(Match::Range(range))),
            Ok(false) => {}
            Err(error) => unknown = unknown.or(Some(error)),
        }
    }
    match listed(scheme, version, &affected.versions) {
        Ok(Some(listed)) => return Ok(Some(Match::Listed(listed))),
        Ok(None) => {}
        Err(error) => unknown = unknown.or(Some(error)),
    }
    unknown.map_or(Ok(None), Err)
}

fn listed<'a>(
    scheme: Scheme,
    version: &str,
    versions: &'a [String],
) -> Result<Option<&'a str>, Unorderable> {
    if let Some(same) = versions.iter().find(|&listed| listed == version) {
        return Ok(Some(same));
    }
    if versions.is_empty() {
        return Ok(None);
    }
    scheme.compare(version, version)?;
    // An odd listed version that is spelt differently is a different one.
    let is_equal = |listed: &&String| {
        !differ_plainly(version, listed) && scheme.compare(version, listed) == Ok(Ordering::Equal)
    };
    Ok(versions.iter().find(is_equal).map(String::as_str))
}

fn contains(scheme: Scheme, range: &Range, version: &str) -> Result<bool, Unorderable> {
    if let Some(introduced) = lower_bound(range)
        && scheme.compare(version, introduced)?.is_lt()
    {
        return Ok(false);
    }
    match &range.upper {
        UpperBound::Unbounded => Ok(true),
        UpperBound::Fixed(fixed) => Ok(scheme.compare(version, fixed)?.is_lt()),
        UpperBound::LastAffected(last) => Ok(scheme.compare(version, last)?.is_le()),
    }
}

fn lower_bound(range: &Range) -> Option<&str> {
    range.introduced.as_deref().filter(|&introduced| introduced != "0")
}

/// Whether two versions are certainly unequal in every scheme: both begin with a number, which is
/// no epoch, and those numbers differ; or both are plain dotted numbers that differ beyond
/// trailing zeros. Spares lists of hundreds of versions the full comparison.
fn differ_plainly(left: &str, right: &str) -> bool {
    let (left_number, left_rest) = digits::split(left);
    let (right_number, right_rest) = digits::split(right);
    if left_number.is_empty() || right_number.is_empty() {
        return false;
    }
    let has_epoch = left_rest.starts_with(['!', ':']) || right_rest.starts_with(['!', ':']);
    if !has_epoch && digits::compare(left_number, right_number).is_ne() {
        return true;
    }
    left.trim_end_matches(".0") != right.trim_end_matches(".0") && is_plain(left) && is_plain(right)
}

/// Dotted numbers without leading zeros.
fn is_plain(text: &str) -> bool {
    text.split('.').all(|number| {
        digits::split(number).1.is_empty()
            && (number == "0" || !(number.is_empty() || number.starts_with('0')))
    })
}

impl fmt::Display for Match<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = match self {
            Self::Range(range) => range,
            Self::Listed(version) => return write!(formatter, "= {version}"),
            Self::Every => return formatter.write_str("every version"),
        };
        let (operator, version) = match &range.upper {
            UpperBound::Unbounded => {
                return match lower_bound(range) {
                    Some(introduced) => write!(formatter, ">= {introduced}"),
                    None => formatter.write_str("every version"),
                };
            }
            UpperBound::Fixed(fixed) => ("<", fixed),
            UpperBound::LastAffected(last) => ("<=", last),
        };
        if let Some(introduced) = lower_bound(range) {
            write!(formatter, ">= {introduced}, ")?;
        }
        write!(formatter, "{operator} {version}")
    }
}
