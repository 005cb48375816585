//! The release files that came before os-release. None has a specification; the shapes are those
//! of the distributions' own packages.

use seawall_model::Distribution;

use super::os_release::{assignments, stated};

/// `etc/alpine-release`: the version and nothing else.
pub(super) fn alpine(text: &str) -> Distribution {
    let version = first_line(text);
    if version.is_empty() {
        return Distribution::default();
    }
    identity("alpine", version)
}

/// `etc/debian_version`: `12.5` on a release, `trixie/sid` before one. Derivatives leave it as
/// Debian has it, so it must never count against a file that names the derivative.
pub(super) fn debian(text: &str) -> Distribution {
    let line = first_line(text);
    if line.starts_with(|first: char| first.is_ascii_digit()) {
        return identity("debian", line);
    }
    let codename = line.split('/').next().unwrap_or_default().to_owned();
    match stated(codename) {
        None => Distribution::default(),
        codename => Distribution { codename, ..identity("debian", "") },
    }
}

/// `etc/lsb-release`: `DISTRIB_` assignments (lsb_release of the Linux Standard Base).
pub(super) fn lsb(text: &str) -> Distribution {
    let mut distribution = Distribution::default();
    for (key, value) in assignments(text) {
        match key {
            "DISTRIB_ID" => distribution.id = value.to_ascii_lowercase(),
            "DISTRIB_RELEASE" => distribution.version = value,
            "DISTRIB_CODENAME" => distribution.codename = stated(value),
            "DISTRIB_DESCRIPTION" => distribution.name = stated(value),
            _ => {}
        }
    }
    distribution
}

/// `etc/system-release-cpe`: the CPE name that os-release calls `CPE_NAME`.
pub(super) fn cpe(text: &str) -> Distribution {
    let line = first_line(text);
    let cpe = line.starts_with("cpe:").then(|| line.to_owned());
    Distribution { cpe, ..Distribution::default() }
}

/// The identifiers that os-release uses for the names in release files.
const RED_HAT_FAMILY: &[(&str, &str)] = &[
    ("AlmaLinux", "almalinux"),
    ("Amazon Linux", "amzn"),
    ("CentOS", "centos"),
    ("Fedora", "fedora"),
    ("Oracle Linux", "ol"),
    ("Red Hat Enterprise Linux", "rhel"),
    ("Rocky Linux", "rocky"),
];

/// `etc/redhat-release` and its kin: `<name> release <version> (<codename>)`. The name stays
/// whole, which keeps CentOS Stream apart from CentOS Linux.
pub(super) fn red_hat(text: &str) -> Distribution {
    let line = first_line(text);
    let Some((product, rest)) = line.split_once(" release ") else {
        return Distribution::default();
    };
    let Some((_, id)) = RED_HAT_FAMILY.iter().find(|(name, _)| product.starts_with(name)) else {
        return Distribution::default();
    };
    let version = rest.split_ascii_whitespace().next().unwrap_or_default();
    Distribution { name: Some(line.to_owned()), ..identity(id, version) }
}

fn identity(id: &str, version: &str) -> Distribution {
    Distribution { id: id.to_owned(), version: version.to_owned(), ..Distribution::default() }
}

fn first_line(text: &str) -> &str {
    text.trim_start().lines().next().unwrap_or_default().trim_end()
}
