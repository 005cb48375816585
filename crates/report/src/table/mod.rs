//! The report for people at a terminal: the verdict and its reasons first, what to do last,
//! where the eye rests when the output has scrolled by.
//!
//! Readable at 80 columns without colour; more columns show longer texts, colour only adds. No
//! line is wider than [`Style::width`](crate::Style::width). Long lists are summed up unless
//! [`Style::full`](crate::Style::full) is set; nothing is left out without saying how much.

mod closing;
mod findings;
mod groups;
mod page;
mod remedies;
mod summary;
mod wording;

use std::io::Write;

use seawall_model::Report;

use crate::{Error, Format, Style};
use page::Page;

/// The registered format.
pub(crate) const FORMAT: Table = Table;

/// The table for people.
#[derive(Debug, Clone, Copy)]
pub struct Table;

impl Format for Table {
    fn id(&self) -> &'static str {
        "table"
    }

    fn title(&self) -> &'static str {
        "a page for people at a terminal"
    }

    fn media_type(&self) -> &'static str {
        "text/plain; charset=utf-8"
    }

    fn render(&self, report: &Report, style: &Style, out: &mut dyn Write) -> Result<(), Error> {
        let page = &mut Page::new(out, style);
        let groups = groups::groups(&report.findings);
        summary::write(page, report)?;
        findings::write(page, &report.image, &groups, style.full)?;
        closing::accepted(page, &report.findings)?;
        closing::gaps(page, &report.gaps, style.full)?;
        closing::notices(page, &report.notices)?;
        remedies::write(page, report, &groups, style.full)?;
        closing::database(page, report)
    }
}
