//! `package-lock.json` and `node_modules/.package-lock.json` (npm documentation,
//! package-lock-json: `packages` of versions 2 and 3, `dependencies` of version 1).
//!
//! Development and optional dependencies are included: an installed tree holds them unless they
//! were left out on purpose, and the lockfile does not say which was done. Links, workspace
//! members, and packages whose version is a repository or a file are left out; they have no place
//! in the registry's version order. When both sections are present, `packages` counts.
//!
//! The text is walked once and names are borrowed from it, so a lockfile of many megabytes costs
//! little more than the packages found in it.

use std::fmt;

use seawall_model::{Location, Package, PackageKind, Problem};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::licence::Licences;
use super::text::Text;
use crate::line_numbers::LineNumbers;
use crate::{Facts, File};

/// Adds the packages that the lockfile pins, each with the line of its key. What was read before
/// an error is kept beside the problem.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let bytes = match file.whole() {
        Ok(bytes) => bytes,
        Err(problem) => return facts.problems.push(problem),
    };
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut walk = Walk { path: file.path, lines: LineNumbers::new(&bytes), found: Vec::new() };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let outcome = (&mut walk).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(error) = outcome {
        facts.problems.push(Problem::at(file.path, format!("npm lockfile: {error}")));
    }
    walk.found.sort_by_key(|package| package.location.line);
    facts.packages.append(&mut walk.found);
}

/// What the walk over one lockfile has gathered.
struct Walk<'a> {
    path: &'a str,
    lines: LineNumbers<'a>,
    found: Vec<Package>,
}

impl Walk<'_> {
    fn add(&mut self, line: Option<u32>, name: &str, version: &str, licences: Licences) {
        let location = Location { path: self.path.to_owned(), line, inner: None };
        let mut package = Package::new(PackageKind::Npm, name, version, location);
        package.licences = licences.0;
        self.found.push(package);
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// The outermost object.
impl<'de> Visitor<'de> for &mut Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_packages = false;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match &*key {
                "packages" => {
                    has_packages = true;
                    self.found.clear();
                    map.next_value_seed(Packages(self))?;
                }
                "dependencies" if !has_packages => map.next_value_seed(Dependencies(self))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The flat `packages` object, keyed by the directory of each package.
struct Packages<'w, 'a>(&'w mut Walk<'a>);

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    version: Option<Text<'a>>,
    #[serde(default)]
    link: bool,
    #[serde(default)]
    license: Licences,
}

impl<'de> DeserializeSeed<'de> for Packages<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Packages<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of packages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            let line = self.0.lines.line_of(&key);
            let entry: Entry<'de> = map.next_value()?;
            let Some(directory) = in_modules(&key) else { continue };
            let name = entry.name.as_deref().unwrap_or(directory);
            match entry.version.as_deref() {
                Some(version) if !entry.link && is_registry_version(version) => {
                    self.0.add(line, name, version, entry.license);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The nested `dependencies` object of version 1, keyed by name.
struct Dependencies<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Dependencies<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Dependencies<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of dependencies")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            let line = self.0.lines.line_of(&key);
            let Some(version) = map.next_value_seed(Dependency(self.0))? else { continue };
            let (name, version) = unaliased(&key, &version);
            if is_registry_version(version) {
                self.0.add(line, name, version, Licences::default());
            }
        }
        Ok(())
    }
}

/// One value of a `dependencies` object; its nested dependencies are added on the way.
struct Dependency<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Dependency<'_, '_> {
    type Value = Option<Text<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Dependency<'_, '_> {
    type Value = Option<Text<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a dependency")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut version = None;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match &*key {
                "version" => version = map.next_value()?,
                "dependencies" => map.next_value_seed(Dependencies(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(version)
    }
}

/// The package's directory name inside the innermost `node_modules`; `None` for the project
/// itself and for workspace members.
fn in_modules(key: &str) -> Option<&str> {
    let (before, name) = key.rsplit_once("node_modules/")?;
    ((before.is_empty() || before.ends_with('/')) && !name.is_empty()).then_some(name)
}

/// Follows `npm:real@1.2.3`, which an aliased dependency has for a version.
fn unaliased<'t>(name: &'t str, version: &'t str) -> (&'t str, &'t str) {
    match version.strip_prefix("npm:").and_then(|target| target.rsplit_once('@')) {
        Some((real, version)) if !real.is_empty() => (real, version),
        _ => (name, version),
    }
}

/// Whether it is a version rather than a repository, an address or a file.
fn is_registry_version(version: &str) -> bool {
    !version.is_empty() && !version.contains([':', '/'])
}
