//! CISA's catalogue of known exploited vulnerabilities: one JSON document
//! (cisa.gov/known-exploited-vulnerabilities-catalog, schema beside it). The prose is ignored.

use seawall_model::{Enrichment, KnownExploited};
use serde::Deserialize;

use crate::date::{day, optional_day};
use crate::osv::weaknesses;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: Kev = Kev;

pub(crate) struct Kev;

static ORIGIN: Origin = Origin {
    id: "kev",
    title: "CISA Known Exploited Vulnerabilities",
    url: "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
    licence: "CC0-1.0",
    redistributable: true,
    wanted: &["kev/known_exploited_vulnerabilities.json"],
};

impl Feed for Kev {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, read)
    }
}

#[derive(Deserialize)]
struct Catalogue {
    #[serde(rename = "dateReleased")]
    released: Option<String>,
    vulnerabilities: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "cveID")]
    id: String,
    #[serde(rename = "dateAdded")]
    added: String,
    #[serde(rename = "dueDate")]
    due: Option<String>,
    #[serde(rename = "knownRansomwareCampaignUse")]
    ransomware: Option<String>,
    #[serde(default)]
    cwes: Vec<String>,
}

fn read(file: FeedFile<'_>, intake: &mut Intake<'_>) {
    let catalogue: Catalogue = match serde_json::from_slice(file.bytes) {
        Ok(catalogue) => catalogue,
        Err(error) => return intake.problem(file.path, format!("not a KEV catalogue: {error}")),
    };
    intake.dated(optional_day(catalogue.released.as_deref()));
    for (position, entry) in catalogue.vulnerabilities.into_iter().enumerate() {
        match enrichment(entry) {
            Ok((id, enrichment)) => intake.enrich(file.path, &id, enrichment),
            Err(message) => intake.problem(file.path, format!("entry {position}: {message}")),
        }
    }
}

fn enrichment(entry: serde_json::Value) -> Result<(String, Enrichment), String> {
    let entry: Entry = serde_json::from_value(entry).map_err(|error| error.to_string())?;
    let added = day(&entry.added).ok_or("no date on which it was added")?;
    let known_exploited = Some(KnownExploited {
        added,
        due: optional_day(entry.due.as_deref()),
        ransomware: entry.ransomware.as_deref() == Some("Known"),
    });
    let weaknesses = weaknesses(&entry.cwes);
    Ok((entry.id, Enrichment { known_exploited, weaknesses, ..Enrichment::default() }))
}
