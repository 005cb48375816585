//! The part of CycloneDX 1.6 that Seawall writes (ECMA-424, 1st edition). Field names are the
//! standard's, in its spelling; absent facts are left out.

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) bom_format: &'static str,
    pub(super) spec_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) serial_number: Option<String>,
    pub(super) version: u32,
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) compositions: Vec<Composition>,
    pub(super) vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
pub(super) struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<String>,
    pub(super) tools: Tools,
    pub(super) component: Component,
    pub(super) properties: Vec<Property>,
}

#[derive(Serialize)]
pub(super) struct Tools {
    pub(super) components: [Component; 1],
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) licenses: Vec<LicenceChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<Evidence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Serialize, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum LicenceChoice {
    License(Licence),
    Expression(String),
}

#[derive(Serialize, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Licence {
    Id(String),
    Name(String),
}

#[derive(Serialize)]
pub(super) struct Evidence {
    pub(super) occurrences: Vec<Occurrence>,
}

#[derive(Serialize)]
pub(super) struct Occurrence {
    pub(super) location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) value: String,
}

#[derive(Serialize)]
pub(super) struct Composition {
    pub(super) aggregate: &'static str,
    pub(super) assemblies: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vulnerability {
    #[serde(rename = "bom-ref")]
    pub(super) reference: String,
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<Alias>,
    pub(super) ratings: Vec<VulnerabilityRating>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) cwes: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) recommendation: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) advisories: Vec<Advisory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) analysis: Option<Analysis>,
    pub(super) affects: Vec<Affects>,
    pub(super) properties: Vec<Property>,
}

#[derive(Serialize)]
pub(super) struct Source {
    pub(super) name: String,
}

#[derive(Serialize)]
pub(super) struct Alias {
    pub(super) id: String,
    pub(super) source: Source,
}

#[derive(Serialize)]
pub(super) struct VulnerabilityRating {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) score: Option<f64>,
    pub(super) severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vector: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Advisory {
    pub(super) url: String,
}

#[derive(Serialize)]
pub(super) struct Analysis {
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) response: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Affects {
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) versions: [AffectedVersion; 1],
}

#[derive(Serialize)]
pub(super) struct AffectedVersion {
    pub(super) version: String,
    pub(super) status: &'static str,
}
