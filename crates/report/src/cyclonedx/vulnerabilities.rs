//! Vulnerabilities: findings with the same name, judgement and exception are one entry that
//! affects several components.

use std::collections::{BTreeSet, HashMap, HashSet};

use seawall_model::{Finding, Rating, Severity, Status};

use super::components::{References, version};
use super::document::{
    Advisory, AffectedVersion, Affects, Alias, Analysis, Property, Source, Vulnerability,
    VulnerabilityRating,
};
use crate::quoting::is_web_address;
use crate::score::{Method, score};

/// The entries in the order of the findings.
pub(super) fn vulnerabilities(
    findings: &[Finding],
    references: &References<'_>,
) -> Vec<Vulnerability> {
    let mut entries: Vec<Vec<&Finding>> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for finding in findings {
        let exception = finding.exception.as_ref();
        let exception = exception.map(|e| (&e.owner, &e.reason, e.expires));
        let key =
            (&finding.id, finding.severity, finding.status.word(), exception, &finding.ratings);
        let place = *places.entry(key).or_insert(entries.len());
        match entries.get_mut(place) {
            Some(entry) => entry.push(finding),
            None => entries.push(vec![finding]),
        }
    }
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let written = entries.iter().filter_map(|findings| {
        let first = findings.first()?;
        let number = seen.entry(&first.id).and_modify(|number| *number += 1).or_insert(1);
        let suffix = if *number == 1 { String::new() } else { format!("#{number}") };
        let reference = format!("vulnerability:{}{suffix}", first.id);
        Some(vulnerability(first, findings, reference, references))
    });
    written.collect()
}

fn vulnerability(
    first: &Finding,
    findings: &[&Finding],
    reference: String,
    references: &References<'_>,
) -> Vulnerability {
    let advisories = first.references.iter().filter(|link| is_web_address(link));
    Vulnerability {
        reference,
        id: first.id.clone(),
        source: first.reasons.first().map(|reason| source(&reason.source)),
        references: first.aliases.iter().map(|id| alias(id)).collect(),
        ratings: ratings(first),
        cwes: first.weaknesses.iter().copied().filter(|number| *number > 0).collect(),
        description: first.title.clone(),
        recommendation: recommendation(findings),
        advisories: advisories.map(|url| Advisory { url: url.clone() }).collect(),
        analysis: analysis(first),
        affects: affects(findings, references),
        properties: properties(first),
    }
}

fn source(name: &str) -> Source {
    Source { name: name.to_owned() }
}

/// The format wants the publisher of an alias; identifiers begin with his name.
fn alias(id: &str) -> Alias {
    let prefix = id.split_once('-').map_or("unknown", |(prefix, _)| prefix);
    Alias { id: id.to_owned(), source: source(prefix) }
}

/// The severity Seawall judges by comes first, without a score where its source gives no vector.
fn ratings(finding: &Finding) -> Vec<VulnerabilityRating> {
    let mut ratings: Vec<_> = finding.ratings.iter().map(rating).collect();
    let own = finding.severity_source.as_ref();
    match finding.ratings.iter().position(|rating| own.is_some_and(|own| *own == rating.source)) {
        Some(place) => {
            let first = ratings.remove(place);
            ratings.insert(0, VulnerabilityRating { severity: level(finding.severity), ..first });
        }
        None => {
            let source = own.map(|name| source(name));
            let severity = level(finding.severity);
            let bare =
                VulnerabilityRating { source, score: None, severity, method: None, vector: None };
            ratings.insert(0, bare);
        }
    }
    ratings
}

fn rating(rating: &Rating) -> VulnerabilityRating {
    let scored = score(rating);
    let by_score = scored.map(|(_, score)| Severity::from_score(score));
    VulnerabilityRating {
        source: Some(source(&rating.source)),
        score: scored.map(|(_, score)| score),
        severity: level(rating.severity.or(by_score).unwrap_or_default()),
        method: scored.map(|(method, _)| match method {
            Method::V2 => "CVSSv2",
            Method::V30 => "CVSSv3",
            Method::V31 => "CVSSv31",
            Method::V40 => "CVSSv4",
        }),
        vector: rating.vector.clone(),
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Negligible => "info",
        other => other.word(),
    }
}

fn recommendation(findings: &[&Finding]) -> String {
    let mut steps: BTreeSet<String> = BTreeSet::new();
    for finding in findings {
        let package = &finding.package;
        steps.insert(match &finding.fixed_in {
            Some(fixed) => format!("Upgrade {} {} to {fixed}.", package.name, package.version),
            None => format!("No fixed version of {} is known.", package.name),
        });
    }
    steps.into_iter().collect::<Vec<_>>().join(" ")
}

/// The state of an exception or of the vendor's word. An accepted risk stays exploitable: to
/// call it anything milder would be a claim nobody made.
fn analysis(finding: &Finding) -> Option<Analysis> {
    if let Some(exception) = &finding.exception {
        let detail = format!(
            "accepted by {} until {}: {}",
            exception.owner, exception.expires, exception.reason
        );
        let response = vec!["will_not_fix"];
        return Some(Analysis { state: "exploitable", response, detail: Some(detail) });
    }
    let state = match finding.status {
        Status::UnderInvestigation => "in_triage",
        Status::NotAffected => "not_affected",
        _ => return None,
    };
    Some(Analysis { state, response: Vec::new(), detail: None })
}

fn affects(findings: &[&Finding], references: &References<'_>) -> Vec<Affects> {
    let mut affects: Vec<Affects> = Vec::new();
    let mut seen = HashSet::new();
    for finding in findings {
        for reference in references.of(finding) {
            if seen.insert(reference.clone()) {
                let version = version(&finding.package.version);
                affects.push(Affects {
                    reference,
                    versions: [AffectedVersion { version, status: "affected" }],
                });
            }
        }
    }
    affects
}

fn properties(finding: &Finding) -> Vec<Property> {
    let property = |name, value: String| Property { name, value };
    let mut properties = vec![
        property("seawall:risk", finding.risk.to_string()),
        property("seawall:verdict", finding.verdict.word().to_owned()),
        property("seawall:status", finding.status.word().to_owned()),
    ];
    if let Some(entry) = &finding.known_exploited {
        properties.push(property("seawall:known_exploited_since", entry.added.to_string()));
    }
    if let Some(epss) = finding.epss {
        let value = format!("{:.6}", f64::from(epss.probability_millionths) / 1e6);
        properties.push(property("seawall:epss_probability", value));
    }
    properties
}
