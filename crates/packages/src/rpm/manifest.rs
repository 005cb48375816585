//! The list of packages in images of Azure Linux that have no database.
//!
//! Source of the format: toolkit/tools/imagegen/installutils of Azure Linux, which writes one line
//! for each package with `rpm -qa --qf`: name, version-release, install time, build time, vendor,
//! epoch, size, architecture, epoch as a number, source rpm; separated by tabs.

use seawall_model::{Location, Package, PackageKind, Problem};

use super::package::{source, with_epoch};
use crate::{Facts, MAX_PACKAGES};

/// Adds the packages of a manifest found at `path` in the image.
pub(super) fn parse(path: &str, text: &str, facts: &mut Facts) {
    let mut broken = None;
    for (number, line) in (1..).zip(text.lines()) {
        if facts.packages.len() >= MAX_PACKAGES {
            let message = format!("has more than {MAX_PACKAGES} packages; the rest is not read");
            return facts.problems.push(Problem::at(path, message));
        }
        let location = Location::line(path, number);
        match package(line, location) {
            Some(package) if package.name == "gpg-pubkey" => {}
            Some(package) => facts.packages.push(package),
            None if line.is_empty() => {}
            None => broken = broken.or(Some(number)),
        }
    }
    if let Some(line) = broken {
        let message = format!("line {line} does not describe a package");
        facts.problems.push(Problem::at(path, message));
    }
}

fn package(line: &str, location: Location) -> Option<Package> {
    let mut fields = line.split('\t');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let version = fields.next().filter(|version| !version.is_empty())?;
    let vendor = fields.nth(2)?;
    let architecture = fields.nth(2)?;
    let epoch = fields.next()?.parse().ok()?;
    let source_file = fields.next()?;
    let full = with_epoch(epoch, version.to_owned());
    let mut package = Package::new(PackageKind::Rpm, name, full, location);
    package.source = source(source_file, epoch, version);
    package.architecture = stated(architecture);
    package.vendor = stated(vendor);
    Some(package)
}

/// rpm writes `(none)` for a tag that a package does not have.
fn stated(value: &str) -> Option<String> {
    (!value.is_empty() && value != "(none)").then(|| value.to_owned())
}
