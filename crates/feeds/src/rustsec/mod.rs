//! RustSec's advisories: Markdown with a TOML head, one file each (rustsec/advisory-db,
//! crates/PACKAGE/; format in its README). `patched` and `unaffected` are version requirements;
//! the affected versions are all the others.
//!
//! Left out: withdrawn advisories, and informational ones (`unmaintained`, `notice`), which are
//! not vulnerabilities, except those about unsound code (`unsound`), which lets safe programs
//! break memory. Ignored: affected functions, systems and architectures, and the
//! advisories about Rust's own components (rust/), which are no crates of the registry.

mod requirement;

use seawall_model::{Advisory, Affected, Namespace, Rating, Status, UpperBound};
use serde::Deserialize;

use crate::date::day;
use crate::{Error, Feed, Files, Intake, Origin};

pub(crate) const FEED: RustSec = RustSec;

pub(crate) struct RustSec;

static ORIGIN: Origin = Origin {
    id: "rustsec",
    title: "RustSec Advisory Database",
    url: "https://rustsec.org/",
    licence: "CC0-1.0, some CC-BY-4.0",
    redistributable: true,
    wanted: &["rustsec"],
};

impl Feed for RustSec {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if file.name().starts_with("RUSTSEC-") && file.name().ends_with(".md") {
                match file.text().and_then(advisory) {
                    Ok(Some(advisory)) => intake.advisory(file.path, advisory),
                    Ok(None) => {}
                    Err(message) => intake.problem(file.path, message),
                }
            }
        })
    }
}

#[derive(Deserialize)]
struct Head {
    advisory: Metadata,
    #[serde(default)]
    versions: Versions,
}

#[derive(Deserialize)]
struct Metadata {
    id: String,
    package: String,
    date: String,
    withdrawn: Option<String>,
    informational: Option<String>,
    cvss: Option<String>,
    url: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

/// Reads one advisory; `None` when it is left out.
///
/// # Errors
/// A message when the text is not an advisory.
pub fn advisory(text: &str) -> Result<Option<Advisory>, String> {
    let (head, body) = text
        .trim_start()
        .strip_prefix("```toml")
        .and_then(|rest| rest.split_once("\n```"))
        .ok_or("has no TOML head")?;
    let Head { advisory: metadata, versions } =
        toml::from_str(head).map_err(|error| format!("head: {}", error.message()))?;
    let vulnerability = metadata.informational.as_deref().is_none_or(|kind| kind == "unsound");
    if metadata.withdrawn.is_some() || !vulnerability {
        return Ok(None);
    }
    let mut advisory = Advisory::new(metadata.id, ORIGIN.id);
    advisory.affected.extend(row(metadata.package, &versions)?);
    advisory.published = day(&metadata.date);
    advisory.aliases = metadata.aliases;
    if let Some(vector) = metadata.cvss {
        let vector = Some(vector);
        advisory.ratings.push(Rating { source: ORIGIN.id.to_owned(), severity: None, vector });
    }
    advisory.references = vec![format!("https://rustsec.org/advisories/{}.html", advisory.id)];
    advisory.references.extend(metadata.url.into_iter().chain(metadata.references));
    let (title, description) = prose(body);
    (advisory.title, advisory.description) = (title, description);
    Ok(Some(advisory))
}

fn row(package: String, versions: &Versions) -> Result<Option<Affected>, String> {
    let safe = versions.patched.iter().chain(&versions.unaffected).map(String::as_str);
    let ranges = requirement::ranges_outside(safe)?;
    if ranges.is_empty() {
        return Ok(None);
    }
    let fixed = ranges.iter().any(|range| matches!(range.upper, UpperBound::Fixed(_)));
    Ok(Some(Affected {
        namespace: Namespace::from_text("cargo"),
        package,
        status: if fixed { Status::Fixed } else { Status::Affected },
        ranges,
        versions: Vec::new(),
        module: None,
        severity: None,
    }))
}

/// The first heading, and what follows it.
fn prose(body: &str) -> (Option<String>, Option<String>) {
    let Some((title, text)) =
        body.split_once("\n# ").map(|(_, rest)| rest.split_once('\n').unwrap_or((rest, "")))
    else {
        return (None, None);
    };
    let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    (Some(title.trim().to_owned()), text)
}
