//! The report as Seawall's own JSON: every field of [`Report`], in the order of the type.
//!
//! `docs/report.schema.json` describes it (JSON Schema 2020-12) and `docs/reports.md` says which
//! fields are promised. Nothing is left out: an absent value is `null`, a list without entries
//! is `[]`, so that a reader need not guess.

use std::io::Write;

use seawall_model::Report;

use crate::{Error, Format, Style, write_json};

/// The registered format.
pub(crate) const FORMAT: Json = Json;

/// Seawall's own JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Format for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "Seawall's own JSON, with everything the scan knows"
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn render(&self, report: &Report, _: &Style, out: &mut dyn Write) -> Result<(), Error> {
        write_json(report, out)
    }
}
