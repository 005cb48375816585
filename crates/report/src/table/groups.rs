//! Findings gathered by the package that carries them.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use seawall_model::{Finding, LayerIndex, Location, PackageKind, PackageReference, Verdict};

/// One installed package with its findings, most urgent first.
pub(super) struct Group<'a> {
    pub(super) package: &'a PackageReference,
    pub(super) kind: Option<PackageKind>,
    pub(super) layer: LayerIndex,
    pub(super) hidden_by: Option<LayerIndex>,
    pub(super) locations: Vec<&'a Location>,
    pub(super) findings: Vec<&'a Finding>,
    pub(super) fix: Fix<'a>,
}

/// The version that resolves everything about a package that can be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix<'a> {
    /// No finding of the package has a fix.
    None,
    /// This version fixes every finding that has a fix.
    Version(&'a str),
    /// Several versions, and which is highest can't be told.
    Several,
}

impl Group<'_> {
    /// Whether it comes from the distribution's package manager.
    pub(super) fn is_distribution(&self) -> bool {
        self.kind.is_some_and(PackageKind::is_distribution)
    }

    fn urgency(&self) -> (Verdict, u8, usize) {
        let first = self.findings.first();
        let verdict = first.map_or(Verdict::Green, |finding| finding.verdict);
        (verdict, first.map_or(0, |finding| finding.risk), self.findings.len())
    }
}

/// The groups of findings, the package with the most urgent finding first. Exceptions are left
/// out: they have a section of their own.
pub(super) fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.exception.is_none()) {
        let key = (&finding.package, finding.layer, finding.hidden_by);
        let key = (&key.0.name, &key.0.version, &key.0.purl, key.1, key.2);
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Group {
                package: &finding.package,
                kind: kind_of(&finding.package.purl),
                layer: finding.layer,
                hidden_by: finding.hidden_by,
                locations: Vec::new(),
                findings: Vec::new(),
                fix: Fix::None,
            });
        }
        if let Some(group) = groups.get_mut(place) {
            group.findings.push(finding);
            group.locations.extend(&finding.locations);
        }
    }
    for group in &mut groups {
        group.findings.sort_by_key(|finding| (Reverse(finding.verdict), Reverse(finding.risk)));
        group.locations.sort();
        group.locations.dedup();
        let versions = group.findings.iter().filter_map(|finding| finding.fixed_in.as_deref());
        group.fix = highest(versions, |left, right| {
            group.kind.and_then(|kind| kind.scheme().compare(left, right).ok())
        });
    }
    groups.sort_by_key(|group| Reverse(group.urgency()));
    groups
}

/// The highest of some versions, where every comparison on the way can be decided.
fn highest<'a>(
    versions: impl Iterator<Item = &'a str>,
    compare: impl Fn(&str, &str) -> Option<Ordering>,
) -> Fix<'a> {
    let mut best: Option<&str> = None;
    for version in versions {
        match best {
            Some(known) if known == version => {}
            Some(known) => match compare(version, known) {
                Some(Ordering::Greater) => best = Some(version),
                Some(_) => {}
                None => return Fix::Several,
            },
            None => best = Some(version),
        }
    }
    best.map_or(Fix::None, Fix::Version)
}

/// The kind that a package URL names in its type.
pub(super) fn kind_of(purl: &str) -> Option<PackageKind> {
    let (word, _) = purl.strip_prefix("pkg:")?.split_once('/')?;
    PackageKind::ALL.into_iter().find(|kind| kind.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_fix_wins_and_an_undecided_order_names_none() {
        let by_length = |left: &str, right: &str| Some(left.len().cmp(&right.len()));
        assert_eq!(highest(["2", "100", "30"].into_iter(), by_length), Fix::Version("100"));
        assert_eq!(highest(["1.0", "1.0"].into_iter(), |_, _| None), Fix::Version("1.0"));
        assert_eq!(highest(["1.0", "dev"].into_iter(), |_, _| None), Fix::Several);
        assert_eq!(highest([].into_iter(), by_length), Fix::None);
    }

    #[test]
    fn the_kind_is_the_type_of_the_purl() {
        assert_eq!(kind_of("pkg:deb/debian/zlib1g@1.2.11"), Some(PackageKind::Deb));
        assert_eq!(kind_of("pkg:npm/%40scope/name@1"), Some(PackageKind::Npm));
        assert_eq!(kind_of(""), None);
        assert_eq!(kind_of("pkg:vcpkg/zlib"), None);
    }
}
