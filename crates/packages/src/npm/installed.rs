//! The `package.json` of an installed package (npm documentation, package.json). Only the one at
//! the root of a package inside `node_modules` describes installed software; test fixtures and
//! templates deeper in a package do not. Dependencies are ranges, not packages, and are ignored.

use std::fmt;

use seawall_model::{Location, Package, PackageKind, Problem};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::licence::Licences;
use super::text::Text;
use crate::{Facts, File};

/// Whether the directory is `…node_modules/NAME` or `…node_modules/@SCOPE/NAME`.
pub(super) fn is_package_root(directory: &str) -> bool {
    let mut parts = directory.rsplit('/');
    let (Some(_name), Some(parent)) = (parts.next(), parts.next()) else { return false };
    parent == "node_modules" || parent.starts_with('@') && parts.next() == Some("node_modules")
}

/// Adds the package that the file describes; a file without name or version adds nothing.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let bytes = match file.whole() {
        Ok(bytes) => bytes,
        Err(problem) => return facts.problems.push(problem),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match serde_json::from_slice::<Manifest<'_>>(bytes) {
        Ok(Manifest { name: Some(name), version: Some(version), licences })
            if !name.is_empty() && !version.is_empty() =>
        {
            let location = Location::file(file.path);
            let mut package = Package::new(PackageKind::Npm, name.0, version.0, location);
            package.licences = licences;
            facts.packages.push(package);
        }
        Ok(_) => {}
        Err(error) => {
            facts.problems.push(Problem::at(file.path, format!("package.json: {error}")));
        }
    }
}

/// The fields that matter. Of repeated keys the last counts, as in npm.
#[derive(Default)]
struct Manifest<'a> {
    name: Option<Text<'a>>,
    version: Option<Text<'a>>,
    licences: Vec<String>,
}

impl<'de> Deserialize<'de> for Manifest<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ManifestVisitor)
    }
}

struct ManifestVisitor;

impl<'de> Visitor<'de> for ManifestVisitor {
    type Value = Manifest<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Manifest<'de>, A::Error> {
        let mut manifest = Manifest::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match &*key {
                "name" => manifest.name = map.next_value()?,
                "version" => manifest.version = map.next_value()?,
                "license" | "licenses" => {
                    let Licences(licences) = map.next_value()?;
                    if !licences.is_empty() {
                        manifest.licences = licences;
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(manifest)
    }
}
