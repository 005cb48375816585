//! Images in every form they are stored in, made by the test kit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests fails by panicking")]

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use seawall_image::{
    Entry, Error, ImageMetadata, Interest, Limits, OpenOptions, Opened, Target, Verify, VisitError,
    Visitor, WalkOptions, Walked, open, walk, walk_stream,
};
use seawall_testkit::{Compression, ImageBuilder, LayerBuilder, TarWriter, archive_of, index_of};

#[derive(Default)]
struct Paths(Vec<String>);

impl Visitor for Paths {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        self.0.push(entry.path.to_owned());
        Interest::Skip
    }

    fn content(&mut self, _: &Entry<'_>, _: &mut dyn Read) -> Result<(), VisitError> {
        Ok(())
    }
}

fn sample() -> ImageBuilder {
    let base = LayerBuilder::new("ADD rootfs.tar /")
        .directory("etc")
        .file("etc/os-release", "ID=alpine\n")
        .compression(Compression::Gzip);
    let middle = LayerBuilder::new("COPY app /app")
        .executable("app/run", vec![b'x'; 700_000])
        .compression(Compression::Zstandard);
    let top = LayerBuilder::new("RUN rm /etc/os-release")
        .whiteout("etc/os-release")
        .opaque("app")
        .compression(Compression::Plain);
    ImageBuilder::new("app:1").layer(base).instruction("ENV A=b").layer(middle).layer(top)
}

const SAMPLE: [&[&str]; 3] =
    [&["etc", "etc/os-release"], &["app/run"], &["etc/.wh.os-release", "app/.wh..wh..opq"]];

struct Stored {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

fn stored(bytes: &[u8]) -> Stored {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("image.tar");
    fs::write(&path, bytes).unwrap();
    Stored { _directory: directory, path }
}

/// What was found in each layer, with the paths seen.
type Layers = Vec<(Walked, Vec<String>)>;

/// Reads every layer, whichever way the target allows.
fn read(
    target: &Target,
    options: &OpenOptions,
    verify: Verify,
) -> Result<(ImageMetadata, Layers), Error> {
    let walking = WalkOptions { verify, limits: options.limits.clone(), hash_thread: true };
    match open(target, options)? {
        Opened::Layered(image) => {
            let layers = 0..image.metadata().layers.len();
            let walked: Result<_, Error> = layers
                .map(|index| {
                    let mut paths = Paths::default();
                    Ok((walk(image.layer(index)?, &walking, &mut paths)?, paths.0))
                })
                .collect();
            Ok((image.metadata().clone(), walked?))
        }
        Opened::Stream(stream) => {
            let (metadata, layers) = stream.each_layer(&mut |name, blob| {
                let mut paths = Paths::default();
                Ok((walk_stream(name, blob, &walking, &mut paths)?, paths.0))
            })?;
            Ok((metadata, layers.into_iter().flatten().collect()))
        }
        Opened::Directory(_) => panic!("not a directory"),
    }
}

fn check_sample(target: &Target) -> ImageMetadata {
    for verify in [Verify::Blob, Verify::DiffIds, Verify::None] {
        let (metadata, layers) = read(target, &OpenOptions::default(), verify).unwrap();
        assert_eq!(metadata.platform.as_deref(), Some("linux/amd64"));
        let paths: Vec<_> = layers.iter().map(|(_, paths)| paths.as_slice()).collect();
        assert_eq!(paths, SAMPLE, "{target:?}");
        let instructions: Vec<_> =
            metadata.layers.iter().filter_map(|layer| layer.created_by.as_deref()).collect();
        assert_eq!(instructions, ["ADD rootfs.tar /", "COPY app /app", "RUN rm /etc/os-release"]);
        for (layer, (walked, _)) in metadata.layers.iter().zip(&layers) {
            match verify {
                Verify::Blob => assert!(
                    layer.digest.is_none() || walked.blob_digest == layer.digest,
                    "{target:?}"
                ),
                Verify::DiffIds => assert_eq!(walked.diff_id, layer.diff_id, "{target:?}"),
                Verify::None => assert_eq!((walked.blob_digest, walked.diff_id), (None, None)),
            }
        }
    }
    read(target, &OpenOptions::default(), Verify::Blob).unwrap().0
}

#[test]
fn one_image_reads_the_same_from_every_form() {
    let image = sample();
    let directory = tempfile::tempdir().unwrap();
    image.write_layout(directory.path());
    let path = directory.path().to_owned();
    let layout = check_sample(&Target::Layout { path: path.clone(), reference: None });
    assert!(layout.digest.is_some());
    check_sample(&Target::Layout { path, reference: Some("1".to_owned()) });

    for archive in [image.oci_archive(), image.docker_archive(), image.legacy_docker_archive()] {
        for compression in [Compression::Plain, Compression::Gzip, Compression::Zstandard] {
            let file = stored(&compression.apply(&archive));
            let metadata = check_sample(&Target::Archive(file.path.clone()));
            assert_eq!(metadata.names, ["app:1"]);
        }
    }
    let file = stored(&image.docker_archive());
    let path = file.path.clone();
    check_sample(&Target::DockerArchive {
        path: path.clone(),
        reference: Some("app:1".to_owned()),
    });
    check_sample(&Target::OciArchive { path, reference: Some("app:1".to_owned()) });
}

#[test]
fn several_images_have_to_be_chosen_from() {
    let first = sample();
    let second = ImageBuilder::new("other:2").layer(LayerBuilder::new("ADD").file("o", "2"));
    let file = stored(&archive_of(&index_of(&[&first, &second])));
    let target = Target::Archive(file.path.clone());
    let error = read(&target, &OpenOptions::default(), Verify::Blob).unwrap_err();
    assert!(error.to_string().contains("choose one: app:1, other:2"), "{error}");
    for reference in ["other:2", "2"] {
        let options =
            OpenOptions { reference: Some(reference.to_owned()), ..OpenOptions::default() };
        let (metadata, layers) = read(&target, &options, Verify::Blob).unwrap();
        assert_eq!(metadata.names, ["other:2"]);
        assert_eq!(layers[0].1, ["o"]);
    }
    let options = OpenOptions { reference: Some("third".to_owned()), ..OpenOptions::default() };
    let error = read(&target, &options, Verify::Blob).unwrap_err();
    assert!(matches!(error, Error::ReferenceAbsent { .. }), "{error}");
}

#[test]
fn a_platform_chooses_among_images_of_one_name() {
    let layer = |name: &str| LayerBuilder::new("ADD").file(name, "");
    let build = |architecture: &str| {
        ImageBuilder::new("app:1").platform("linux", architecture).layer(layer(architecture))
    };
    let (one, two) = (build("mips64le"), build("s390x"));
    let file = stored(&archive_of(&index_of(&[&one, &two])));
    let target = Target::Archive(file.path.clone());
    let choose = |platform: &str| OpenOptions {
        platform: Some(platform.parse().unwrap()),
        ..OpenOptions::default()
    };
    let (metadata, layers) = read(&target, &choose("linux/s390x"), Verify::Blob).unwrap();
    assert_eq!((metadata.platform.as_deref(), &*layers[0].1[0]), (Some("linux/s390x"), "s390x"));
    for options in [choose("linux/arm64"), OpenOptions::default()] {
        let error = read(&target, &options, Verify::Blob).unwrap_err();
        assert!(error.to_string().ends_with("linux/mips64le, linux/s390x"), "{error}");
    }
    let single = stored(&one.oci_archive());
    let target = Target::Archive(single.path.clone());
    assert!(read(&target, &OpenOptions::default(), Verify::Blob).is_ok());
    let error = read(&target, &choose("linux/amd64"), Verify::Blob).unwrap_err();
    assert!(matches!(error, Error::PlatformAbsent { .. }), "{error}");
}

#[test]
fn attestations_beside_an_image_are_passed_over() {
    let mut files = sample().layout();
    let mut index: serde_json::Value = serde_json::from_slice(&files[1].1).unwrap();
    let mut attestation = index["manifests"][0].clone();
    attestation["platform"] = serde_json::json!({"os": "unknown", "architecture": "unknown"});
    attestation["digest"] = format!("sha256:{}", "0".repeat(64)).into();
    index["manifests"].as_array_mut().unwrap().push(attestation);
    files[1].1 = index.to_string().into_bytes();
    let file = stored(&archive_of(&files));
    check_sample(&Target::Archive(file.path.clone()));
}

#[test]
fn documents_that_do_not_hash_to_their_digest_are_refused() {
    for changed in ["\"os\":\"linux\"", "\"schemaVersion\":2"] {
        let mut files = sample().layout();
        for (path, bytes) in &mut files {
            let text = String::from_utf8_lossy(bytes);
            if path != "index.json" && text.contains(changed) {
                *bytes = text.replace(changed, &format!(" {changed}")).into_bytes();
            }
        }
        let file = stored(&archive_of(&files));
        let target = Target::Archive(file.path.clone());
        let error = read(&target, &OpenOptions::default(), Verify::Blob).unwrap_err();
        assert!(matches!(error, Error::DocumentDigest { .. }), "{error}");
    }
}

#[test]
fn layers_that_were_not_stored_are_named() {
    let mut files = sample().layout();
    files.retain(|(_, bytes)| !bytes.starts_with(&[0x28, 0xb5]));
    let file = stored(&archive_of(&files));
    let Opened::Layered(image) =
        open(&Target::Archive(file.path.clone()), &OpenOptions::default()).unwrap()
    else {
        panic!("an archive file is layered");
    };
    assert!(image.layer(0).is_ok());
    let error = image.layer(1).unwrap_err();
    assert!(matches!(error, Error::LayerAbsent { .. }), "{error}");
    assert!(error.to_string().contains(&image.metadata().layers[1].digest.unwrap().to_string()));
}

#[test]
fn linked_layers_of_old_archives_are_found() {
    let layer = LayerBuilder::new("ADD").file("a", "x").compression(Compression::Plain).tar();
    let diff_id = seawall_testkit::digest(&layer);
    let config = serde_json::json!({
        "os": "linux", "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [diff_id, diff_id]},
    });
    let list = serde_json::json!([{
        "Config": "config.json", "RepoTags": null, "Layers": ["one/layer.tar", "two/layer.tar"],
    }]);
    let bytes = TarWriter::new()
        .file("one/layer.tar", &layer)
        .member(b'2', b"two/layer.tar", b"../one/layer.tar", 0o777, b"")
        .member(b'2', b"circle", b"circle", 0o777, b"")
        .file("config.json", config.to_string())
        .file("manifest.json", list.to_string())
        .finish();
    for compression in [Compression::Plain, Compression::Gzip] {
        let file = stored(&compression.apply(&bytes));
        let target = Target::Archive(file.path.clone());
        let (metadata, layers) = read(&target, &OpenOptions::default(), Verify::Blob).unwrap();
        assert_eq!(metadata.layers[1].digest, Some(diff_id));
        assert_eq!(layers.len(), 2);
        assert_eq!(layers[1].1, ["a"]);
    }
}

#[test]
fn what_is_no_image_is_said_to_be_none() {
    let file = stored(&TarWriter::new().file("etc/passwd", "x").finish());
    let target = Target::Archive(file.path.clone());
    let error = read(&target, &OpenOptions::default(), Verify::Blob).unwrap_err();
    assert!(error.to_string().contains("is not a container image"), "{error}");
    let file = stored(&[b'?'; 5_000]);
    let target = Target::Archive(file.path.clone());
    let error = read(&target, &OpenOptions::default(), Verify::Blob).unwrap_err();
    assert!(matches!(error, Error::Tar { .. }), "{error}");
}

#[test]
fn more_layers_than_the_limit_are_an_error() {
    let file = stored(&sample().oci_archive());
    let limits = Limits { layers: 2, ..Limits::default() };
    let options = OpenOptions { limits, ..OpenOptions::default() };
    let error = read(&Target::Archive(file.path.clone()), &options, Verify::Blob).unwrap_err();
    assert!(matches!(error, Error::TooManyLayers { count: 3, limit: 2, .. }), "{error}");
}

#[test]
fn a_stamp_is_given_once_a_file_has_settled() {
    let file = stored(&sample().oci_archive());
    let Opened::Layered(image) =
        open(&Target::Archive(file.path.clone()), &OpenOptions::default()).unwrap()
    else {
        panic!("an archive file is layered");
    };
    let blob = image.layer(0).unwrap();
    let now = std::time::SystemTime::now();
    assert_eq!(blob.stamp(now), None);
    let later = now + std::time::Duration::from_secs(10);
    let stamp = blob.stamp(later).unwrap();
    assert_eq!(stamp.length, blob.size());
    assert_ne!(stamp, image.layer(1).unwrap().stamp(later).unwrap());
    let text = serde_json::to_string(&stamp).unwrap();
    assert_eq!(serde_json::from_str::<seawall_image::FileStamp>(&text).unwrap(), stamp);
}
