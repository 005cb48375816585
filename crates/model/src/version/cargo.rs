//! Cargo's ordering: strict Semantic Versioning 2.0.0 as the `semver` crate, which Cargo itself
//! uses, reads it. Build metadata doesn't count, as in section 10 of that specification.

use semver::Version;

pub(super) fn parse(text: &str) -> Option<Version> {
    Version::parse(text).ok()
}
