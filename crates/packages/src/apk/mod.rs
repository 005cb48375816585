//! Packages of Alpine Linux and its derivatives, and the files they own.
//!
//! Reads `lib/apk/db/installed`, which apk-tools 3 keeps in `usr/lib/apk/db/installed` where
//! `lib` has been merged into `usr`. Source of the format: apk-tools, apk-package(5) and the
//! Alpine wiki, "Apk spec", section "Installed database".
//!
//! Virtual packages (`apk add --virtual`) are packages like others here: nothing in the database
//! marks them. Ignored: checksums, permissions, dependencies, install scripts and triggers.

mod parse;
#[cfg(test)]
mod tests;

pub use parse::parse_installed;
use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted};

/// Reads apk's database of installed packages.
pub struct Apk;

/// The analyzer.
pub const ANALYZER: Apk = Apk;

const LIMIT: u64 = 32 << 20;

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Path("lib/apk/db/installed"), LIMIT),
    Wanted::new(Pattern::Path("usr/lib/apk/db/installed"), LIMIT),
];

impl Analyzer for Apk {
    fn id(&self) -> &'static str {
        "apk"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "apk installed databases"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Apk]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        match file.text() {
            Ok(text) => parse_installed(file.path, &text, facts),
            Err(problem) => facts.problems.push(problem),
        }
    }
}
