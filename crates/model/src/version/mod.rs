//! Version orderings, one file for each scheme. An ordering that can't be decided is an error
//! for the caller to report, never a guess.
//!
//! Every scheme's file has a `Version` with `parse`, which refuses what is not a version, and
//! `precedence`, which orders two of them. Apart from Maven, Python and Cargo pre-releases,
//! comparing allocates nothing.

mod apk;
mod cargo;
mod containment;
mod digits;
mod dpkg;
mod go;
mod maven;
mod npm;
mod npm_range;
mod pep440;
mod rpm;
mod semantic;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

pub use containment::{Match, affected_range};
pub use npm_range::{npm_range_contains, npm_ranges};

/// A version ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Alpine's apk-tools.
    Apk,
    /// Debian policy 5.6.12.
    Dpkg,
    /// RPM, with epoch, tilde and caret.
    Rpm,
    /// npm's semantic versions, read as loosely as npm does.
    Npm,
    /// Python, PEP 440.
    Pep440,
    /// Maven's ComparableVersion.
    Maven,
    /// Go modules, pseudo-versions and `+incompatible` included.
    Go,
    /// Cargo's strict semantic versions.
    Cargo,
}

/// A version that its scheme can't order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version `{version}` can't be ordered as {scheme:?}")]
pub struct Unorderable {
    /// The scheme.
    pub scheme: Scheme,
    /// The version, cut to 80 characters.
    pub version: String,
}

impl Scheme {
    /// Orders two versions.
    ///
    /// # Errors
    /// [`Unorderable`] names the side that is not a version in this scheme, the left one first.
    pub fn compare(self, left: &str, right: &str) -> Result<Ordering, Unorderable> {
        match self {
            Self::Apk => {
                let (left, right) = self.both(left, right, apk::Version::parse)?;
                Ok(left.precedence(&right))
            }
            Self::Dpkg => {
                let (left, right) = self.both(left, right, dpkg::Version::parse)?;
                Ok(left.precedence(&right))
            }
            Self::Rpm => {
                let (left, right) = self.both(left, right, rpm::Version::parse)?;
                Ok(left.precedence(&right))
            }
            Self::Npm => {
                let (left, right) = self.both(left, right, npm::parse)?;
                Ok(left.precedence(&right))
            }
            Self::Pep440 => {
                let (left, right) = self.both(left, right, pep440::parse)?;
                Ok(left.cmp(&right))
            }
            Self::Maven => {
                // Maven folds case before it looks at anything else.
                let (left, right) = self.both(left, right, maven::folded)?;
                Ok(maven::Version::new(&left).precedence(&maven::Version::new(&right)))
            }
            Self::Go => {
                let (left, right) = self.both(left, right, go::parse)?;
                Ok(left.precedence(&right))
            }
            Self::Cargo => {
                let (left, right) = self.both(left, right, cargo::parse)?;
                Ok(left.cmp_precedence(&right))
            }
        }
    }

    fn both<'a, V>(
        self,
        left: &'a str,
        right: &'a str,
        parse: impl Fn(&'a str) -> Option<V>,
    ) -> Result<(V, V), Unorderable> {
        let parsed = |text| parse(text).ok_or_else(|| self.unorderable(text));
        Ok((parsed(left)?, parsed(right)?))
    }

    fn unorderable(self, version: &str) -> Unorderable {
        Unorderable { scheme: self, version: version.chars().take(80).collect() }
    }
}
