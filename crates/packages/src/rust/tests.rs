use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::ANALYZER;
use crate::Analyzer;
use crate::check::{check_damage, facts};
use crate::executable::sample::{Format, executable};

fn check(path: &str, content: &[u8], expected: &str) {
    crate::check::check(&ANALYZER, path, content, expected);
}

fn compressed(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A program in `format` with the section that cargo-auditable adds.
fn program(format: Format, section: &[u8]) -> Vec<u8> {
    executable(format, ".dep-v0", section)
}

#[test]
fn a_lockfile_gives_crates_with_a_source_by_line() {
    // Written by Cargo 1.95 for a workspace of two members.
    let expected = include_str!("testdata/Cargo-4.expected");
    check("app/Cargo.lock", include_bytes!("testdata/Cargo-4.lock"), expected);
}

#[test]
fn a_lockfile_among_downloaded_sources_is_not_read() {
    let lockfile = include_bytes!("testdata/Cargo-4.lock");
    check("root/.cargo/registry/src/index/serde-1.0.0/Cargo.lock", lockfile, "");
    check("root/.cargo/git/checkouts/a/b/Cargo.lock", lockfile, "");
    check("app/vendor/serde/Cargo.lock", lockfile, "");
}

#[test]
fn lockfiles_of_the_first_version_are_read_alike() {
    let text = b"[root]\nname = \"old\"\nversion = \"0.1.0\"\n\n\
        [[package]]\nname = \"bitflags\"\nversion = \"0.7.0\"\n\
        source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\n\
        [[package]]\nname = \"old\"\nversion = \"0.1.0\"\ndependencies = [\n \"bitflags 0.7.0\",\n]\n\n\
        [metadata]\n\"checksum bitflags 0.7.0\" = \"aad1\"\n";
    check("Cargo.lock", text, "bitflags 0.7.0 line 5");
}

#[test]
fn crates_from_a_repository_are_included() {
    let text =
        b"[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://g.org/a#0\"\n";
    check("Cargo.lock", text, "a 1.0.0 line 1");
}

#[test]
fn an_empty_lockfile_has_no_crates() {
    check("Cargo.lock", b"", "");
    check("Cargo.lock", b"# This file is generated.\nversion = 4\n", "");
}

#[test]
fn a_hostile_lockfile_is_a_problem_not_a_crash() {
    let deep = format!("[[package]]\nname = {}", "[".repeat(100_000));
    let found = facts(&ANALYZER, "Cargo.lock", deep.as_bytes());
    assert_eq!((found.packages.len(), found.problems.len()), (0, 1));
    let found = facts(&ANALYZER, "Cargo.lock", &b"[[package]]\n".repeat(1000));
    assert_eq!((found.packages.len(), found.problems.len()), (0, 50));
    check("Cargo.lock", b"\xff\xfe", "problem: not toml: key with no value, expected `=`");
}

#[test]
fn an_auditable_program_gives_what_was_compiled_into_it() {
    // The section of a program built by cargo-auditable 0.7.7.
    let section = include_bytes!("testdata/dep-v0.bin");
    let expected = include_str!("testdata/dep-v0.expected");
    for format in Format::ALL {
        // Without a section table there is no name to find it by.
        let expected = if format == Format::ElfSegments { "" } else { expected };
        let program = program(format, section);
        assert!(ANALYZER.accepts(&program), "{format:?}");
        check("usr/bin/tiny", &program, expected);
    }
}

#[test]
fn build_dependencies_are_not_in_the_program() {
    let json = br#"{"packages": [
        {"name": "a", "version": "1.0.0", "source": "crates.io", "root": true},
        {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
        {"name": "b", "version": "2.0.0", "source": "git", "kind": "runtime"}
    ]}"#;
    check("usr/bin/a", &program(Format::Elf64, &compressed(json)), "a 1.0.0\nb 2.0.0");
}

#[test]
fn other_executables_and_scripts_give_nothing() {
    check("bin/ls", &executable(Format::Elf64, ".text", b"\x90"), "");
    check("bin/script", b"#!/bin/sh\n", "");
    check("bin/empty", b"", "");
    assert!(!ANALYZER.accepts(b"#!/bin/sh\n"));
}

#[test]
fn a_list_that_is_not_what_it_claims_is_a_problem() {
    let problem = |reason: &str| format!("problem: auditable dependency list{reason}");
    let elf = |section: &[u8]| program(Format::Elf64, section);
    check("bin/a", &elf(b"not zlib"), &problem(" can't be read: corrupt deflate stream"));
    let json = compressed(b"[]");
    let reason = ": invalid length 0, expected struct Dependencies with 1 element";
    check("bin/a", &elf(&json), &problem(&format!("{reason} at line 1 column 2")));
    let bomb = compressed(&vec![b' '; 9 << 20]);
    let reason = " can't be read: it inflates to more than 8388608 bytes";
    check("bin/a", &elf(&bomb), &problem(reason));
    let reason = " can't be read: 2097152 bytes are too many";
    check("bin/a", &elf(&vec![0; 2 << 20]), &problem(reason));
}

#[test]
fn damage_never_panics() {
    for format in Format::ALL {
        let program = program(format, include_bytes!("testdata/dep-v0.bin"));
        check_damage(&ANALYZER, "usr/bin/tiny", &program);
    }
    check_damage(&ANALYZER, "Cargo.lock", include_bytes!("testdata/Cargo-4.lock"));
}
