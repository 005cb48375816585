//! The top of the table: the verdict, the rules behind it, and what was scanned.

use seawall_model::report::{OperatingSystem, VerdictReason};
use seawall_model::{PackageKind, Report, Verdict};

use super::page::{Page, Tone, span};
use super::wording::{by_severity, mark};
use crate::Error;

/// Writes verdict, reasons and the facts about the target.
pub(super) fn write(page: &mut Page<'_>, report: &Report) -> Result<(), Error> {
    let badge = format!(" {} ", report.verdict.word().to_uppercase());
    page.line(&[
        span(Tone::Badge(report.verdict), badge),
        span(Tone::Plain, " "),
        span(Tone::Strong, &report.target),
    ])?;
    reasons(page, report)?;
    page.blank()?;
    for (name, fact) in facts(report) {
        let first = [span(Tone::Quiet, format!("  {name:<10}"))];
        page.paragraph(&first, Tone::Plain, &fact)?;
    }
    Ok(())
}

fn reasons(page: &mut Page<'_>, report: &Report) -> Result<(), Error> {
    for VerdictReason { verdict, rule, count } in &report.verdict_reasons {
        let first = [
            span(Tone::Plain, "  "),
            span(Tone::Mark(*verdict), mark(*verdict)),
            span(Tone::Plain, " "),
        ];
        page.paragraph(&first, Tone::Plain, &format!("{rule} ({count})"))?;
    }
    if report.verdict_reasons.is_empty() && report.verdict == Verdict::Green {
        page.line(&[span(Tone::Plain, "  No rule of the policy fired.")])?;
    }
    Ok(())
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let image = &report.image;
    let mut facts = Vec::new();
    let mut identity = Vec::new();
    if !image.names.is_empty() {
        identity.push(image.names.join(", "));
    }
    identity.extend(image.platform.clone());
    identity.extend(image.digest.map(|digest| format!("sha256:{}", digest.short())));
    if !identity.is_empty() {
        facts.push(("image", identity.join(", ")));
    }
    facts.push(("system", image.os.as_ref().map_or_else(|| "not known".to_owned(), system)));
    if !image.layers.is_empty() {
        facts.push(("layers", image.layers.len().to_string()));
    }
    facts.push(("packages", packages(report)));
    facts.extend(findings(report));
    facts.push(("gaps", report.gaps.len().to_string()));
    facts
}

/// `Debian GNU/Linux 11 (bullseye), security support ended 2024-08-14`.
fn system(os: &OperatingSystem) -> String {
    let name = os.name.clone().unwrap_or_else(|| format!("{} {}", os.family, os.version));
    let end = match (os.end_of_life, os.end_of_life_date) {
        (Some(true), Some(day)) => format!(", security support ended {day}"),
        (Some(true), None) => ", security support has ended".to_owned(),
        (Some(false), Some(day)) => format!(", security support until {day}"),
        (Some(false), None) => ", security support goes on".to_owned(),
        (None, _) => ", end of security support not known".to_owned(),
    };
    format!("{}{end}", name.trim())
}

fn packages(report: &Report) -> String {
    let kinds = PackageKind::ALL.into_iter().filter_map(|kind| {
        let count = report.packages.iter().filter(|package| package.kind == kind).count();
        (count > 0).then(|| format!("{count} {}", kind.word()))
    });
    let kinds = kinds.collect::<Vec<_>>();
    match kinds.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        several => format!("{}: {}", report.packages.len(), several.join(", ")),
    }
}

fn findings(report: &Report) -> Vec<(&'static str, String)> {
    let open = report.findings.iter().filter(|finding| finding.exception.is_none());
    let accepted = report.findings.len() - open.clone().count();
    let exploited = open.clone().filter(|finding| finding.known_exploited.is_some()).count();
    let hidden = open.clone().filter(|finding| finding.hidden_by.is_some()).count();
    let text = match open.clone().count() {
        0 => "none".to_owned(),
        count => format!("{count}: {}", by_severity(open)),
    };
    let mut facts = vec![("findings", text)];
    if exploited > 0 {
        facts.push(("exploited", format!("{exploited} in CISA's catalogue (KEV)")));
    }
    if hidden > 0 {
        facts.push(("hidden", format!("{hidden} in packages that an upper layer removes")));
    }
    if accepted > 0 {
        facts.push(("accepted", format!("{accepted} by exception")));
    }
    facts
}
