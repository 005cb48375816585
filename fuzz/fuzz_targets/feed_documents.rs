//! Feeds that are one file or a folder of files, read as `db build` reads them: the first byte
//! says which feed.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use seawall_feeds::{FeedProblem, Selection, Sink, read_directory};
use seawall_model::{Advisory, Enrichment, Lifecycle};

const PLACES: &[(&str, &str, &str)] = &[
    ("retire-js", "npm-retirejs", "npmrepository.json"),
    ("retire-js", "npm-retirejs", "jsrepository.json"),
    ("kev", "kev", "known_exploited_vulnerabilities.json"),
    ("epss", "epss", "epss_scores-current.csv"),
    ("nodejs-wg", "nodejs-security-wg", "1.json"),
    ("maven-kb", "maven-project-kb", "statement.yaml"),
    ("almalinux", "almalinux-osv", "ALSA-1.json"),
    ("rustsec", "", "rustsec.tar"),
];

struct Nowhere;

impl Sink for Nowhere {
    fn advisory(&mut self, _: Advisory) {}
    fn enrich(&mut self, _: &str, _: Enrichment) {}
    fn lifecycle(&mut self, _: Lifecycle) {}
    fn problem(&mut self, _: FeedProblem) {}
}

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let (feed, folder, file) = PLACES[usize::from(*first) % PLACES.len()];
    let root = std::env::temp_dir().join(format!("seawall-fuzz-feeds-{}", std::process::id()));
    let folder = root.join(folder);
    fs::create_dir_all(&folder).expect("can make a directory");
    fs::write(folder.join(file), bytes).expect("can write");
    let selection = Selection { only: vec![feed.to_owned()], redistributable: false };
    let _ = read_directory(&root, &selection, &mut Nowhere);
    fs::remove_dir_all(&root).expect("can clean up");
});
