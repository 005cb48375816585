//! Whether an installed version is one that an advisory affects.

use std::cmp::Ordering;
use std::fmt;

use super::{Scheme, Unorderable};
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
    if let Some(listed) = affected.versions.iter().find(|&listed| listed == version) {
        return Ok(Some(Match::Listed(listed)));
    }
    for listed in &affected.versions {
        match scheme.compare(version, listed) {
            Ok(Ordering::Equal) => return Ok(Some(Match::Listed(listed))),
            Ok(_) => {}
            // The left side is named first: the installed version itself has no order.
            Err(error) if scheme.compare(version, version).is_err() => {
                unknown = unknown.or(Some(error));
                break;
            }
            // An odd listed version that is spelt differently is a different one.
            Err(_) => {}
        }
    }
    unknown.map_or(Ok(None), Err)
}

fn contains(scheme: Scheme, range: &Range, version: &str) -> Result<bool, Unorderable> {
    let started = match lower_bound(range) {
        Some(introduced) => scheme.compare(version, introduced)?.is_ge(),
        None => true,
    };
    let upper = match &range.upper {
        UpperBound::Unbounded if lower_bound(range).is_none() => return Ok(true),
        UpperBound::Unbounded => return Ok(started),
        UpperBound::Fixed(fixed) => scheme.compare(version, fixed)?.is_lt(),
        UpperBound::LastAffected(last) => scheme.compare(version, last)?.is_le(),
    };
    Ok(started && upper)
}

fn lower_bound(range: &Range) -> Option<&str> {
    range.introduced.as_deref().filter(|&introduced| introduced != "0")
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
