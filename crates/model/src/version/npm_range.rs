//! npm ranges, as advisories for npm packages state them: comparators, hyphen ranges, x-ranges,
//! `~` and `^`, joined by blanks (and) and `||` (or).
//!
//! Read as node-semver reads them with `includePrerelease` and `loose`, the way `npm audit` asks
//! (checked by running it): pre-releases have their plain place in the order, so `<2.0.0`
//! contains `2.0.0-rc.1`. Two differences: a comma joins like a blank, as GitHub's advisories
//! write it, and a comparator that can't be read makes the range an error, where node-semver in
//! loose mode drops it and so widens or narrows the range without a word.

use std::cmp::Ordering;

use super::semantic::{self, Semantic};
use super::{Scheme, Unorderable, digits, npm};
use crate::{Range, UpperBound};

/// More alternatives or comparators than any real range has.
const MAX_PARTS: usize = 1000;

/// Whether an npm range contains a version.
///
/// # Errors
/// [`Unorderable`] names the range or the version that can't be read.
pub fn npm_range_contains(range: &str, version: &str) -> Result<bool, Unorderable> {
    let intervals = intervals(range).ok_or_else(|| Scheme::Npm.unorderable(range))?;
    let version = npm::parse(version)
        .and_then(|version| Point::of(&version))
        .ok_or_else(|| Scheme::Npm.unorderable(version))?;
    Ok(intervals.iter().any(|interval| interval.contains(&version)))
}

/// An npm range as [`Range`]s in [`Scheme::Npm`], which contain exactly the same versions: one
/// for each alternative that can contain anything, none for an impossible range.
///
/// A [`Range`] starts at a version that belongs to it, so an exclusive lower bound becomes the
/// very next version: `>1.2.3` starts at `1.2.4-0`, the lowest pre-release of the next patch, and
/// `>1.2.3-rc` at `1.2.3-rc.0`. An upper bound that node-semver derives keeps its `-0`: `^1.2.3`
/// ends before `2.0.0-0`, so `2.0.0-rc` is not in it.
///
/// # Errors
/// [`Unorderable`] names a range that can't be read.
pub fn npm_ranges(range: &str) -> Result<Vec<Range>, Unorderable> {
    let intervals = intervals(range).ok_or_else(|| Scheme::Npm.unorderable(range))?;
    Ok(intervals.iter().filter(|interval| !interval.is_empty()).map(Interval::range).collect())
}

/// A version with its numbers worked out.
#[derive(Debug, Clone, Copy)]
struct Point<'a> {
    numbers: [u64; 3],
    prerelease: &'a str,
}

/// A point, and whether it belongs to the interval it ends.
type Bound<'a> = Option<(Point<'a>, bool)>;

/// Versions from `lower` to `upper`; an end that is missing is open.
#[derive(Debug, Clone, Copy, Default)]
struct Interval<'a> {
    lower: Bound<'a>,
    upper: Bound<'a>,
}

/// A version that may stop early or have `x` for a number.
struct Partial<'a> {
    numbers: [Option<u64>; 3],
    prerelease: &'a str,
}

fn intervals(range: &str) -> Option<Vec<Interval<'_>>> {
    let mut intervals = Vec::new();
    for alternative in range.split("||") {
        if intervals.len() >= MAX_PARTS {
            return None;
        }
        intervals.push(alternative_interval(alternative.trim())?);
    }
    Some(intervals)
}

fn alternative_interval(text: &str) -> Option<Interval<'_>> {
    if let Some((from, to)) = split_hyphen(text) {
        return Partial::parse(from)?.hyphen(&Partial::parse(to)?);
    }
    let mut interval = Interval::default();
    let mut rest = text;
    for _ in 0..MAX_PARTS {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
        if rest.is_empty() {
            return Some(interval);
        }
        let behind = rest.trim_start_matches(['<', '>', '=', '~', '^']);
        let operator = rest.strip_suffix(behind)?;
        let behind = behind.trim_start();
        let end = behind
            .find(|letter: char| letter.is_whitespace() || letter == ',')
            .unwrap_or(behind.len());
        let (version, next) = behind.split_at_checked(end)?;
        interval = interval.and(Partial::parse(version)?.selected(operator)?);
        rest = next;
    }
    None
}

/// The two sides of `from - to`; the dash has blanks around it.
fn split_hyphen(text: &str) -> Option<(&str, &str)> {
    let dash = text.match_indices('-').map(|(index, _)| index).find(|&index| {
        let before = text.get(..index).is_some_and(|text| text.ends_with(char::is_whitespace));
        let behind = text.get(index..).and_then(|text| text.strip_prefix('-'));
        before && behind.is_some_and(|text| text.starts_with(char::is_whitespace))
    })?;
    let (from, to) = text.split_at_checked(dash)?;
    Some((from.trim(), to.strip_prefix('-')?.trim()))
}

impl<'a> Partial<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if text.len() > npm::MAX_LENGTH {
            return None;
        }
        let mut numbers = [None; 3];
        if text.is_empty() {
            return Some(Self { numbers, prerelease: "" });
        }
        let mut rest = text.trim_start_matches(['v', '=']);
        for (index, number) in numbers.iter_mut().enumerate() {
            (*number, rest) = component(rest)?;
            if index < 2 {
                match rest.strip_prefix('.') {
                    Some(next) => rest = next,
                    None if rest.is_empty() => break,
                    None => return None,
                }
            }
        }
        let prerelease = npm::prerelease(rest)?;
        // A number can't follow an x.
        let [major, minor, patch] = numbers;
        let ordered = (major.is_some() || minor.is_none()) && (minor.is_some() || patch.is_none());
        ordered.then_some(Self { numbers, prerelease })
    }

    /// The versions that an operator selects; `None` for an operator that npm doesn't have.
    fn selected(&self, operator: &str) -> Option<Interval<'a>> {
        let [Some(major), minor, patch] = self.numbers else {
            return match operator {
                "<" | ">" => Some(Interval { lower: None, upper: Some((Point::LOWEST, false)) }),
                "" | "=" | "<=" | ">=" | "^" | "~" | "~>" => Some(Interval::default()),
                _ => None,
            };
        };
        let (first, next) = (self.first(), self.next(self.last_known())?);
        let from = |point, own| Interval { lower: Some((point, own)), upper: None };
        let until = |point, own| Interval { lower: None, upper: Some((point, own)) };
        Some(match (operator, patch.is_some()) {
            ("" | "=", true) => from(first, true).and(until(first, true)),
            ("" | "=", false) => from(first, true).and(until(next, false)),
            (">", true) => from(first, false),
            (">", false) => from(next, true),
            (">=", _) => from(first, true),
            ("<", _) => until(first, false),
            ("<=", true) => until(first, true),
            ("<=", false) => until(next, false),
            ("~" | "~>", _) => {
                let bumped = usize::from(minor.is_some());
                from(first, true).and(until(self.next(bumped)?, false))
            }
            ("^", _) => {
                // The leftmost number that isn't zero stays.
                let bumped = match (major, minor) {
                    (0, Some(minor)) => {
                        if minor > 0 {
                            1
                        } else {
                            self.last_known()
                        }
                    }
                    _ => 0,
                };
                from(first, true).and(until(self.next(bumped)?, false))
            }
            _ => return None,
        })
    }

    /// `self - to`: both ends belong to it, and so do pre-releases of an end that names none.
    fn hyphen(&self, to: &Self) -> Option<Interval<'a>> {
        let first = self.first();
        let prerelease = if first.prerelease.is_empty() { "0" } else { first.prerelease };
        let lower = self.numbers[0].map(|_| (Point { prerelease, ..first }, true));
        let upper = match (to.numbers, to.prerelease) {
            ([None, ..], _) => None,
            ([.., Some(_)], prerelease) if !prerelease.is_empty() => Some((to.first(), true)),
            _ => Some((to.next(to.last_known())?, false)),
        };
        Some(Interval { lower, upper })
    }

    fn last_known(&self) -> usize {
        self.numbers.iter().rposition(Option::is_some).unwrap_or(0)
    }

    /// The lowest version it stands for.
    fn first(&self) -> Point<'a> {
        let numbers = self.numbers.map(Option::unwrap_or_default);
        let is_exact = self.numbers[2].is_some();
        Point { numbers, prerelease: if is_exact { self.prerelease } else { "0" } }
    }

    /// The lowest version behind every one that shares the numbers up to `index`.
    fn next(&self, index: usize) -> Option<Point<'a>> {
        let mut numbers = [0; 3];
        for (place, (number, known)) in numbers.iter_mut().zip(self.numbers).enumerate() {
            if place <= index {
                *number = known.unwrap_or_default() + u64::from(place == index);
            }
        }
        numbers.iter().all(|&number| number < npm::NUMBER_LIMIT).then_some(())?;
        Some(Point { numbers, prerelease: "0" })
    }
}

/// One number or x, and what follows it.
fn component(text: &str) -> Option<(Option<u64>, &str)> {
    if let Some(rest) = text.strip_prefix(['x', 'X', '*']) {
        return Some((None, rest));
    }
    let (number, rest) = digits::split(text);
    let number = number.parse().ok().filter(|&number: &u64| number < npm::NUMBER_LIMIT)?;
    Some((Some(number), rest))
}

impl<'a> Point<'a> {
    /// Nothing comes before it.
    const LOWEST: Self = Self { numbers: [0; 3], prerelease: "0" };

    fn of(version: &Semantic<'a>) -> Option<Self> {
        let mut numbers = [0; 3];
        for (number, text) in numbers.iter_mut().zip(version.numbers) {
            *number = text.parse().ok()?;
        }
        Some(Self { numbers, prerelease: version.prerelease })
    }

    fn precedence(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            semantic::compare_prereleases((self.prerelease, ""), (other.prerelease, ""))
        })
    }

    fn text(&self) -> String {
        let [major, minor, patch] = self.numbers;
        let dash = if self.prerelease.is_empty() { "" } else { "-" };
        format!("{major}.{minor}.{patch}{dash}{}", self.prerelease)
    }

    /// The text of the very next version.
    fn successor(&self) -> String {
        let [major, minor, patch] = self.numbers;
        match self.prerelease {
            "" => format!("{major}.{minor}.{}-0", patch + 1),
            prerelease => format!("{major}.{minor}.{patch}-{prerelease}.0"),
        }
    }
}

impl<'a> Interval<'a> {
    fn contains(&self, version: &Point<'a>) -> bool {
        let above = self.lower.is_none_or(|(bound, own)| match version.precedence(&bound) {
            Ordering::Less => false,
            Ordering::Equal => own,
            Ordering::Greater => true,
        });
        above
            && self.upper.is_none_or(|(bound, own)| match version.precedence(&bound) {
                Ordering::Less => true,
                Ordering::Equal => own,
                Ordering::Greater => false,
            })
    }

    /// What both contain.
    fn and(self, other: Self) -> Self {
        Self {
            lower: tighter(self.lower, other.lower, Ordering::Greater),
            upper: tighter(self.upper, other.upper, Ordering::Less),
        }
    }

    fn is_empty(&self) -> bool {
        let Some((upper, upper_own)) = self.upper else { return false };
        let (lower, lower_own) = self.lower.unwrap_or((Point::LOWEST, true));
        match lower.precedence(&upper) {
            Ordering::Less => false,
            Ordering::Equal => !(lower_own && upper_own),
            Ordering::Greater => true,
        }
    }

    fn range(&self) -> Range {
        let introduced = self.lower.and_then(|(bound, own)| match own {
            true if bound.precedence(&Point::LOWEST) == Ordering::Equal => None,
            true => Some(bound.text()),
            false => Some(bound.successor()),
        });
        let upper = match self.upper {
            None => UpperBound::Unbounded,
            Some((bound, true)) => UpperBound::LastAffected(bound.text()),
            Some((bound, false)) => UpperBound::Fixed(bound.text()),
        };
        Range { introduced, upper }
    }
}

/// The bound that leaves less; at the same point that is the exclusive one.
fn tighter<'a>(left: Bound<'a>, right: Bound<'a>, inward: Ordering) -> Bound<'a> {
    let (Some((left_point, left_own)), Some((right_point, right_own))) = (left, right) else {
        return left.or(right);
    };
    match left_point.precedence(&right_point) {
        Ordering::Equal => Some((left_point, left_own && right_own)),
        order if order == inward => left,
        _ => right,
    }
}
