//! Alpine's security database (secdb.alpinelinux.org; format in alpine-secdb's README): for each
//! release and repository a JSON document that lists, for each source package, the version in
//! which each vulnerability was fixed. `main` and `community` share a release's namespace.
//!
//! Version `0` means that the package was never affected. A list entry may hold several
//! identifiers and words about them: every CVE in it stands for itself, words are ignored, and
//! another identifier (XSA, TALOS, GHSA) is an alias only when the whole data set puts it beside
//! a single CVE, because such an advisory often covers several.

use std::collections::{BTreeMap, BTreeSet};

use seawall_model::{Advisory, Affected, Namespace, Range, Status, UpperBound};
use serde::Deserialize;

use crate::{Error, Feed, Files, Intake, Origin};

pub(crate) const FEED: AlpineSecdb = AlpineSecdb;

pub(crate) struct AlpineSecdb;

static ORIGIN: Origin = Origin {
    id: "alpine-secdb",
    title: "Alpine security database",
    url: "https://secdb.alpinelinux.org/",
    licence: "none stated (distribution facts)",
    redistributable: true,
    wanted: &["alpine-secdb"],
};

impl Feed for AlpineSecdb {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        let mut fixes = Fixes::default();
        files.each(intake, |file, intake| {
            if file.name().ends_with(".json")
                && let Err(message) = fixes.add(file.bytes)
            {
                intake.problem(file.path, message);
            }
        })?;
        for advisory in fixes.advisories() {
            intake.advisory(ORIGIN.id, advisory);
        }
        Ok(())
    }
}

/// Fixes of all releases read so far.
#[derive(Debug, Default)]
pub struct Fixes {
    /// By vulnerability, then by release and source package: the versions with a fix.
    by_id: BTreeMap<String, BTreeMap<(Namespace, String), BTreeSet<String>>>,
    /// Which CVEs each other identifier stands beside.
    beside: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Repository {
    distroversion: String,
    #[serde(default)]
    packages: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    pkg: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    secfixes: BTreeMap<String, Option<Vec<String>>>,
}

impl Fixes {
    /// Adds one repository's document.
    ///
    /// # Errors
    /// A message when it is not one.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), String> {
        let repository: Repository = serde_json::from_slice(bytes)
            .map_err(|error| format!("not a secdb document: {error}"))?;
        let release = repository.distroversion.trim_start_matches('v');
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        if release.is_empty() || !release.chars().all(plain) {
            return Err("names no Alpine release".to_owned());
        }
        let namespace = Namespace::distribution("alpine", release);
        for Entry { pkg } in repository.packages {
            for (version, entries) in pkg.secfixes {
                for entry in entries.unwrap_or_default() {
                    self.add_entry(&namespace, &pkg.name, version.trim(), &entry);
                }
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, namespace: &Namespace, package: &str, version: &str, entry: &str) {
        let identifiers: Vec<String> = entry.split_whitespace().filter_map(identifier).collect();
        let (cves, others): (Vec<_>, Vec<_>) =
            identifiers.into_iter().partition(|id| id.starts_with("CVE-"));
        for other in &others {
            self.beside.entry(other.clone()).or_default().extend(cves.iter().cloned());
        }
        let ids = if cves.is_empty() { others.into_iter().take(1).collect() } else { cves };
        for id in ids {
            let packages = self.by_id.entry(id).or_default();
            let versions = packages.entry((namespace.clone(), package.to_owned())).or_default();
            versions.insert(version.to_owned());
        }
    }

    /// One advisory for each vulnerability, sorted by id.
    pub fn advisories(self) -> impl Iterator<Item = Advisory> {
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (other, cves) in self.beside {
            if let (Some(cve), 1) = (cves.first(), cves.len()) {
                aliases.entry(cve.clone()).or_default().push(other);
            }
        }
        self.by_id.into_iter().map(move |(id, packages)| {
            let mut advisory = Advisory::new(id, ORIGIN.id);
            advisory.aliases = aliases.remove(&advisory.id).unwrap_or_default();
            let rows = packages.into_iter();
            advisory.affected =
                rows.map(|((namespace, name), versions)| row(namespace, name, versions)).collect();
            advisory
        })
    }
}

/// A row for the versions under which a vulnerability is listed. Beside a real version `0` is a
/// contradiction, and the fix is believed.
fn row(namespace: Namespace, package: String, mut versions: BTreeSet<String>) -> Affected {
    versions.remove("0");
    let fixed = |version| Range { introduced: None, upper: UpperBound::Fixed(version) };
    Affected {
        namespace,
        package,
        status: if versions.is_empty() { Status::NotAffected } else { Status::Fixed },
        ranges: versions.into_iter().map(fixed).collect(),
        versions: Vec::new(),
        module: None,
        severity: None,
    }
}

/// An identifier, as opposed to a word of a remark: it starts with a letter and has a digit. The
/// misspelling `CVE_2019-…` is put right.
fn identifier(word: &str) -> Option<String> {
    let word = word.trim_end_matches([',', ';']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.contains(|c: char| c.is_ascii_digit())
        && word.len() >= 5
        && word.chars().all(plain);
    fits.then(|| word.replacen("CVE_", "CVE-", 1))
}
