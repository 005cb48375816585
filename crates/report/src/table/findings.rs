//! The findings, gathered by package.

use seawall_model::report::Image;
use seawall_model::{Finding, Severity, Verdict};

use super::groups::{Fix, Group};
use super::page::{Page, Span, Tone, elided, elided_at_start, padded, span};
use super::wording::{by_severity, counted, layer, mark, place, probability, status};
use crate::Error;

/// Packages written with all their details before the short list begins.
const DETAILED: usize = 20;
/// Packages in the short list.
const LISTED: usize = 40;
/// Findings of one package.
const ROWS: usize = 8;
/// Places of one package.
const PLACES: usize = 2;

/// Writes the section; nothing when there are no groups.
pub(super) fn write(
    page: &mut Page<'_>,
    image: &Image,
    groups: &[Group<'_>],
    full: bool,
) -> Result<(), Error> {
    if groups.is_empty() {
        return Ok(());
    }
    page.heading("Findings, most urgent package first", "✗ red   ! yellow   % chance by EPSS")?;
    let mut detailed = Vec::new();
    let mut listed = Vec::new();
    for group in groups {
        let worth = full || group.findings.iter().any(|finding| deserves_row(finding));
        if worth && (full || detailed.len() < DETAILED) {
            detailed.push(group);
        } else {
            listed.push(group);
        }
    }
    for group in detailed {
        page.blank()?;
        details(page, image, group, full)?;
    }
    short_list(page, &listed)
}

/// Whether a finding gets a line of its own when lists are summed up.
fn deserves_row(finding: &Finding) -> bool {
    let minor = matches!(finding.severity, Severity::Low | Severity::Negligible);
    !minor || finding.verdict == Verdict::Red || finding.known_exploited.is_some()
}

fn details(page: &mut Page<'_>, image: &Image, group: &Group<'_>, full: bool) -> Result<(), Error> {
    page.line(&title(group, page.width()))?;
    origin(page, image, group, full)?;
    let limit = if full { usize::MAX } else { ROWS };
    let (mut shown, mut rest) = (Vec::new(), Vec::new());
    for finding in &group.findings {
        if shown.len() < limit && (full || deserves_row(finding)) {
            shown.push(*finding);
        } else {
            rest.push(*finding);
        }
    }
    let widest = shown.iter().map(|finding| finding.id.chars().count()).max().unwrap_or(0);
    for finding in shown {
        row(page, group, finding, widest.clamp(16, 22))?;
    }
    if !rest.is_empty() {
        let text = format!("    + {}", by_severity(rest.iter().copied()));
        page.line(&[span(Tone::Quiet, text)])?;
    }
    Ok(())
}

/// `lodash 4.17.4 → 4.17.21` in at most `room` columns: names give way before versions do.
fn title(group: &Group<'_>, room: usize) -> Vec<Span> {
    let short = room / 3;
    let version = span(Tone::Plain, format!(" {}", elided(&group.package.version, short)));
    let outcome = match group.fix {
        Fix::None => span(Tone::Quiet, "  no fix"),
        Fix::Version(version) => span(Tone::Plain, format!(" → {}", elided(version, short))),
        Fix::Several => span(Tone::Plain, " → fixed versions below"),
    };
    let room = room.saturating_sub(version.columns() + outcome.columns());
    vec![span(Tone::Strong, elided(&group.package.name, room)), version, outcome]
}

/// Where a package comes from: kind, layer, the layer that hides it, places.
fn origin(page: &mut Page<'_>, image: &Image, group: &Group<'_>, full: bool) -> Result<(), Error> {
    let kind = group.kind.map_or("package", |kind| kind.word());
    let from = format!("    {kind}, {}", layer(image, group.layer));
    page.line(&[span(Tone::Quiet, from)])?;
    if let Some(upper) = group.hidden_by {
        page.line(&[
            span(Tone::Plain, "    "),
            span(Tone::Strong, "hidden"),
            span(Tone::Quiet, format!(" by {}", layer(image, upper))),
        ])?;
    }
    if group.is_distribution() {
        return Ok(());
    }
    let limit = if full { usize::MAX } else { PLACES };
    for location in group.locations.iter().take(limit) {
        let text = elided_at_start(&place(location), page.width().saturating_sub(4));
        page.line(&[span(Tone::Quiet, format!("    {text}"))])?;
    }
    let left = group.locations.len().saturating_sub(limit);
    if left > 0 {
        page.line(&[span(Tone::Quiet, format!("    and {}", counted(left, "more place")))])?;
    }
    Ok(())
}

fn row(
    page: &mut Page<'_>,
    group: &Group<'_>,
    finding: &Finding,
    id_columns: usize,
) -> Result<(), Error> {
    let exploited = if finding.known_exploited.is_some() { "KEV" } else { "" };
    let chance = finding.epss.map(probability).unwrap_or_default();
    let mut spans = vec![
        span(Tone::Plain, "  "),
        span(Tone::Mark(finding.verdict), mark(finding.verdict)),
        span(Tone::Plain, format!(" {}  ", padded(&finding.id, id_columns))),
        span(Tone::Level(finding.severity), format!("{:<10}  ", finding.severity)),
        span(Tone::Alarm, format!("{exploited:<3}")),
        span(Tone::Plain, format!("  {chance:>6}  ")),
    ];
    let outlook = outlook(group, finding);
    match &finding.title {
        Some(title) if page.width() >= 110 => {
            spans.push(span(Tone::Plain, padded(&outlook, 30)));
            spans.push(span(Tone::Quiet, format!("  {title}")));
        }
        _ => spans.push(span(Tone::Plain, outlook)),
    }
    page.line(&spans)
}

/// What becomes of a finding: `fixed` where the version in the title fixes it.
fn outlook(group: &Group<'_>, finding: &Finding) -> String {
    let word = status(finding.status);
    match finding.fixed_in.as_deref() {
        Some(version) if word == "fixed" && group.fix == Fix::Version(version) => word.to_owned(),
        Some(version) if word == "fixed" => format!("fixed in {version}"),
        Some(version) => format!("{word} ({version})"),
        None if word == "fixed" => "fixed, version not known".to_owned(),
        None => word.to_owned(),
    }
}

/// One line for each package that has no details above.
fn short_list(page: &mut Page<'_>, groups: &[&Group<'_>]) -> Result<(), Error> {
    if groups.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.line(&[span(Tone::Strong, counted(groups.len(), "more package"))])?;
    let columns = page.width() * 6 / 10 - 6;
    for group in groups.iter().take(LISTED) {
        let verdict = group.findings.first().map_or(Verdict::Green, |finding| finding.verdict);
        let name: String = title(group, columns).iter().map(Span::text).collect();
        page.line(&[
            span(Tone::Plain, "  "),
            span(Tone::Mark(verdict), mark(verdict)),
            span(Tone::Plain, format!(" {}  ", padded(&name, columns))),
            span(Tone::Quiet, by_severity(group.findings.iter().copied())),
        ])?;
    }
    let left = groups.get(LISTED..).unwrap_or_default();
    if !left.is_empty() {
        let findings = left.iter().map(|group| group.findings.len()).sum();
        let text = format!(
            "    and {} with {}; --full lists them",
            counted(left.len(), "more package"),
            counted(findings, "finding"),
        );
        page.line(&[span(Tone::Quiet, text)])?;
    }
    Ok(())
}
