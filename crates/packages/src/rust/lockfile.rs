//! `Cargo.lock` (The Cargo Book, "Cargo.toml vs Cargo.lock"; lock versions 1 to 4, which spell
//! checksums and dependencies differently and packages alike).
//!
//! A package without a source is a workspace member or lies in a directory: the user's own code,
//! which no advisory speaks about, so it is left out. Which crates are used on which platform, or
//! only to build and test, is not recorded; all are included.

use seawall_model::{Location, Package, PackageKind};
use serde::Deserialize;

use crate::lock_tables::each_package;
use crate::{Facts, File};

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
}

/// Adds the locked crates, each with the line of its table.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let text = match file.text() {
        Ok(text) => text,
        Err(problem) => return facts.problems.push(problem),
    };
    let Facts { packages, problems, .. } = facts;
    each_package(file.path, &text, problems, |locked: Locked, line| {
        if locked.source.is_some() {
            let location = Location::line(file.path, line);
            packages.push(Package::new(PackageKind::Cargo, locked.name, locked.version, location));
        }
    });
}
