//! The inputs in `testdata` are written after databases of Alpine 3.10 to edge.

use super::ANALYZER;
use crate::golden;

#[test]
fn packages_carry_origin_licence_vendor_and_owned_files() {
    golden::check(&ANALYZER, "installed");
}

#[test]
fn an_empty_database_has_no_packages() {
    golden::check(&ANALYZER, "empty");
}

#[test]
fn blocks_that_are_no_packages_are_a_problem_and_end_nothing() {
    golden::check(&ANALYZER, "hostile");
}

#[test]
fn broken_databases_never_panic() {
    for input in golden::inputs(&ANALYZER) {
        golden::survives(&input, 500, |bytes| {
            golden::facts(&ANALYZER, "lib/apk/db/installed", bytes, None);
        });
    }
}

#[test]
fn a_database_of_more_packages_than_allowed_is_a_problem() {
    let content = "P:a\nV:1\n\n".repeat(crate::MAX_PACKAGES + 1);
    let facts = golden::facts(&ANALYZER, "lib/apk/db/installed", content.as_bytes(), None);
    assert_eq!(facts.packages.len(), crate::MAX_PACKAGES);
    assert_eq!(facts.problems.len(), 1);
}
