//! The policy: what blocks, what needs work, and which findings somebody answers for.
//!
//! Reads the `rules`, `exceptions` and `database` tables of `seawall.toml` (TOML 1.0; the keys
//! are in docs/policy.md). Unknown keys are errors, because a misspelt condition would silently
//! let images pass.

mod decide;
mod exception;

use seawall_model::{Date, GapKind, Severity, Status, Verdict};
use serde::Deserialize;

use crate::Error;

pub(crate) use decide::judge;
pub use exception::Exception;

/// The built-in policy, as text with comments.
pub const DEFAULT: &str = include_str!("default.toml");

/// Policies longer than this are refused. In bytes.
const MAX_BYTES: usize = 1 << 20;

/// A policy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The rules; all that catch something count.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Accepted findings.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// Demands on the database.
    #[serde(default)]
    pub database: DatabasePolicy,
    /// Options of the command line, which reads them itself.
    #[serde(default)]
    scan: IgnoredTable,
}

/// A table that belongs to someone else.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
struct IgnoredTable {}

/// A rule catches findings that meet all of its conditions, or gaps of the kinds it names.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For people; appears in reports.
    pub name: String,
    /// What it does to the verdict: yellow or red.
    pub verdict: Verdict,
    /// At least this severity.
    pub severity: Option<Severity>,
    /// Whether no source gives a severity.
    pub unrated: Option<bool>,
    /// Whether a fixed version is known.
    pub fixable: Option<bool>,
    /// Whether it is in CISA's catalogue of known exploited vulnerabilities.
    pub known_exploited: Option<bool>,
    /// At least this probability of exploitation, 0 to 1.
    pub epss: Option<f64>,
    /// One of these vendor statuses.
    pub status: Option<Vec<Status>>,
    /// Whether an upper layer hides the package. Rules that do not ask catch visible ones only.
    #[serde(default)]
    pub hidden: bool,
    /// Kinds of coverage gap; a rule with this key has no other condition.
    pub gaps: Option<Vec<GapKind>>,
}

/// Demands on the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabasePolicy {
    /// Oldest allowed age in days.
    pub max_age_days: Option<u32>,
}

impl Policy {
    /// Reads a policy. Without any rules of its own the built-in rules apply, so that a file
    /// with nothing but exceptions does what its author means.
    ///
    /// # Errors
    /// [`Error::Policy`] with line and column for anything that is not a policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_BYTES {
            return Err(Error::Policy(format!("larger than {MAX_BYTES} bytes")));
        }
        let mut policy: Self = read(text)?;
        if policy.rules.is_empty() {
            let built_in: Self = read(DEFAULT)?;
            policy.rules = built_in.rules;
            policy.database.max_age_days =
                policy.database.max_age_days.or(built_in.database.max_age_days);
        }
        for rule in &policy.rules {
            rule.check()?;
        }
        for exception in &policy.exceptions {
            exception.check()?;
        }
        Ok(policy)
    }

    /// The built-in policy.
    ///
    /// # Errors
    /// Never, as a test proves; the type is shared with [`Policy::parse`].
    pub fn built_in() -> Result<Self, Error> {
        Self::parse(DEFAULT)
    }

    /// Whether facts that end on `built` are too old on `today`.
    pub(crate) fn is_stale(&self, built: Date, today: Date) -> bool {
        let Some(days) = self.database.max_age_days else { return false };
        today.since(built).is_ok_and(|age| i64::from(age.get_days()) > i64::from(days))
    }
}

impl Rule {
    fn check(&self) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::Policy(format!("rule `{}`: {what}", self.name)));
        let conditions = self.severity.is_some()
            || self.unrated.is_some()
            || self.fixable.is_some()
            || self.known_exploited.is_some()
            || self.epss.is_some()
            || self.status.is_some();
        match (&self.gaps, conditions) {
            _ if self.verdict == Verdict::Green => wrong("a rule makes yellow or red, not green"),
            (Some(_), true) => wrong("`gaps` can't be combined with conditions on findings"),
            (None, false) => wrong("it has no condition and would catch everything"),
            _ if self.epss.is_some_and(|epss| !(0.0..=1.0).contains(&epss)) => {
                wrong("`epss` is a probability between 0 and 1")
            }
            _ => Ok(()),
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| Error::Policy(error.to_string().trim_end().to_owned()))
}

#[cfg(test)]
mod tests;
