//! retire.js's repositories: JSON objects from component to vulnerabilities, each with the versions
//! `below` and `atOrAbove` (RetireJS/retire.js, repository/ and its README). `npmrepository.json`
//! is keyed by npm package; of `jsrepository.json` the components with an `npmname` are read.
//!
//! Ignored: extractors and hashes for recognising scripts, and the self-test `retire-example`. A
//! vulnerability without a GHSA or a single CVE is named `RETIREJS-PACKAGE-N`, where N is its place in
//! the package's list; `RETIREJS-PACKAGE-NPM-N` when `npmrepository.json` alone has it, because the
//! two lists count differently.

use std::collections::BTreeMap;

use seawall_model::{Advisory, Affected, Namespace, Range, Rating, Severity, Status, UpperBound};
use serde::Deserialize;

use crate::osv::weaknesses;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: RetireJs = RetireJs;

pub(crate) struct RetireJs;

static ORIGIN: Origin = Origin {
    id: "retire-js",
    title: "retire.js",
    url: "https://github.com/RetireJS/retire.js",
    licence: "Apache-2.0",
    redistributable: true,
    wanted: &["npm-retirejs/jsrepository.json", "npm-retirejs/npmrepository.json"],
};

impl Feed for RetireJs {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        let mut collected = Collected::default();
        files.each(intake, |file, intake| {
            if let Err(message) = collected.add_repository(file, intake) {
                intake.problem(file.path, message);
            }
        })?;
        for advisory in collected.advisories.into_values() {
            intake.advisory(ORIGIN.id, advisory);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Component {
    npmname: Option<String>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(rename = "atOrAbove")]
    at_or_above: Option<String>,
    below: Option<String>,
    severity: Option<String>,
    #[serde(default)]
    cwe: Vec<String>,
    #[serde(default)]
    identifiers: Identifiers,
    #[serde(default)]
    info: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Identifiers {
    summary: Option<String>,
    #[serde(rename = "CVE", default)]
    cves: Vec<String>,
    #[serde(rename = "githubID")]
    github: Option<String>,
}

#[derive(Default)]
struct Collected {
    advisories: BTreeMap<String, Advisory>,
    /// Names given to vulnerabilities without one, by what tells them apart.
    given: BTreeMap<Likeness, String>,
}

/// Package, summary, `below` and `atOrAbove`: the same in both repositories means the same
/// vulnerability.
type Likeness = (String, Option<String>, Option<String>, Option<String>);

impl Collected {
    fn add_repository(
        &mut self,
        file: FeedFile<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), String> {
        let components: BTreeMap<String, serde_json::Value> = serde_json::from_slice(file.bytes)
            .map_err(|error| format!("not a retire.js repository: {error}"))?;
        let keyed_by_npm_name = file.name().starts_with("npmrepository");
        for (name, component) in components {
            let component: Component = match serde_json::from_value(component) {
                Ok(component) => component,
                Err(error) => {
                    intake.problem(file.path, format!("{}: {error}", crate::intake::cut(&name)));
                    continue;
                }
            };
            let package = if keyed_by_npm_name { Some(name) } else { component.npmname };
            let Some(package) = package.filter(|name| name != "retire-example") else { continue };
            let infix = if keyed_by_npm_name { "NPM-" } else { "" };
            for (vulnerability, place) in component.vulnerabilities.into_iter().zip(1..) {
                self.add(&package, &format!("{infix}{place}"), vulnerability);
            }
        }
        Ok(())
    }

    /// The same vulnerability is listed once for each branch of versions, and in both
    /// repositories: its rows add up.
    fn add(&mut self, package: &str, place: &str, vulnerability: Vulnerability) {
        let mut cves = vulnerability.identifiers.cves.clone();
        cves.retain(|id| id.starts_with("CVE-") && id.contains(|c: char| c.is_ascii_digit()));
        let github = vulnerability.identifiers.github.as_ref();
        let id = match (github.filter(|id| id.starts_with("GHSA-")), cves.as_slice()) {
            (Some(github), _) => github.clone(),
            (None, [cve]) => cve.clone(),
            _ => self.given_name(package, place, &vulnerability),
        };
        let advisory = self.advisories.entry(id).or_insert_with_key(|id| {
            let mut advisory = Advisory::new(id.as_str(), ORIGIN.id);
            advisory.title = vulnerability.identifiers.summary;
            // Several CVEs are several vulnerabilities, not names of one.
            match cves.as_slice() {
                [cve] if cve == id => {}
                [_] => advisory.aliases = cves,
                _ => advisory.fixes = cves,
            }
            let severity = vulnerability.severity.and_then(|word| word.parse().ok());
            if let Some(severity) = severity.filter(|&severity| severity != Severity::Unknown) {
                let severity = Some(severity);
                advisory.ratings =
                    vec![Rating { source: ORIGIN.id.to_owned(), severity, vector: None }];
            }
            advisory.weaknesses = weaknesses(&vulnerability.cwe);
            advisory
        });
        for link in vulnerability.info {
            if link.starts_with("http") && !advisory.references.contains(&link) {
                advisory.references.push(link);
            }
        }
        let upper = vulnerability.below.map_or(UpperBound::Unbounded, UpperBound::Fixed);
        let introduced = vulnerability.at_or_above.filter(|version| version != "0");
        push_range(advisory, package, Range { introduced, upper });
    }

    fn given_name(&mut self, package: &str, place: &str, vulnerability: &Vulnerability) -> String {
        let likeness = (
            package.to_owned(),
            vulnerability.identifiers.summary.clone(),
            vulnerability.below.clone(),
            vulnerability.at_or_above.clone(),
        );
        let name = || format!("RETIREJS-{}-{place}", package.to_ascii_uppercase());
        self.given.entry(likeness).or_insert_with(name).clone()
    }
}

fn push_range(advisory: &mut Advisory, package: &str, range: Range) {
    let status = match range.upper {
        UpperBound::Fixed(_) => Status::Fixed,
        _ => Status::Affected,
    };
    match advisory.affected.iter_mut().find(|row| row.package == package) {
        Some(row) if row.ranges.contains(&range) => {}
        Some(row) => {
            row.ranges.push(range);
            if status == Status::Fixed {
                row.status = status;
            }
        }
        None => advisory.affected.push(Affected {
            namespace: Namespace::from_text("npm"),
            package: package.to_owned(),
            status,
            ranges: vec![range],
            versions: Vec::new(),
            module: None,
            severity: None,
        }),
    }
}
