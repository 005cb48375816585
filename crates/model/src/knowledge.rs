//! What a database knows besides advisories: exploitation, likelihood, life cycles, and where
//! its facts come from.

use serde::{Deserialize, Serialize};

use crate::{Date, Rating};

/// Facts about a vulnerability (a CVE) that hold whatever package carries it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Enrichment {
    /// CISA's catalogue of known exploited vulnerabilities.
    pub known_exploited: Option<KnownExploited>,
    /// FIRST's exploit prediction.
    pub epss: Option<Epss>,
    /// CISA's stakeholder-specific decision points.
    pub ssvc: Option<Ssvc>,
    /// Ratings by sources that rate vulnerabilities rather than packages.
    pub ratings: Vec<Rating>,
    /// CWE numbers.
    pub weaknesses: Vec<u32>,
    /// First publication.
    pub published: Option<Date>,
}

/// An entry of CISA's KEV catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownExploited {
    /// When it was added.
    pub added: Date,
    /// By when United States federal agencies must act.
    pub due: Option<Date>,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: bool,
}

/// An EPSS score (FIRST). Both numbers lie in 0..=1 and are kept as millionths so that the same
/// feed gives the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epss {
    /// Probability of exploitation in the next 30 days, in millionths.
    pub probability_millionths: u32,
    /// Share of vulnerabilities that score lower, in millionths.
    pub percentile_millionths: u32,
    /// The day of the score.
    pub date: Date,
}

/// CISA's SSVC decision points, from the vulnrichment container of a CVE record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ssvc {
    /// State of exploitation.
    pub exploitation: Decision,
    /// Whether an attack can be automated.
    pub automatable: bool,
    /// Whether the technical impact is total.
    pub total_impact: bool,
}

/// SSVC "Exploitation" values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// No public proof of concept.
    None,
    /// A public proof of concept exists.
    Poc,
    /// Active exploitation is known.
    Active,
}

/// The life of one release of a product (endoflife.date).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Product name as in os-release `ID`, or the product's own name.
    pub product: String,
    /// Release cycle: `12`, `3.18`, `22.04`.
    pub cycle: String,
    /// The day public security support ends; `None` when no day is known.
    pub end_of_life: Option<Date>,
    /// The day paid or community long-term support ends.
    pub extended_support: Option<Date>,
    /// Stated to have ended without a day.
    pub ended: bool,
}

impl Lifecycle {
    /// Whether public security support has ended on `today`.
    pub fn has_ended(&self, today: Date) -> bool {
        self.ended || self.end_of_life.is_some_and(|day| day < today)
    }
}

/// Where a part of a database comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceInfo {
    /// The feed's folder name.
    pub id: String,
    /// The publisher's name for it.
    pub title: String,
    /// Where it is published.
    pub url: String,
    /// SPDX licence expression, or the terms in a few words.
    pub licence: String,
    /// Newest date stated in the data itself.
    pub date: Option<Date>,
    /// Records taken from it.
    pub records: u64,
    /// Namespaces it speaks for, sorted; empty for sources that only enrich.
    pub namespaces: Vec<String>,
}
