//! CycloneDX 1.6 as JSON (ECMA-424): the bill of materials with its vulnerabilities.
//!
//! The serial number is computed from the document itself, so the same report gives the same
//! bytes and two different documents never share a number. A timestamp appears only where the
//! report has one. What the format has no field for goes into properties named `seawall:…`,
//! listed in `docs/reports.md`. Dependencies between components are not known and not claimed.

mod components;
mod document;
mod licences;
mod vulnerabilities;

use std::io::{self, Write};

use seawall_model::Report;
use sha2::{Digest as _, Sha256};

use crate::{Error, Format, Style, write_json};
use components::{Components, IMAGE};
use document::{Bom, Component, Composition, Metadata, Property, Tools};

/// The registered format.
pub(crate) const FORMAT: CycloneDx = CycloneDx;

/// CycloneDX 1.6.
#[derive(Debug, Clone, Copy)]
pub struct CycloneDx;

impl Format for CycloneDx {
    fn id(&self) -> &'static str {
        "cyclonedx"
    }

    fn title(&self) -> &'static str {
        "CycloneDX 1.6 JSON, the bill of materials with vulnerabilities"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.cyclonedx+json; version=1.6"
    }

    fn render(&self, report: &Report, _: &Style, out: &mut dyn Write) -> Result<(), Error> {
        let mut bom = bom(report);
        bom.serial_number = Some(serial_number(&bom)?);
        write_json(&bom, out)
    }
}

fn bom(report: &Report) -> Bom {
    let Components { components, references } = components::components(report);
    let has_gaps = !report.gaps.is_empty();
    Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: None,
        version: 1,
        metadata: Metadata {
            timestamp: report.scanned_at.clone(),
            tools: Tools {
                components: [Component {
                    kind: "application",
                    name: report.scanner.name.clone(),
                    version: Some(report.scanner.version.clone()),
                    ..Component::default()
                }],
            },
            component: components::root(report),
            properties: properties(report),
        },
        components,
        compositions: has_gaps.then(incomplete).into_iter().collect(),
        vulnerabilities: vulnerabilities::vulnerabilities(&report.findings, &references),
    }
}

/// A report with gaps can't claim that its list of components is whole.
fn incomplete() -> Composition {
    Composition { aggregate: "incomplete", assemblies: vec![IMAGE.to_owned()] }
}

fn properties(report: &Report) -> Vec<Property> {
    let mut properties =
        vec![Property { name: "seawall:verdict", value: report.verdict.word().to_owned() }];
    if let Some(built) = report.database.built {
        properties.push(Property { name: "seawall:database_built", value: built.to_string() });
    }
    if let Some(digest) = &report.database.digest {
        properties.push(Property { name: "seawall:database_digest", value: digest.clone() });
    }
    properties.extend(report.gaps.iter().map(|gap| {
        let place = gap.path.as_ref().or(gap.package.as_ref());
        let place = place.map(|place| format!(" {place}:")).unwrap_or_default();
        let value = format!("{}:{place} {}", gap.kind.code(), gap.message);
        Property { name: "seawall:gap", value }
    }));
    properties
}

/// A UUID of version 8 (RFC 9562, section 5.8) from the SHA-256 of the document.
fn serial_number(bom: &Bom) -> Result<String, Error> {
    let mut hash = HashWriter(Sha256::new());
    serde_json::to_writer(&mut hash, bom).map_err(io::Error::from)?;
    let hash: [u8; 32] = hash.0.finalize().into();
    let mut uuid = [0; 16];
    uuid.copy_from_slice(&hash[..16]);
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let mut text = String::from("urn:uuid:");
    for (position, byte) in uuid.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(text)
}

struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
