//! OSV records (Open Source Vulnerability format 1.7, ossf.github.io/osv-schema), JSON or YAML:
//! the parser for every feed in this format, and the feed for files that a site collects itself.
//!
//! Ignored: `GIT` ranges (commits), `limit` events, `credits`, everything ecosystem-specific, and
//! packages of ecosystems that no analyzer finds. Withdrawn records are left out. Of the listed
//! versions those that lie in the row's ranges are dropped: publishers generate most of the list
//! from the ranges, and it is most of the bytes.

mod namespace;
mod record;

pub use namespace::namespace;
use seawall_model::version::affected_range;
use seawall_model::{Advisory, Affected, Namespace, Range, Rating, Severity, Status, UpperBound};

pub(crate) use record::Record;
use record::{Event, Row};

use crate::date::optional_day;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: Osv = Osv;

/// OSV files collected by the user.
pub(crate) struct Osv;

static ORIGIN: Origin = Origin {
    id: "osv",
    title: "OSV records collected locally",
    url: "https://osv.dev/",
    licence: "as each record's own database states",
    redistributable: false,
    wanted: &["osv", "osv-*"],
};

impl Feed for Osv {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| each_record(ORIGIN.id, file, intake))
    }
}

/// Reads one file of a feed that is plain OSV and hands its advisory on.
pub(crate) fn each_record(source: &str, file: FeedFile<'_>, intake: &mut Intake<'_>) {
    if let Some(record) = read_record(file, intake) {
        intake.dated(optional_day(record.modified.as_deref()));
        if let Some(advisory) = advisory(source, record) {
            intake.advisory(file.path, advisory);
        }
    }
}

/// The record in a file, by the file's suffix; other files are passed over.
pub(crate) fn read_record(file: FeedFile<'_>, intake: &mut Intake<'_>) -> Option<Record> {
    let record = match file.name().rsplit_once('.')?.1 {
        "json" => Record::from_json(file.bytes),
        "yaml" | "yml" => file.text().and_then(Record::from_yaml),
        _ => return None,
    };
    record.map_err(|message| intake.problem(file.path, message)).ok()
}

/// Parses one record and converts it, as the feeds do; for fuzzing and one-off use.
///
/// # Errors
/// A message when the bytes are not an OSV record.
pub fn parse(source: &str, bytes: &[u8]) -> Result<Option<Advisory>, String> {
    let record = match Record::from_json(bytes) {
        Ok(record) => record,
        Err(message) => match std::str::from_utf8(bytes) {
            Ok(text) => Record::from_yaml(text)?,
            Err(_) => return Err(message),
        },
    };
    Ok(advisory(source, record))
}

/// The advisory of a record; `None` when it was withdrawn.
pub(crate) fn advisory(source: &str, record: Record) -> Option<Advisory> {
    if record.withdrawn.is_some() {
        return None;
    }
    let mut advisory = Advisory::new(record.id, source);
    let word = record.database_specific.severity.as_deref();
    let severity = word.and_then(|word| word.parse().ok()).filter(|&s| s != Severity::Unknown);
    let vectors = record.severity.iter().filter(|score| score.kind.starts_with("CVSS_"));
    advisory.ratings = vectors
        .map(|score| Rating {
            source: source.to_owned(),
            severity,
            vector: Some(score.score.clone()),
        })
        .collect();
    if advisory.ratings.is_empty() && severity.is_some() {
        advisory.ratings.push(Rating { source: source.to_owned(), severity, vector: None });
    }
    advisory.aliases = record.aliases;
    advisory.aliases.retain(|alias| *alias != advisory.id);
    advisory.aliases.sort();
    advisory.aliases.dedup();
    advisory.fixes = several_cves(&advisory);
    advisory.published = optional_day(record.published.as_deref());
    advisory.modified = optional_day(record.modified.as_deref());
    advisory.weaknesses = weaknesses(&record.database_specific.cwe_ids);
    advisory.references = references(record.references);
    advisory.title = record.summary;
    advisory.description = record.details;
    advisory.affected = record.affected.into_iter().filter_map(row).collect();
    Some(advisory)
}

/// The CVEs of an advisory that calls several its own: each has its own rating and fix elsewhere,
/// so they are several vulnerabilities, whatever "alias" promises.
fn several_cves(advisory: &Advisory) -> Vec<String> {
    let names = advisory.aliases.iter().chain([&advisory.id]);
    let cves: Vec<String> = names.filter(|name| name.starts_with("CVE-")).cloned().collect();
    if cves.len() > 1 { cves } else { Vec::new() }
}

/// CWE numbers of `CWE-79` and the like.
pub(crate) fn weaknesses<S: AsRef<str>>(words: &[S]) -> Vec<u32> {
    let number = |word: &S| word.as_ref().trim().strip_prefix("CWE-")?.parse().ok();
    words.iter().filter_map(number).collect()
}

/// Links, the publisher's own page and fixes first.
fn references(mut references: Vec<record::Reference>) -> Vec<String> {
    references.sort_by_key(|reference| match reference.kind.as_str() {
        "ADVISORY" => 0,
        "FIX" => 1,
        "REPORT" => 3,
        _ => 2,
    });
    references.into_iter().map(|reference| reference.url).take(64).collect()
}

fn row(row: Row) -> Option<Affected> {
    let package = row.package?;
    let namespace = namespace(&package.ecosystem)?;
    let package = match namespace.as_str() {
        "pypi" => seawall_model::purl::normalised_python_name(&package.name),
        _ => package.name,
    };
    let mut ranges = Vec::new();
    let mut has_range = false;
    for range in row.ranges {
        if range.kind != "GIT" {
            has_range = true;
            spans(range.events, &mut ranges);
        }
    }
    if has_range && ranges.is_empty() {
        return None;
    }
    let mut versions = row.versions;
    if has_range {
        outside(&namespace, &ranges, &mut versions);
    }
    // A row with neither ranges in the ecosystem's versions nor a list says nothing usable;
    // "every version" is written as a range that starts at 0.
    if !has_range && versions.is_empty() {
        return None;
    }
    let fixed = ranges.iter().any(|range| matches!(range.upper, UpperBound::Fixed(_)));
    Some(Affected {
        namespace,
        package,
        status: if fixed { Status::Fixed } else { Status::Affected },
        ranges,
        versions,
        module: None,
        severity: None,
    })
}

/// Leaves the versions that no range covers: OSV takes a version as affected when either says so.
/// One that can't be ordered stays, because only its spelling can match.
fn outside(namespace: &Namespace, ranges: &[Range], versions: &mut Vec<String>) {
    let Some(scheme) = namespace.scheme() else { return versions.clear() };
    let row = Affected {
        namespace: namespace.clone(),
        package: String::new(),
        status: Status::Affected,
        ranges: ranges.to_vec(),
        versions: Vec::new(),
        module: None,
        severity: None,
    };
    versions.retain(|version| !matches!(affected_range(scheme, version, &row), Ok(Some(_))));
}

/// Pairs events up. They come in rising order, as the schema recommends and every feed read here
/// does; an `introduced` inside an open span and an end outside of one change nothing.
fn spans(events: Vec<Event>, ranges: &mut Vec<Range>) {
    let mut open: Option<Option<String>> = None;
    for event in events {
        let upper = match event {
            Event { introduced: Some(version), .. } => {
                open.get_or_insert((version != "0").then_some(version));
                continue;
            }
            Event { fixed: Some(version), .. } => UpperBound::Fixed(version),
            Event { last_affected: Some(version), .. } => UpperBound::LastAffected(version),
            _ => continue,
        };
        if let Some(introduced) = open.take() {
            ranges.push(Range { introduced, upper });
        }
    }
    if let Some(introduced) = open {
        ranges.push(Range { introduced, upper: UpperBound::Unbounded });
    }
}
