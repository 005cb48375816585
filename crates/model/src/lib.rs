//! The nouns of Seawall. No I/O happens here, and nothing depends on a clock.
//!
//! The way of the data runs through these types in order: an [`image`](crate::layer) is made of
//! layers, analyzers find [`Package`]s in them, a database supplies [`Advisory`] facts about
//! packages, matching makes [`Finding`]s, policy turns findings and [`Gap`]s into a [`Verdict`],
//! and everything ends in one [`Report`].

pub mod advisory;
pub mod cvss;
pub mod digest;
pub mod distribution;
pub mod finding;
pub mod knowledge;
pub mod layer;
pub mod namespace;
pub mod package;
pub mod problem;
pub mod purl;
pub mod report;
pub mod severity;
pub mod version;

pub use advisory::{Advisory, Affected, Range, Rating, Status, UpperBound};
pub use digest::{Digest, DigestError};
pub use distribution::Distribution;
pub use finding::{Finding, FindingKind, PackageReference};
pub use jiff::civil::Date;
pub use knowledge::{Decision, Enrichment, Epss, KnownExploited, Lifecycle, SourceInfo, Ssvc};
pub use layer::{Layer, LayerIndex};
pub use namespace::Namespace;
pub use package::{Location, Package, PackageKind, SourcePackage};
pub use problem::{Gap, GapKind, Problem};
pub use report::{Report, Verdict};
pub use severity::Severity;
pub use version::Scheme;
