//! Installed software, as analyzers find it.

use serde::{Deserialize, Serialize};

use crate::Scheme;

/// A package found in an image. Whoever merges layers adds the layer; [`crate::purl`] adds the
/// package URL, which for operating system packages needs the distribution.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Package {
    /// Which analyzer family it belongs to; decides purl type and version ordering.
    pub kind: PackageKind,
    /// The ecosystem's full name: `@scope/name`, `group:artifact`, `github.com/a/b/v2`.
    pub name: String,
    /// The full version: epoch and release included for distribution packages
    /// (`1:2.3-4`, epoch left out when it is absent or 0). Empty when the file has none.
    pub version: String,
    /// The source package it was built from, when that differs or is stated.
    pub source: Option<SourcePackage>,
    /// The architecture as the database spells it: `amd64`, `x86_64`, `noarch`.
    pub architecture: Option<String>,
    /// Licences as declared, one statement each, not interpreted.
    pub licences: Vec<String>,
    /// Who built it: dpkg `Maintainer`, rpm `Vendor`, apk `m:`. Tells third-party packages apart.
    pub vendor: Option<String>,
    /// RPM modularity label: `nodejs:14:8030020210426100849:229f0a1c`.
    pub module: Option<String>,
    /// Where it was found.
    pub location: Location,
}

impl Package {
    /// A package with the three facts that every analyzer has; set the rest on the result.
    pub fn new(
        kind: PackageKind,
        name: impl Into<String>,
        version: impl Into<String>,
        location: Location,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            version: version.into(),
            source: None,
            architecture: None,
            licences: Vec::new(),
            vendor: None,
            module: None,
            location,
        }
    }
}

/// The source package of a distribution package.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourcePackage {
    /// Source package name.
    pub name: String,
    /// Full source version.
    pub version: String,
}

/// A place inside the image. Paths have no leading slash and use `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Location {
    /// The file in the image.
    pub path: String,
    /// Line of the file, counted from 1, where the format has lines.
    #[serde(default)]
    pub line: Option<u32>,
    /// Path inside that file when it is an archive, outermost first, joined by `!`:
    /// `BOOT-INF/lib/a.jar!META-INF/maven/g/a/pom.properties`.
    #[serde(default)]
    pub inner: Option<String>,
}

impl Location {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, inner: None }
    }

    /// A line of a file, counted from 1.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self { path: path.into(), line: Some(line), inner: None }
    }
}

/// Families of packages. The word is the purl type (package-url/purl-spec, PURL-TYPES).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageKind {
    /// Alpine and its derivatives.
    Apk,
    /// Debian, Ubuntu.
    Deb,
    /// Red Hat, SUSE, Amazon and their families.
    Rpm,
    /// npm registry.
    Npm,
    /// Python Package Index.
    Pypi,
    /// Go modules.
    Golang,
    /// Maven coordinates, `group:artifact`.
    Maven,
    /// crates.io.
    Cargo,
}

impl PackageKind {
    /// All kinds, in the order reports group them.
    pub const ALL: [Self; 8] = [
        Self::Apk,
        Self::Deb,
        Self::Rpm,
        Self::Npm,
        Self::Pypi,
        Self::Golang,
        Self::Maven,
        Self::Cargo,
    ];

    /// The purl type.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Golang => "golang",
            Self::Maven => "maven",
            Self::Cargo => "cargo",
        }
    }

    /// Whether packages of this kind come from the distribution's own package manager.
    pub const fn is_distribution(self) -> bool {
        matches!(self, Self::Apk | Self::Deb | Self::Rpm)
    }

    /// How versions of this kind are ordered.
    pub const fn scheme(self) -> Scheme {
        match self {
            Self::Apk => Scheme::Apk,
            Self::Deb => Scheme::Dpkg,
            Self::Rpm => Scheme::Rpm,
            Self::Npm => Scheme::Npm,
            Self::Pypi => Scheme::Pep440,
            Self::Golang => Scheme::Go,
            Self::Maven => Scheme::Maven,
            Self::Cargo => Scheme::Cargo,
        }
    }
}
