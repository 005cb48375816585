//! Archives made by hand, good and hostile.

use std::io::Read;

use seawall_testkit::TarWriter;

use crate::{
    Entry, EntryKind, Error, Interest, Limits, Verify, VisitError, Visitor, WalkOptions,
    walk_stream,
};

#[derive(Default)]
struct Listing {
    lines: Vec<String>,
}

impl Visitor for Listing {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        let link = entry.link.map(|link| format!(" -> {link}")).unwrap_or_default();
        self.lines.push(format!("{:?} {} {}{link}", entry.kind, entry.size, entry.path));
        if entry.kind == EntryKind::File { Interest::Content } else { Interest::Skip }
    }

    fn content(&mut self, _: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        let mut content = Vec::new();
        reader.take(40).read_to_end(&mut content)?;
        let last = self.lines.last_mut().unwrap();
        last.push_str(&format!(" {:?}", String::from_utf8_lossy(&content)));
        Ok(())
    }
}

fn list(bytes: &[u8], limits: Limits) -> (Vec<String>, Result<(), Error>) {
    let mut listing = Listing::default();
    let options = WalkOptions { verify: Verify::None, limits, hash_thread: false };
    let walked = walk_stream("layer", &mut &*bytes, &options, &mut listing);
    (listing.lines, walked.map(drop))
}

fn check(bytes: &[u8], expected: &[&str]) {
    let (lines, result) = list(bytes, Limits::default());
    result.unwrap();
    assert_eq!(lines, expected);
}

/// The entries before the fault are seen, then comes an error with these words.
fn check_broken(bytes: &[u8], seen: usize, words: &str) {
    let (lines, result) = list(bytes, Limits::default());
    let error = result.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert_eq!(lines.len(), seen, "{lines:?}");
}

fn tar() -> TarWriter {
    TarWriter::new()
}

#[test]
fn an_archive_may_be_empty_or_end_without_an_end() {
    check(b"", &[]);
    check(&tar().finish(), &[]);
    check(&tar().file("a", "x").unfinished(), &["File 1 a \"x\""]);
}

#[test]
fn what_follows_the_end_is_not_listed() {
    let mut bytes = tar().file("a", "x").finish();
    bytes.extend(tar().file("hidden", "y").finish());
    check(&bytes, &["File 1 a \"x\""]);
}

#[test]
fn kinds_links_and_sizes_are_told_apart() {
    let bytes = tar()
        .member(b'5', b"./d/", b"", 0o755, b"")
        .member(b'2', b"d/s", b"../x/./y", 0o777, b"")
        .member(b'1', b"d/h", b"./d/f", 0o644, b"")
        .member(b'3', b"dev/null", b"", 0o666, b"")
        .member(b'7', b"contiguous", b"", 0o644, b"c")
        .member(b'0', b"a/../b", b"", 0o644, b"b")
        .member(b'Z', b"unknown", b"", 0o644, b"skipped")
        .member(0, b"old/", b"", 0o755, b"")
        .finish();
    check(
        &bytes,
        &[
            "Directory 0 d",
            "Symlink 0 d/s -> ../x/./y",
            "Hardlink 0 d/h -> d/f",
            "Other 0 dev/null",
            "File 1 contiguous \"c\"",
            "File 1 b \"b\"",
            "Other 0 unknown",
            "Directory 0 old",
        ],
    );
}

#[test]
fn long_names_belong_to_the_next_member_only() {
    let long = "n".repeat(150);
    let bytes =
        tar().member(b'2', long.as_bytes(), long.as_bytes(), 0o777, b"").file("short", "").finish();
    check(&bytes, &[&format!("Symlink 0 {long} -> {long}"), "File 0 short \"\""]);
}

#[test]
fn a_prefix_counts_in_posix_headers_only() {
    let mut posix = TarWriter::header_of(b'0', b"name", b"", 0o644, 0);
    posix[345..351].copy_from_slice(b"prefix");
    let mut gnu = posix;
    gnu[257..265].copy_from_slice(b"ustar  \0");
    gnu[345..357].copy_from_slice(b"13371337133\0");
    let mut go = posix;
    go[257..265].copy_from_slice(b"ustar  \0");
    let mut star = posix;
    star[476] = b'1';
    star[508..512].copy_from_slice(b"tar\0");
    let bytes = tar().header(&posix).header(&gnu).header(&go).header(&star).finish();
    check(
        &bytes,
        &[
            "File 0 prefix/name \"\"",
            "File 0 name \"\"",
            "File 0 prefix/name \"\"",
            "File 0 prefix/name \"\"",
        ],
    );
}

#[test]
fn local_records_overrule_global_ones_and_end_with_their_member() {
    let bytes = tar()
        .pax(b'g', &[("comment", "made here"), ("linkpath", "everywhere")])
        .pax(b'x', &[("path", "renamed"), ("linkpath", "there")])
        .member(b'2', b"first", b"here", 0o777, b"")
        .member(b'2', b"second", b"here", 0o777, b"")
        .finish();
    check(&bytes, &["Symlink 0 renamed -> there", "Symlink 0 second -> everywhere"]);
}

/// GHSA-3cv2-h65g-fgmm, GHSA-3pv8-6f4r-ffg2: the header says 0 bytes, the record says 1024, and
/// what lies there looks like another archive.
#[test]
fn a_size_record_overrules_the_header_so_that_nothing_is_smuggled() {
    let inner = tar().file("smuggled", "").unfinished();
    let mut content = inner.clone();
    content.resize(1024, b'.');
    let header = TarWriter::header_of(b'0', b"carrier", b"", 0o644, 0);
    let bytes =
        tar().pax(b'x', &[("size", "1024")]).header(&header).raw_padded(&content).file("next", "n");
    let (lines, result) = list(&bytes.finish(), Limits::default());
    result.unwrap();
    assert!(lines[0].starts_with("File 1024 carrier"), "{lines:?}");
    assert_eq!(lines[1..], ["File 1 next \"n\""]);

    // The other way round: the header's larger size must not swallow the next member.
    let header = TarWriter::header_of(b'0', b"carrier", b"", 0o644, 1024);
    let bytes = tar().pax(b'x', &[("size", "1")]).header(&header).raw_padded(b"c");
    check(&bytes.file("seen", "s").finish(), &["File 1 carrier \"c\"", "File 1 seen \"s\""]);
}

#[test]
fn a_size_record_says_nothing_about_long_names_or_links() {
    let long = "n".repeat(150);
    let bytes = tar()
        .pax(b'x', &[("size", "1")])
        .member(b'0', long.as_bytes(), b"", 0o644, b"c")
        .pax(b'x', &[("size", "512")])
        .member(b'2', b"link", b"target", 0o777, b"")
        .header(&TarWriter::header_of(b'5', b"directory", b"", 0o755, 512))
        .file("seen", "s")
        .finish();
    check(
        &bytes,
        &[
            &format!("File 1 {long} \"c\""),
            "Symlink 0 link -> target",
            "Directory 0 directory",
            "File 1 seen \"s\"",
        ],
    );
}

#[test]
fn holes_of_sparse_files_are_zeros() {
    let mut old = TarWriter::header_of(b'S', b"old", b"", 0o644, 3);
    old[257..265].copy_from_slice(b"ustar  \0");
    old[386..398].copy_from_slice(b"00000000002\0");
    old[398..410].copy_from_slice(b"00000000003\0");
    old[483..495].copy_from_slice(b"00000000007\0");
    let content = "\0\0abc\0\0";
    let bytes = tar()
        .header(&old)
        .raw_padded(b"abc")
        .pax(
            b'x',
            &[("GNU.sparse.size", "7"), ("GNU.sparse.map", "2,3"), ("GNU.sparse.name", "0.1")],
        )
        .file("x", "abc")
        .pax(
            b'x',
            &[
                ("GNU.sparse.size", "7"),
                ("GNU.sparse.numblocks", "1"),
                ("GNU.sparse.offset", "2"),
                ("GNU.sparse.numbytes", "3"),
            ],
        )
        .file("0.0", "abc")
        .pax(
            b'x',
            &[
                ("GNU.sparse.major", "1"),
                ("GNU.sparse.minor", "0"),
                ("GNU.sparse.realsize", "7"),
                ("GNU.sparse.name", "1.0"),
            ],
        )
        .file("x", [&b"1\n2\n3\n"[..], &[0; 506], b"abc"].concat())
        .file("next", "n")
        .finish();
    check(
        &bytes,
        &[
            &format!("File 7 old {content:?}"),
            &format!("File 7 0.1 {content:?}"),
            &format!("File 7 0.0 {content:?}"),
            &format!("File 7 1.0 {content:?}"),
            "File 1 next \"n\"",
        ],
    );
}

#[test]
fn lying_sparse_maps_are_errors() {
    for map in ["0,4", "2,3,1,0", "6,3", "0,2", "9223372036854775807,9223372036854775807"] {
        let bytes = tar()
            .file("seen", "")
            .pax(b'x', &[("GNU.sparse.size", "7"), ("GNU.sparse.map", map)])
            .file("x", "abc");
        check_broken(&bytes.finish(), 1, "sparse");
    }
    let endless = [&b"99999999\n"[..], &b"1\n".repeat(251)].concat();
    let version = [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")];
    let bytes = tar().pax(b'x', &version).file("x", &endless[..500]).finish();
    check_broken(&bytes, 0, "sparse map is larger than its file");
}

#[test]
fn truncation_is_an_error_that_keeps_what_was_seen() {
    let whole = tar().file("a", "x").file("b", [b'y'; 2000]).unfinished();
    check_broken(&whole[..1000], 1, "ends early, in a");
    check_broken(&whole[..1024 + 100], 1, "ends early, in a header");
    check_broken(&whole[..1024 + 512 + 10], 2, "ends early, in b");
    let long = tar().member(b'0', &[b'n'; 200], b"", 0, b"").unfinished();
    check_broken(&long[..600], 0, "ends early, in a long name");
}

#[test]
fn broken_headers_are_errors_with_their_offset() {
    let mut bytes = tar().file("a", "x").file("b", "y").finish();
    bytes[1024] ^= 1;
    check_broken(&bytes, 1, "at byte 1024: the checksum");
    check_broken(&[b'x'; 2048], 0, "at byte 0: the checksum");

    let mut negative = TarWriter::header_of(b'0', b"n", b"", 0, 0);
    negative[124..136].fill(0xff);
    check_broken(&tar().header(&negative).finish(), 0, "negative");
    let mut huge = TarWriter::header_of(b'0', b"n", b"", 0, 0);
    huge[124..136].copy_from_slice(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
    check_broken(&tar().header(&huge).finish(), 1, "ends early, in n");
    check_broken(&tar().pax(b'x', &[("path", "a\0b")]).file("c", "").finish(), 0, "NUL inside");
    check_broken(&tar().record(b'x', b"p", b"", 0, b"99 path=x\n").finish(), 0, "malformed PAX");
}

#[test]
fn signed_checksums_of_old_writers_are_accepted() {
    let mut bytes = tar().member(b'0', b"caf\xc3\xa9", b"", 0o644, b"").finish();
    bytes[148..156].fill(b' ');
    let sum: i32 = bytes[..512].iter().map(|byte| i32::from(byte.cast_signed())).sum();
    bytes[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    check(&bytes, &["File 0 café \"\""]);
}

#[test]
fn every_limit_has_its_own_error() {
    let two = tar().file("a/b/c", "x").file("d", "y").finish();
    let limit = |limits: Limits| {
        let error = list(&two, limits).1.unwrap_err();
        assert!(error.is_limit());
        error
    };
    let default = Limits::default;
    assert!(matches!(
        limit(Limits { entries: 1, ..default() }),
        Error::TooManyEntries { limit: 1, .. }
    ));
    assert!(matches!(limit(Limits { path_depth: 2, ..default() }), Error::PathDepth { .. }));
    assert!(matches!(limit(Limits { path_bytes: 4, ..default() }), Error::PathBytes { .. }));
    assert!(matches!(limit(Limits { layer_bytes: 600, ..default() }), Error::LayerBytes { .. }));
    let now = std::time::Instant::now();
    assert!(matches!(limit(Limits { deadline: Some(now), ..default() }), Error::Deadline { .. }));
    let long = tar().member(b'0', &[b'n'; 300], b"", 0, b"").finish();
    let error = list(&long, Limits { metadata_bytes: 200, ..default() }).1.unwrap_err();
    assert!(matches!(error, Error::MetadataBytes { .. }), "{error}");
    // A size that is claimed but not there allocates nothing.
    let claim = tar().header(&TarWriter::header_of(b'x', b"p", b"", 0, 0o77777777777)).finish();
    let error = list(&claim, default()).1.unwrap_err();
    assert!(matches!(error, Error::MetadataBytes { .. }), "{error}");
}

/// Its records are copied for every member that follows.
#[test]
fn a_large_global_header_is_refused() {
    let name = "n".repeat(70_000);
    let bytes = tar().pax(b'g', &[("linkpath", &name)]).file("a", "x").finish();
    check_broken(&bytes, 0, "a global PAX header is larger than the limit");
}

#[test]
fn the_time_is_looked_at_inside_a_hole() {
    struct Slow;
    impl Visitor for Slow {
        fn entry(&mut self, _: &Entry<'_>) -> Interest {
            Interest::Content
        }
        fn content(&mut self, _: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
            std::io::copy(reader, &mut std::io::sink())?;
            Ok(())
        }
    }
    let size = (1_u64 << 62).to_string();
    let sparse =
        [("GNU.sparse.major", "0"), ("GNU.sparse.size", &*size), ("GNU.sparse.map", "0,1")];
    let bytes = tar().pax(b'x', &sparse).file("huge", "x").finish();
    let deadline = Some(std::time::Instant::now() + std::time::Duration::from_millis(200));
    let limits = Limits { deadline, ..Limits::default() };
    let options = WalkOptions { verify: Verify::None, limits, hash_thread: false };
    let walked = walk_stream("layer", &mut &*bytes, &options, &mut Slow);
    assert!(matches!(walked, Err(Error::Deadline { .. })), "{walked:?}");
}
