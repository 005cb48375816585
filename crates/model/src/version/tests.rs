//! Orderings against what the real tools say; `testdata/README.md` tells how the files are made.

use std::cmp::Ordering;

use super::*;
use crate::{Affected, Namespace, Range, Status, UpperBound};

/// Every line is `left<TAB>op<TAB>right`; `!` says that the tool refuses the left side.
fn check(scheme: Scheme, cases: &str) {
    let mut lines = 0;
    let mut wrong = Vec::new();
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(left), Some(operator), Some(right), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            panic!("{scheme:?}: `{line}` is no case");
        };
        let expected = match operator {
            "<" => Ok(Ordering::Less),
            "=" => Ok(Ordering::Equal),
            ">" => Ok(Ordering::Greater),
            "!" => Err(()),
            _ => panic!("{scheme:?}: `{line}` has no operator"),
        };
        let order = scheme.compare(left, right).map_err(|_| ());
        let reverse = scheme.compare(right, left).map_err(|_| ());
        if order != expected || reverse != expected.map(Ordering::reverse) {
            wrong.push(format!("{line}: {order:?}, {reverse:?}"));
        }
        lines += 1;
    }
    assert!(lines > 0, "{scheme:?} has no cases");
    assert!(wrong.is_empty(), "{scheme:?}, {} of {lines}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn apk_orders_as_the_tool_does() {
    check(Scheme::Apk, include_str!("testdata/apk.tsv"));
}

#[test]
fn dpkg_orders_as_the_tool_does() {
    check(Scheme::Dpkg, include_str!("testdata/dpkg.tsv"));
}

#[test]
fn rpm_orders_as_the_tool_does() {
    check(Scheme::Rpm, include_str!("testdata/rpm.tsv"));
}

#[test]
fn npm_orders_as_the_tool_does() {
    check(Scheme::Npm, include_str!("testdata/npm.tsv"));
}

#[test]
fn pep440_orders_as_the_tool_does() {
    check(Scheme::Pep440, include_str!("testdata/pep440.tsv"));
}

#[test]
fn maven_orders_as_the_tool_does() {
    check(Scheme::Maven, include_str!("testdata/maven.tsv"));
}

#[test]
fn go_orders_as_the_tool_does() {
    check(Scheme::Go, include_str!("testdata/go.tsv"));
}

#[test]
fn cargo_orders_as_the_tool_does() {
    check(Scheme::Cargo, include_str!("testdata/cargo.tsv"));
}

/// Every line is a range, versions inside it and versions outside it. The converted ranges have
/// to give the same answers as the range itself.
#[test]
fn npm_ranges_contain_what_npm_says() {
    let mut wrong = Vec::new();
    for line in include_str!("testdata/npm_range.tsv").lines() {
        let mut fields = line.split('\t');
        let range = fields.next().unwrap();
        let mut affected = affected(&[], &[]);
        affected.ranges = npm_ranges(range).unwrap();
        for (versions, expected) in [(fields.next(), true), (fields.next(), false)] {
            for version in versions.unwrap().split_ascii_whitespace() {
                let contained = npm_range_contains(range, version);
                // No range at all means every version to an advisory; here it is none.
                let converted = !affected.ranges.is_empty()
                    && affected_range(Scheme::Npm, version, &affected).unwrap().is_some();
                if contained != Ok(expected) || converted != expected {
                    wrong.push(format!("{version} in `{range}`: {contained:?}, {converted}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn npm_ranges_become_ranges_of_an_advisory() {
    let check = |range: &str, expected: &[&str]| {
        let ranges = npm_ranges(range).unwrap();
        let texts: Vec<_> = ranges.iter().map(|range| Match::Range(range).to_string()).collect();
        assert_eq!(texts, expected, "{range}");
    };
    check("<=1.0.0 || >=2.0.0 <2.1.3", &["<= 1.0.0", ">= 2.0.0, < 2.1.3"]);
    check(">= 1.0.0, < 1.4.6", &[">= 1.0.0, < 1.4.6"]);
    check(">1.2.3", &[">= 1.2.4-0"]);
    check(">1.2.3-rc", &[">= 1.2.3-rc.0"]);
    check("^1.2.3", &[">= 1.2.3, < 2.0.0-0"]);
    check("= 1.2.3", &[">= 1.2.3, <= 1.2.3"]);
    check("*", &["every version"]);
    check("", &["every version"]);
    check("<0.0.0-0", &[]);
    check(">2.0.0 <1.0.0", &[]);
}

#[test]
fn unreadable_npm_ranges_are_errors() {
    let many = "1.0.0 ".repeat(2000);
    let long = format!("<1.0.0-{}", "a".repeat(1000));
    let hostile = [
        "latest",
        ">=1.0.0 garbage",
        "=>1.0.0",
        "1.2.3.4",
        "<<1",
        "1.x.3",
        "^9007199254740991.0.0",
        "<9007199254740992.0.0",
        "https://example.com/a.tgz",
        ">=1.0.0<2.0.0",
        "1.0.0 - 2.0.0 - 3.0.0",
        &many,
        &long,
    ];
    for range in hostile {
        assert!(npm_ranges(range).is_err(), "{range}");
        assert!(npm_range_contains(range, "1.0.0").is_err(), "{range}");
    }
    assert!(npm_range_contains("*", "not a version").is_err());
}

#[test]
fn differences_from_the_tools_are_the_documented_ones() {
    // Alpine 3.11 had these; apk-tools 3 calls them invalid, apk-tools 2 orders them like this.
    check(Scheme::Apk, "1.9.5p2-r0\t>\t1.9.5p1-r1\n1.9.5p1-r0\t>\t1.9.5-r3\n6.6.4p10\t>\t6.6.4p9");
    check(Scheme::Npm, "1.2\t=\t1.2.0\n2\t>\t1.9.9\n1.2-beta\t!\t1.2.0\n1.2.34.5\t!\t1.2.3");
    check(Scheme::Go, "v19.3.0\t=\t19.03.0+incompatible\nv20.10.0\t>\t19.03.0\n1.2.3-01\t!\t1.2.3");
    check(Scheme::Pep440, "1.0\t!\t99999999999999999999");
    check(Scheme::Rpm, "-1\t!\t1-1\n\t!\t1\n4294967296:1\t!\t1");
    check(Scheme::Maven, "${revision}\t!\t1.0\n\t!\t1.0\n1.0\u{e9}\t!\t1.0");
    check(Scheme::Dpkg, "1.0\u{e9}\t!\t1.0");
}

#[test]
fn go_releases_have_the_place_that_the_vulnerability_database_gives_them() {
    check(
        Scheme::Go,
        "go1.21.3\t=\t1.21.3\ngo1.21rc2\t=\t1.21.0-rc.2\n1.21rc2\t>\t1.21.0-0\n1.21rc2\t<\t1.21.0\n\
         go1.9beta1\t<\tgo1.9rc1\ngo1.9\t=\tv1.9.0\ngo1.22.1 X:boringcrypto\t=\t1.22.1\n\
         go1.22.1-vendor\t=\t1.22.1\ndevel go1.22-abc\t!\t1.22.0\n(devel)\t!\t1.0.0\ngo\t!\t1\n\
         go1.21rc\t!\t1\ngo1.21x2\t!\t1\n1.21rc10\t>\t1.21rc9",
    );
}

fn affected(ranges: &[(Option<&str>, UpperBound)], versions: &[&str]) -> Affected {
    let range = |(introduced, upper): &(Option<&str>, UpperBound)| Range {
        introduced: introduced.map(str::to_owned),
        upper: upper.clone(),
    };
    Affected {
        namespace: Namespace::from_text("test"),
        package: "package".to_owned(),
        status: Status::Affected,
        ranges: ranges.iter().map(range).collect(),
        versions: versions.iter().map(|&version| version.to_owned()).collect(),
        module: None,
        severity: None,
    }
}

#[test]
fn a_version_is_affected_inside_a_range_or_when_listed() {
    let fixed = |version: &str| UpperBound::Fixed(version.to_owned());
    let last = |version: &str| UpperBound::LastAffected(version.to_owned());
    let open = UpperBound::Unbounded;
    let check = |scheme, version: &str, affected: &Affected, expected: Result<&str, &str>| {
        let found = affected_range(scheme, version, affected)
            .map(|found| found.map_or("no".to_owned(), |found| found.to_string()))
            .map_err(|error| error.version);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{version}");
    };
    let two = affected(&[(None, fixed("1.2-1")), (Some("2"), last("2.4-3"))], &["3.0-1"]);
    for (version, expected) in [
        ("1.1-9", "< 1.2-1"),
        ("1.2-1", "no"),
        ("1.2-1~rc", "< 1.2-1"),
        ("2", ">= 2, <= 2.4-3"),
        ("2.4-3", ">= 2, <= 2.4-3"),
        ("2.4-4", "no"),
        ("03.0-1", "= 3.0-1"),
    ] {
        check(Scheme::Dpkg, version, &two, Ok(expected));
    }
    check(Scheme::Dpkg, "9", &affected(&[], &[]), Ok("every version"));
    check(Scheme::Dpkg, "9", &affected(&[(Some("0"), open.clone())], &[]), Ok("every version"));
    check(Scheme::Dpkg, "9", &affected(&[(Some("8"), open.clone())], &[]), Ok(">= 8"));
    check(Scheme::Apk, "1.0-r0", &affected(&[(None, fixed("0"))], &[]), Ok("no"));
    // Unknown is an error, unless something definite matches.
    let odd =
        affected(&[(None, fixed("not a version")), (Some("2.0"), open.clone())], &["3.0", "odd"]);
    check(Scheme::Pep440, "1.0", &odd, Err("not a version"));
    check(Scheme::Pep440, "2.0", &odd, Ok(">= 2.0"));
    check(Scheme::Pep440, "odd", &odd, Ok("= odd"));
    check(Scheme::Pep440, "odder", &odd, Err("odder"));
    let listed = affected(&[], &["2004d", "1.0"]);
    check(Scheme::Pep440, "1.0.0", &listed, Ok("= 1.0"));
    check(Scheme::Pep440, "1.1", &listed, Ok("no"));
    check(Scheme::Pep440, "2004d", &listed, Ok("= 2004d"));
    check(Scheme::Pep440, "2004e", &listed, Err("2004e"));
    check(Scheme::Pep440, "2004e", &affected(&[], &["1.0"]), Err("2004e"));
    check(Scheme::Pep440, "0!1.0", &listed, Ok("= 1.0"));
    check(Scheme::Maven, "1", &affected(&[], &["2.0", "1.0.0.Final"]), Ok("= 1.0.0.Final"));
    check(Scheme::Rpm, "0:1.0-1", &affected(&[], &["1.0-1"]), Ok("= 1.0-1"));
    check(Scheme::Npm, "1.2.0", &affected(&[], &["1.2.1", "v1.2.0"]), Ok("= v1.2.0"));
    check(Scheme::Dpkg, "1.0", &affected(&[], &["1.00", "1"]), Ok("= 1.00"));
    // Whatever the version is, it is not before the beginning.
    check(Scheme::Pep440, "odd", &affected(&[(None, open)], &[]), Ok("every version"));
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    const SCHEMES: [Scheme; 8] = [
        Scheme::Apk,
        Scheme::Dpkg,
        Scheme::Rpm,
        Scheme::Npm,
        Scheme::Pep440,
        Scheme::Maven,
        Scheme::Go,
        Scheme::Cargo,
    ];

    fn version() -> impl Strategy<Value = String> {
        let likely = "(0|[1-9][0-9]?)(\\.(0|01|[1-9][0-9]?)){0,3}\
            ([-._~^+]?(alpha|beta|rc|a|b|p|r|pre|SNAPSHOT|post|dev|git|foo)?[.-]?[0-9]{0,2}){0,3}";
        prop_oneof![9 => likely, 1 => "\\PC{0,12}"]
    }

    proptest! {
        #[test]
        fn swapping_the_sides_turns_the_order(left in version(), right in version()) {
            for scheme in SCHEMES {
                let order = scheme.compare(&left, &right);
                let reverse = scheme.compare(&right, &left);
                prop_assert_eq!(order.is_ok(), reverse.is_ok());
                if let (Ok(order), Ok(reverse)) = (order, reverse) {
                    prop_assert_eq!(order, reverse.reverse(), "{:?}", scheme);
                }
                if let Ok(order) = scheme.compare(&left, &left) {
                    prop_assert_eq!(order, Ordering::Equal, "{:?}", scheme);
                }
            }
        }

        #[test]
        fn orders_are_transitive(a in version(), b in version(), c in version()) {
            // Maven's own order has cycles; RPM's has them where a release is missing.
            for scheme in SCHEMES {
                if scheme == Scheme::Maven {
                    continue;
                }
                let releases = [&a, &b, &c].map(|text| text.contains('-'));
                if scheme == Scheme::Rpm && releases != [true; 3] && releases != [false; 3] {
                    continue;
                }
                let orders = (scheme.compare(&a, &b), scheme.compare(&b, &c), scheme.compare(&a, &c));
                if let (Ok(first), Ok(second), Ok(both)) = orders
                    && (first == second || first.is_eq() || second.is_eq())
                {
                    prop_assert_eq!(both, first.then(second), "{:?}", scheme);
                }
            }
        }

        #[test]
        fn a_listed_version_matches_what_is_equal_in_order(left in version(), right in version()) {
            for scheme in SCHEMES {
                let listing = affected(&[], &[&right]);
                let found = affected_range(scheme, &left, &listing);
                if let Ok(order) = scheme.compare(&left, &right) {
                    prop_assert_eq!(found.unwrap().is_some(), order.is_eq(), "{:?}", scheme);
                }
            }
        }

        #[test]
        fn npm_ranges_and_their_conversion_agree(range in "[<>=~^ |x*0-9.v-]{0,24}", version in version()) {
            if let (Ok(inside), Ok(ranges)) = (npm_range_contains(&range, &version), npm_ranges(&range)) {
                let mut affected = affected(&[], &[]);
                affected.ranges = ranges;
                let converted = !affected.ranges.is_empty()
                    && affected_range(Scheme::Npm, &version, &affected).unwrap().is_some();
                prop_assert_eq!(inside, converted);
            }
        }
    }
}
