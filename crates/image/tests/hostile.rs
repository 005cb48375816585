//! Images that are made to cost much or to lead astray.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use seawall_image::{Error, Limits, OpenOptions, Opened, Target, blob_digest, open};
use seawall_testkit::{ImageBuilder, LayerBuilder, archive_of, digest};

fn sample() -> ImageBuilder {
    ImageBuilder::new("x:1").layer(LayerBuilder::new("ADD").file("etc/os-release", "ID=alpine\n"))
}

/// Opening ends soon, with an error in these words.
fn check(target: &Target, words: &str) {
    let error = open(target, &OpenOptions::default()).map(drop).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

fn written(directory: &Path, files: &[(String, Vec<u8>)]) -> Target {
    let path = directory.join("image.tar");
    fs::write(&path, archive_of(files)).unwrap();
    Target::Archive(path)
}

#[test]
fn indexes_that_list_one_another_do_not_multiply() {
    let directory = tempfile::tempdir().unwrap();
    let index = |digest: &str, kind: &str| {
        let one = format!(
            r#"{{"mediaType":"application/vnd.oci.image.{kind}.v1+json","digest":"{digest}"}}"#
        );
        format!(r#"{{"manifests":[{}]}}"#, vec![one; 500].join(",")).into_bytes()
    };
    let mut files = sample().layout();
    files.retain(|(path, _)| path != "index.json");
    let mut child = index(&format!("sha256:{}", "0".repeat(64)), "manifest");
    for _ in 0..3 {
        let name = digest(&child);
        files.push((format!("blobs/sha256/{}", name.hex()), child));
        child = index(&name.to_string(), "index");
    }
    files.push(("index.json".to_owned(), child));
    check(&written(directory.path(), &files), "leads to more than 20000 descriptors");
}

#[test]
fn links_in_a_layout_do_not_lead_out_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("secret");
    fs::write(&secret, "{}").unwrap();
    let layout = directory.path().join("layout");
    sample().write_layout(&layout);
    fs::remove_file(layout.join("index.json")).unwrap();
    std::os::unix::fs::symlink(&secret, layout.join("index.json")).unwrap();
    check(&Target::Layout { path: layout, reference: None }, "leads out of the layout");
}

#[test]
fn links_inside_a_layout_are_followed() {
    let directory = tempfile::tempdir().unwrap();
    let layout = directory.path().join("layout");
    sample().write_layout(&layout);
    fs::rename(layout.join("index.json"), layout.join("real.json")).unwrap();
    std::os::unix::fs::symlink("real.json", layout.join("index.json")).unwrap();
    let target = Target::Layout { path: layout, reference: None };
    assert!(open(&target, &OpenOptions::default()).is_ok());
}

#[test]
fn a_directory_in_place_of_a_document_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let layout = directory.path().join("layout");
    sample().write_layout(&layout);
    fs::remove_file(layout.join("index.json")).unwrap();
    fs::create_dir(layout.join("index.json")).unwrap();
    check(&Target::Layout { path: layout, reference: None }, "not a regular file");
}

#[test]
fn a_device_is_no_archive() {
    check(&Target::Archive("/dev/zero".into()), "it is a device");
}

#[test]
fn hashing_a_known_layer_ends_with_the_time() {
    let directory = tempfile::tempdir().unwrap();
    let target = written(directory.path(), &sample().layout());
    let options = OpenOptions { limits: Limits::default(), ..OpenOptions::default() };
    let Ok(Opened::Layered(image)) = open(&target, &options) else { panic!("not layered") };
    let hashed = blob_digest(image.layer(0).unwrap(), Some(Instant::now()));
    assert!(matches!(hashed, Err(Error::Deadline { .. })));
}
