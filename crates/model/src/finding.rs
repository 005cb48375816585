//! Something the image is judged by.

use serde::{Deserialize, Serialize};

use crate::{Epss, KnownExploited, LayerIndex, Location, Rating, Severity, Ssvc, Status, Verdict};

/// One finding: a vulnerability in a package, or later a secret or a misconfiguration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The best-known name: the CVE when there is one, otherwise the advisory's identifier.
    pub id: String,
    /// Other names of the same vulnerability, sorted.
    pub aliases: Vec<String>,
    /// What sort of finding it is.
    pub kind: FindingKind,
    /// The severity that policy uses: the vendor's when it gives one.
    pub severity: Severity,
    /// Who gave that severity.
    pub severity_source: Option<String>,
    /// The package that carries it.
    pub package: PackageReference,
    /// The lowest version known to fix it.
    pub fixed_in: Option<String>,
    /// The vendor's word.
    pub status: Status,
    /// The layer that brought the package in.
    pub layer: LayerIndex,
    /// The upper layer that removed the package, if one did.
    pub hidden_by: Option<LayerIndex>,
    /// Where the package was found.
    pub locations: Vec<Location>,
    /// Seawall's ordering score, 0..=100; docs/risk.md has the formula.
    pub risk: u8,
    /// What this finding does to the verdict.
    pub verdict: Verdict,
    /// Why: one line for each advisory that matched.
    pub reasons: Vec<Reason>,
    /// Every severity statement known, the vendor's first.
    pub ratings: Vec<Rating>,
    /// CISA's catalogue entry.
    pub known_exploited: Option<KnownExploited>,
    /// FIRST's prediction.
    pub epss: Option<Epss>,
    /// CISA's decision points.
    pub ssvc: Option<Ssvc>,
    /// CWE numbers, sorted.
    pub weaknesses: Vec<u32>,
    /// Links.
    pub references: Vec<String>,
    /// Short title where the database carries one.
    pub title: Option<String>,
    /// The exception that accepts it, if one applies.
    pub exception: Option<AppliedException>,
    /// Stable identity across rescans and tags: kind, id, package name and path, hashed.
    pub fingerprint: String,
}

/// Sorts of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A known vulnerability in a package.
    Vulnerability,
}

/// The package a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageReference {
    /// Name.
    pub name: String,
    /// Full version.
    pub version: String,
    /// Package URL.
    pub purl: String,
}

/// Why a finding exists: which statement of which source matched what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Advisory identifier.
    pub advisory: String,
    /// Feed.
    pub source: String,
    /// Namespace in which it matched: `debian:12`, `npm`.
    pub namespace: String,
    /// The name that matched: binary or source package.
    pub package: String,
    /// The version that was compared.
    pub version: String,
    /// The range that contains it, for people: `>= 1.2, < 1.4`.
    pub range: String,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedException {
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when, inclusive.
    pub expires: crate::Date,
}
