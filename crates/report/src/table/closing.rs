//! The lower part of the table: accepted findings, gaps, notices, and the database.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use seawall_model::{Finding, Gap, GapKind, Report};

use super::page::{Page, Tone, span};
use super::wording::counted;
use crate::Error;

/// Gaps of one kind before the rest is counted.
const GAPS_OF_A_KIND: usize = 5;

/// Writes what exceptions accept, one paragraph for each exception.
pub(super) fn accepted(page: &mut Page<'_>, findings: &[Finding]) -> Result<(), Error> {
    let mut exceptions: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(exception) = &finding.exception {
            let key = (exception.expires, &exception.owner, &exception.reason);
            exceptions.entry(key).or_default().push(finding);
        }
    }
    if exceptions.is_empty() {
        return Ok(());
    }
    page.heading("Accepted by exception", "")?;
    for ((expires, owner, reason), mut findings) in exceptions {
        findings.sort_by_key(|finding| Reverse(finding.risk));
        let first = [span(Tone::Plain, "  until "), span(Tone::Strong, format!("{expires}  "))];
        page.paragraph(&first, Tone::Plain, &format!("{owner}: {reason}"))?;
        let names = findings.iter().map(|finding| {
            format!("{} in {} {}", finding.id, finding.package.name, finding.package.version)
        });
        let names = names.collect::<Vec<_>>().join(", ");
        page.paragraph(&[span(Tone::Plain, "    ")], Tone::Quiet, &names)?;
    }
    Ok(())
}

/// Writes what could not be judged, gathered by kind.
pub(super) fn gaps(page: &mut Page<'_>, gaps: &[Gap], full: bool) -> Result<(), Error> {
    if gaps.is_empty() {
        return Ok(());
    }
    page.heading("Gaps: what this report can't speak about", "")?;
    let mut kinds: BTreeMap<GapKind, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        kinds.entry(gap.kind).or_default().push(gap);
    }
    let limit = if full { usize::MAX } else { GAPS_OF_A_KIND };
    for (kind, gaps) in kinds {
        page.line(&[span(Tone::Plain, format!("  {}", kind.code()))])?;
        for gap in gaps.iter().take(limit) {
            page.paragraph(&[span(Tone::Plain, "    ")], Tone::Quiet, &sentence(gap))?;
        }
        let left = gaps.len().saturating_sub(limit);
        if left > 0 {
            let text = format!("    and {}", counted(left, "more gap"));
            page.line(&[span(Tone::Quiet, text)])?;
        }
    }
    Ok(())
}

/// `layer #2, srv/app/package-lock.json: not valid JSON`.
fn sentence(gap: &Gap) -> String {
    let mut subject = Vec::new();
    subject.extend(gap.layer.map(|layer| format!("layer #{layer}")));
    subject.extend(gap.path.clone());
    subject.extend(gap.package.clone());
    match subject.as_slice() {
        [] => gap.message.clone(),
        _ => format!("{}: {}", subject.join(", "), gap.message),
    }
}

/// Writes the notices about the policy.
pub(super) fn notices(page: &mut Page<'_>, notices: &[String]) -> Result<(), Error> {
    if notices.is_empty() {
        return Ok(());
    }
    page.heading("Notices about the policy", "")?;
    for notice in notices {
        page.paragraph(&[span(Tone::Plain, "  - ")], Tone::Plain, notice)?;
    }
    Ok(())
}

/// Writes the last lines: with what knowledge the report was made.
pub(super) fn database(page: &mut Page<'_>, report: &Report) -> Result<(), Error> {
    let database = &report.database;
    page.blank()?;
    let mut text = format!("{} {}, ", report.scanner.name, report.scanner.version);
    match database.built {
        Some(day) => text.push_str(&format!("database of {day}")),
        None => text.push_str("database without a date"),
    }
    if let Some(age) = age_in_days(report) {
        text.push_str(&format!(" ({} old)", counted(age, "day")));
    }
    let sources = database.sources.iter().map(|source| source.id.as_str()).collect::<Vec<_>>();
    text.push_str(&match sources.as_slice() {
        [] => ", no sources".to_owned(),
        ids => format!(", {}: {}", counted(ids.len(), "source"), ids.join(", ")),
    });
    page.paragraph(&[], Tone::Quiet, &text)
}

/// Days from the database's newest fact to the scan, where the report states when that was.
fn age_in_days(report: &Report) -> Option<usize> {
    let scanned: seawall_model::Date = report.scanned_at.as_deref()?.get(..10)?.parse().ok()?;
    let age = report.database.built?.until(scanned).ok()?;
    usize::try_from(age.get_days()).ok()
}
