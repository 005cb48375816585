//! Project KB's statements about Java libraries (SAP/project-kb, branch vulnerability-data): YAML,
//! one for each vulnerability, with package URLs of single versions and whether each is affected.
//!
//! The affected versions are listed one by one; nothing is concluded about versions the statement
//! does not name. Ignored: notes, fix commits, versions stated to be unaffected, and statements
//! that name no artifact.

use std::collections::{BTreeMap, BTreeSet};

use seawall_model::{Advisory, Affected, Namespace, Status};
use serde::Deserialize;

use crate::{Error, Feed, FeedFile, Files, Intake, Origin, yaml};

pub(crate) const FEED: MavenKb = MavenKb;

pub(crate) struct MavenKb;

static ORIGIN: Origin = Origin {
    id: "maven-kb",
    title: "Project KB vulnerability data",
    url: "https://github.com/SAP/project-kb",
    licence: "Apache-2.0",
    redistributable: true,
    wanted: &["maven-project-kb"],
};

impl Feed for MavenKb {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if file.name() == "statement.yaml" {
                match statement(file) {
                    Ok(advisory) => intake.advisory(file.path, advisory),
                    Err(message) => intake.problem(file.path, message),
                }
            }
        })
    }
}

#[derive(Deserialize)]
struct Statement {
    vulnerability_id: String,
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    id: String,
    /// `true` or `false`; the YAML reader keeps text.
    affected: String,
}

fn statement(file: FeedFile<'_>) -> Result<Advisory, String> {
    let statement: Statement = serde_json::from_value(yaml::document(file.text()?)?)
        .map_err(|error| format!("not a statement: {error}"))?;
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for artifact in statement.artifacts.iter().filter(|artifact| artifact.affected == "true") {
        let (package, version) = coordinates(&artifact.id)
            .ok_or_else(|| format!("`{}` is not a Maven purl", crate::intake::cut(&artifact.id)))?;
        versions.entry(package).or_default().insert(version);
    }
    let mut advisory = Advisory::new(statement.vulnerability_id, ORIGIN.id);
    advisory.affected =
        versions.into_iter().map(|(package, versions)| row(package, versions)).collect();
    Ok(advisory)
}

fn row(package: String, versions: BTreeSet<String>) -> Affected {
    Affected {
        namespace: Namespace::from_text("maven"),
        package,
        status: Status::Affected,
        ranges: Vec::new(),
        versions: versions.into_iter().collect(),
        module: None,
        severity: None,
    }
}

/// `group:artifact` and version of `pkg:maven/group/artifact@version`.
fn coordinates(purl: &str) -> Option<(String, String)> {
    let rest = purl.trim().strip_prefix("pkg:maven/")?;
    let rest = rest.split(['?', '#']).next()?;
    let (name, version) = rest.rsplit_once('@')?;
    let (group, artifact) = name.split_once('/')?;
    Some((format!("{group}:{artifact}"), version.to_owned()))
}
