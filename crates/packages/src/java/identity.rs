//! What an archive without Maven coordinates is, from its manifest and its file name.

use super::SUFFIXES;
use super::manifest::Manifest;

/// A name and a version that are as good as can be had.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// `group:artifact`, or the artifact alone.
    pub(super) name: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// Whether the version is the manifest's rather than the file name's.
    pub(super) from_manifest: bool,
}

/// The identity of the archive called `file_name`, if it can be told.
///
/// A file name with a version is believed, since build tools made it from the coordinates.
/// Otherwise the manifest must have a version, and its title counts when it is written like an
/// artifact (`commons-io`, not `Apache Commons IO`), or else the file name does.
pub(super) fn identity(file_name: &str, manifest: &Manifest) -> Option<Identity> {
    let stem = stem(file_name);
    let (artifact, version, from_manifest) = match artifact_and_version(stem) {
        Some((artifact, version)) => (artifact, version, false),
        None => {
            let versions = [&manifest.implementation_version, &manifest.bundle_version];
            let version = versions.into_iter().find(|version| is_version(version))?;
            let title = &manifest.implementation_title;
            (if is_artifact(title) { title } else { stem }, version.as_str(), true)
        }
    };
    if !is_artifact(artifact) {
        return None;
    }
    let name = match group(artifact, manifest) {
        Some(group) => format!("{group}:{artifact}"),
        None => artifact.to_owned(),
    };
    let (artifact, version) = (artifact.to_owned(), version.to_owned());
    Some(Identity { name, artifact, version, from_manifest })
}

/// The file name without its archive suffix.
fn stem(file_name: &str) -> &str {
    let suffix = |suffix: &&str| {
        let start = file_name.len().checked_sub(suffix.len());
        start
            .and_then(|start| file_name.split_at_checked(start))
            .filter(|(_, end)| end.eq_ignore_ascii_case(suffix))
    };
    SUFFIXES.iter().find_map(suffix).map_or(file_name, |(stem, _)| stem)
}

/// Splits `log4j-1.2-api-2.14.1` before its last hyphen that a digit follows; further back where
/// that leaves a version at the artifact's end, as in `a-1.0-20210101.120000-1`. Without such a
/// hyphen, Eclipse's `org.eclipse.osgi_3.18.0.v2022` is split at the underscore.
fn artifact_and_version(stem: &str) -> Option<(&str, &str)> {
    let (mut artifact, _) =
        split_before_digit(stem, '-').or_else(|| split_before_digit(stem, '_'))?;
    while let Some((shorter, end)) = split_before_digit(artifact, '-') {
        if !end.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            break;
        }
        artifact = shorter;
    }
    let version = stem.get(artifact.len() + 1..)?;
    (!artifact.is_empty()).then_some((artifact, version))
}

/// Splits at the last `separator` that a digit follows.
fn split_before_digit(text: &str, separator: char) -> Option<(&str, &str)> {
    text.rmatch_indices(separator)
        .filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)))
        .find(|(_, end)| end.starts_with(|first: char| first.is_ascii_digit()))
}

/// The group, where the manifest gives it away:
/// * a symbolic or module name that is `group.artifact`, as build tools put together;
/// * `Implementation-Vendor-Id`, which Maven fills with the group by default, when the symbolic
///   name is that group and the rest of the artifact (`org.eclipse.jetty.server`,
///   `jetty-server`), or when there is no symbolic name. Vendors write their own name there too,
///   `org.apache` for example, so then it needs three parts.
fn group<'m>(artifact: &str, manifest: &'m Manifest) -> Option<&'m str> {
    let stated = [&manifest.bundle_symbolic_name, &manifest.automatic_module_name];
    let prefix = stated.into_iter().find_map(|name| {
        name.strip_suffix(artifact)?.strip_suffix('.').filter(|group| !group.is_empty())
    });
    if prefix.is_some() {
        return prefix;
    }
    let vendor = manifest.implementation_vendor_id.as_str();
    let believed = match manifest.bundle_symbolic_name.strip_prefix(vendor) {
        _ if !is_artifact(vendor) || !vendor.contains('.') => false,
        Some(rest) if !rest.is_empty() => {
            let last = vendor.rsplit('.').next().unwrap_or_default();
            artifact.strip_prefix(last).is_some_and(|end| end.replace('-', ".") == rest)
        }
        _ => manifest.bundle_symbolic_name.is_empty() && vendor.split('.').count() >= 3,
    };
    believed.then_some(vendor)
}

fn is_artifact(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && text.bytes().all(part)
}

fn is_version(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_graphic();
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(part)
}
