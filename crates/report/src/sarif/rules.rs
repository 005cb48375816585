//! Rules: one for each vulnerability, whatever packages carry it.

use std::collections::HashMap;

use seawall_model::{Finding, Severity};
use serde_json::json;

use super::document::{Help, Message, Properties, ReportingDescriptor};
use super::results::message_text;
use crate::quoting::{is_web_address, printable};
use crate::score::score;

/// Tags that GitHub takes on one rule.
const MAX_TAGS: usize = 20;
/// Links in a rule's help.
const MAX_LINKS: usize = 10;

/// The rules of some findings in the order of first use, and each one's place by identifier.
pub(super) fn rules(findings: &[Finding]) -> (Vec<ReportingDescriptor>, HashMap<&str, usize>) {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut gathered: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let place = *places.entry(&finding.id).or_insert(gathered.len());
        match gathered.get_mut(place) {
            Some(known) => known.push(finding),
            None => gathered.push(vec![finding]),
        }
    }
    (gathered.iter().filter_map(|findings| rule(findings)).collect(), places)
}

fn rule(findings: &[&Finding]) -> Option<ReportingDescriptor> {
    let first = findings.first()?;
    let worst = findings.iter().max_by_key(|finding| finding.severity)?;
    let subject = first.title.as_deref().unwrap_or("known vulnerability");
    let mut properties: Properties =
        [("precision", json!("very-high")), ("tags", json!(tags(first)))].into();
    if let Some(score) = security_severity(worst) {
        properties.insert("security-severity", json!(format!("{score:.1}")));
    }
    let links = first.references.iter().filter(|link| is_web_address(link));
    Some(ReportingDescriptor {
        id: first.id.clone(),
        short_description: Message { text: message_text(&format!("{}: {subject}", first.id)) },
        full_description: Some(Message { text: message_text(&(facts(first).join(". ") + ".")) }),
        help: Some(help(first)),
        help_uri: links.clone().next().cloned(),
        properties,
    })
}

/// What holds for the vulnerability itself, in sentences without their full stops.
fn facts(finding: &Finding) -> Vec<String> {
    let mut facts = Vec::new();
    let source = finding.severity_source.as_deref().unwrap_or("no source");
    facts.push(format!("Severity {} by {source}", finding.severity));
    if !finding.aliases.is_empty() {
        facts.push(format!("Also known as {}", finding.aliases.join(", ")));
    }
    if let Some(entry) = &finding.known_exploited {
        let ransomware = if entry.ransomware { ", in ransomware campaigns too" } else { "" };
        facts.push(format!("Known to be exploited since {} (CISA KEV){ransomware}", entry.added));
    }
    if let Some(epss) = finding.epss {
        let percent = f64::from(epss.probability_millionths) / 10_000.0;
        facts.push(format!("EPSS of {}: {percent:.1} % chance of exploitation", epss.date));
    }
    facts
}

/// The help page of a rule: facts, what to do, links.
fn help(finding: &Finding) -> Help {
    let advice = "Upgrade the package to the fixed version that the result names, or rebuild the \
        image on a base that has it. Where no version is fixed, remove the package if it is not \
        needed, or accept the risk by an exception with an owner and an end";
    let mut lines = facts(finding);
    lines.push(advice.to_owned());
    let text = lines.iter().map(|line| message_text(line)).collect::<Vec<_>>().join(".\n") + ".";
    let mut markdown = format!("**{}**\n\n", markdown_text(&finding.id));
    for line in &lines {
        markdown.push_str(&format!("- {}.\n", markdown_text(line)));
    }
    let links = finding.references.iter().filter(|link| is_web_address(link));
    for link in links.take(MAX_LINKS) {
        markdown.push_str(&format!("- <{link}>\n"));
    }
    Help { text, markdown }
}

/// Text that stays text in Markdown, and that no viewer takes for a placeholder.
fn markdown_text(text: &str) -> String {
    let mut escaped = String::new();
    for character in printable(text).chars() {
        if "\\`*_[]<>#|!~&".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
        if "{}".contains(character) {
            escaped.push(character);
        }
    }
    escaped
}

fn tags(finding: &Finding) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), "vulnerability".to_owned()];
    if finding.known_exploited.is_some() {
        tags.push("known-exploited".to_owned());
    }
    tags.extend(finding.weaknesses.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    tags.truncate(MAX_TAGS);
    tags
}

/// The number from which GitHub derives a level (0.1–3.9 low, 4.0–6.9 medium, 7.0–8.9 high, from
/// 9.0 critical). It is the CVSS score that agrees with the severity Seawall judges by, or else
/// the middle of that severity's band, so that both show the same level.
fn security_severity(finding: &Finding) -> Option<f64> {
    let agreeing = finding.ratings.iter().filter_map(score).map(|(_, score)| score);
    let agreeing = agreeing.filter(|score| Severity::from_score(*score) == finding.severity);
    let by_own_source = finding.ratings.iter().filter(|rating| {
        finding.severity_source.as_ref().is_some_and(|source| *source == rating.source)
    });
    let own = by_own_source.filter_map(score).map(|(_, score)| score);
    let mut own = own.filter(|score| Severity::from_score(*score) == finding.severity);
    own.next().or_else(|| agreeing.clone().next()).or(match finding.severity {
        Severity::Critical => Some(9.5),
        Severity::High => Some(8.0),
        Severity::Medium => Some(5.5),
        Severity::Low => Some(2.0),
        Severity::Negligible => Some(0.1),
        Severity::Unknown => None,
    })
}
