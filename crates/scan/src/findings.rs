//! From hits to findings: one name, one severity, one fix, and every source's word kept.

use std::collections::{BTreeSet, HashMap};

use seawall_model::{
    Enrichment, Finding, FindingKind, PackageReference, Rating, Severity, Status, Verdict, cvss,
};
use seawall_vulndb::Database;
use xxhash_rust::xxh3::xxh3_128;

use crate::Error;
use crate::matching::Hit;
use crate::risk::risk;

/// Turns hits into findings, most urgent first.
pub(crate) fn findings(hits: &[Hit<'_>], database: &Database) -> Result<Vec<Finding>, Error> {
    let enrichments = enrichments(hits, database)?;
    let mut findings: Vec<Finding> = hits.iter().map(|hit| finding(hit, &enrichments)).collect();
    findings.sort_by(|left, right| {
        (
            right.risk,
            right.severity,
            &left.id,
            &left.package.name,
            &left.package.version,
            left.layer,
        )
            .cmp(&(
                left.risk,
                left.severity,
                &right.id,
                &right.package.name,
                &right.package.version,
                right.layer,
            ))
    });
    Ok(findings)
}

/// What is known about each vulnerability, by its CVE name. Read once each and in the order of the
/// names: neighbours share a compressed block.
fn enrichments<'h>(
    hits: &'h [Hit<'_>],
    database: &Database,
) -> Result<HashMap<&'h str, Enrichment>, Error> {
    let names: BTreeSet<&str> = hits.iter().filter_map(cve).collect();
    let known = |name| Ok(database.enrichment(name)?.map(|enrichment| (name, enrichment)));
    names.into_iter().filter_map(|name| known(name).transpose()).collect()
}

fn cve<'h>(hit: &'h Hit<'_>) -> Option<&'h str> {
    hit.names.iter().map(String::as_str).find(|name| name.starts_with("CVE-"))
}

fn finding(hit: &Hit<'_>, enrichments: &HashMap<&str, Enrichment>) -> Finding {
    let id = best_name(&hit.names);
    let unknown = Enrichment::default();
    let enrichment = cve(hit).and_then(|name| enrichments.get(name)).unwrap_or(&unknown);
    let ratings = ratings(hit, enrichment);
    let (severity, severity_source) = severity(&ratings);
    let installed = &hit.item.installed;
    let advisories = || hit.statements.iter().map(|statement| &statement.advisory);
    let mut reasons: Vec<_> = hit.statements.iter().map(|row| row.reason.clone()).collect();
    reasons.dedup();
    let mut finding = Finding {
        aliases: aliases(hit, &id),
        kind: FindingKind::Vulnerability,
        severity,
        severity_source,
        package: PackageReference {
            name: installed.name.clone(),
            version: installed.version.clone(),
            purl: installed.purl.clone(),
        },
        fixed_in: fixed_in(hit),
        status: status(hit),
        layer: installed.layer,
        hidden_by: installed.hidden_by,
        locations: installed.locations.clone(),
        risk: 0,
        verdict: Verdict::Green,
        reasons,
        ratings,
        known_exploited: enrichment.known_exploited.clone(),
        epss: enrichment.epss,
        ssvc: enrichment.ssvc,
        weaknesses: numbers(advisories().map(|a| &a.weaknesses).chain([&enrichment.weaknesses])),
        references: references(hit),
        title: advisories().find_map(|advisory| advisory.title.clone()),
        exception: None,
        fingerprint: fingerprint(&id, hit),
        id,
    };
    finding.risk = risk(&finding);
    finding
}

/// CVE names are known everywhere, then GitHub's; otherwise the first in order.
fn best_name(names: &BTreeSet<String>) -> String {
    let starting = |prefix: &str| names.iter().find(|name| name.starts_with(prefix));
    let best = starting("CVE-").or_else(|| starting("GHSA-")).or_else(|| names.first());
    best.cloned().unwrap_or_default()
}

fn aliases(hit: &Hit<'_>, id: &str) -> Vec<String> {
    let errata = hit.statements.iter().map(|statement| &statement.advisory.id);
    let all: BTreeSet<&String> = hit.names.iter().chain(errata).collect();
    all.into_iter().filter(|name| *name != id).cloned().collect()
}

/// The vendor's own word on this package first, then each advisory's ratings, then those of
/// sources that rate vulnerabilities whatever package carries them.
fn ratings(hit: &Hit<'_>, enrichment: &Enrichment) -> Vec<Rating> {
    let vendor = hit.statements.iter().filter_map(|statement| {
        let severity = statement.affected.severity?;
        Some(Rating {
            source: statement.advisory.source.clone(),
            severity: Some(severity),
            vector: None,
        })
    });
    let advisories = hit.statements.iter().flat_map(|row| row.advisory.ratings.iter().cloned());
    let mut ratings: Vec<Rating> = Vec::new();
    for rating in vendor.chain(advisories).chain(enrichment.ratings.iter().cloned()) {
        if !ratings.contains(&rating) {
            ratings.push(rating);
        }
    }
    ratings
}

/// The first rating that says something; the order of ratings makes it the vendor's.
fn severity(ratings: &[Rating]) -> (Severity, Option<String>) {
    for rating in ratings {
        let scored = || cvss::score(rating.vector.as_deref()?).map(|(_, level)| level);
        let level = rating.severity.filter(|level| *level != Severity::Unknown).or_else(scored);
        if let Some(level) = level {
            return (level, Some(rating.source.clone()));
        }
    }
    (Severity::Unknown, None)
}

/// The version that satisfies every source: the highest of the fixes that each row names.
fn fixed_in(hit: &Hit<'_>) -> Option<String> {
    let scheme = hit.item.package.kind.scheme();
    let fixes = hit.statements.iter().filter_map(|statement| statement.fixed_in.as_ref());
    let higher = |left: &&String, right: &&String| {
        scheme.compare(left, right).unwrap_or(std::cmp::Ordering::Equal)
    };
    fixes.max_by(higher).cloned()
}

/// A fix that helps the installed version wins; otherwise the first source's word stands. A
/// source may have fixed other versions only: then this one is affected.
fn status(hit: &Hit<'_>) -> Status {
    if hit.statements.iter().any(|statement| statement.fixed_in.is_some()) {
        return Status::Fixed;
    }
    match hit.statements.first().map(|statement| statement.affected.status) {
        None | Some(Status::Fixed) => Status::Affected,
        Some(status) => status,
    }
}

fn numbers<'a>(lists: impl Iterator<Item = &'a Vec<u32>>) -> Vec<u32> {
    let all: BTreeSet<u32> = lists.flatten().copied().collect();
    all.into_iter().collect()
}

fn references(hit: &Hit<'_>) -> Vec<String> {
    const MOST: usize = 20;
    let mut references: Vec<String> = Vec::new();
    for link in hit.statements.iter().flat_map(|statement| &statement.advisory.references) {
        if references.len() < MOST && !references.contains(link) {
            references.push(link.clone());
        }
    }
    references
}

/// Stable across rescans, re-tags and version bumps that do not fix it: what is wrong, in which
/// package, where.
fn fingerprint(id: &str, hit: &Hit<'_>) -> String {
    let installed = &hit.item.installed;
    let path = installed.locations.first().map_or("", |location| location.path.as_str());
    let identity =
        ["vulnerability", id, installed.kind.word(), &installed.name, path].join("\u{0}");
    format!("{:032x}", xxh3_128(identity.as_bytes()))
}
