//! The fields of an OSV record that are read.

use serde::{Deserialize, Deserializer};

use crate::yaml;

/// One OSV record.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) modified: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) withdrawn: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) aliases: Vec<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) related: Vec<String>,
    pub(crate) summary: Option<String>,
    pub(crate) details: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) severity: Vec<Score>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) affected: Vec<Row>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) references: Vec<Reference>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) database_specific: DatabaseSpecific,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Score {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) score: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    pub(crate) package: Option<Package>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) ranges: Vec<Events>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) versions: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) ecosystem: String,
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Events {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) introduced: Option<String>,
    pub(crate) fixed: Option<String>,
    pub(crate) last_affected: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    pub(crate) url: String,
}

/// What GitHub's database adds.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct DatabaseSpecific {
    pub(crate) severity: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) cwe_ids: Vec<String>,
}

impl Record {
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("not an OSV record: {error}"))
    }

    pub(crate) fn from_yaml(text: &str) -> Result<Self, String> {
        serde_json::from_value(yaml::document(text)?)
            .map_err(|error| format!("not an OSV record: {error}"))
    }
}

/// Some publishers write `null` for an empty list.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
