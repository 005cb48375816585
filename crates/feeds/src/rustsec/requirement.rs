//! Cargo's version requirements (doc.rust-lang.org/cargo, "Specifying Dependencies") as spans.

use seawall_model::Range;
use semver::{Comparator, Op, Prerelease, Version, VersionReq};

use crate::intake::cut;
use crate::span::{Place, Span, complement};

/// The versions that fit none of the requirements.
///
/// # Errors
/// A message when one is not a requirement.
pub(super) fn ranges_outside<'r>(
    requirements: impl Iterator<Item = &'r str>,
) -> Result<Vec<Range>, String> {
    let mut spans = Vec::new();
    for text in requirements {
        let requirement = VersionReq::parse(text)
            .map_err(|error| format!("requirement `{}`: {error}", cut(text)))?;
        let all = Some(Span::default());
        spans.extend(requirement.comparators.iter().fold(all, |span, comparator| {
            span.and_then(|span| span.intersection(bounds(comparator)))
        }));
    }
    Ok(complement(spans).iter().filter_map(Span::range).collect())
}

fn bounds(comparator: &Comparator) -> Span {
    let floor = Version {
        pre: comparator.pre.clone(),
        ..Version::new(
            comparator.major,
            comparator.minor.unwrap_or(0),
            comparator.patch.unwrap_or(0),
        )
    };
    let low = |place| Span { low: Some(place), high: None };
    let high = |place| Span { low: None, high: Some(place) };
    let between = |end| Span { low: Some(Place::before(floor.clone())), high: Some(end) };
    match comparator.op {
        Op::GreaterEq => low(Place::before(floor)),
        Op::Less => high(Place::before(floor)),
        Op::Greater => low(end(comparator, &floor)),
        Op::LessEq => high(end(comparator, &floor)),
        Op::Tilde => between(minor_end(comparator, &floor)),
        Op::Caret => between(caret_end(comparator, &floor)),
        _ => between(end(comparator, &floor)),
    }
}

/// Just before the pre-releases of a version: where everything below it ends.
fn before(major: Option<u64>, minor: Option<u64>) -> Option<Place> {
    let mut version = Version::new(major?, minor?, 0);
    version.pre = Prerelease::new("0").ok()?;
    Some(Place::before(version))
}

/// Where the versions that start with what is written end.
fn end(comparator: &Comparator, floor: &Version) -> Place {
    let place = match (comparator.minor, comparator.patch) {
        (None, _) => before(floor.major.checked_add(1), Some(0)),
        (Some(minor), None) => before(Some(floor.major), minor.checked_add(1)),
        _ => None,
    };
    place.unwrap_or_else(|| Place::after(floor.clone()))
}

fn minor_end(comparator: &Comparator, floor: &Version) -> Place {
    end(&Comparator { patch: None, ..comparator.clone() }, floor)
}

/// Before the next change of the first number that is not zero.
fn caret_end(comparator: &Comparator, floor: &Version) -> Place {
    match (floor.major, comparator.minor, comparator.patch) {
        (0, Some(0), Some(_)) => Place::after(floor.clone()),
        (0, Some(_), _) => minor_end(comparator, floor),
        _ => end(&Comparator { minor: None, patch: None, ..comparator.clone() }, floor),
    }
}

#[cfg(test)]
mod tests {
    use super::ranges_outside;
    use seawall_model::UpperBound;

    fn check(safe: &[&str], expected: &[&str]) {
        let ranges = ranges_outside(safe.iter().copied()).expect("requirements");
        let shown: Vec<String> = ranges
            .into_iter()
            .map(|range| {
                let low = range.introduced.unwrap_or_default();
                match range.upper {
                    UpperBound::Fixed(version) => format!("{low}..{version}"),
                    UpperBound::LastAffected(version) => format!("{low}..={version}"),
                    UpperBound::Unbounded => format!("{low}.."),
                }
            })
            .collect();
        assert_eq!(shown, expected, "{safe:?}");
    }

    #[test]
    fn what_is_neither_patched_nor_unaffected_is_affected() {
        check(&[], &[".."]);
        check(&[">= 1.2.3"], &["..1.2.3"]);
        check(
            &[">= 0.12.3, < 0.13.0", ">= 0.13.1", "< 0.12"],
            &["0.12.0..0.12.3", "0.13.0..0.13.1"],
        );
        check(&["> 1.0.0", "<= 0.5.0"], &["0.5.1-0..=1.0.0"]);
        check(&["^0.3.4", ">= 0.5"], &["..0.3.4", "0.4.0-0..0.5.0"]);
        check(&["~1.2.3", "=2.0.0"], &["..1.2.3", "1.3.0-0..2.0.0", "2.0.1-0.."]);
        check(&[">= 2.0.0-rc.2"], &["..2.0.0-rc.2"]);
        check(&["*"], &[]);
        check(&["< 1", ">= 1"], &[]);
    }

    #[test]
    fn a_requirement_that_is_none_is_refused() {
        assert!(ranges_outside(["one"].into_iter()).is_err());
    }
}
