//! Which Linux distribution an image is, from its os-release file (freedesktop.org,
//! os-release(5)).

use serde::{Deserialize, Serialize};

/// The identity of a distribution release. Strings are as the file has them, unquoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Distribution {
    /// `ID`: `debian`, `alpine`, `almalinux`; lower case.
    pub id: String,
    /// `VERSION_ID`: `12`, `3.18.9`, `22.04`; empty on rolling releases.
    pub version: String,
    /// `ID_LIKE`, split at spaces, closest first.
    pub like: Vec<String>,
    /// `VERSION_CODENAME`: `bookworm`, `jammy`.
    pub codename: Option<String>,
    /// `PRETTY_NAME`, for people.
    pub name: Option<String>,
    /// `CPE_NAME`, which tells Red Hat's variants apart.
    pub cpe: Option<String>,
    /// Package repositories the image is configured to use, when its files tell
    /// (`etc/apk/repositories`): decides which branch's advisories apply.
    pub repositories: Vec<String>,
}
