//! Results: one for each finding.

use std::collections::HashMap;

use seawall_model::{Finding, LayerIndex, PackageReference, Report, Verdict};
use serde_json::json;

use super::document::{
    ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, Properties, Region,
    SarifResult, Suppression,
};
use crate::quoting::printable;

/// Locations that GitHub takes on one result.
const MAX_LOCATIONS: usize = 1000;

/// The results of some findings of a report; `rules` has the place of each identifier's rule.
pub(super) fn results(
    report: &Report,
    findings: &[Finding],
    rules: &HashMap<&str, usize>,
) -> Vec<SarifResult> {
    let results = findings.iter().map(|finding| SarifResult {
        rule_id: finding.id.clone(),
        rule_index: rules.get(finding.id.as_str()).copied().unwrap_or_default(),
        level: match finding.verdict {
            Verdict::Red => "error",
            Verdict::Yellow => "warning",
            Verdict::Green => "note",
        },
        message: Message { text: message_text(&sentence(finding)) },
        locations: locations(finding),
        fingerprints: [("seawall/v1", finding.fingerprint.clone())].into(),
        partial_fingerprints: [("primaryLocationLineHash", finding.fingerprint.clone())].into(),
        suppressions: suppressions(finding),
        properties: properties(report, finding),
    });
    results.collect()
}

/// `openssl 1.1.1k is affected by CVE-…; fixed in 1.1.1n`.
fn sentence(finding: &Finding) -> String {
    let PackageReference { name, version, .. } = &finding.package;
    let outlook = match &finding.fixed_in {
        Some(fixed) => format!("fixed in {fixed}"),
        None => format!("no fixed version, status {}", finding.status.word()),
    };
    let hidden = match finding.hidden_by {
        Some(upper) => format!(
            ". Layer #{upper} hides the package, yet layer #{} still ships it",
            finding.layer
        ),
        None => format!(". Brought in by layer #{}", finding.layer),
    };
    format!("{name} {version} is affected by {}; {outlook}{hidden}.", finding.id)
}

fn locations(finding: &Finding) -> Vec<Location> {
    let places = finding.locations.iter().take(MAX_LOCATIONS);
    let mut locations: Vec<_> =
        places.filter_map(|place| location(place, Some(&finding.package))).collect();
    if locations.is_empty() {
        locations.push(Location {
            physical_location: None,
            logical_locations: vec![logical(&finding.package)],
            message: None,
        });
    }
    locations
}

/// A place in the image; `None` for a path that names nothing.
pub(super) fn location(
    place: &seawall_model::Location,
    package: Option<&PackageReference>,
) -> Option<Location> {
    let uri = relative_uri(&place.path);
    (!uri.is_empty()).then(|| Location {
        physical_location: Some(PhysicalLocation {
            artifact_location: ArtifactLocation { uri },
            region: Region { start_line: place.line.unwrap_or(1).max(1) },
        }),
        logical_locations: package.map(logical).into_iter().collect(),
        message: place
            .inner
            .as_ref()
            .map(|inner| Message { text: message_text(&format!("inside the archive: {inner}")) }),
    })
}

fn logical(package: &PackageReference) -> LogicalLocation {
    LogicalLocation {
        name: package.name.clone(),
        fully_qualified_name: match package.purl.as_str() {
            "" => format!("{}@{}", package.name, package.version),
            purl => purl.to_owned(),
        },
        kind: "module",
    }
}

/// A path as a relative URI reference (RFC 3986, section 4.2) that can't climb out of the image.
fn relative_uri(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !matches!(*segment, "" | "." | ".."));
    let mut uri = String::new();
    for segment in segments {
        if !uri.is_empty() {
            uri.push('/');
        }
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    uri
}

fn suppressions(finding: &Finding) -> Vec<Suppression> {
    let exceptions = finding.exception.iter().map(|exception| Suppression {
        kind: "external",
        status: "accepted",
        justification: printable(&format!(
            "accepted by {} until {}: {}",
            exception.owner, exception.expires, exception.reason
        )),
    });
    exceptions.collect()
}

fn properties(report: &Report, finding: &Finding) -> Properties {
    let layer = |index: LayerIndex| report.image.layers.get(index);
    let mut properties: Properties = [
        ("kind", json!(finding.kind)),
        ("package", json!(finding.package)),
        ("severity", json!(finding.severity)),
        ("status", json!(finding.status)),
        ("fixedIn", json!(finding.fixed_in)),
        ("risk", json!(finding.risk)),
        ("layer", json!(finding.layer)),
        ("layerDiffId", json!(layer(finding.layer).and_then(|layer| layer.diff_id))),
        ("hiddenBy", json!(finding.hidden_by)),
    ]
    .into();
    let left = finding.locations.len().saturating_sub(MAX_LOCATIONS);
    if left > 0 {
        properties.insert("locationsLeftOut", json!(left));
    }
    properties
}

/// Text as a SARIF message without links or placeholders of its own: brackets are escaped
/// (section 3.11.6) and braces doubled (section 3.11.5).
pub(super) fn message_text(text: &str) -> String {
    let mut message = String::new();
    for character in printable(text).chars() {
        match character {
            '[' | ']' | '\\' => message.push('\\'),
            '{' | '}' => message.push(character),
            _ => {}
        }
        message.push(character);
    }
    message
}
