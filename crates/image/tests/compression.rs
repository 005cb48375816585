//! Layers as compressors write them, and as attackers do.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

use std::io::{Read, Write};

use seawall_image::{
    Entry, EntryKind, Error, Interest, Limits, Verify, VisitError, Visitor, WalkOptions, Walked,
    walk_stream,
};
use seawall_testkit::{Compression, TarWriter, digest};

#[derive(Default)]
struct Bytes(u64);

impl Visitor for Bytes {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        if entry.kind == EntryKind::File { Interest::Content } else { Interest::Skip }
    }

    fn content(&mut self, _: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        self.0 += std::io::copy(reader, &mut std::io::sink())?;
        Ok(())
    }
}

fn read(blob: &[u8], verify: Verify, limits: Limits) -> (u64, Result<Walked, Error>) {
    let mut bytes = Bytes::default();
    let mut both = [false, true].map(|hash_thread| {
        bytes = Bytes::default();
        let options = WalkOptions { verify, limits: limits.clone(), hash_thread };
        walk_stream("layer", &mut &*blob, &options, &mut bytes)
    });
    if let [Ok(inline), Ok(threaded)] = &both {
        assert_eq!(inline, threaded, "a second thread computes the same");
    }
    (bytes.0, std::mem::replace(&mut both[0], Err(Error::PlatformText(String::new()))))
}

/// Content that does not compress to nothing and is larger than a few blocks.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 60) as u8
        })
        .collect()
}

fn check(blob: &[u8], tar: &[u8]) {
    let (bytes, walked) = read(blob, Verify::Blob, Limits::default());
    assert_eq!(walked.unwrap().blob_digest, Some(digest(blob)));
    assert_eq!(bytes, 1_500_000);
    let (_, walked) = read(blob, Verify::DiffIds, Limits::default());
    assert_eq!(walked.unwrap().diff_id, Some(digest(tar)));
    assert!(read(blob, Verify::None, Limits::default()).1.is_ok());
}

#[test]
fn members_and_frames_may_be_split_anywhere() {
    let tar = TarWriter::new().file("a", noise(1_500_000)).finish();
    for compression in [Compression::Plain, Compression::Gzip, Compression::Zstandard] {
        check(&compression.apply(&tar), &tar);
        if compression != Compression::Plain {
            for at in [0, 1, 512, 262_144, tar.len()] {
                let (first, second) = tar.split_at(at);
                check(&[compression.apply(first), compression.apply(second)].concat(), &tar);
            }
        }
    }
    // A skippable frame, as zstd:chunked appends it, and one in front.
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let frame = Compression::Zstandard.apply(&tar);
    check(&[&frame[..], &skippable].concat(), &tar);
    check(&[&skippable, &frame[..]].concat(), &tar);
}

#[test]
fn gzip_ignores_what_follows_but_the_digest_covers_it() {
    let tar = TarWriter::new().file("a", noise(1_500_000)).finish();
    for garbage in [&b"\0\0\0\0"[..], b"\x1f", b"\x1f\x00", b"garbage", &noise(600_000)] {
        check(&[Compression::Gzip.apply(&tar), garbage.to_vec()].concat(), &tar);
    }
}

#[test]
fn a_second_member_that_breaks_off_is_an_error() {
    let tar = TarWriter::new().file("a", "x").finish();
    let blob = [Compression::Gzip.apply(&tar), b"\x1f\x8b".to_vec()].concat();
    let error = read(&blob, Verify::Blob, Limits::default()).1.unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error}");
}

#[test]
fn truncated_layers_show_what_they_held() {
    let mut other = noise(600_000);
    other.reverse();
    let tar = TarWriter::new().file("a", noise(600_000)).file("b", other).finish();
    for compression in [Compression::Plain, Compression::Gzip, Compression::Zstandard] {
        let blob = compression.apply(&tar);
        for verify in [Verify::Blob, Verify::DiffIds, Verify::None] {
            let (bytes, walked) = read(&blob[..blob.len() * 3 / 4], verify, Limits::default());
            let error = walked.unwrap_err();
            assert!(matches!(error, Error::Truncated { .. }), "{error}");
            assert!(bytes >= 600_000, "{compression:?} {bytes}");
        }
    }
}

#[test]
fn flipped_bits_are_errors() {
    let tar = TarWriter::new().file("a", noise(100_000)).finish();
    for compression in [Compression::Gzip, Compression::Zstandard] {
        let mut blob = compression.apply(&tar);
        let middle = blob.len() / 2;
        blob[middle] ^= 0x55;
        assert!(
            read(&blob, Verify::DiffIds, Limits::default()).1.is_err_and(|error| matches!(
                error,
                Error::Compression { .. } | Error::Tar { .. } | Error::Truncated { .. }
            )) || compression == Compression::Zstandard
        );
    }
}

#[test]
fn bombs_end_at_the_ratio_and_at_the_size() {
    let zeros = TarWriter::new().file("zeros", vec![0; 80 << 20]).finish();
    for (compression, ratio) in [(Compression::Gzip, 900), (Compression::Zstandard, 1_000)] {
        let blob = compression.apply(&zeros);
        let limits = Limits { compression_ratio: ratio, ..Limits::default() };
        let error = read(&blob, Verify::Blob, limits).1.unwrap_err();
        assert!(matches!(error, Error::CompressionRatio { .. }), "{error}");
        let limits = Limits { layer_bytes: 1 << 20, ..Limits::default() };
        let error = read(&blob, Verify::Blob, limits).1.unwrap_err();
        assert!(matches!(error, Error::LayerBytes { .. }), "{error}");
    }
}

#[test]
fn large_windows_and_foreign_compressions_are_refused_by_name() {
    let tar = TarWriter::new().file("a", noise(9 << 20)).finish();
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.write_all(&tar).unwrap();
    let blob = encoder.finish().unwrap();
    assert!(read(&blob, Verify::Blob, Limits::default()).1.is_ok());
    let limits = Limits { window_bytes: 8 << 20, ..Limits::default() };
    let error = read(&blob, Verify::Blob, limits).1.unwrap_err();
    assert!(matches!(error, Error::WindowBytes { .. }), "{error}");
    let error = read(b"\xfd7zXZ\0\0", Verify::Blob, Limits::default()).1.unwrap_err();
    assert!(error.to_string().contains("xz is not"), "{error}");
}
