//! The same archives listed by GNU tar, by Python's tarfile and by this crate. `testdata/make.py`
//! made the archives with both tools and recorded what both list.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use seawall_image::{
    Entry, EntryKind, Interest, Verify, VisitError, Visitor, WalkOptions, walk_stream,
};
use seawall_testkit::digest;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
struct Listed {
    path: String,
    kind: String,
    size: u64,
    link: String,
}

/// A fixture's golden file; `both` is absent where the tools disagree.
#[derive(Deserialize)]
struct Golden {
    both: Vec<Listed>,
    /// Digests of the regular files' content, without `sha256:`.
    sha256: BTreeMap<String, String>,
}

#[derive(Default)]
struct Listing {
    entries: Vec<Listed>,
    sha256: BTreeMap<String, String>,
}

impl Visitor for Listing {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        self.entries.push(Listed {
            path: entry.path.to_owned(),
            kind: format!("{:?}", entry.kind),
            size: entry.size,
            link: entry.link.unwrap_or_default().to_owned(),
        });
        if entry.kind == EntryKind::File { Interest::Content } else { Interest::Skip }
    }

    fn content(&mut self, entry: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        let mut content = Vec::new();
        reader.read_to_end(&mut content)?;
        self.sha256.insert(entry.path.to_owned(), digest(&content).hex());
        Ok(())
    }
}

/// `x-0.1.tar.gz` belongs to `x-0.1.json`.
fn golden_of(archive: &Path) -> String {
    archive.to_str().unwrap().replace(".tar.gz", ".json")
}

fn check(archive: &Path) {
    let golden = fs::read(golden_of(archive)).unwrap();
    let golden: Golden = serde_json::from_slice(&golden).unwrap();
    let mut listing = Listing::default();
    let options = WalkOptions { verify: Verify::DiffIds, ..WalkOptions::default() };
    let mut file = fs::File::open(archive).unwrap();
    walk_stream("fixture", &mut file, &options, &mut listing).unwrap();
    assert_eq!(listing.entries, golden.both, "{}", archive.display());
    assert_eq!(listing.sha256, golden.sha256, "{}", archive.display());
}

#[test]
fn every_fixture_lists_as_gnu_tar_and_python_list_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/tar");
    let mut checked = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "gz") {
            check(&path);
            checked += 1;
        }
    }
    assert_eq!(checked, 14);
}
