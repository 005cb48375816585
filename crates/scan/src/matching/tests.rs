use seawall_model::Range;

use super::*;

/// A row whose ranges are written `introduced..fixed`, either side possibly empty.
fn row(ranges: &[&str]) -> Affected {
    let bound = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let range = |text: &&str| {
        let (introduced, fixed) = text.split_once("..").expect("a range");
        let upper = bound(fixed).map_or(UpperBound::Unbounded, UpperBound::Fixed);
        Range { introduced: bound(introduced), upper }
    };
    Affected {
        namespace: Namespace::from_text("golang"),
        package: "stdlib".to_owned(),
        status: Status::Fixed,
        ranges: ranges.iter().map(range).collect(),
        versions: Vec::new(),
        module: None,
        severity: None,
    }
}

#[test]
fn a_fix_is_the_lowest_higher_version_that_is_not_affected_again() {
    let cases: [(&[&str], &str, Option<&str>); 6] = [
        (&["..1.20.11", "1.21.0-0..1.21.4"], "1.21.3", Some("1.21.4")),
        (&["..1.20.11", "1.21.0-0..1.21.4"], "1.19", Some("1.20.11")),
        (&["..1.21.12", "1.22.0-0..1.22.5"], "1.22rc1", Some("1.22.5")),
        (&["..1.5", "1.5..1.6"], "1.4", Some("1.6")),
        (&["..1.5", "2.0.."], "2.1", None),
        (&["..1.5", "..1.6"], "1.4", Some("1.6")),
    ];
    for (ranges, installed, expected) in cases {
        let found = fixed_version(PackageKind::Golang, installed, &row(ranges));
        assert_eq!(found.as_deref(), expected, "{installed} in {ranges:?}");
    }
}

/// Id, aliases and fixes of an advisory, and the names of each vulnerability.
type Naming<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a [&'a str]]);

#[test]
fn an_advisory_of_several_vulnerabilities_names_each_for_itself() {
    let cases: [Naming<'_>; 3] = [
        ("GO-1", &["CVE-1", "GHSA-1"], &[], &[&["CVE-1", "GHSA-1", "GO-1"]]),
        ("GO-2", &["CVE-1", "CVE-2"], &["CVE-1", "CVE-2"], &[&["CVE-1"], &["CVE-2"]]),
        ("ALSA-1", &[], &["CVE-3"], &[&["CVE-3"]]),
    ];
    for (id, aliases, fixes, expected) in cases {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mut advisory = Advisory::new(id, "golang");
        (advisory.aliases, advisory.fixes) = (owned(aliases), owned(fixes));
        let found = vulnerabilities(&advisory);
        let found: Vec<Vec<&str>> =
            found.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
        assert_eq!(found, expected, "{id}");
    }
}

#[test]
fn upper_case_in_a_module_path_is_asked_for_as_written() {
    let location = seawall_model::Location::file("usr/bin/old");
    let name = "github.com/Masterminds/goutils";
    let package = Package::new(PackageKind::Golang, name, "v1.1.0", location);
    assert_eq!(Subject::of(&package).name, name);
}
