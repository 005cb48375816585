//! Python's ordering (PEP 440), read by the `pep440_rs` crate: epochs, pre-, post- and
//! development releases, local versions. Legacy versions that PEP 440 has no place for are not
//! ordered.

use pep440_rs::Version;

pub(super) fn parse(text: &str) -> Option<Version> {
    text.trim().parse().ok()
}
