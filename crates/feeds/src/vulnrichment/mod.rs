//! CISA's vulnrichment: CVE records (CVE JSON 5.1, cveproject.github.io/cve-schema) with CISA's
//! container of CVSS vectors, weaknesses and SSVC decision points (certcc.github.io/SSVC), one
//! file each. The numbering authority's own vectors and weaknesses are in the same record and are
//! taken under its name.
//!
//! Ignored: affected products (CPE names and free text), prose, references, rejected records.

mod record;

use std::collections::BTreeSet;

use seawall_model::{Decision, Enrichment, Rating, Ssvc};

use self::record::{Container, Cvss, Metric, Other, Record};
use crate::date::{day, optional_day};
use crate::osv::weaknesses;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: Vulnrichment = Vulnrichment;

pub(crate) struct Vulnrichment;

static ORIGIN: Origin = Origin {
    id: "vulnrichment",
    title: "CISA Vulnrichment",
    url: "https://github.com/cisagov/vulnrichment",
    licence: "CC0-1.0",
    redistributable: true,
    wanted: &["vulnrichment"],
};

/// The container that CISA adds; others (the CVE program's) only repeat references.
const TITLE: &str = "CISA ADP Vulnrichment";

impl Feed for Vulnrichment {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if file.name().starts_with("CVE-") && file.name().ends_with(".json") {
                read(file, intake);
            }
        })
    }
}

fn read(file: FeedFile<'_>, intake: &mut Intake<'_>) {
    let record: Record<'_> = match serde_json::from_slice(file.bytes) {
        Ok(record) => record,
        Err(error) => return intake.problem(file.path, format!("not a CVE record: {error}")),
    };
    for container in record.containers.adp.iter().filter(|container| is_cisa(container)) {
        intake.dated(optional_day(container.provider.updated.as_deref()));
    }
    if let Some(enrichment) = enrichment(&record) {
        intake.enrich(file.path, &record.metadata.id, enrichment);
    }
}

/// The enrichment in one record and the CVE it is about; `None` when it has nothing to add. For
/// fuzzing and one-off use.
///
/// # Errors
/// A message when the bytes are not a CVE record.
pub fn parse(bytes: &[u8]) -> Result<Option<(String, Enrichment)>, String> {
    let record: Record<'_> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok(enrichment(&record).map(|enrichment| (record.metadata.id.to_string(), enrichment)))
}

fn is_cisa(container: &Container<'_>) -> bool {
    container.title.as_deref() == Some(TITLE)
}

fn enrichment(record: &Record<'_>) -> Option<Enrichment> {
    if record.metadata.state != "PUBLISHED" {
        return None;
    }
    let mut enrichment = Enrichment {
        published: record.metadata.published.as_deref().and_then(day),
        ..Enrichment::default()
    };
    let mut cwes = BTreeSet::new();
    let cna = record.containers.cna.iter();
    let adp = record.containers.adp.iter().filter(|container| is_cisa(container));
    for container in cna.chain(adp) {
        let source = match (is_cisa(container), &container.provider.name) {
            (true, _) => "cisa-adp".to_owned(),
            (false, Some(name)) => name.to_ascii_lowercase(),
            (false, None) => "cna".to_owned(),
        };
        for metric in &container.metrics {
            enrichment.ratings.extend(metric.vectors().filter_map(|cvss| rating(&source, cvss)));
            if let Some(other) = metric.other.as_ref().filter(|_| is_cisa(container)) {
                enrichment.ssvc = ssvc(other).or(enrichment.ssvc);
            }
        }
        let descriptions = container.problems.iter().flat_map(|problem| &problem.descriptions);
        let words: Vec<_> = descriptions.filter_map(|text| text.cwe.as_deref()).collect();
        cwes.extend(weaknesses(&words));
    }
    enrichment.weaknesses = cwes.into_iter().collect();
    let empty = enrichment.ratings.is_empty()
        && enrichment.weaknesses.is_empty()
        && enrichment.ssvc.is_none();
    (!empty).then_some(enrichment)
}

fn rating(source: &str, cvss: &Cvss<'_>) -> Option<Rating> {
    let vector = cvss.vector.as_deref()?;
    Some(Rating {
        source: source.to_owned(),
        severity: cvss.severity.as_deref().and_then(|word| word.parse().ok()),
        vector: Some(vector.to_owned()),
    })
}

fn ssvc(other: &Other<'_>) -> Option<Ssvc> {
    if other.kind != "ssvc" {
        return None;
    }
    let options = &other.content.options;
    let exploitation = options.iter().find_map(|option| option.exploitation.as_deref())?;
    let automatable = options.iter().find_map(|option| option.automatable.as_deref())?;
    let impact = options.iter().find_map(|option| option.impact.as_deref())?;
    Some(Ssvc {
        exploitation: match exploitation {
            "none" => Decision::None,
            "poc" => Decision::Poc,
            "active" => Decision::Active,
            _ => return None,
        },
        automatable: automatable == "yes",
        total_impact: impact == "total",
    })
}

impl<'a> Metric<'a> {
    fn vectors(&self) -> impl Iterator<Item = &Cvss<'a>> {
        [&self.v4_0, &self.v3_1, &self.v3_0, &self.v2_0].into_iter().flatten()
    }
}
