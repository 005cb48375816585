//! The databases in `testdata` come from `testdata/make.py`, which writes and queries them with
//! rpm, SQLite and Berkeley DB.

use super::{ANALYZER, parse_header};
use crate::{Content, Facts, File, golden};

fn check(case: &str) {
    golden::check(&ANALYZER, case);
}

#[test]
fn berkeley_db_yields_packages_on_hash_pages_and_on_overflow_pages() {
    check("bdb-overflow");
    check("bdb-inline");
}

#[test]
fn berkeley_db_of_a_big_endian_machine_is_read() {
    check("bdb-big-endian");
}

#[test]
fn ndb_passes_over_free_slots() {
    check("ndb");
}

#[test]
fn sqlite_yields_packages_on_overflow_pages_and_passes_over_keys() {
    check("sqlite");
}

#[test]
fn a_log_counts_up_to_its_last_commit() {
    check("wal-with-the-table");
    check("wal-with-stale-frames");
    check("wal-with-uncommitted-frames");
}

#[test]
fn manifests_of_images_without_a_database_are_read() {
    check("manifest");
    check("manifest-hostile");
}

fn names(path: &str, content: &[u8], log: Option<&[u8]>) -> (Vec<String>, Vec<String>) {
    let facts = golden::facts(&ANALYZER, path, content, log);
    let mut names: Vec<String> = facts.packages.into_iter().map(|package| package.name).collect();
    names.sort();
    (names, facts.problems.into_iter().map(|problem| problem.message).collect())
}

#[test]
fn an_empty_database_is_a_problem() {
    let (names, problems) = names("var/lib/rpm/Packages", &[], None);
    assert!(names.is_empty());
    assert_eq!(problems, ["not a Berkeley DB hash, NDB or SQLite database"]);
}

#[test]
fn a_log_without_its_database_is_a_problem_unless_it_is_empty() {
    let log = include_bytes!("testdata/wal-with-stale-frames.sqlite-wal");
    let (_, problems) = names("var/lib/rpm/rpmdb.sqlite-wal", log, None);
    assert!(problems[0].starts_with("write-ahead log whose database is not in the same layer"));
    assert_eq!(names("var/lib/rpm/rpmdb.sqlite-wal", &[], None), (vec![], vec![]));
}

#[test]
fn a_log_with_a_broken_header_is_a_problem_and_the_database_is_read_without_it() {
    let database = include_bytes!("testdata/wal-with-stale-frames.sqlite");
    let mut log = include_bytes!("testdata/wal-with-stale-frames.sqlite-wal").to_vec();
    log[20] ^= 1;
    let (names, problems) = names("var/lib/rpm/rpmdb.sqlite", database, Some(&log));
    assert_eq!(names, ["buoy", "harbour", "harbour-libs", "lighthouse"]);
    assert_eq!(problems, ["the write-ahead log has a broken header, so it is not used"]);
}

#[test]
fn a_frame_with_a_wrong_checksum_ends_the_log() {
    let database = include_bytes!("testdata/wal-with-stale-frames.sqlite");
    let mut log = include_bytes!("testdata/wal-with-stale-frames.sqlite-wal").to_vec();
    // The first byte of the first frame's page, behind 32 bytes of header and 24 of frame header.
    log[56] ^= 1;
    let (names, _) = names("var/lib/rpm/rpmdb.sqlite", database, Some(&log));
    assert!(names.contains(&"lighthouse".to_owned()), "the deletion is not committed");
}

#[test]
fn a_truncated_database_yields_what_is_left_and_a_problem() {
    let database = include_bytes!("testdata/bdb-overflow.bdb");
    let (names, problems) = names("var/lib/rpm/Packages", &database[..database.len() / 2], None);
    assert!(!names.is_empty() && names.len() < 5);
    assert!(!problems.is_empty());
}

#[test]
fn overflow_pages_in_a_circle_come_to_an_end() {
    let mut database = include_bytes!("testdata/bdb-overflow.bdb").to_vec();
    let (pages, _) = database.as_chunks_mut::<512>();
    for (number, page) in (0_u32..).zip(pages) {
        // Each overflow page goes on with itself.
        if page[25] == 7 {
            page[16..20].copy_from_slice(&number.to_le_bytes());
        }
    }
    let (_, problems) = names("var/lib/rpm/Packages", &database, None);
    assert!(problems.iter().any(|problem| problem.contains("could not be read")), "{problems:?}");
}

#[test]
fn a_tree_that_leads_back_to_its_root_comes_to_an_end() {
    let mut database = include_bytes!("testdata/sqlite.sqlite").to_vec();
    let (pages, _) = database.as_chunks_mut::<512>();
    for (number, page) in (1_u32..).zip(pages).skip(1) {
        if page[0] == 5 {
            page[8..12].copy_from_slice(&number.to_be_bytes());
        }
    }
    let (_, problems) = names("var/lib/rpm/rpmdb.sqlite", &database, None);
    assert_eq!(problems, ["refers to the same pages again and again"]);
}

#[test]
fn a_package_larger_than_the_memory_allowed_is_a_problem() {
    let database: &[u8] = include_bytes!("testdata/sqlite.sqlite");
    let mut facts = Facts::default();
    let path = "var/lib/rpm/rpmdb.sqlite";
    let content: &dyn Content = &database;
    let file = File { path, content, companion: None, memory: 4096 };
    super::read_database(&file, &mut facts);
    assert!(facts.packages.iter().all(|package| package.name != "pier"));
    assert!(facts.problems[0].message.contains("larger than the limit of 4096"), "{facts:?}");
}

#[test]
fn headers_that_are_cut_short_or_lie_about_lengths_are_refused() {
    let refused = |blob: &[u8]| parse_header("Packages", blob, &mut Facts::default()).is_err();
    assert!(refused(&[]));
    assert!(refused(&[0xff; 64]));
    assert!(refused(&[0, 0, 0, 1, 0, 0, 0, 0]));
    // No entries and no data: nothing names the package.
    assert!(refused(&[0; 8]));
}

#[test]
fn broken_databases_never_panic() {
    for input in golden::inputs(&ANALYZER) {
        golden::survives(&input, 400, |bytes| {
            golden::facts(&ANALYZER, "var/lib/rpm/Packages", bytes, None);
        });
    }
    let database = include_bytes!("testdata/wal-with-stale-frames.sqlite");
    let log = include_bytes!("testdata/wal-with-stale-frames.sqlite-wal");
    golden::survives(log, 400, |bytes| {
        golden::facts(&ANALYZER, "var/lib/rpm/rpmdb.sqlite", database, Some(bytes));
    });
}
