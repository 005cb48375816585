//! What sources say about packages: the facts that a database carries.

use serde::{Deserialize, Serialize};

use crate::{Date, Namespace, Severity};

/// One advisory of one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advisory {
    /// The source's own identifier: `CVE-…`, `GHSA-…`, `ALSA-…`, `RUSTSEC-…`.
    pub id: String,
    /// Which feed it comes from: the feed's folder name, `debian-oval`, `rustsec`.
    pub source: String,
    /// Other names of the *same* vulnerability.
    pub aliases: Vec<String>,
    /// The vulnerabilities an erratum fixes (`ALSA-…` → several CVEs). When not empty each one
    /// becomes a finding of its own and `id` is only the reference to the erratum.
    pub fixes: Vec<String>,
    /// First publication.
    pub published: Option<Date>,
    /// Last change.
    pub modified: Option<Date>,
    /// Set when the source took the advisory back; matching ignores it.
    pub withdrawn: Option<Date>,
    /// The source's ratings, its own first.
    pub ratings: Vec<Rating>,
    /// CWE numbers.
    pub weaknesses: Vec<u32>,
    /// Links, most useful first.
    pub references: Vec<String>,
    /// Short title; left out of the starter database.
    pub title: Option<String>,
    /// Prose; left out of the starter database.
    pub description: Option<String>,
    /// Which packages in which versions.
    pub affected: Vec<Affected>,
}

impl Advisory {
    /// An advisory with its two obligatory facts; set the rest on the result.
    pub fn new(id: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            source: source.into(),
            aliases: Vec::new(),
            fixes: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            ratings: Vec::new(),
            weaknesses: Vec::new(),
            references: Vec::new(),
            title: None,
            description: None,
            affected: Vec::new(),
        }
    }
}

/// One package that an advisory speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Ecosystem or distribution release.
    pub namespace: Namespace,
    /// Package name in that namespace. Debian, Ubuntu and Alpine name source packages; Red Hat's
    /// family names binary packages; PyPI names are normalised (PEP 503).
    pub package: String,
    /// What the source says about it.
    pub status: Status,
    /// Affected versions: the union of these and `versions`. Both empty means every version.
    pub ranges: Vec<Range>,
    /// Affected versions listed one by one.
    pub versions: Vec<String>,
    /// RPM module stream (`nodejs:14`) that the row is limited to.
    pub module: Option<String>,
    /// The vendor's severity for this package in this release.
    pub severity: Option<Severity>,
}

/// A span of versions, in the namespace's ordering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// First affected version; `None` means from the beginning.
    pub introduced: Option<String>,
    /// Where it ends.
    pub upper: UpperBound,
}

/// The upper end of a [`Range`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum UpperBound {
    /// No fix is known.
    Unbounded,
    /// The first version that is not affected.
    Fixed(String),
    /// The last version that is affected.
    LastAffected(String),
}

/// The vendor's word on a package.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A version with the fix exists.
    Fixed,
    /// Affected, no fix yet.
    #[default]
    Affected,
    /// The vendor has not decided whether it is affected.
    UnderInvestigation,
    /// The vendor will not fix it.
    WillNotFix,
    /// The vendor will fix it later.
    Deferred,
    /// The package or release no longer gets fixes.
    EndOfLife,
    /// The vendor says the package is not affected.
    NotAffected,
}

impl Status {
    /// The stable kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Affected => "affected",
            Self::UnderInvestigation => "under-investigation",
            Self::WillNotFix => "will-not-fix",
            Self::Deferred => "deferred",
            Self::EndOfLife => "end-of-life",
            Self::NotAffected => "not-affected",
        }
    }
}

/// A severity statement by a named source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rating {
    /// Who says so: `debian`, `nvd`, `cisa-adp`, `github`, or a CVE numbering authority.
    pub source: String,
    /// The level in words, if the source gives one or the vector yields one.
    pub severity: Option<Severity>,
    /// CVSS 2, 3.x or 4.0 vector as published.
    pub vector: Option<String>,
}
