//! How bad a finding is, in the words every source is mapped to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Severity levels in rising order. `Unknown` is lowest in order but is never treated as safe:
/// policy decides about it by name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No source rates it.
    #[default]
    Unknown,
    /// The vendor calls it negligible or unimportant.
    Negligible,
    /// CVSS 0.1–3.9.
    Low,
    /// CVSS 4.0–6.9; vendors also write "moderate".
    Medium,
    /// CVSS 7.0–8.9; vendors also write "important".
    High,
    /// CVSS 9.0–10.0.
    Critical,
}

impl Severity {
    /// All levels, highest first, as reports list them.
    pub const DESCENDING: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Negligible, Self::Unknown];

    /// The level for a CVSS base score (FIRST, CVSS v3.1 section 5, qualitative rating scale;
    /// version 4.0 section 6 is the same). A score of zero is `Negligible`.
    pub fn from_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::Negligible,
        }
    }

    /// The lower-case word used in every machine-readable output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Negligible => "negligible",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    /// Accepts the words of the sources we read, in any case: "moderate" and "important" are
    /// Red Hat's and GitHub's, "unimportant" is Debian's.
    fn from_str(word: &str) -> Result<Self, UnknownSeverity> {
        match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Ok(Self::Critical),
            "high" | "important" => Ok(Self::High),
            "medium" | "moderate" => Ok(Self::Medium),
            "low" => Ok(Self::Low),
            "negligible" | "unimportant" | "none" => Ok(Self::Negligible),
            "unknown" | "untriaged" | "" => Ok(Self::Unknown),
            _ => Err(UnknownSeverity(word.chars().take(40).collect())),
        }
    }
}

/// A word that names no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a severity (critical, high, medium, low, negligible, unknown)")]
pub struct UnknownSeverity(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_fall_into_the_bands_of_the_specification() {
        let bands = [(10.0, "critical"), (9.0, "critical"), (8.9, "high"), (6.9, "medium")];
        for (score, word) in bands {
            assert_eq!(Severity::from_score(score).word(), word);
        }
        assert_eq!(Severity::from_score(3.9), Severity::Low);
        assert_eq!(Severity::from_score(0.0), Severity::Negligible);
    }

    #[test]
    fn every_level_reads_back_its_own_word() {
        for level in Severity::DESCENDING {
            assert_eq!(level.word().parse(), Ok(level));
        }
        assert!("grave".parse::<Severity>().is_err());
    }
}
