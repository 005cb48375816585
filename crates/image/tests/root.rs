//! Root directories walked in place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests fails by panicking")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;

use seawall_image::{
    Entry, EntryKind, Interest, Limits, OpenOptions, Opened, Target, VisitError, Visitor, open,
};

#[derive(Default)]
struct Listing(Vec<String>);

impl Visitor for Listing {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        let link = entry.link.map(|link| format!(" -> {link}")).unwrap_or_default();
        self.0.push(format!("{:?} {}{link}", entry.kind, entry.path));
        if entry.kind == EntryKind::File { Interest::Content } else { Interest::Skip }
    }

    fn content(&mut self, _: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        self.0.last_mut().unwrap().push_str(&format!(" {text:?}"));
        Ok(())
    }
}

#[test]
fn entries_come_in_byte_order_and_links_are_not_followed() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    fs::create_dir_all(at("etc/apk")).unwrap();
    fs::create_dir_all(at("z/deep/er")).unwrap();
    fs::write(at("etc/os-release"), "ID=x").unwrap();
    fs::write(at("etc/apk/world"), "musl").unwrap();
    fs::write(at("Z"), "").unwrap();
    symlink("/", at("etc/loop")).unwrap();
    symlink("etc", at("link")).unwrap();
    let target = Target::Directory(root.path().to_owned());
    let Opened::Directory(directory) = open(&target, &OpenOptions::default()).unwrap() else {
        panic!("a directory");
    };
    let mut listing = Listing::default();
    let limits = Limits { path_depth: 2, ..Limits::default() };
    let walked = directory.walk(&limits, &mut listing).unwrap();
    assert_eq!(
        listing.0,
        [
            "File Z \"\"",
            "Directory etc",
            "Directory etc/apk",
            "Symlink etc/loop -> /",
            "File etc/os-release \"ID=x\"",
            "Symlink link -> etc",
            "Directory z",
            "Directory z/deep",
        ]
    );
    let problems: Vec<_> = walked.problems.iter().filter_map(|p| p.path.as_deref()).collect();
    assert_eq!(problems, ["etc/apk", "z/deep"]);
    assert_eq!(walked.entries, 8);
}

#[test]
fn pseudo_file_systems_are_left_out() {
    let target = Target::Directory("/".into());
    let Opened::Directory(directory) = open(&target, &OpenOptions::default()).unwrap() else {
        panic!("a directory");
    };
    struct Names(Vec<String>);
    impl Visitor for Names {
        fn entry(&mut self, entry: &Entry<'_>) -> Interest {
            if entry.path.starts_with("proc") {
                self.0.push(entry.path.to_owned());
            }
            Interest::Skip
        }
        fn content(&mut self, _: &Entry<'_>, _: &mut dyn Read) -> Result<(), VisitError> {
            Ok(())
        }
    }
    let mut names = Names(Vec::new());
    let limits = Limits { path_depth: 2, ..Limits::default() };
    directory.walk(&limits, &mut names).unwrap();
    assert!(names.0.iter().all(|path| path == "proc"), "{:?}", names.0);
}
