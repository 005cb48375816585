//! The inputs in `testdata` are written after deb-control(5) and databases of Debian 12.

use super::ANALYZER;
use crate::golden;

#[test]
fn packages_count_when_their_files_are_unpacked() {
    golden::check(&ANALYZER, "status");
}

#[test]
fn stanzas_of_images_without_dpkg_need_no_status() {
    golden::check(&ANALYZER, "status-d");
}

#[test]
fn lists_and_checksums_tell_the_files_of_a_package() {
    golden::check(&ANALYZER, "list");
    golden::check(&ANALYZER, "md5sums");
}

#[test]
fn an_empty_database_has_no_packages() {
    golden::check(&ANALYZER, "empty");
}

#[test]
fn stanzas_that_are_no_packages_are_a_problem_and_end_nothing() {
    golden::check(&ANALYZER, "hostile");
}

#[test]
fn broken_databases_never_panic() {
    for input in golden::inputs(&ANALYZER) {
        for path in ["var/lib/dpkg/status", "var/lib/dpkg/info/a.list", "a.md5sums"] {
            golden::survives(&input, 300, |bytes| {
                golden::facts(&ANALYZER, path, bytes, None);
            });
        }
    }
}

#[test]
fn a_database_of_more_packages_than_allowed_is_a_problem() {
    let content = "Package: a\nVersion: 1\n\n".repeat(crate::MAX_PACKAGES + 1);
    let facts = golden::facts(&ANALYZER, "var/lib/dpkg/status", content.as_bytes(), None);
    assert_eq!(facts.packages.len(), crate::MAX_PACKAGES);
    assert_eq!(facts.problems.len(), 1);
}
