//! What to do next, worked out from the findings and gaps alone.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use seawall_model::{Finding, GapKind, LayerIndex, PackageKind, Report, Verdict};

use super::groups::{Fix, Group};
use super::page::{Page, Tone, span};
use super::wording::counted;
use crate::Error;

/// Remedies shown when lists are summed up.
const SHOWN: usize = 5;

/// One thing to do. Remedies that help against the most urgent finding come first.
struct Remedy {
    /// Comes before the others whatever they do.
    first: bool,
    effect: Effect,
    text: String,
}

/// What a remedy takes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Effect {
    /// The highest risk among the findings.
    risk: u8,
    red: usize,
    total: usize,
}

impl Effect {
    fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        findings.fold(Self::default(), |effect, finding| Self {
            risk: effect.risk.max(finding.risk),
            red: effect.red + usize::from(finding.verdict == Verdict::Red),
            total: effect.total + 1,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            risk: self.risk.max(other.risk),
            red: self.red + other.red,
            total: self.total + other.total,
        }
    }
}

/// `3 findings go away, 1 of them red`.
impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.total == 1 { "goes" } else { "go" };
        write!(formatter, "{} {verb} away", counted(self.total, "finding"))?;
        match self.red {
            0 => Ok(()),
            1 if self.total == 1 => formatter.write_str(", a red one"),
            red if red == self.total => formatter.write_str(", all of them red"),
            red => write!(formatter, ", {red} of them red"),
        }
    }
}

/// Writes the section.
pub(super) fn write(
    page: &mut Page<'_>,
    report: &Report,
    groups: &[Group<'_>],
    full: bool,
) -> Result<(), Error> {
    let mut remedies = Vec::new();
    remedies.extend(supported_release(report, groups));
    remedies.extend(distribution_updates(groups));
    remedies.extend(upgrades(groups));
    remedies.extend(hidden(groups));
    remedies.extend(without_fix(groups));
    remedies.extend(gaps(report));
    remedies.sort_by_key(|remedy| Reverse((remedy.first, remedy.effect)));
    page.heading("What to do next", "")?;
    if remedies.is_empty() {
        let text = match report.verdict {
            Verdict::Green if report.findings.is_empty() => "Nothing: no findings and no gaps.",
            Verdict::Green if groups.is_empty() => "Nothing: all findings are accepted.",
            Verdict::Green => "Nothing that can't wait: no rule fired, and no fix is known.",
            _ => "See the rules that fired, above.",
        };
        return page.line(&[span(Tone::Plain, format!("  {text}"))]);
    }
    let limit = if full { usize::MAX } else { SHOWN };
    for (number, remedy) in remedies.iter().take(limit).enumerate() {
        let first = [span(Tone::Strong, format!("{:>3}. ", number + 1))];
        page.paragraph(&first, Tone::Plain, &remedy.text)?;
    }
    let left = remedies.len().saturating_sub(limit);
    if left > 0 {
        let text = format!("     and {} with less effect", counted(left, "more step"));
        page.line(&[span(Tone::Quiet, text)])?;
    }
    Ok(())
}

/// A system whose vendor has stopped.
fn supported_release(report: &Report, groups: &[Group<'_>]) -> Option<Remedy> {
    let os = report.image.os.as_ref().filter(|os| os.end_of_life == Some(true))?;
    let ended = match os.end_of_life_date {
        Some(day) => format!("ended {day}"),
        None => "has ended".to_owned(),
    };
    let of_system = visible(groups).filter(|group| group.is_distribution());
    let findings = of_system.flat_map(|group| group.findings.iter().copied());
    let stuck = findings.filter(|finding| finding.fixed_in.is_none()).count();
    let unfixed = match stuck {
        0 => String::new(),
        count => format!("; {} of its packages will find no fix here", counted(count, "finding")),
    };
    let text = format!(
        "Rebuild on a supported release: security support of {} {} {ended}{unfixed}.",
        os.family, os.version
    );
    Some(Remedy { first: true, effect: Effect::default(), text })
}

/// The updates of the distribution, all at once: nobody upgrades them one by one.
fn distribution_updates(groups: &[Group<'_>]) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let commands = [
        (PackageKind::Apk, "apk upgrade"),
        (PackageKind::Deb, "apt-get update && apt-get upgrade"),
        (PackageKind::Rpm, "dnf upgrade"),
    ];
    for (kind, command) in commands {
        let groups: Vec<_> = visible(groups)
            .filter(|group| group.kind == Some(kind) && group.fix != Fix::None)
            .collect();
        if let [only] = groups.as_slice() {
            remedies.push(upgrade(only));
        } else if !groups.is_empty() {
            let effect =
                groups.iter().copied().map(upgrade_effect).fold(Effect::default(), Effect::and);
            let text = format!(
                "Install the distribution's updates ({command}): {}, {effect}.",
                counted(groups.len(), "package"),
            );
            remedies.push(Remedy { first: false, effect, text });
        }
    }
    remedies
}

/// Language packages, each by itself; the same package in several places counts once.
fn upgrades(groups: &[Group<'_>]) -> Vec<Remedy> {
    let mut packages: BTreeMap<(&str, &str, &str), Remedy> = BTreeMap::new();
    for group in visible(groups).filter(|group| !group.is_distribution()) {
        if group.fix == Fix::None {
            continue;
        }
        let package = group.package;
        let remedy = upgrade(group);
        let known = packages.entry((&package.purl, &package.name, &package.version));
        known
            .and_modify(|known| {
                known.effect = known.effect.and(remedy.effect);
                known.text = upgrade_text(group, known.effect);
            })
            .or_insert(remedy);
    }
    packages.into_values().collect()
}

fn upgrade(group: &Group<'_>) -> Remedy {
    let effect = upgrade_effect(group);
    Remedy { first: false, effect, text: upgrade_text(group, effect) }
}

fn upgrade_effect(group: &Group<'_>) -> Effect {
    let findings = group.findings.iter().copied();
    Effect::of(findings.filter(|finding| finding.fixed_in.is_some()))
}

fn upgrade_text(group: &Group<'_>, effect: Effect) -> String {
    let package = group.package;
    let is_go_itself = group.kind == Some(PackageKind::Golang) && package.name == "stdlib";
    let step = match group.fix {
        Fix::Version(version) if is_go_itself => format!("Rebuild with Go {version} or later"),
        Fix::Version(version) => {
            format!("Upgrade {} {} to {version}", package.name, package.version)
        }
        _ => format!("Upgrade {} {} past all its fixed versions", package.name, package.version),
    };
    format!("{step}: {effect}.")
}

/// Packages that an upper layer hides but that everyone still pulls.
fn hidden(groups: &[Group<'_>]) -> Vec<Remedy> {
    let mut layers: BTreeMap<(LayerIndex, LayerIndex), Vec<&Group<'_>>> = BTreeMap::new();
    for group in groups {
        if let Some(upper) = group.hidden_by {
            layers.entry((group.layer, upper)).or_default().push(group);
        }
    }
    let remedies = layers.into_iter().map(|((lower, upper), groups)| {
        let findings = groups.iter().flat_map(|group| group.findings.iter().copied());
        let effect = Effect::of(findings);
        let what = match groups.as_slice() {
            [only] => only.package.name.clone(),
            several => counted(several.len(), "package"),
        };
        let text = format!(
            "Keep {what} out of layer #{lower}: layer #{upper} only hides it, and whoever pulls \
             the image gets it. Remove it in the RUN that installs it, or build in a stage of \
             its own: {effect}.",
        );
        Remedy { first: false, effect, text }
    });
    remedies.collect()
}

/// Findings that keep the verdict from green and that no version fixes.
fn without_fix(groups: &[Group<'_>]) -> Option<Remedy> {
    let mut names = Vec::new();
    let mut effect = Effect::default();
    for group in visible(groups) {
        let stuck =
            Effect::of(
                group.findings.iter().copied().filter(|finding| {
                    finding.verdict > Verdict::Green && finding.fixed_in.is_none()
                }),
            );
        if stuck.total > 0 {
            effect = effect.and(stuck);
            names.push(group.package.name.as_str());
        }
    }
    names.dedup();
    let more = match names.len().saturating_sub(3) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let text = format!(
        "No fixed version is known for {} ({}{more}): remove what is not needed, or accept the \
         risk by an exception with an owner and an end.",
        counted(effect.total, "urgent finding"),
        names.iter().take(3).copied().collect::<Vec<_>>().join(", "),
    );
    (effect.total > 0).then_some(Remedy { first: false, effect, text })
}

fn gaps(report: &Report) -> Vec<Remedy> {
    let mut kinds: BTreeMap<GapKind, usize> = BTreeMap::new();
    for gap in &report.gaps {
        *kinds.entry(gap.kind).or_default() += 1;
    }
    let texts = kinds.into_iter().filter_map(|(kind, count)| step_for_gap(report, kind, count));
    texts.map(|text| Remedy { first: false, effect: Effect::default(), text }).collect()
}

fn step_for_gap(report: &Report, kind: GapKind, count: usize) -> Option<String> {
    let os = report.image.os.as_ref();
    Some(match kind {
        GapKind::LayerUnreadable | GapKind::DigestMismatch => format!(
            "Export or pull the image again: {} could not be read as the image declares.",
            counted(count, "layer")
        ),
        GapKind::FileUnreadable => {
            format!(
                "Look at what could not be read ({}): it is not judged.",
                counted(count, "file")
            )
        }
        GapKind::DistributionUnknown => "Use a base that keeps its os-release file and package \
            database: without them its system packages can't be judged."
            .to_owned(),
        GapKind::PackageDatabaseMissing => "Use a base that keeps its package database: without \
            it its system packages can't be judged."
            .to_owned(),
        GapKind::DistributionUnsupported => format!(
            "Use a base that the database has advisories for, or build one with a feed for {}.",
            os.map_or_else(|| "it".to_owned(), |os| format!("{} {}", os.family, os.version))
        ),
        GapKind::DistributionEndOfLife if os.is_some_and(|os| os.end_of_life == Some(true)) => {
            return None;
        }
        GapKind::DistributionEndOfLife => "Rebuild on a supported release.".to_owned(),
        GapKind::FeedMissing => "Build the database with the feeds that are missing.".to_owned(),
        GapKind::VersionUnknown => format!(
            "Check by hand what has a version that can't be compared ({}): it is not judged.",
            counted(count, "package")
        ),
        GapKind::PackageAmbiguous => format!(
            "Ship jars with their Maven coordinates ({} without): they could be any of several.",
            counted(count, "jar")
        ),
        GapKind::DatabaseStale => "Use a newer database.".to_owned(),
        GapKind::LimitReached => "Raise the limit that was reached and scan again.".to_owned(),
    })
}

/// Groups whose package is in the finished image.
fn visible<'a, 'b>(groups: &'a [Group<'b>]) -> impl Iterator<Item = &'a Group<'b>> {
    groups.iter().filter(|group| group.hidden_by.is_none())
}
