//! Report formats: one folder for each.
//!
//! A format turns one [`Report`] into bytes. It opens no file, asks no clock and no environment;
//! what it may know about the terminal comes in a [`Style`]. Adding one is a folder here and a
//! line in `registry!`.

use std::io::{self, Write};

use seawall_model::Report;

mod quoting;
mod score;

/// A way to write a report.
pub trait Format: Sync {
    /// The folder's name, as users type it: `sarif`.
    fn id(&self) -> &'static str;

    /// What it is, for the documentation: `SARIF 2.1.0`.
    fn title(&self) -> &'static str;

    /// The media type of what it writes.
    fn media_type(&self) -> &'static str;

    /// Writes the whole report, ending with a line feed. The same report and style give the same
    /// bytes.
    ///
    /// # Errors
    /// [`Error::Write`] when `out` refuses bytes; what was written until then is of no use.
    fn render(&self, report: &Report, style: &Style, out: &mut dyn Write) -> Result<(), Error>;
}

/// Facts about the place a report is shown at. Only formats for people use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal. Values outside 60..=160 are taken as the nearer of the two.
    pub width: usize,
    /// Whether escape sequences for colour are wanted.
    pub color: bool,
    /// Whether long lists are written to their end instead of being summed up.
    pub full: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, color: false, full: false }
    }
}

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The output refused bytes: a full disk, a closed pipe.
    #[error("can't write the report")]
    Write(#[from] io::Error),
}

/// The format with this identifier.
pub fn format(id: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.id() == id)
}

/// Declares the format modules and the list of all formats from the same lines.
macro_rules! registry {
    ($($format:ident,)*) => {
        $(pub mod $format;)*

        /// Every format, in the order in which documentation lists them.
        pub const ALL: &[&dyn Format] = &[$(&$format::FORMAT,)*];
    };
}

registry! {
    table,
    json,
    sarif,
    cyclonedx,
}

/// Writes a value as indented JSON with a line feed at the end.
fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests;
