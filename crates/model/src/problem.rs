//! What could not be done. A problem is met while reading; a gap is what it means for the
//! verdict: a part of the image about which the report cannot speak.

use serde::{Deserialize, Serialize};

use crate::LayerIndex;

/// Something an analyzer or reader could not use. Never a lost scan, never silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The path inside the image, when the problem belongs to one file.
    pub path: Option<String>,
    /// Lower case, without full stop, naming the thing.
    pub message: String,
}

impl Problem {
    /// A problem with the file at `path`.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), message: message.into() }
    }
}

/// A part of the image about which the report cannot speak. Any gap keeps a verdict from green.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// Stable code of the sort of gap.
    pub kind: GapKind,
    /// The layer it belongs to.
    pub layer: Option<LayerIndex>,
    /// The path it belongs to.
    pub path: Option<String>,
    /// The package it belongs to, as `name version`.
    pub package: Option<String>,
    /// Lower case, without full stop, naming the thing.
    pub message: String,
}

/// The sorts of coverage gap. The names are stable and appear in policies and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// A layer could not be read at all, or not to its end.
    LayerUnreadable,
    /// A layer does not hash to what the image says.
    DigestMismatch,
    /// A file that an analyzer wanted could not be understood.
    FileUnreadable,
    /// Nothing says which distribution it is, or nothing was recognised at all.
    DistributionUnknown,
    /// The image says which distribution it is but holds no package database that is read.
    PackageDatabaseMissing,
    /// The database has no advisories for this distribution release.
    DistributionUnsupported,
    /// The vendor no longer publishes fixes for this release.
    DistributionEndOfLife,
    /// The database has no feed for an ecosystem that the image uses.
    FeedMissing,
    /// A package's version can't be ordered against an advisory's.
    VersionUnknown,
    /// A package could be any of several that the database knows.
    PackageAmbiguous,
    /// The database is older than the policy allows.
    DatabaseStale,
    /// A limit ended the reading of something early.
    LimitReached,
}

impl GapKind {
    /// The stable kebab-case code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LayerUnreadable => "layer-unreadable",
            Self::DigestMismatch => "digest-mismatch",
            Self::FileUnreadable => "file-unreadable",
            Self::DistributionUnknown => "distribution-unknown",
            Self::PackageDatabaseMissing => "package-database-missing",
            Self::DistributionUnsupported => "distribution-unsupported",
            Self::DistributionEndOfLife => "distribution-end-of-life",
            Self::FeedMissing => "feed-missing",
            Self::VersionUnknown => "version-unknown",
            Self::PackageAmbiguous => "package-ambiguous",
            Self::DatabaseStale => "database-stale",
            Self::LimitReached => "limit-reached",
        }
    }
}
