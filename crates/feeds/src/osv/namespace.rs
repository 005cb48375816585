//! OSV's ecosystem names (osv-schema, "Defined Ecosystems") as our namespaces.

use seawall_model::Namespace;

/// The namespace of an OSV ecosystem, `None` when no analyzer finds its packages. Alpine's
/// releases lose their `v`, Ubuntu's their `LTS`; Ubuntu's paid pockets (`Ubuntu:Pro:…`) are not
/// a release of their own.
pub fn namespace(ecosystem: &str) -> Option<Namespace> {
    let language = match ecosystem {
        "npm" => "npm",
        "PyPI" => "pypi",
        "Go" => "golang",
        "Maven" => "maven",
        "crates.io" => "cargo",
        _ => return distribution(ecosystem),
    };
    Some(Namespace::from_text(language))
}

fn distribution(ecosystem: &str) -> Option<Namespace> {
    let (name, release) = ecosystem.split_once(':')?;
    let id = match name {
        "AlmaLinux" => "almalinux",
        "Alpine" => "alpine",
        "Debian" => "debian",
        "Rocky Linux" => "rocky",
        "Ubuntu" => "ubuntu",
        "openEuler" => "openeuler",
        _ => return None,
    };
    let release = release.strip_suffix(":LTS").unwrap_or(release);
    let release = release.strip_prefix('v').unwrap_or(release);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    (!release.is_empty() && release.len() <= 32 && release.chars().all(plain))
        .then(|| Namespace::distribution(id, release))
}

#[cfg(test)]
mod tests {
    use super::namespace;

    #[test]
    fn ecosystems_map_to_namespaces_and_paid_pockets_to_none() {
        let cases = [
            ("PyPI", Some("pypi")),
            ("Go", Some("golang")),
            ("crates.io", Some("cargo")),
            ("AlmaLinux:8", Some("almalinux:8")),
            ("Alpine:v3.18", Some("alpine:3.18")),
            ("Rocky Linux:9", Some("rocky:9")),
            ("Ubuntu:22.04:LTS", Some("ubuntu:22.04")),
            ("Ubuntu:Pro:14.04:LTS", None),
            ("Debian", None),
            ("Packagist", None),
        ];
        for (ecosystem, expected) in cases {
            let found = namespace(ecosystem);
            assert_eq!(found.as_ref().map(|n| n.as_str()), expected, "{ecosystem}");
        }
    }
}
