//! The key under which advisories for a package are filed: which ecosystem, and for
//! distributions which release.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Distribution, PackageKind, Scheme};

/// An ecosystem, with the release for distributions: `debian:12`, `alpine:3.18`, `alpine:edge`,
/// `almalinux:9`, `ubuntu:22.04`, `npm`, `pypi`, `golang`, `maven`, `cargo`. Lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Namespace(String);

impl Namespace {
    /// The namespace of a distribution release; `release` is as [`Namespace::of`] shortens it.
    pub fn distribution(id: &str, release: &str) -> Self {
        Self(format!("{id}:{release}"))
    }

    /// The namespace of a language ecosystem.
    pub fn language(kind: PackageKind) -> Self {
        Self(kind.word().to_owned())
    }

    /// A namespace read back from a database; not checked against any list.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Where advisories for a package of `kind` are filed, or `None` for a distribution package
    /// without a known distribution. Alpine keeps two version components and becomes `edge`
    /// when its version or all of its repositories say so; Debian, Red Hat's family and Amazon keep
    /// one; Ubuntu and SUSE keep two.
    pub fn of(kind: PackageKind, distribution: Option<&Distribution>) -> Option<Self> {
        if !kind.is_distribution() {
            return Some(Self::language(kind));
        }
        let distribution = distribution?;
        let release = release(distribution)?;
        Some(Self::distribution(&distribution.id, &release))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How versions in this namespace are ordered.
    pub fn scheme(&self) -> Option<Scheme> {
        match self.0.split(':').next()? {
            "npm" => Some(Scheme::Npm),
            "pypi" => Some(Scheme::Pep440),
            "golang" => Some(Scheme::Go),
            "maven" => Some(Scheme::Maven),
            "cargo" => Some(Scheme::Cargo),
            "alpine" | "wolfi" | "chainguard" | "postmarketos" => Some(Scheme::Apk),
            "debian" | "ubuntu" | "raspbian" => Some(Scheme::Dpkg),
            "almalinux" | "rocky" | "rhel" | "centos" | "fedora" | "amzn" | "ol" | "sles"
            | "opensuse" | "photon" | "azurelinux" | "mariner" | "openeuler" | "anolis" => {
                Some(Scheme::Rpm)
            }
            _ => None,
        }
    }
}

fn release(distribution: &Distribution) -> Option<String> {
    let components = |count: usize| {
        let parts: Vec<&str> = distribution.version.split('.').take(count).collect();
        (!parts[0].is_empty()).then(|| parts.join("."))
    };
    match distribution.id.as_str() {
        "alpine" => {
            // A dated version such as 3.21_alpha20240923 is a snapshot of edge.
            let snapshot = distribution.version.contains("_alpha");
            let mut repositories = distribution.repositories.iter();
            let edge = repositories.len() > 0 && repositories.all(|line| line.contains("/edge/"));
            if snapshot || edge { Some("edge".to_owned()) } else { components(2) }
        }
        "ubuntu" | "sles" | "opensuse-leap" | "photon" => components(2),
        _ => components(1),
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, version: &str, repositories: &[&str], expected: Option<&str>) {
        let distribution = Distribution {
            id: id.to_owned(),
            version: version.to_owned(),
            repositories: repositories.iter().map(|&line| line.to_owned()).collect(),
            ..Distribution::default()
        };
        let namespace = Namespace::of(PackageKind::Deb, Some(&distribution));
        assert_eq!(namespace.as_ref().map(Namespace::as_str), expected, "{id} {version}");
    }

    #[test]
    fn a_release_keeps_the_components_its_vendor_publishes_advisories_for() {
        check("debian", "12", &[], Some("debian:12"));
        check("debian", "", &[], None);
        check("ubuntu", "22.04", &[], Some("ubuntu:22.04"));
        check("almalinux", "9.3", &[], Some("almalinux:9"));
        check("alpine", "3.18.9", &[], Some("alpine:3.18"));
        check("alpine", "3.21_alpha20240807", &[], Some("alpine:edge"));
        let edge = "https://dl-cdn.alpinelinux.org/alpine/edge/main";
        check("alpine", "3.20.0", &[edge], Some("alpine:edge"));
    }

    #[test]
    fn a_distribution_package_without_a_distribution_has_no_namespace() {
        assert_eq!(Namespace::of(PackageKind::Apk, None), None);
        assert_eq!(Namespace::of(PackageKind::Npm, None), Some(Namespace::from_text("npm")));
    }
}
