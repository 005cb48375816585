//! The engine on images made for the purpose: what is found, what is remembered, what is not
//! believed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use seawall_image::{Limits, OpenOptions, Target, Verify};
use seawall_model::{
    Advisory, Affected, Date, Digest, Gap, GapKind, Namespace, Range, Report, Severity, SourceInfo,
    Status, UpperBound, Verdict,
};
use seawall_scan::{
    Cache, Inspection, LayerView, Options, Policy, Progress, Silent, inspect, judge,
};
use seawall_testkit::{Compression, ImageBuilder, LayerBuilder};
use seawall_vulndb::{Builder, Database};

mod hostile;

const TODAY: Date = Date::constant(2026, 6, 1);

const OS_RELEASE: &str = "ID=alpine\nVERSION_ID=3.18.9\n";

fn apk(packages: &[(&str, &str)]) -> String {
    packages.iter().map(|(name, version)| format!("P:{name}\nV:{version}\nA:x86_64\n\n")).collect()
}

fn shop() -> ImageBuilder {
    let base = LayerBuilder::new("ADD rootfs.tar /")
        .file("etc/os-release", OS_RELEASE)
        .file("lib/apk/db/installed", apk(&[("musl", "1.2.4-r0"), ("curl", "8.0.1-r0")]));
    let update = LayerBuilder::new("RUN apk upgrade curl")
        .file("lib/apk/db/installed", apk(&[("musl", "1.2.4-r0"), ("curl", "8.5.0-r0")]))
        .compression(Compression::Zstandard);
    ImageBuilder::new("shop:1").layer(base.compression(Compression::Gzip)).layer(update)
}

fn database() -> Database {
    let mut builder = Builder::new();
    let mut advisory = Advisory::new("CVE-2023-28321", "test");
    advisory.affected.push(Affected {
        namespace: Namespace::from_text("alpine:3.18"),
        package: "curl".to_owned(),
        status: Status::Fixed,
        ranges: vec![Range { introduced: None, upper: UpperBound::Fixed("8.1.0-r0".into()) }],
        versions: Vec::new(),
        module: None,
        severity: Some(Severity::Critical),
    });
    builder.advisory(advisory);
    builder.source(SourceInfo {
        id: "test".to_owned(),
        title: "made for tests".to_owned(),
        url: "https://seawall.example".to_owned(),
        licence: "CC0-1.0".to_owned(),
        date: Some(Date::constant(2026, 5, 20)),
        records: 1,
        namespaces: vec!["alpine:3.18".to_owned()],
    });
    let mut bytes = Vec::new();
    builder.write(&mut bytes).unwrap();
    Database::from_bytes(bytes).unwrap()
}

fn options(view: LayerView, cache: Option<&Path>) -> Options {
    Options {
        verify: Verify::Blob,
        view,
        cache: cache.map(|directory| Cache::open(directory).unwrap()),
        jobs: 2,
        memory: 1 << 20,
        limits: Limits::default(),
        today: TODAY,
    }
}

fn inspected(archive: &Path, options: &Options) -> Inspection {
    let opened = seawall_image::open(&Target::Archive(archive.to_owned()), &OpenOptions::default());
    inspect(opened.unwrap(), options, &Silent).unwrap()
}

fn scanned(archive: &Path, options: &Options) -> Report {
    let policy = Policy::built_in().unwrap();
    judge(&inspected(archive, options), "shop", &database(), &policy, TODAY).unwrap()
}

/// Writes an archive and makes it look a minute old, as any file is that was not just written.
fn settled(directory: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = directory.join(name);
    fs::write(&path, bytes).unwrap();
    let file = fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    path
}

fn kinds(gaps: &[Gap]) -> Vec<GapKind> {
    gaps.iter().map(|gap| gap.kind).collect()
}

#[test]
fn an_upgraded_package_is_clean_but_its_old_version_still_ships_in_a_lower_layer() {
    let directory = tempfile::tempdir().unwrap();
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    let squashed = scanned(&archive, &options(LayerView::Squashed, None));
    assert_eq!(squashed.findings, []);
    assert_eq!(squashed.gaps, []);
    assert_eq!(squashed.verdict, Verdict::Green);
    let all = scanned(&archive, &options(LayerView::All, None));
    let [finding] = all.findings.as_slice() else { panic!("{:?}", all.findings) };
    assert_eq!((finding.layer, finding.hidden_by), (0, Some(1)));
    assert_eq!(finding.package.version, "8.0.1-r0");
    assert_eq!(finding.fixed_in.as_deref(), Some("8.1.0-r0"));
    assert_eq!(all.verdict, Verdict::Yellow);
}

#[test]
fn every_stored_form_gives_the_same_software() {
    let directory = tempfile::tempdir().unwrap();
    let forms = [
        ("oci.tar", shop().oci_archive()),
        ("docker.tar", shop().docker_archive()),
        ("legacy.tar", shop().legacy_docker_archive()),
        ("oci.tar.gz", Compression::Gzip.apply(&shop().oci_archive())),
        ("docker.tar.zst", Compression::Zstandard.apply(&shop().docker_archive())),
    ];
    let expected = scanned(
        &settled(directory.path(), "first.tar", &shop().oci_archive()),
        &options(LayerView::All, None),
    );
    for (name, bytes) in forms {
        let report =
            scanned(&settled(directory.path(), name, &bytes), &options(LayerView::All, None));
        assert_eq!(report.packages, expected.packages, "{name}");
        assert_eq!(report.findings, expected.findings, "{name}");
        assert_eq!(report.gaps, [], "{name}");
    }
}

#[test]
fn a_trusted_archive_gives_the_same_software_as_a_verified_one() {
    let directory = tempfile::tempdir().unwrap();
    // Large enough to be read in place rather than whole.
    let many: Vec<String> = (0..5_000).map(|number| format!("package-{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1.0-r0")).collect();
    let base = LayerBuilder::new("ADD rootfs.tar /")
        .file("etc/os-release", OS_RELEASE)
        .file("lib/apk/db/installed", apk(&many))
        .file("srv/after", "what follows is found too");
    let upper = LayerBuilder::new("RUN npm ci")
        .file("srv/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0"}"#);
    let archive = ImageBuilder::new("shop").layer(base).layer(upper).docker_archive();
    let archive = settled(directory.path(), "shop.tar", &archive);
    let verified = scanned(&archive, &options(LayerView::Squashed, None));
    let mut trusting = options(LayerView::Squashed, None);
    trusting.verify = Verify::None;
    let trusted = scanned(&archive, &trusting);
    assert_eq!(verified.packages.len(), 5_001);
    assert_eq!(trusted.packages, verified.packages);
    assert!(trusted.image.layers.iter().all(|layer| layer.verified.is_none()));
}

#[test]
fn a_rescan_from_the_cache_gives_the_same_report() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    let cold = scanned(&archive, &options(LayerView::All, Some(&cache)));
    let usage = Cache::open(&cache).unwrap().usage().unwrap();
    assert!(usage.layers >= 2, "{usage:?}");
    let warm = scanned(&archive, &options(LayerView::All, Some(&cache)));
    assert_eq!(warm, cold);
}

/// Counts layers that had to be read.
#[derive(Default)]
struct LayersRead(AtomicUsize);

impl Progress for LayersRead {
    fn opened(&self, _: usize, _: u64) {}
    fn layer_done(&self, _: usize, _: u64, cached: bool) {
        self.0.fetch_add(usize::from(!cached), Ordering::Relaxed);
    }
    fn finished(&self) {}
}

#[test]
fn each_way_of_verifying_remembers_its_digests_beside_the_other() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    // The stamp counts the change of the inode too, which can't be set back.
    std::thread::sleep(Duration::from_millis(2_100));
    let layers_read = |verify| {
        let mut options = options(LayerView::Squashed, Some(&cache));
        options.verify = verify;
        let target = Target::Archive(archive.clone());
        let opened = seawall_image::open(&target, &OpenOptions::default()).unwrap();
        let progress = LayersRead::default();
        inspect(opened, &options, &progress).unwrap();
        progress.0.into_inner()
    };
    assert_eq!(layers_read(Verify::Blob), 2);
    assert_eq!(layers_read(Verify::DiffIds), 2);
    assert_eq!(layers_read(Verify::Blob), 0);
    assert_eq!(layers_read(Verify::DiffIds), 0);
}

#[test]
fn facts_of_one_image_can_not_be_planted_for_another_by_declaring_its_digests() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("cache");
    let honest = settled(directory.path(), "honest.tar", &shop().oci_archive());
    let layer = LayerBuilder::new("ADD rootfs.tar /").file("etc/os-release", OS_RELEASE);
    let forged = forged_as_first_layer_of_shop(layer);
    let forged = settled(directory.path(), "forged.tar", &forged);

    let report = scanned(&forged, &options(LayerView::Squashed, Some(&cache)));
    assert_eq!(kinds(&report.gaps), [GapKind::DigestMismatch]);
    assert_eq!(report.verdict, Verdict::Red);
    let report = scanned(&honest, &options(LayerView::Squashed, Some(&cache)));
    let from_base = |report: &Report| report.packages.iter().any(|package| package.layer == 0);
    assert!(from_base(&report), "the honest image shows its own packages");
    // And the other way round: known facts do not vouch for a forged layer.
    let report = scanned(&forged, &options(LayerView::Squashed, Some(&cache)));
    assert_eq!(kinds(&report.gaps), [GapKind::DigestMismatch]);
    assert!(!from_base(&report));
}

/// An archive that stores `layer` under the name of the shop's first layer.
fn forged_as_first_layer_of_shop(layer: LayerBuilder) -> Vec<u8> {
    let mut files = shop().layout();
    let manifest = |files: &[(String, Vec<u8>)]| -> serde_json::Value {
        let documents = files.iter().filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok());
        let mut manifests =
            documents.filter(|value: &serde_json::Value| value["layers"].is_array());
        manifests.next().unwrap()
    };
    let manifest = manifest(&files);
    let digest: Digest = manifest["layers"][0]["digest"].as_str().unwrap().parse().unwrap();
    let name = format!("blobs/sha256/{}", digest.hex());
    let stored = Compression::Gzip.apply(&layer.tar());
    files.iter_mut().find(|(path, _)| *path == name).unwrap().1 = stored;
    seawall_testkit::archive_of(&files)
}

#[test]
fn a_truncated_layer_is_a_gap_and_what_was_read_still_counts() {
    let directory = tempfile::tempdir().unwrap();
    let mut tar = LayerBuilder::new("ADD").file("etc/os-release", OS_RELEASE).tar();
    tar.truncate(tar.len() - 1024 - 100);
    let mut files = shop().layout();
    let first = files.iter().position(|(_, bytes)| bytes.starts_with(&[0x1f, 0x8b])).unwrap();
    files[first].1 = Compression::Gzip.apply(&tar);
    let archive = seawall_testkit::archive_of(&files);
    let report = scanned(
        &settled(directory.path(), "broken.tar", &archive),
        &options(LayerView::Squashed, None),
    );
    assert!(kinds(&report.gaps).contains(&GapKind::LayerUnreadable), "{:?}", report.gaps);
    assert_ne!(report.verdict, Verdict::Green);
}

#[test]
fn a_distribution_without_advisories_is_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let layer = LayerBuilder::new("ADD rootfs.tar /")
        .file("etc/os-release", "ID=alpine\nVERSION_ID=3.99.0\n")
        .file("lib/apk/db/installed", apk(&[("musl", "1.2.4-r0")]));
    let archive = ImageBuilder::new("x").layer(layer).oci_archive();
    let report =
        scanned(&settled(directory.path(), "x.tar", &archive), &options(LayerView::Squashed, None));
    assert_eq!(kinds(&report.gaps), [GapKind::DistributionUnsupported]);
    assert_eq!(report.verdict, Verdict::Yellow);
}

#[test]
fn a_distribution_without_a_release_is_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let layer = LayerBuilder::new("ADD rootfs.tar /")
        .file("etc/os-release", "ID=alpine\n")
        .file("lib/apk/db/installed", apk(&[("musl", "1.2.4-r0")]));
    let archive = ImageBuilder::new("x").layer(layer).oci_archive();
    let report =
        scanned(&settled(directory.path(), "x.tar", &archive), &options(LayerView::Squashed, None));
    assert_eq!(kinds(&report.gaps), [GapKind::DistributionUnsupported]);
}

#[test]
fn packages_without_a_distribution_are_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let layer = LayerBuilder::new("ADD").file("lib/apk/db/installed", apk(&[("musl", "1.2.4-r0")]));
    let archive = ImageBuilder::new("x").layer(layer).oci_archive();
    let report =
        scanned(&settled(directory.path(), "x.tar", &archive), &options(LayerView::Squashed, None));
    assert_eq!(kinds(&report.gaps), [GapKind::DistributionUnknown]);
}

#[test]
fn an_image_that_shows_nothing_to_a_scanner_is_not_clean() {
    let check = |layer: LayerBuilder, expected: &[GapKind]| {
        let directory = tempfile::tempdir().unwrap();
        let archive = ImageBuilder::new("x").layer(layer).oci_archive();
        let archive = settled(directory.path(), "x.tar", &archive);
        let report = scanned(&archive, &options(LayerView::Squashed, None));
        assert_eq!(kinds(&report.gaps), expected);
        assert_eq!(report.verdict == Verdict::Green, expected.is_empty());
    };
    let layer = || LayerBuilder::new("ADD rootfs.tar /");
    check(layer().file("data", "x"), &[GapKind::DistributionUnknown]);
    let stripped = layer().file("etc/os-release", OS_RELEASE).executable("bin/sh", "x");
    check(stripped, &[GapKind::PackageDatabaseMissing]);
    let anonymous = layer()
        .executable("bin/sh", "x")
        .file("srv/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0"}"#);
    check(anonymous, &[GapKind::DistributionUnknown, GapKind::FeedMissing]);
}

#[test]
fn a_limit_on_entries_ends_a_layer_with_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    let mut options = options(LayerView::Squashed, None);
    options.limits.entries = 1;
    let opened = seawall_image::open(&Target::Archive(archive), &OpenOptions::default()).unwrap();
    let inspection = inspect(opened, &options, &Silent).unwrap();
    let policy = Policy::built_in().unwrap();
    let report = judge(&inspection, "shop", &database(), &policy, TODAY).unwrap();
    assert!(kinds(&report.gaps).contains(&GapKind::LimitReached), "{:?}", report.gaps);
}

#[test]
fn a_root_directory_is_one_layer() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir_all(root.join("lib/apk/db")).unwrap();
    fs::create_dir_all(root.join("etc")).unwrap();
    fs::write(root.join("etc/os-release"), OS_RELEASE).unwrap();
    fs::write(root.join("lib/apk/db/installed"), apk(&[("curl", "8.0.1-r0")])).unwrap();
    let opened =
        seawall_image::open(&Target::Directory(root.to_owned()), &OpenOptions::default()).unwrap();
    let inspection = inspect(opened, &options(LayerView::Squashed, None), &Silent).unwrap();
    let policy = Policy::built_in().unwrap();
    let report = judge(&inspection, "dir", &database(), &policy, TODAY).unwrap();
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.verdict, Verdict::Red);
}

#[test]
fn a_stale_database_is_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let archive = settled(directory.path(), "shop.tar", &shop().oci_archive());
    let inspection = inspected(&archive, &options(LayerView::Squashed, None));
    let later = Date::constant(2026, 7, 1);
    let policy = Policy::built_in().unwrap();
    let report = judge(&inspection, "shop", &database(), &policy, later).unwrap();
    assert_eq!(kinds(&report.gaps), [GapKind::DatabaseStale]);
}
