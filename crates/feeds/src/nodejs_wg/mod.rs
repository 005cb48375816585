//! The Node.js security working group's advisories about npm packages: JSON, one file each
//! (nodejs/security-wg, vuln/npm; frozen since 2019). `vulnerable_versions` is an npm range.
//!
//! Ignored: advisories about Node.js itself (vuln/core) and its dependencies (vuln/deps), which
//! name no npm package.

use seawall_model::version::npm_ranges;
use seawall_model::{Advisory, Affected, Namespace, Rating, Severity, Status, UpperBound};
use serde::Deserialize;

use crate::date::optional_day;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: NodejsWg = NodejsWg;

pub(crate) struct NodejsWg;

static ORIGIN: Origin = Origin {
    id: "nodejs-wg",
    title: "Node.js security working group: npm advisories",
    url: "https://github.com/nodejs/security-wg",
    licence: "MIT",
    redistributable: true,
    wanted: &["nodejs-security-wg"],
};

impl Feed for NodejsWg {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if file.path.contains("/npm/") && is_record(file.name()) {
                match advisory(file) {
                    Ok(advisory) => intake.advisory(file.path, advisory),
                    Err(message) => intake.problem(file.path, message),
                }
            }
        })
    }
}

/// Records are numbered; `index.json` repeats them.
fn is_record(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|stem| stem.chars().all(|c| c.is_ascii_digit()))
}

#[derive(Deserialize)]
struct Record {
    id: u32,
    title: Option<String>,
    overview: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    publish_date: Option<String>,
    module_name: String,
    cves: Option<Vec<String>>,
    vulnerable_versions: Option<String>,
    references: Option<serde_json::Value>,
    cvss_vector: Option<String>,
    cvss_score: Option<f64>,
}

fn advisory(file: FeedFile<'_>) -> Result<Advisory, String> {
    let record: Record = serde_json::from_slice(file.bytes)
        .map_err(|error| format!("not a working group advisory: {error}"))?;
    let versions = record.vulnerable_versions.as_deref().ok_or("states no vulnerable versions")?;
    let mut advisory = Advisory::new(format!("NSWG-ECO-{}", record.id), ORIGIN.id);
    advisory.affected.push(row(&record.module_name, versions)?);
    // Several CVEs are several vulnerabilities, not names of one.
    let mut cves = record.cves.unwrap_or_default();
    cves.retain(|id| id.starts_with("CVE-"));
    if cves.len() > 1 {
        advisory.fixes = cves
    } else {
        advisory.aliases = cves
    }
    let dates = [record.publish_date, record.created_at];
    advisory.published = dates.iter().find_map(|date| optional_day(date.as_deref()));
    advisory.modified = optional_day(record.updated_at.as_deref());
    let severity = record.cvss_score.filter(|&score| score > 0.0).map(Severity::from_score);
    let vector = record.cvss_vector.filter(|vector| vector.starts_with("CVSS:"));
    if severity.is_some() || vector.is_some() {
        advisory.ratings.push(Rating { source: ORIGIN.id.to_owned(), severity, vector });
    }
    advisory.references = links(record.references.as_ref());
    advisory.title = record.title;
    advisory.description = record.overview;
    Ok(advisory)
}

/// Links in a list or in a text, as early records have them.
fn links(references: Option<&serde_json::Value>) -> Vec<String> {
    let texts: Vec<&str> = match references {
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(|i| i.as_str()).collect(),
        Some(serde_json::Value::String(text)) => text.split_whitespace().collect(),
        _ => Vec::new(),
    };
    texts.into_iter().filter(|link| link.starts_with("http")).map(str::to_owned).collect()
}

fn row(package: &str, versions: &str) -> Result<Affected, String> {
    let ranges = npm_ranges(versions).map_err(|error| error.to_string())?;
    if ranges.is_empty() {
        return Err(format!("no version fits `{}`", crate::intake::cut(versions)));
    }
    let fixed = ranges.iter().any(|range| matches!(range.upper, UpperBound::Fixed(_)));
    Ok(Affected {
        namespace: Namespace::from_text("npm"),
        package: package.to_owned(),
        status: if fixed { Status::Fixed } else { Status::Affected },
        ranges,
        versions: Vec::new(),
        module: None,
        severity: None,
    })
}
