//! The result of a scan: what every report format is written from.

use serde::{Deserialize, Serialize};

use crate::{Date, Digest, Finding, Gap, Layer, LayerIndex, Location, SourceInfo};

/// The whole result of one scan. Field order is the order of the JSON report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this structure; raised when a field changes meaning or goes away.
    pub schema_version: u32,
    /// The judgement.
    pub verdict: Verdict,
    /// Why the verdict is not green: one line for each rule of the policy that fired.
    pub verdict_reasons: Vec<VerdictReason>,
    /// What the user named.
    pub target: String,
    /// When the scan ran (RFC 3339, UTC), only where a clock was asked for.
    pub scanned_at: Option<String>,
    /// What was scanned.
    pub image: Image,
    /// Installed software.
    pub packages: Vec<InstalledPackage>,
    /// What is wrong, most urgent first.
    pub findings: Vec<Finding>,
    /// What could not be judged.
    pub gaps: Vec<Gap>,
    /// Things the user should know about the policy: expired or unused exceptions.
    pub notices: Vec<String>,
    /// The database used.
    pub database: DatabaseSummary,
    /// The program.
    pub scanner: Scanner,
}

/// The judgement on an image or a finding, in rising order of trouble.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Passes.
    #[default]
    Green,
    /// Needs work.
    Yellow,
    /// Blocks.
    Red,
}

impl Verdict {
    /// The lower-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// One rule of the policy that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictReason {
    /// What the rule does.
    pub verdict: Verdict,
    /// The rule, for people: `critical severity with a fix available`.
    pub rule: String,
    /// How many findings or gaps it caught.
    pub count: usize,
}

/// What was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Image {
    /// The manifest's digest; absent for root directories.
    pub digest: Option<Digest>,
    /// Names the archive gives the image: `nginx:1.25`.
    pub names: Vec<String>,
    /// `linux/amd64`.
    pub platform: Option<String>,
    /// The operating system.
    pub os: Option<OperatingSystem>,
    /// Base first.
    pub layers: Vec<Layer>,
}

/// The operating system inside the image.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OperatingSystem {
    /// os-release `ID`.
    pub family: String,
    /// os-release `VERSION_ID`.
    pub version: String,
    /// For people.
    pub name: Option<String>,
    /// Whether public security support has ended; `None` when not known.
    pub end_of_life: Option<bool>,
    /// The day it ends or ended.
    pub end_of_life_date: Option<Date>,
}

/// A package of the image with its place in the layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledPackage {
    /// Name.
    pub name: String,
    /// Full version.
    pub version: String,
    /// Package URL.
    pub purl: String,
    /// Purl type.
    #[serde(rename = "type")]
    pub kind: crate::PackageKind,
    /// The layer that brought it in.
    pub layer: LayerIndex,
    /// The upper layer that removed it, if one did.
    pub hidden_by: Option<LayerIndex>,
    /// Where it was found.
    pub locations: Vec<Location>,
    /// Architecture.
    pub architecture: Option<String>,
    /// Source package, as `name version`.
    pub source: Option<crate::SourcePackage>,
    /// Licences as declared.
    pub licences: Vec<String>,
    /// The distribution package that owns its files, which then answers for it.
    pub owned_by: Option<String>,
}

/// The database a report was made with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DatabaseSummary {
    /// The newest date of any source: the day up to which the database can know.
    pub built: Option<Date>,
    /// SHA-256 of the file's content, to name it exactly.
    pub digest: Option<String>,
    /// Its sources.
    pub sources: Vec<SourceInfo>,
}

/// The program that made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    /// `seawall`.
    pub name: String,
    /// Its version.
    pub version: String,
}
