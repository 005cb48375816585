//! `poetry.lock` (Poetry documentation, "Installing dependencies"; lock versions 1 and 2).
//!
//! Every group and extra is included. Packages from a directory are the user's own code and are
//! left out. Hashes and dependencies are ignored.

use seawall_model::{Location, Package, PackageKind};
use serde::Deserialize;

use crate::lock_tables::each_package;
use crate::{Facts, File};

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    #[serde(default)]
    source: Source,
}

#[derive(Deserialize, Default)]
struct Source {
    #[serde(default, rename = "type")]
    kind: String,
}

/// Adds the locked distributions, each with the line of its table.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let text = match file.text() {
        Ok(text) => text,
        Err(problem) => return facts.problems.push(problem),
    };
    let Facts { packages, problems, .. } = facts;
    each_package(file.path, &text, problems, |locked: Locked, line| {
        if locked.source.kind != "directory" {
            let location = Location::line(file.path, line);
            let Locked { name, version, .. } = locked;
            packages.push(Package::new(PackageKind::Pypi, name, version, location));
        }
    });
}
