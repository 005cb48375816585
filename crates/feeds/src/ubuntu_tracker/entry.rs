//! One file of the tracker, line by line. Fields start in column 0 with a name and a colon;
//! indented lines continue the field above them.

use seawall_model::{Date, Severity};

use crate::date::day;

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// The CVE.
    pub candidate: &'a str,
    /// First publication.
    pub published: Option<Date>,
    /// Links.
    pub references: Vec<&'a str>,
    /// Lines of prose.
    pub description: Vec<&'a str>,
    /// Who rates, and the CVSS vector.
    pub vectors: Vec<(&'a str, &'a str)>,
    /// Status lines.
    pub lines: Vec<Line<'a>>,
    /// Priorities: the field's name behind `Priority`, and the word.
    priorities: Vec<(&'a str, &'a str)>,
}

/// A status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// `jammy`, `esm-infra/xenial`, `upstream`.
    pub release: &'a str,
    /// Source package.
    pub package: &'a str,
    /// `released`, `needed`, …
    pub status: &'a str,
    /// What stands in parentheses.
    pub detail: &'a str,
}

impl<'a> Line<'a> {
    /// The version in the detail of a `released` line: the first word that starts with a digit.
    pub fn version(&self) -> Option<&'a str> {
        let words = self.detail.split([' ', ',', '\t']);
        words.map(|word| word.trim_start_matches('v')).find(|word| {
            word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(['(', ')'])
        })
    }

    /// Whether an `ignored` line gives the end of support as its reason.
    pub fn ended(&self) -> bool {
        let reason = self.detail;
        reason.starts_with("end of")
            || reason.starts_with("end-of")
            || reason.starts_with("superseded")
            || reason.starts_with("replaced")
            || reason.starts_with("reached end")
            || reason.starts_with("out of")
    }
}

impl Entry<'_> {
    /// The priority of the CVE, or of a package, or of a package in a release: the most specific
    /// statement counts. `untriaged` is none.
    pub fn priority(&self, package: Option<&str>, codename: Option<&str>) -> Option<Severity> {
        let of = |name: &str| {
            let found = self.priorities.iter().rev().find(|(known, _)| *known == name);
            found.map(|(_, word)| *word)
        };
        let specific = match (package, codename) {
            (Some(package), Some(codename)) if self.priorities.len() > 1 => {
                of(&format!("_{package}_{codename}")).or_else(|| of(&format!("_{package}")))
            }
            _ => None,
        };
        let severity = specific.or_else(|| of(""))?.parse().ok()?;
        (severity != Severity::Unknown).then_some(severity)
    }
}

/// Reads a file. Lines that are none of the fields known here are passed over.
pub fn entry(text: &str) -> Entry<'_> {
    let mut entry = Entry::default();
    let mut field = "";
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            continuation(&mut entry, field, line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            field = name;
            start(&mut entry, name, value.trim());
        }
    }
    entry
}

fn start<'a>(entry: &mut Entry<'a>, name: &'a str, value: &'a str) {
    match name {
        "Candidate" => entry.candidate = value,
        "PublicDate" => entry.published = day(value),
        _ => {
            if let Some(of) = name.strip_prefix("Priority") {
                let word = value.split_whitespace().next().unwrap_or_default();
                entry.priorities.push((of, word));
            } else if let Some(line) = status_line(name, value) {
                entry.lines.push(line);
            }
        }
    }
}

fn continuation<'a>(entry: &mut Entry<'a>, field: &str, line: &'a str) {
    match field {
        "References" if line.starts_with("http") => {
            // The first one of every file only repeats the CVE.
            let generic = line.starts_with("https://cve.mitre.org/cgi-bin/")
                || line.starts_with("http://cve.mitre.org/cgi-bin/");
            if !generic && entry.references.len() < 64 {
                entry.references.extend(line.split_whitespace().next());
            }
        }
        "Description" => entry.description.push(line),
        "CVSS" => {
            if let Some((source, rest)) = line.split_once(':') {
                let vector = rest.split_whitespace().next();
                let vector = vector.filter(|vector| vector.starts_with("CVSS:"));
                entry.vectors.extend(vector.map(|vector| (source.trim(), vector)));
            }
        }
        _ => {}
    }
}

/// `RELEASE_PACKAGE: STATUS (DETAIL)`. Fields such as `Patches_PACKAGE` and `Tags_PACKAGE` look
/// alike; they start with a capital letter, which no release does.
fn status_line<'a>(name: &'a str, value: &'a str) -> Option<Line<'a>> {
    let (release, package) = name.split_once('_')?;
    release.starts_with(|c: char| c.is_ascii_lowercase()).then_some(())?;
    let (status, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let rest = rest.trim();
    let detail = rest.strip_prefix('(').unwrap_or(rest);
    let detail = detail.strip_suffix(')').unwrap_or(detail).trim();
    Some(Line { release, package, status, detail })
}
