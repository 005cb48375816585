//! The fields of a CVE record that are read, borrowed from its text where they need no unescaping.

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Record<'a> {
    #[serde(rename = "cveMetadata", borrow)]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow)]
    pub(super) containers: Containers<'a>,
}

#[derive(Deserialize)]
pub(super) struct Metadata<'a> {
    #[serde(rename = "cveId", borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) state: Cow<'a, str>,
    #[serde(rename = "datePublished")]
    pub(super) published: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Containers<'a> {
    #[serde(borrow)]
    pub(super) cna: Option<Container<'a>>,
    #[serde(default, borrow)]
    pub(super) adp: Vec<Container<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Container<'a> {
    pub(super) title: Option<Cow<'a, str>>,
    #[serde(rename = "providerMetadata", default, borrow)]
    pub(super) provider: Provider<'a>,
    #[serde(default, borrow)]
    pub(super) metrics: Vec<Metric<'a>>,
    #[serde(rename = "problemTypes", default, borrow)]
    pub(super) problems: Vec<ProblemType<'a>>,
}

#[derive(Default, Deserialize)]
pub(super) struct Provider<'a> {
    #[serde(rename = "shortName")]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(rename = "dateUpdated")]
    pub(super) updated: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct Metric<'a> {
    #[serde(rename = "cvssV4_0", borrow)]
    pub(super) v4_0: Option<Cvss<'a>>,
    #[serde(rename = "cvssV3_1", borrow)]
    pub(super) v3_1: Option<Cvss<'a>>,
    #[serde(rename = "cvssV3_0", borrow)]
    pub(super) v3_0: Option<Cvss<'a>>,
    #[serde(rename = "cvssV2_0", borrow)]
    pub(super) v2_0: Option<Cvss<'a>>,
    #[serde(borrow)]
    pub(super) other: Option<Other<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Cvss<'a> {
    #[serde(rename = "vectorString")]
    pub(super) vector: Option<Cow<'a, str>>,
    #[serde(rename = "baseSeverity")]
    pub(super) severity: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct Other<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(default, borrow)]
    pub(super) content: Content<'a>,
}

#[derive(Default, Deserialize)]
pub(super) struct Content<'a> {
    #[serde(default, borrow)]
    pub(super) options: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(rename = "Exploitation")]
    pub(super) exploitation: Option<Cow<'a, str>>,
    #[serde(rename = "Automatable")]
    pub(super) automatable: Option<Cow<'a, str>>,
    #[serde(rename = "Technical Impact")]
    pub(super) impact: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct ProblemType<'a> {
    #[serde(default, borrow)]
    pub(super) descriptions: Vec<Description<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Description<'a> {
    #[serde(rename = "cweId")]
    pub(super) cwe: Option<Cow<'a, str>>,
}
