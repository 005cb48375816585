//! Java archives: jar, war, ear, par and Jenkins' hpi, with the archives inside them.
//!
//! Names are Maven coordinates, `group:artifact`. An archive says what it is in one of three ways,
//! tried in this order:
//!
//! 1. `pom_properties`: exact, and several in one archive when others were merged into it.
//! 2. `manifest`: a version and a title, of which `identity` makes what it can.
//! 3. The file name, `artifact-version.jar`.
//!
//! A group that is not stated is not made up: the name is then the artifact alone. Class files
//! are neither inflated nor looked at.

mod archive;
mod identity;
mod manifest;
mod pom_properties;
#[cfg(test)]
mod tests;

use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted};

/// Reads Java archives.
pub const ANALYZER: Java = Java;

/// The analyzer.
pub struct Java;

/// What archives are called. Read by offset, so they may be large.
const SUFFIXES: [&str; 6] = [".jar", ".war", ".ear", ".par", ".hpi", ".jpi"];

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Suffix(".jar"), 4 << 30),
    Wanted::new(Pattern::Suffix(".war"), 4 << 30),
    Wanted::new(Pattern::Suffix(".ear"), 4 << 30),
    Wanted::new(Pattern::Suffix(".par"), 4 << 30),
    Wanted::new(Pattern::Suffix(".hpi"), 4 << 30),
    Wanted::new(Pattern::Suffix(".jpi"), 4 << 30),
];

impl Analyzer for Java {
    fn id(&self) -> &'static str {
        "java"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "Java archives, nested ones included"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Maven]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        archive::read(file, facts);
    }
}
