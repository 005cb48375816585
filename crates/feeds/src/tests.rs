//! Every feed reads its extracts: `src/FEED/testdata/CASE/` is a small feeds directory, and
//! `CASE.json` beside it is what comes out. `SEAWALL_BLESS=1` writes what comes out anew.

use std::fs;
use std::path::{Path, PathBuf};

use seawall_model::{Advisory, Enrichment, Lifecycle};
use serde::Serialize;

use crate::{ALL, FeedProblem, Selection, Sink, read_directory};

#[derive(Default, Serialize)]
struct Collected {
    advisories: Vec<Advisory>,
    enrichments: Vec<(String, Enrichment)>,
    lifecycles: Vec<Lifecycle>,
    problems: Vec<FeedProblem>,
}

impl Sink for Collected {
    fn advisory(&mut self, advisory: Advisory) {
        self.advisories.push(advisory);
    }

    fn enrich(&mut self, id: &str, enrichment: Enrichment) {
        self.enrichments.push((id.to_owned(), enrichment));
    }

    fn lifecycle(&mut self, lifecycle: Lifecycle) {
        self.lifecycles.push(lifecycle);
    }

    fn problem(&mut self, problem: FeedProblem) {
        self.problems.push(problem);
    }
}

fn testdata(feed: &str) -> PathBuf {
    let folder = feed.replace('-', "_");
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder).join("testdata")
}

fn check(feed: &str, case: &str) {
    let mut collected = Collected::default();
    let selection = Selection { only: vec![feed.to_owned()], redistributable: false };
    let directory = testdata(feed).join(case);
    let sources = read_directory(&directory, &selection, &mut collected).expect("readable");
    assert_eq!(sources.len(), 1, "{feed}/{case}: the feed must find its files");
    let found = serde_json::json!({ "sources": sources, "collected": collected });
    let found = serde_json::to_string_pretty(&found).expect("plain data") + "\n";
    let golden = testdata(feed).join(format!("{case}.json"));
    if std::env::var_os("SEAWALL_BLESS").is_some() {
        fs::write(&golden, &found).expect("writable");
    }
    let expected = fs::read_to_string(&golden).expect("golden file");
    assert_eq!(found, expected, "{feed}/{case}");
}

#[test]
fn every_feed_reads_what_is_good() {
    for feed in ALL {
        check(feed.id(), "good");
    }
}

#[test]
fn an_empty_feed_is_told_or_yields_nothing() {
    for feed in ALL {
        check(feed.id(), "empty");
    }
}

#[test]
fn broken_records_become_problems_and_the_rest_is_kept() {
    for feed in ALL {
        check(feed.id(), "hostile");
    }
}

#[test]
fn ids_are_unique_and_name_their_folder() {
    let mut ids: Vec<&str> = ALL.iter().map(|feed| feed.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ALL.len());
    for feed in ALL {
        assert!(testdata(feed.id()).is_dir(), "{} has a folder with testdata", feed.id());
        assert!(!feed.wanted().is_empty(), "{} wants files", feed.id());
    }
}

#[test]
fn a_feed_that_does_not_exist_is_refused() {
    let selection = Selection { only: vec!["nvd".to_owned()], redistributable: false };
    let result = read_directory(Path::new("."), &selection, &mut Collected::default());
    assert_eq!(result.err().map(|e| e.to_string()).as_deref(), Some("`nvd` is not a feed"));
}

#[test]
fn the_starter_selection_leaves_out_feeds_that_may_not_be_passed_on() {
    let directory = testdata("osv").join("good");
    let mut collected = Collected::default();
    let sources = read_directory(&directory, &Selection::starter(), &mut collected);
    assert_eq!(sources.expect("readable"), []);
    assert!(collected.advisories.is_empty());
}

mod packing {
    use super::*;
    use std::io::Write;

    const RECORD: &str = r#"{"id":"OSV-1","affected":[{"package":{"ecosystem":"npm","name":"a"},
        "versions":["1.0.0"]}]}"#;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, content.as_bytes()).expect("in memory");
        }
        builder.into_inner().expect("in memory")
    }

    fn read(name: &str, bytes: &[u8]) -> (Result<usize, String>, Vec<FeedProblem>) {
        let directory = tempfile::tempdir().expect("temporary directory");
        fs::write(directory.path().join(name), bytes).expect("writable");
        let mut collected = Collected::default();
        let selection = Selection { only: vec!["osv".to_owned()], redistributable: false };
        let result = read_directory(directory.path(), &selection, &mut collected);
        let result = result.map(|_| collected.advisories.len()).map_err(|e| e.to_string());
        (result, collected.problems)
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).expect("in memory")
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::XzOptions::with_preset(1);
        let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("in memory");
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn an_archive_reads_the_same_in_every_packing_and_with_long_names() {
        let long = format!("{}/b.json", "directory/".repeat(30));
        let tar = archive(&[("a.json", RECORD), (&long, RECORD), ("LICENSE", "words")]);
        for (name, bytes) in [
            ("osv.tar", tar.clone()),
            ("osv.tar.zst", zstd(&tar)),
            ("osv.tar.bz2", bzip2(&tar)),
            ("osv.tar.xz", xz(&tar)),
        ] {
            assert_eq!(read(name, &bytes), (Ok(2), Vec::new()), "{name}");
        }
    }

    #[test]
    fn a_single_file_is_taken_packed_or_not() {
        assert_eq!(read("osv-one.json", RECORD.as_bytes()).0, Ok(1));
        assert_eq!(read("osv-one.json.xz", &xz(RECORD.as_bytes())).0, Ok(1));
    }

    #[test]
    fn an_archive_that_ends_too_early_is_an_error() {
        let tar = zstd(&archive(&[("a.json", RECORD), ("b.json", RECORD)]));
        let (result, _) = read("osv.tar.zst", &tar[..tar.len() / 2]);
        assert!(result.is_err_and(|message| message.contains("osv.tar.zst")));
    }

    #[test]
    fn an_entry_past_the_limit_is_a_problem_and_the_rest_is_kept() {
        let huge = " ".repeat((16 << 20) + 1);
        let tar = zstd(&archive(&[("huge.json", &huge), ("a.json", RECORD)]));
        let (result, problems) = read("osv.tar.zst", &tar);
        assert_eq!(result, Ok(1));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].file, "osv.tar.zst/huge.json");
    }

    #[test]
    fn a_name_that_claims_to_be_gigantic_is_refused() {
        let long = "x".repeat(200 << 10);
        let (result, _) = read("osv.tar", &archive(&[(&long, RECORD)]));
        assert!(result.is_err_and(|message| message.contains("name longer")));
    }
}
