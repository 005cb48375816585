//! Rust crates, from `Cargo.lock` and from auditable executables.
//!
//! * `lockfile`: everything Cargo resolved, workspace members left out. A lockfile among Cargo's
//!   downloaded sources came with a dependency and says nothing about what was built.
//! * `auditable`: what was compiled into an executable, the program itself included.

mod auditable;
mod lockfile;
#[cfg(test)]
mod tests;

use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted, executable};

/// Reads `Cargo.lock` and auditable Rust executables.
pub const ANALYZER: Rust = Rust;

/// The analyzer.
pub struct Rust;

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Name("Cargo.lock"), 32 << 20),
    Wanted::new(Pattern::Executable, 4 << 30),
];

impl Analyzer for Rust {
    fn id(&self) -> &'static str {
        "rust"
    }

    fn version(&self) -> u32 {
        2
    }

    fn title(&self) -> &'static str {
        "Cargo.lock and auditable Rust executables"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Cargo]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    /// Every executable in a known format: the dependency list is a section like any other.
    fn accepts(&self, head: &[u8]) -> bool {
        executable::has_magic(head)
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        match file.path.rsplit('/').next() {
            Some("Cargo.lock") if is_downloaded(file.path) => {}
            Some("Cargo.lock") => lockfile::read(file, facts),
            _ => auditable::read(file, facts),
        }
    }
}

/// Whether a path lies among the sources that Cargo keeps of its dependencies.
fn is_downloaded(path: &str) -> bool {
    ["registry/src/", "git/checkouts/", "vendor/"]
        .iter()
        .any(|place| path.starts_with(place) || path.contains(&format!("/{place}")))
}
