//! The distribution and its release.
//!
//! Reads os-release (freedesktop.org, os-release(5)), and for images without one the files that
//! came before it: `etc/alpine-release`, `etc/debian_version`, `etc/redhat-release` and its kin,
//! `etc/lsb-release`. Reads the apk repositories too (apk-repositories(5)), because they tell
//! Alpine's development branch from a release, and `etc/system-release-cpe`.
//!
//! Each file fills the fields it knows; [`merged`] decides between them. Ignored: where os-release
//! is a symbolic link, since the file it leads to is read in its own right; `variant`, `build` and
//! the URLs of os-release.

mod fallback;
mod merge;
mod os_release;
mod repositories;
#[cfg(test)]
mod tests;

pub use merge::merged;
pub use os_release::parse_os_release;
use seawall_model::{Distribution, PackageKind};

use crate::{Analyzer, Facts, File, Pattern, Wanted};

/// Reads os-release and what came before it.
pub struct DistributionFiles;

/// The analyzer.
pub const ANALYZER: DistributionFiles = DistributionFiles;

const LIMIT: u64 = 256 << 10;

const WANTED: &[Wanted] = &[
    path("etc/os-release"),
    path("usr/lib/os-release"),
    path("etc/alpine-release"),
    path("etc/debian_version"),
    path("etc/almalinux-release"),
    path("etc/centos-release"),
    path("etc/fedora-release"),
    path("etc/oracle-release"),
    path("etc/rocky-release"),
    path("etc/redhat-release"),
    path("etc/system-release"),
    path("etc/system-release-cpe"),
    path("etc/lsb-release"),
    path("etc/apk/repositories"),
    Wanted::new(Pattern::Inside("etc/apk/repositories.d", ".list"), LIMIT),
    Wanted::new(Pattern::Inside("lib/apk/repositories.d", ".list"), LIMIT),
];

const fn path(path: &'static str) -> Wanted {
    Wanted::new(Pattern::Path(path), LIMIT)
}

impl Analyzer for DistributionFiles {
    fn id(&self) -> &'static str {
        "distribution"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "os-release and its predecessors, apk repositories"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        let text = match file.text() {
            Ok(text) => text,
            Err(problem) => return facts.problems.push(problem),
        };
        let text = text.trim_start_matches('\u{feff}');
        let distribution = match file.path {
            "etc/os-release" | "usr/lib/os-release" => parse_os_release(text),
            "etc/alpine-release" => fallback::alpine(text),
            "etc/debian_version" => fallback::debian(text),
            "etc/lsb-release" => fallback::lsb(text),
            "etc/system-release-cpe" => fallback::cpe(text),
            path if path.contains("apk/repositories") => repositories::parse(text),
            _ => fallback::red_hat(text),
        };
        if distribution != Distribution::default() {
            facts.distribution = Some(distribution);
        }
    }
}
