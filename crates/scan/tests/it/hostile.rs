//! Layers made to fill memory or disk, and caches that others prepared.

use std::os::unix::fs::PermissionsExt;

use seawall_testkit::TarWriter;

use super::*;

const LOCKFILE: &str = "package-lock.json";

fn lockfile(packages: usize) -> String {
    let entries: Vec<String> = (0..packages)
        .map(|number| format!(r#""node_modules/p{number}":{{"version":"1.0.{number}"}}"#))
        .collect();
    format!(r#"{{"lockfileVersion":3,"packages":{{{}}}}}"#, entries.join(","))
}

fn gaps_of(layer: LayerBuilder) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let archive = ImageBuilder::new("x").layer(layer.compression(Compression::Gzip)).oci_archive();
    let archive = settled(directory.path(), "x.tar", &archive);
    let report = scanned(&archive, &options(LayerView::Squashed, None));
    assert_ne!(report.verdict, Verdict::Green);
    report.gaps.into_iter().map(|gap| gap.message).collect()
}

fn check(layer: LayerBuilder, words: &str) {
    let gaps = gaps_of(layer);
    assert!(gaps.iter().any(|message| message.contains(words)), "{gaps:?}");
}

#[test]
fn hard_links_to_one_lockfile_do_not_multiply_its_packages_without_end() {
    let mut layer = LayerBuilder::new("ADD").file(&format!("app/{LOCKFILE}"), lockfile(3_000));
    for number in 0..100 {
        layer = layer.hardlink(&format!("l{number}/{LOCKFILE}"), &format!("app/{LOCKFILE}"));
    }
    check(layer, "too many to repeat");
}

#[test]
fn hard_links_in_a_circle_are_gaps() {
    let layer = LayerBuilder::new("ADD")
        .hardlink(&format!("a/{LOCKFILE}"), &format!("b/{LOCKFILE}"))
        .hardlink(&format!("b/{LOCKFILE}"), &format!("a/{LOCKFILE}"));
    check(layer, "whose content was not read");
}

#[test]
fn an_executable_blown_up_beyond_the_limit_is_a_gap() {
    let mut header = b"\x7fELF\x02\x01\x01".to_vec();
    header.resize(512, 0);
    let tar = TarWriter::new()
        .pax(
            b'x',
            &[
                ("GNU.sparse.major", "0"),
                ("GNU.sparse.size", "9223372036854775807"),
                ("GNU.sparse.map", "0,512"),
            ],
        )
        .member(b'0', b"usr/bin/app", b"", 0o755, &header)
        .finish();
    let mut files = shop().layout();
    let first = files.iter().position(|(_, bytes)| bytes.starts_with(&[0x1f, 0x8b])).unwrap();
    files[first].1 = Compression::Gzip.apply(&tar);
    let directory = tempfile::tempdir().unwrap();
    let archive = settled(directory.path(), "x.tar", &seawall_testkit::archive_of(&files));
    let report = scanned(&archive, &options(LayerView::Squashed, None));
    let gap = report.gaps.iter().find(|gap| gap.path.as_deref() == Some("usr/bin/app"));
    assert!(gap.is_some_and(|gap| gap.message.contains("exceed the limit")), "{:?}", report.gaps);
}

#[test]
fn a_cache_that_others_can_write_to_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    Cache::open(&cache).unwrap();
    fs::set_permissions(cache.join("facts"), fs::Permissions::from_mode(0o777)).unwrap();
    let error = Cache::open(&cache).unwrap_err().to_string();
    assert!(error.contains("can be written to by others"), "{error}");
}

#[test]
fn damaged_cache_files_count_as_absent() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    let cold = scanned(&archive, &options(LayerView::All, Some(&cache)));
    for part in ["facts", "stamps"] {
        for (number, entry) in fs::read_dir(cache.join(part)).unwrap().enumerate() {
            let path = entry.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            match number % 2 {
                0 => bytes.truncate(bytes.len() / 2),
                _ => bytes[10] ^= 1,
            }
            fs::write(&path, bytes).unwrap();
        }
    }
    assert_eq!(scanned(&archive, &options(LayerView::All, Some(&cache))), cold);
}
