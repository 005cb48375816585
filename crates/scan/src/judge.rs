//! From an inspection to a report: match, rate, apply the policy.

use seawall_model::report::{DatabaseSummary, OperatingSystem, Scanner};
use seawall_model::{Date, Distribution, Gap, GapKind, Report};
use seawall_vulndb::Database;

use crate::findings::findings;
use crate::matching::hits;
use crate::policy::{self, Policy};
use crate::{Error, Inspection};

/// Version of the report structure; docs/report.schema.json describes it.
const SCHEMA_VERSION: u32 = 1;

/// Judges an image. `target` is what the user named, `today` the day on which ages and expiry
/// are judged.
///
/// # Errors
/// When the database is damaged.
pub fn judge(
    inspection: &Inspection,
    target: &str,
    database: &Database,
    policy: &Policy,
    today: Date,
) -> Result<Report, Error> {
    let distribution = inspection.inventory.distribution.as_ref();
    let (hits, unmatched) = hits(&inspection.inventory, database)?;
    let mut findings = findings(&hits, database)?;
    let mut gaps = inspection.gaps.clone();
    gaps.extend(unmatched);
    let os = match distribution {
        Some(distribution) => Some(operating_system(distribution, database, today, &mut gaps)?),
        None => None,
    };
    gaps.extend(stale(database, policy, today));
    gaps.sort();
    let mut image = inspection.image.clone();
    image.os = os;
    let names: Vec<&str> =
        image.names.iter().map(String::as_str).chain(std::iter::once(target)).collect();
    let judgement = policy::judge(policy, &mut findings, &gaps, &names, today);
    let packages = inspection.inventory.items.iter().map(|item| item.installed.clone()).collect();
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        verdict: judgement.verdict,
        verdict_reasons: judgement.reasons,
        target: target.to_owned(),
        scanned_at: None,
        image,
        packages,
        findings,
        gaps,
        notices: judgement.notices,
        database: DatabaseSummary {
            built: database.built(),
            digest: Some(database.digest()),
            sources: database.sources().to_vec(),
        },
        scanner: Scanner {
            name: "seawall".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
    })
}

fn operating_system(
    distribution: &Distribution,
    database: &Database,
    today: Date,
    gaps: &mut Vec<Gap>,
) -> Result<OperatingSystem, Error> {
    let lifecycle = match distribution.version.as_str() {
        "" => None,
        version => database.lifecycle(&distribution.id, version)?,
    };
    let ended = lifecycle.as_ref().map(|lifecycle| lifecycle.has_ended(today));
    let end = lifecycle.as_ref().and_then(|lifecycle| lifecycle.end_of_life);
    let (family, version) = (distribution.id.clone(), distribution.version.clone());
    if ended == Some(true) {
        let since = end.map_or(String::new(), |day| format!(" since {day}"));
        gaps.push(gap(
            GapKind::DistributionEndOfLife,
            format!("{family} {version} gets no public security fixes{since}"),
        ));
    }
    Ok(OperatingSystem {
        family,
        version,
        name: distribution.name.clone(),
        end_of_life: ended,
        end_of_life_date: end,
    })
}

fn stale(database: &Database, policy: &Policy, today: Date) -> Option<Gap> {
    let Some(built) = database.built() else {
        return Some(gap(GapKind::DatabaseStale, "the database does not say its date".to_owned()));
    };
    let days = policy.database.max_age_days?;
    policy.is_stale(built, today).then(|| {
        let message = format!("the database knows nothing after {built}, over {days} days ago");
        gap(GapKind::DatabaseStale, message)
    })
}

fn gap(kind: GapKind, message: String) -> Gap {
    Gap { kind, layer: None, path: None, package: None, message }
}
