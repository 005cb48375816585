//! Package URLs (package-url/purl-spec, PURL-SPECIFICATION and PURL-TYPES).

use packageurl::PackageUrl;

use crate::{Distribution, Package, PackageKind};

/// The package URL of a package. Distribution packages carry the distribution as namespace and
/// `arch`, `distro`, `epoch` and `upstream` qualifiers as the type's definition says. Returns an
/// empty string for a name that no purl can express, which only a hostile file has.
pub fn purl(package: &Package, distribution: Option<&Distribution>) -> String {
    build(package, distribution).unwrap_or_default()
}

fn build(
    package: &Package,
    distribution: Option<&Distribution>,
) -> Result<String, packageurl::Error> {
    let (namespace, name) = split_name(package);
    let mut url = PackageUrl::new(package.kind.word(), name)?;
    if !namespace.is_empty() {
        url.with_namespace(namespace)?;
    }
    let mut version = package.version.as_str();
    if package.kind.is_distribution() {
        if let Some(distribution) = distribution {
            url.with_namespace(distribution.id.as_str())?;
            if !distribution.version.is_empty() {
                let label = format!("{}-{}", distribution.id, distribution.version);
                url.add_qualifier("distro", label)?;
            }
        }
        if let Some(architecture) = &package.architecture {
            url.add_qualifier("arch", architecture.as_str())?;
        }
        if package.kind == PackageKind::Rpm {
            if let Some((epoch, rest)) = version.split_once(':') {
                url.add_qualifier("epoch", epoch.to_owned())?;
                version = rest;
            }
        }
        if let Some(source) = &package.source {
            let upstream = format!("{}@{}", source.name, source.version);
            url.add_qualifier("upstream", upstream)?;
        }
    }
    if !version.is_empty() {
        url.with_version(version)?;
    }
    Ok(url.to_string())
}

/// Splits the ecosystem's full name into purl namespace and name.
fn split_name(package: &Package) -> (&str, String) {
    let name = package.name.as_str();
    match package.kind {
        PackageKind::Maven => match name.split_once(':') {
            Some((group, artifact)) => (group, artifact.to_owned()),
            None => ("", name.to_owned()),
        },
        PackageKind::Npm | PackageKind::Golang => match name.rsplit_once('/') {
            Some((namespace, last)) => (namespace, last.to_owned()),
            None => ("", name.to_owned()),
        },
        PackageKind::Pypi => ("", normalised_python_name(name)),
        _ => ("", name.to_owned()),
    }
}

/// A Python project name in the form the index compares (PEP 503).
pub fn normalised_python_name(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '-' | '_' | '.') {
            if !normalised.ends_with('-') {
                normalised.push('-');
            }
        } else {
            normalised.push(character.to_ascii_lowercase());
        }
    }
    normalised
}
