//! npm version ranges (node-semver README, "Ranges" and "Advanced Range Syntax") as the ranges of
//! the model. Pre-releases are ordered, not set apart: an advisory for `<2.0.0` speaks of
//! `2.0.0-beta` too.

use seawall_model::Range;
use semver::Version;

use crate::intake::cut;
use crate::span::{Place, Span};

/// Reads `a b || c - d`: alternatives of comparators that must all hold.
///
/// # Errors
/// A message for a problem when a part is not a comparator.
pub(crate) fn npm_ranges(range: &str) -> Result<Vec<Range>, String> {
    let mut ranges = Vec::new();
    for alternative in range.split("||") {
        if let Some(span) = conjunction(alternative)? {
            ranges.extend(span.range());
        }
    }
    Ok(ranges)
}

fn conjunction(text: &str) -> Result<Option<Span>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [low, "-", high] = words.as_slice() {
        let low = comparator(">=", low)?;
        return Ok(low.intersection(comparator("<=", high)?));
    }
    let mut span = Some(Span::default());
    let mut pending = "";
    for word in words {
        let word = word.trim_end_matches(',');
        let version = word.trim_start_matches(['<', '>', '=', '^', '~']);
        let operator = &word[..word.len() - version.len()];
        if version.is_empty() {
            pending = operator;
            continue;
        }
        let operator = if operator.is_empty() { std::mem::take(&mut pending) } else { operator };
        let next = comparator(operator, version)?;
        span = span.and_then(|span| span.intersection(next));
    }
    Ok(span)
}

fn comparator(operator: &str, version: &str) -> Result<Span, String> {
    let partial = Partial::parse(version)
        .ok_or_else(|| format!("`{}` is not an npm version", cut(version)))?;
    let Some(floor) = partial.floor() else { return Ok(Span::default()) };
    let low = |place| Span { low: Some(place), high: None };
    let high = |place| Span { low: None, high: Some(place) };
    // Where the versions that start with what is written end.
    let end = |partial: &Partial| match partial.next() {
        Some(next) => Place::before(next),
        None => Place::after(floor.clone()),
    };
    let between = |end: Place| Span { low: Some(Place::before(floor.clone())), high: Some(end) };
    Ok(match operator {
        "" | "=" | "==" => between(end(&partial)),
        ">=" => low(Place::before(floor)),
        "<" => high(Place::before(floor)),
        ">" => low(end(&partial)),
        "<=" => high(end(&partial)),
        "~" | "~>" => between(end(&partial.cut_to_minor())),
        "^" => between(end(&partial.cut_to_significant())),
        _ => return Err(format!("`{}` is not an npm comparator", cut(operator))),
    })
}

/// A version of which trailing parts may be missing or `x`.
#[derive(Debug, Clone)]
struct Partial {
    numbers: Vec<u64>,
    pre: semver::Prerelease,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=']);
        let text = text.split('+').next()?;
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        let mut known = Vec::new();
        for part in numbers.split('.') {
            if matches!(part, "x" | "X" | "*") {
                break;
            }
            known.push(part.parse().ok()?);
        }
        (known.len() <= 3).then_some(())?;
        Some(Self { numbers: known, pre: semver::Prerelease::new(pre).ok()? })
    }

    /// The lowest version that it can mean, or `None` when it means every one.
    fn floor(&self) -> Option<Version> {
        let number = |index: usize| self.numbers.get(index).copied().unwrap_or(0);
        self.numbers.first()?;
        let mut version = Version::new(number(0), number(1), number(2));
        version.pre = self.pre.clone();
        Some(version)
    }

    /// The lowest version behind all that it can mean; `None` when it is a single version.
    fn next(&self) -> Option<Version> {
        let number = |index: usize| self.numbers.get(index).copied().unwrap_or(0);
        let mut version = match self.numbers.len() {
            1 => Version::new(number(0).checked_add(1)?, 0, 0),
            2 => Version::new(number(0), number(1).checked_add(1)?, 0),
            _ => return None,
        };
        version.pre = semver::Prerelease::new("0").ok()?;
        Some(version)
    }

    fn cut_to_minor(&self) -> Self {
        let mut cut = self.clone();
        cut.numbers.truncate(2);
        cut
    }

    /// Up to and with the first number that is not zero.
    fn cut_to_significant(&self) -> Self {
        let mut cut = self.clone();
        if let Some(first) = cut.numbers.iter().position(|&number| number != 0) {
            cut.numbers.truncate(first + 1);
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::npm_ranges;
    use seawall_model::UpperBound;

    fn check(range: &str, expected: &[&str]) {
        let shown = npm_ranges(range).map(|ranges| {
            let show = |range: seawall_model::Range| {
                let low = range.introduced.unwrap_or_default();
                match range.upper {
                    UpperBound::Fixed(version) => format!("{low}..{version}"),
                    UpperBound::LastAffected(version) => format!("{low}..={version}"),
                    UpperBound::Unbounded => format!("{low}.."),
                }
            };
            ranges.into_iter().map(show).collect::<Vec<_>>()
        });
        assert_eq!(shown, Ok(expected.iter().map(|&text| text.to_owned()).collect()), "{range}");
    }

    #[test]
    fn ranges_become_half_open_spans() {
        check("<=1.0.0", &["..=1.0.0"]);
        check("< 4.17.21", &["..4.17.21"]);
        check("*", &[".."]);
        check("<1.2.0 || >=2.0.0 <2.1.0", &["..1.2.0", "2.0.0..2.1.0"]);
        check(">1.0.0 <=1.2.0", &["1.0.1-0..=1.2.0"]);
        check("1.2.x || 2.x", &["1.2.0..1.3.0-0", "2.0.0..3.0.0-0"]);
        check("~1.2.3-pre", &["1.2.3-pre..1.3.0-0"]);
        check("^0.2.3", &["0.2.3..0.3.0-0"]);
        check("^0.0.3", &["0.0.3..=0.0.3"]);
        check("1.0.0 - 1.5", &["1.0.0..1.6.0-0"]);
        check("=1.0.0-rc.1", &["1.0.0-rc.1..=1.0.0-rc.1"]);
        check(">1.0.0-rc.1", &["1.0.0-rc.1.0.."]);
        check("<1.0.0 >2.0.0", &[]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for range in ["latest", "<1.2.3.4", "<>1", "<1.0.0-é", ">>>1.0.0"] {
            assert!(npm_ranges(range).is_err(), "{range}");
        }
    }
}
