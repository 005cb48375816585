//! Stretches of semantic versions, for sources that write ranges as requirements.

use std::cmp::Ordering;

use seawall_model::{Range, UpperBound};
use semver::{BuildMetadata, Prerelease, Version};

/// A place between versions: just before `version`, or just after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) version: Version,
    pub(crate) after: bool,
}

impl Place {
    pub(crate) fn before(version: Version) -> Self {
        Self { version, after: false }
    }

    pub(crate) fn after(version: Version) -> Self {
        Self { version, after: true }
    }

    fn order(&self, other: &Self) -> Ordering {
        self.version.cmp_precedence(&other.version).then(self.after.cmp(&other.after))
    }

    /// The first version at or behind this place. Behind a release that is the lowest pre-release
    /// of the next patch; behind a pre-release it has one more identifier, the lowest (Semantic
    /// Versioning 2.0.0, item 11).
    fn first_version(&self) -> Option<String> {
        if !self.after {
            return Some(self.version.to_string());
        }
        let mut next = self.version.clone();
        next.build = BuildMetadata::EMPTY;
        if next.pre.is_empty() {
            next.patch = next.patch.checked_add(1)?;
            next.pre = Prerelease::new("0").ok()?;
        } else {
            next.pre = Prerelease::new(&format!("{}.0", next.pre)).ok()?;
        }
        Some(next.to_string())
    }
}

/// From `low` to `high`; `None` is the end of the line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) low: Option<Place>,
    pub(crate) high: Option<Place>,
}

impl Span {
    /// What both spans cover, or `None`.
    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(if a.order(&b).is_ge() { a } else { b }),
            (a, b) => a.or(b),
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(if a.order(&b).is_le() { a } else { b }),
            (a, b) => a.or(b),
        };
        let empty = matches!((&low, &high), (Some(low), Some(high)) if low.order(high).is_ge());
        (!empty).then_some(Self { low, high })
    }

    /// As a range of the model. `None` only when no version can follow a lower end, which needs a
    /// patch number of 2^64 - 1.
    pub(crate) fn range(&self) -> Option<Range> {
        let introduced = match &self.low {
            Some(place) => Some(place.first_version()?),
            None => None,
        };
        let upper = match &self.high {
            Some(Place { version, after: true }) => UpperBound::LastAffected(version.to_string()),
            Some(Place { version, after: false }) => UpperBound::Fixed(version.to_string()),
            None => UpperBound::Unbounded,
        };
        Some(Range { introduced, upper })
    }
}

/// Everything that none of the spans covers, in rising order.
pub(crate) fn complement(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|a, b| match (&a.low, &b.low) {
        (Some(a), Some(b)) => a.order(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    let mut gaps = Vec::new();
    // How far everything is covered; starts at the beginning of the line.
    let mut covered: Option<Place> = None;
    for span in spans {
        let gap = match (&covered, &span.low) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(covered), Some(low)) => covered.order(low).is_lt(),
        };
        if gap {
            gaps.push(Span { low: covered.clone(), high: span.low });
        }
        let Some(high) = span.high else { return gaps };
        if covered.as_ref().is_none_or(|covered| covered.order(&high).is_lt()) {
            covered = Some(high);
        }
    }
    gaps.push(Span { low: covered, high: None });
    gaps
}
