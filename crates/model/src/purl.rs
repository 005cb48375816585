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
        if package.kind == PackageKind::Rpm
            && let Some((epoch, rest)) = version.split_once(':')
        {
            // The type's version has no epoch; epoch 0 is the same as none.
            if epoch.bytes().any(|digit| digit != b'0') {
                url.add_qualifier("epoch", epoch)?;
            }
            version = rest;
        }
        add_origin(&mut url, package, distribution)?;
    }
    if !version.is_empty() {
        url.with_version(version)?;
    }
    Ok(url.to_string())
}

/// What tells builds of a distribution package apart.
fn add_origin<'a>(
    url: &mut PackageUrl<'a>,
    package: &'a Package,
    distribution: Option<&'a Distribution>,
) -> Result<(), packageurl::Error> {
    if let Some(distribution) = distribution.filter(|distribution| !distribution.id.is_empty()) {
        url.with_namespace(vendor(&distribution.id))?;
        if !distribution.version.is_empty() {
            let label = format!("{}-{}", distribution.id, distribution.version);
            url.add_qualifier("distro", label)?;
        }
    }
    if let Some(architecture) = package.architecture.as_deref().filter(|text| !text.is_empty()) {
        url.add_qualifier("arch", architecture)?;
    }
    if let Some(source) = &package.source {
        let differs = source.name != package.name || source.version != package.version;
        if differs && !source.name.is_empty() {
            let separator = if source.version.is_empty() { "" } else { "@" };
            url.add_qualifier("upstream", format!("{}{separator}{}", source.name, source.version))?;
        }
    }
    Ok(())
}

/// The vendor's name as purls spell it; most are the distribution's own identifier.
fn vendor(id: &str) -> &str {
    match id {
        "rhel" => "redhat",
        "sles" | "sled" | "sle-micro" | "suse" => "suse",
        _ if id.starts_with("opensuse") => "opensuse",
        _ => id,
    }
}

/// Splits the ecosystem's full name into purl namespace and name.
fn split_name(package: &Package) -> (String, String) {
    let name = package.name.as_str();
    let (namespace, name) = match package.kind {
        PackageKind::Maven => name.split_once(':').unwrap_or(("", name)),
        PackageKind::Npm | PackageKind::Golang => name.rsplit_once('/').unwrap_or(("", name)),
        PackageKind::Pypi => return (String::new(), normalised_python_name(name)),
        _ => ("", name),
    };
    match package.kind {
        // Module paths are compared without case in purls, both parts of them.
        PackageKind::Golang => (segments(namespace).to_lowercase(), name.to_lowercase()),
        _ => (segments(namespace), name.to_owned()),
    }
}

/// A namespace without empty segments, which the specification doesn't allow.
fn segments(namespace: &str) -> String {
    let segments: Vec<_> = namespace.split('/').filter(|segment| !segment.is_empty()).collect();
    segments.join("/")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Location, SourcePackage};

    fn package(kind: PackageKind, name: &str, version: &str) -> Package {
        Package::new(kind, name, version, Location::default())
    }

    /// Expected purls follow the examples of the type definitions (purl-spec, `types/`).
    fn check(kind: PackageKind, name: &str, version: &str, expected: &str) {
        let url = purl(&package(kind, name, version), None);
        assert_eq!(url, expected);
        if !expected.is_empty() {
            url.parse::<PackageUrl<'_>>().expect("a valid purl");
        }
    }

    #[test]
    fn language_packages_have_the_purls_of_their_type() {
        use PackageKind::{Cargo, Golang, Maven, Npm, Pypi};
        for (kind, name, version, expected) in [
            (Npm, "foobar", "12.3.1", "pkg:npm/foobar@12.3.1"),
            (Npm, "@angular/animation", "12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
            (Npm, "lodash", "", "pkg:npm/lodash"),
            (Pypi, "Django", "1.11.1", "pkg:pypi/django@1.11.1"),
            (Pypi, "zope.interface_x", "1.0+cpu", "pkg:pypi/zope-interface-x@1.0%2Bcpu"),
            (Golang, "golang.org/x/net", "v0.1.0", "pkg:golang/golang.org/x/net@v0.1.0"),
            (
                Golang,
                "github.com/Masterminds/semver/v3",
                "v3.2.1",
                "pkg:golang/github.com/masterminds/semver/v3@v3.2.1",
            ),
            (
                Golang,
                "github.com/docker/docker",
                "v20.10.0+incompatible",
                "pkg:golang/github.com/docker/docker@v20.10.0%2Bincompatible",
            ),
            (Golang, "github.com/BurntSushi/TOML", "", "pkg:golang/github.com/burntsushi/toml"),
            (Golang, "stdlib", "1.21.3", "pkg:golang/stdlib@1.21.3"),
            (
                Maven,
                "org.apache.xmlgraphics:batik-anim",
                "1.9.1",
                "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1",
            ),
            (Cargo, "rand", "0.7.2", "pkg:cargo/rand@0.7.2"),
            (Cargo, "clap", "1.0.0-rc.1+b", "pkg:cargo/clap@1.0.0-rc.1%2Bb"),
        ] {
            check(kind, name, version, expected);
        }
    }

    #[test]
    fn a_name_without_substance_has_no_purl_and_odd_ones_stay_valid() {
        check(PackageKind::Npm, "", "1", "");
        check(PackageKind::Npm, "@scope/", "1", "");
        check(PackageKind::Golang, "a//b///c", "v1", "pkg:golang/a/b/c@v1");
        check(PackageKind::Npm, "a?b#c d@e", "1?#@", "pkg:npm/a%3Fb%23c%20d%40e@1%3F%23%40");
        check(PackageKind::Maven, "no-group", "1", "pkg:maven/no-group@1");
        check(PackageKind::Cargo, "x/../y", "1", "pkg:cargo/x%2F..%2Fy@1");
    }

    fn check_distribution(package: &Package, id: &str, release: &str, expected: &str) {
        let distribution = Distribution {
            id: id.to_owned(),
            version: release.to_owned(),
            ..Distribution::default()
        };
        let url = purl(package, Some(&distribution));
        assert_eq!(url, expected);
        url.parse::<PackageUrl<'_>>().expect("a valid purl");
    }

    #[test]
    fn distribution_packages_carry_vendor_architecture_and_origin() {
        let mut package = package(PackageKind::Deb, "libssl3", "1:3.0.11-1~deb12u2+b1");
        package.architecture = Some("amd64".to_owned());
        package.source = Some(SourcePackage {
            name: "openssl".to_owned(),
            version: "1:3.0.11-1~deb12u2".to_owned(),
        });
        check_distribution(
            &package,
            "debian",
            "12",
            "pkg:deb/debian/libssl3@1:3.0.11-1~deb12u2%2Bb1\
             ?arch=amd64&distro=debian-12&upstream=openssl%401:3.0.11-1~deb12u2",
        );
        package.kind = PackageKind::Apk;
        package.name = "busybox".to_owned();
        package.version = "1.36.1-r5".to_owned();
        package.architecture = Some(String::new());
        let own = SourcePackage { name: package.name.clone(), version: package.version.clone() };
        package.source = Some(own);
        check_distribution(
            &package,
            "alpine",
            "3.18.9",
            "pkg:apk/alpine/busybox@1.36.1-r5?distro=alpine-3.18.9",
        );
        package.kind = PackageKind::Rpm;
        package.name = "openssl-libs".to_owned();
        package.version = "1:3.0.7-25.el9_3".to_owned();
        package.architecture = Some("x86_64".to_owned());
        package.source = None;
        check_distribution(
            &package,
            "almalinux",
            "9.3",
            "pkg:rpm/almalinux/openssl-libs@3.0.7-25.el9_3\
             ?arch=x86_64&distro=almalinux-9.3&epoch=1",
        );
        package.version = "0:3.0.7-25.el9_3".to_owned();
        package.architecture = None;
        check_distribution(&package, "rhel", "", "pkg:rpm/redhat/openssl-libs@3.0.7-25.el9_3");
    }
}
