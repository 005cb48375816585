//! SARIF 2.1.0 (OASIS), for code scanning services and IDEs.
//!
//! A vulnerability is a rule, a finding is a result, a gap is a tool notification, an exception
//! is a suppression. Limits and the `security-severity` property follow GitHub's documentation
//! of SARIF support; what does not fit is cut from the least urgent end and said in a
//! notification. Locations are paths inside the image, relative to its root. Nested artifacts,
//! taxonomies and fixes are not written.

mod document;
mod results;
mod rules;

use std::collections::BTreeSet;
use std::io::Write;

use seawall_model::{Gap, Location, Report};
use serde_json::json;

use crate::{Error, Format, Style, write_json};
use document::{
    AutomationDetails, DescriptorReference, Driver, Invocation, Log, Message, Notification,
    ReportingDescriptor, Run, Tool,
};
use results::{location, message_text};

/// Results that GitHub takes from one run.
const MAX_RESULTS: usize = 25_000;

/// The registered format.
pub(crate) const FORMAT: Sarif = Sarif;

/// SARIF 2.1.0.
#[derive(Debug, Clone, Copy)]
pub struct Sarif;

impl Format for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn title(&self) -> &'static str {
        "SARIF 2.1.0, for code scanning services"
    }

    fn media_type(&self) -> &'static str {
        "application/sarif+json"
    }

    fn render(&self, report: &Report, _: &Style, out: &mut dyn Write) -> Result<(), Error> {
        write_json(&log(report, MAX_RESULTS), out)
    }
}

fn log(report: &Report, max_results: usize) -> Log {
    let kept = report.findings.get(..max_results).unwrap_or(&report.findings);
    let (rules, index) = rules::rules(kept);
    let notifications = notifications(report, report.findings.len() - kept.len());
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: report.scanner.name.clone(),
                    version: report.scanner.version.clone(),
                    rules,
                    notifications: descriptors(&notifications),
                },
            },
            automation_details: AutomationDetails { id: format!("seawall/{}/", report.target) },
            invocations: [Invocation {
                execution_successful: true,
                end_time_utc: report.scanned_at.clone(),
                tool_execution_notifications: notifications,
            }],
            results: results::results(report, kept, &index),
            properties: [
                ("verdict", json!(report.verdict)),
                ("image", json!(report.image.digest)),
                ("database", json!(report.database.built)),
            ]
            .into(),
        }],
    }
}

fn notifications(report: &Report, left_out: usize) -> Vec<Notification> {
    let mut notifications: Vec<_> = report.gaps.iter().map(gap_notification).collect();
    notifications.extend(report.notices.iter().map(|notice| notification("policy-notice", notice)));
    if left_out > 0 {
        let text = format!(
            "{left_out} less urgent findings are left out: this format carries {MAX_RESULTS} at \
             most. The json report has them all."
        );
        notifications.push(notification("results-truncated", &text));
    }
    notifications
}

fn gap_notification(gap: &Gap) -> Notification {
    let mut subject = Vec::new();
    subject.extend(gap.layer.map(|layer| format!("layer #{layer}")));
    subject.extend(gap.path.clone());
    subject.extend(gap.package.clone());
    let text = match subject.as_slice() {
        [] => gap.message.clone(),
        _ => format!("{}: {}", subject.join(", "), gap.message),
    };
    let place = gap.path.as_ref().and_then(|path| location(&Location::file(path), None));
    Notification { locations: place.into_iter().collect(), ..notification(gap.kind.code(), &text) }
}

fn notification(kind: &str, text: &str) -> Notification {
    Notification {
        descriptor: DescriptorReference { id: kind.to_owned() },
        level: "warning",
        message: Message { text: message_text(text) },
        locations: Vec::new(),
    }
}

/// The kinds of notification that occur.
fn descriptors(notifications: &[Notification]) -> Vec<ReportingDescriptor> {
    let kinds: BTreeSet<&str> =
        notifications.iter().map(|notification| notification.descriptor.id.as_str()).collect();
    let descriptor = |kind: &str| ReportingDescriptor {
        id: kind.to_owned(),
        short_description: Message {
            text: match kind {
                "policy-notice" => "An exception of the policy needs attention".to_owned(),
                "results-truncated" => "The run has more results than fit".to_owned(),
                gap => format!("Coverage gap: {}", gap.replace('-', " ")),
            },
        },
        full_description: None,
        help: None,
        help_uri: None,
        properties: [].into(),
    };
    kinds.into_iter().map(descriptor).collect()
}

#[cfg(test)]
mod tests;
