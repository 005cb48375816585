//! Ubuntu's CVE tracker (git.launchpad.net/ubuntu-cve-tracker, active/ and retired/; format in its
//! README): text, one file for each CVE, with a line `RELEASE_PACKAGE: STATUS (DETAIL)` for every
//! release and source package.
//!
//! Rows are kept where the package is or was affected; `DNE` and `not-affected` are left out, as
//! are `upstream`, `devel`, snaps, FIPS and phone pockets. `ignored` becomes end-of-life when the
//! reason is the end of a release's, kernel's or package's support, else will-not-fix.
//!
//! Fixes from the paid pockets (`esm-infra/…`, `esm-apps/…`, `…/esm`) are never a fix that
//! everybody can install. A release has one row: `Fixed` only by its own `released` line. Without
//! one, the row keeps the release's own status (or end-of-life, for a release that is only listed
//! under ESM), and a paid fix merely bounds its range, so that a host that has it is not reported:
//! a consumer must take a fixed version as available only where the status is `Fixed`.
//!
//! The CVSS vectors, which the tracker repeats from NVD and others, and the priority of the CVE
//! hold for whatever carries the vulnerability: they are handed on as enrichment, also for CVEs
//! that affect no Ubuntu package. The priority of a package in a release is the row's severity.

mod entry;
mod releases;

pub use entry::{Entry, Line, entry};
use seawall_model::{Advisory, Affected, Enrichment, Namespace, Range, Rating, Status, UpperBound};

use self::releases::Pocket;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: UbuntuTracker = UbuntuTracker;

pub(crate) struct UbuntuTracker;

static ORIGIN: Origin = Origin {
    id: "ubuntu-tracker",
    title: "Ubuntu CVE tracker",
    url: "https://git.launchpad.net/ubuntu-cve-tracker",
    licence: "CC-BY-SA-4.0",
    redistributable: true,
    wanted: &["ubuntu-cve-tracker"],
};

impl Feed for UbuntuTracker {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if is_record(file.name()) {
                read(file, intake);
            }
        })
    }
}

/// Files are named by CVE; `CVE-2010-NNN2` stands for one that was never assigned.
fn is_record(name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    name.strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| digits(year) && digits(number))
}

fn read(file: FeedFile<'_>, intake: &mut Intake<'_>) {
    // A few old descriptions are not UTF-8; the facts are ASCII.
    let text = String::from_utf8_lossy(file.bytes);
    let entry = entry(&text);
    if entry.candidate != file.name() {
        let stated = crate::intake::cut(entry.candidate);
        return intake.problem(file.path, format!("is about candidate `{stated}`"));
    }
    intake.rated_advisory(file.path, advisory(&entry), enrichment(&entry));
}

/// The advisory of one file.
pub fn advisory(entry: &Entry<'_>) -> Advisory {
    let mut advisory = Advisory::new(entry.candidate, ORIGIN.id);
    advisory.published = entry.published;
    advisory.references = entry.references.iter().map(|&link| link.to_owned()).collect();
    advisory.description = Some(entry.description.join(" ")).filter(|text| !text.is_empty());
    advisory.affected = rows(entry);
    advisory
}

/// What one file says about the vulnerability itself.
pub fn enrichment(entry: &Entry<'_>) -> Enrichment {
    let vectors = entry.vectors.iter().map(|&(source, vector)| Rating {
        source: source.to_owned(),
        severity: None,
        vector: Some(vector.to_owned()),
    });
    let priority = entry.priority(None, None).map(|severity| Rating {
        source: "ubuntu".to_owned(),
        severity: Some(severity),
        vector: None,
    });
    Enrichment { ratings: vectors.chain(priority).collect(), ..Enrichment::default() }
}

/// The lines about one package in one release.
#[derive(Default)]
struct Lines<'a> {
    plain: Option<&'a Line<'a>>,
    paid: Option<&'a Line<'a>>,
}

fn rows(entry: &Entry<'_>) -> Vec<Affected> {
    let mut grouped: Vec<((&str, &str), Lines<'_>)> = Vec::new();
    for line in &entry.lines {
        let Some((codename, pocket)) = releases::pocket(line.release) else { continue };
        let key = (codename, line.package);
        // Lines about a package stand together, so its group is among the last ones.
        let place = grouped.iter().rposition(|(known, _)| *known == key).unwrap_or_else(|| {
            grouped.push((key, Lines::default()));
            grouped.len() - 1
        });
        if let Some((_, lines)) = grouped.get_mut(place) {
            match pocket {
                Pocket::Plain => lines.plain = Some(line),
                Pocket::Paid => lines.paid = Some(line),
            }
        }
    }
    let mut rows: Vec<Affected> = grouped
        .into_iter()
        .filter_map(|((codename, package), lines)| row(entry, codename, package, &lines))
        .collect();
    rows.sort_by(|a, b| (&a.namespace, &a.package).cmp(&(&b.namespace, &b.package)));
    rows
}

fn row(entry: &Entry<'_>, codename: &str, package: &str, lines: &Lines<'_>) -> Option<Affected> {
    let (status, fixed) = judgement(lines)?;
    let ranges = fixed
        .map(|version| Range { introduced: None, upper: UpperBound::Fixed(version.to_owned()) });
    Some(Affected {
        namespace: Namespace::distribution("ubuntu", releases::version(codename)?),
        package: package.to_owned(),
        status,
        ranges: ranges.into_iter().collect(),
        versions: Vec::new(),
        module: None,
        severity: entry.priority(Some(package), Some(codename)),
    })
}

/// Status and upper bound that the lines about one package in one release amount to; `None` when
/// nothing is to be told.
fn judgement<'a>(lines: &Lines<'a>) -> Option<(Status, Option<&'a str>)> {
    let paid_fix = lines.paid.filter(|line| line.status == "released").and_then(Line::version);
    let paid = lines.paid.map_or("", |line| line.status);
    let plain = match lines.plain {
        Some(line) if line.status != "DNE" => line,
        // Only listed under ESM.
        _ if matches!(paid, "" | "DNE" | "not-affected") => return None,
        _ => return Some((Status::EndOfLife, paid_fix)),
    };
    let status = match plain.status {
        "released" => return plain.version().map(|version| (Status::Fixed, Some(version))),
        "needed" | "pending" | "active" => Status::Affected,
        "needs-triage" => Status::UnderInvestigation,
        "deferred" => Status::Deferred,
        // Nobody looked at the release itself, but those who look after it say it is clean.
        "ignored" if paid == "not-affected" => return None,
        "ignored" if plain.ended() => Status::EndOfLife,
        "ignored" => Status::WillNotFix,
        _ => return None,
    };
    Some((status, paid_fix))
}
