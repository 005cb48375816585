//! Python distributions: installed ones, pinned requirements and Poetry's lockfile.
//!
//! Names are kept as each file spells them; comparing them without regard to case and punctuation
//! (PEP 503) is left to matching. Eggs that are zip files are not opened.

mod metadata;
mod poetry;
mod requirements;
#[cfg(test)]
mod tests;

use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted};

/// Reads installed Python distributions, `requirements.txt` and `poetry.lock`.
pub const ANALYZER: Python = Python;

/// The analyzer.
pub struct Python;

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Name("METADATA"), 16 << 20),
    Wanted::new(Pattern::Name("PKG-INFO"), 16 << 20),
    Wanted::new(Pattern::Suffix(".egg-info"), 16 << 20),
    Wanted::new(Pattern::Name("requirements.txt"), 4 << 20),
    Wanted::new(Pattern::Name("poetry.lock"), 32 << 20),
];

impl Analyzer for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn version(&self) -> u32 {
        2
    }

    fn title(&self) -> &'static str {
        "Python dist-info, egg-info, requirements.txt and poetry.lock"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Pypi]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        let (directory, name) = file.path.rsplit_once('/').unwrap_or(("", file.path));
        let parent = directory.rsplit('/').next().unwrap_or_default();
        match name {
            "METADATA" if parent.ends_with(".dist-info") => metadata::read(file, facts),
            "PKG-INFO" if parent == "EGG-INFO" || parent.ends_with(".egg-info") => {
                metadata::read(file, facts);
            }
            "METADATA" | "PKG-INFO" => {}
            // What an installed distribution ships says nothing about what is installed.
            "requirements.txt" | "poetry.lock" if is_installed(directory) => {}
            "requirements.txt" => requirements::read(file, facts),
            "poetry.lock" => poetry::read(file, facts),
            _ => metadata::read(file, facts),
        }
    }
}

fn is_installed(directory: &str) -> bool {
    directory.split('/').any(|part| part == "site-packages" || part == "dist-packages")
}
