//! One distribution from what several files say.

use seawall_model::Distribution;

/// Most trusted first. A file that one distribution writes for itself stands before those that
/// are passed on unchanged: Oracle Linux has a `redhat-release` of Red Hat's, Ubuntu a
/// `debian_version` of Debian's.
const PRECEDENCE: &[&str] = &[
    "etc/os-release",
    "usr/lib/os-release",
    "etc/alpine-release",
    "etc/lsb-release",
    "etc/almalinux-release",
    "etc/rocky-release",
    "etc/oracle-release",
    "etc/fedora-release",
    "etc/centos-release",
    "etc/system-release",
    "etc/redhat-release",
    "etc/debian_version",
];

/// The distribution that files of one image describe, each with its path.
///
/// The order of the files does not matter. The first file in the order `etc/os-release`,
/// `usr/lib/os-release`, Alpine's, LSB's, the Red Hat family's, Debian's that names an identifier
/// decides it; the others fill fields that are still empty, unless they name another
/// identifier. So `VERSION_ID=12` stays `12` beside a `debian_version` of `12.5`, and Debian's
/// name for a release never becomes Ubuntu's. Repositories of all files are joined. `None` when
/// no file names an identifier.
pub fn merged<P: AsRef<str>>(parts: &[(P, Distribution)]) -> Option<Distribution> {
    let mut ordered: Vec<(&str, &Distribution)> =
        parts.iter().map(|(path, part)| (path.as_ref(), part)).collect();
    ordered.sort_by_key(|&(path, _)| (rank(path), path));
    let id = ordered.iter().map(|(_, part)| &part.id).find(|id| !id.is_empty())?;
    let mut distribution = Distribution { id: id.clone(), ..Distribution::default() };
    for (_, part) in ordered {
        if part.id.is_empty() || part.id == distribution.id {
            fill(&mut distribution, part);
        }
    }
    Some(distribution)
}

fn rank(path: &str) -> usize {
    PRECEDENCE.iter().position(|&known| known == path).unwrap_or(PRECEDENCE.len())
}

fn fill(distribution: &mut Distribution, part: &Distribution) {
    if distribution.version.is_empty() {
        distribution.version.clone_from(&part.version);
    }
    if distribution.like.is_empty() {
        distribution.like.clone_from(&part.like);
    }
    for (field, value) in [
        (&mut distribution.codename, &part.codename),
        (&mut distribution.name, &part.name),
        (&mut distribution.cpe, &part.cpe),
    ] {
        if field.is_none() {
            field.clone_from(value);
        }
    }
    distribution.repositories.extend_from_slice(&part.repositories);
}
