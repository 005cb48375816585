//! npm packages, from lockfiles and from installed trees.
//!
//! * `lockfile`: `package-lock.json` of any version and the copy that npm leaves in
//!   `node_modules/.package-lock.json`. A `package-lock.json` inside `node_modules` came with
//!   somebody's package and says nothing about what is installed, so it is passed over.
//! * `installed`: `node_modules/NAME/package.json`, at any depth.

mod installed;
mod licence;
mod lockfile;
#[cfg(test)]
mod tests;
mod text;

use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted};

/// Reads npm lockfiles and installed packages.
pub const ANALYZER: Npm = Npm;

/// The analyzer.
pub struct Npm;

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Name("package.json"), 4 << 20),
    Wanted::new(Pattern::Name("package-lock.json"), 64 << 20),
    Wanted::new(Pattern::Name(".package-lock.json"), 64 << 20),
];

impl Analyzer for Npm {
    fn id(&self) -> &'static str {
        "npm"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "npm lockfiles and installed node_modules"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Npm]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        let (directory, name) = file.path.rsplit_once('/').unwrap_or(("", file.path));
        let in_modules = || directory.split('/').any(|part| part == "node_modules");
        match name {
            "package.json" if installed::is_package_root(directory) => {
                installed::read(file, facts);
            }
            "package-lock.json" if !in_modules() => lockfile::read(file, facts),
            ".package-lock.json" if directory.ends_with("node_modules") => {
                lockfile::read(file, facts);
            }
            _ => {}
        }
    }
}
