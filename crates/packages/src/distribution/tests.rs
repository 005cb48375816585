//! The files in `testdata` are written after os-release(5) and the distributions' own packages.

use seawall_model::Distribution;

use super::{ANALYZER, merged};
use crate::golden;

fn check(case: &str) {
    golden::check(&ANALYZER, case);
}

#[test]
fn quoting_follows_the_shell() {
    check("quoting");
}

#[test]
fn centos_stream_keeps_the_name_that_tells_it_from_centos_linux() {
    check("centos-stream");
    check("centos-stream-release");
    check("centos-7-release");
}

#[test]
fn release_files_without_os_release_name_the_distribution() {
    check("alpine-release");
    check("debian-version");
    check("debian-before-release");
    check("lsb-release");
    check("system-release-cpe");
}

#[test]
fn tagged_repositories_are_left_out() {
    check("repositories");
    check("repositories-with-components");
}

#[test]
fn empty_and_hostile_files_say_nothing() {
    check("empty");
    check("hostile");
}

#[test]
fn broken_files_never_panic() {
    for input in golden::inputs(&ANALYZER) {
        for path in ["etc/os-release", "etc/redhat-release", "etc/apk/repositories"] {
            golden::survives(&input, 200, |bytes| {
                golden::facts(&ANALYZER, path, bytes, None);
            });
        }
    }
}

fn said(path: &str, content: &str) -> (String, Distribution) {
    let facts = golden::facts(&ANALYZER, path, content.as_bytes(), None);
    (path.to_owned(), facts.distribution.unwrap_or_default())
}

#[test]
fn the_order_of_files_does_not_matter_but_their_rank_does() {
    let mut parts = vec![
        said("etc/debian_version", "12.5\n"),
        said("usr/lib/os-release", "ID=debian\nVERSION_ID=\"11\"\nVERSION_CODENAME=bookworm\n"),
        said("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
    ];
    let first = merged(&parts).unwrap();
    assert_eq!((first.id.as_str(), first.version.as_str()), ("debian", "12"));
    assert_eq!(first.codename.as_deref(), Some("bookworm"));
    parts.reverse();
    assert_eq!(merged(&parts), Some(first));
}

#[test]
fn a_file_naming_another_distribution_fills_nothing() {
    let ubuntu = merged(&[
        said("etc/debian_version", "bookworm/sid\n"),
        said("etc/os-release", "ID=ubuntu\nVERSION_ID=24.04\n"),
    ]);
    assert_eq!(ubuntu.unwrap().codename, None);

    let oracle = merged(&[
        said("etc/redhat-release", "Red Hat Enterprise Linux release 8.9 (Ootpa)\n"),
        said("etc/oracle-release", "Oracle Linux Server release 8.9\n"),
    ]);
    assert_eq!(oracle.unwrap().id, "ol");
}

#[test]
fn a_cpe_and_repositories_alone_name_no_distribution_but_add_to_one() {
    let cpe = said("etc/system-release-cpe", "cpe:/o:centos:centos:9\n");
    let repository = said("etc/apk/repositories", "https://example.org/edge/main\n");
    assert_eq!(merged(&[cpe.clone(), repository.clone()]), None);
    assert_eq!(merged::<&str>(&[]), None);

    let whole = merged(&[repository, cpe, said("etc/os-release", "ID=centos\nVERSION_ID=9\n")]);
    let whole = whole.unwrap();
    assert_eq!(whole.cpe.as_deref(), Some("cpe:/o:centos:centos:9"));
    assert_eq!(whole.repositories, ["https://example.org/edge/main"]);
}
