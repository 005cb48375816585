use super::ANALYZER;
use crate::Analyzer;
use crate::check::check_damage;
use crate::executable::sample::{BASE, FIRST_SECTION, Format, executable};

fn check(path: &str, content: &[u8], expected: &str) {
    crate::check::check(&ANALYZER, path, content, expected);
}

/// The section `.go.buildinfo` of a small program, taken from the file that Go 1.26.8 built with
/// `go build -trimpath` in a module with the committed `tiny.mod`.
const BUILD_INFO: &[u8] = include_bytes!("testdata/buildinfo.bin");

/// As `go version -m` lists it.
const MODULES: &str = "stdlib 1.26.8\n\
    example.com/tiny (devel)\n\
    example.com/local (devel)\n\
    github.com/google/uuid v1.3.0\n\
    golang.org/x/text v0.3.8";

/// A Go program in `format`.
fn program(format: Format, build_info: &[u8]) -> Vec<u8> {
    let name = match format {
        Format::Pe => ".data",
        Format::MachO | Format::Universal => "__go_buildinfo",
        _ => ".go.buildinfo",
    };
    executable(format, name, build_info)
}

#[test]
fn build_information_is_found_in_every_executable_format() {
    for format in Format::ALL {
        let program = program(format, BUILD_INFO);
        assert!(ANALYZER.accepts(&program), "{format:?}");
        check("usr/bin/tiny", &program, MODULES);
    }
}

#[test]
fn build_information_without_a_section_is_found_anywhere_in_the_data() {
    let mut data = vec![0; 3 * (64 << 10) + 16];
    // One that is not on a boundary is not it.
    data[8..][..14].copy_from_slice(b"\xff Go buildinf:");
    data.extend_from_slice(BUILD_INFO);
    check("usr/bin/tiny", &program(Format::Pe, &data), MODULES);
    check("usr/bin/tiny", &program(Format::ElfSegments, &data), MODULES);
}

/// The form before Go 1.18: pointers to string headers, which point to the texts.
fn pointing(size: usize, big_endian: bool, toolchain: &str, modules: &str) -> Vec<u8> {
    let mark = "0123456789abcdef";
    let modules = format!("{mark}{modules}\n{mark}");
    let start = BASE + FIRST_SECTION;
    let texts = start + 16 + 6 * size as u64;
    let headers = start + 16 + 2 * size as u64;
    let after = texts + toolchain.len() as u64;
    let mut bytes = b"\xff Go buildinf:".to_vec();
    bytes.extend([size as u8, u8::from(big_endian)]);
    for word in [
        headers,
        headers + 2 * size as u64,
        texts,
        toolchain.len() as u64,
        after,
        modules.len() as u64,
    ] {
        if big_endian {
            bytes.extend(&word.to_be_bytes()[8 - size..]);
        } else {
            bytes.extend(&word.to_le_bytes()[..size]);
        }
    }
    bytes.extend(toolchain.as_bytes());
    bytes.extend(modules.as_bytes());
    bytes
}

#[test]
fn the_older_form_leads_to_its_texts_by_address() {
    let modules = "path\texample.com/a\nmod\texample.com/a\tv1.0.0\th1:\ndep\tb.org/b/v2\tv2.1.0";
    let expected = "stdlib 1.16.3\nexample.com/a v1.0.0\nb.org/b/v2 v2.1.0";
    let wide = pointing(8, false, "go1.16.3", modules);
    for format in [Format::Elf64, Format::Pe, Format::MachO] {
        check("usr/bin/a", &program(format, &wide), expected);
    }
    let narrow = pointing(4, true, "go1.16.3", modules);
    check("usr/bin/a", &program(Format::Elf32BigEndian, &narrow), expected);
}

#[test]
fn the_standard_library_has_the_toolchains_release_for_a_version() {
    for (toolchain, expected) in [
        ("go1.21.3 X:boringcrypto", "stdlib 1.21.3"),
        ("devel go1.22-0d8b4e5 Tue Oct 3 00:00:00 2023", "stdlib 1.22-0d8b4e5"),
        ("go1.21rc2", "stdlib 1.21rc2"),
        ("unknown", "stdlib -"),
    ] {
        let info = pointing(8, false, toolchain, "");
        check("usr/bin/a", &program(Format::Elf64, &info), expected);
    }
}

#[test]
fn executables_of_other_origin_and_scripts_give_nothing() {
    check("bin/ls", &executable(Format::Elf64, ".text", b"\x90\x90"), "");
    check("bin/a.exe", &executable(Format::Pe, ".data", &[0; 100]), "");
    check("bin/script", b"#!/bin/sh\n", "");
    check("bin/empty", b"", "");
    check("bin/dos.com", b"MZ and nothing else", "");
    assert!(!ANALYZER.accepts(b"#!/bin/sh\n"));
    assert!(!ANALYZER.accepts(b"\xca\xfe\xba\xbe\0\0\0\x34"), "a java class");
}

#[test]
fn broken_headers_are_a_problem() {
    let whole = program(Format::Elf64, BUILD_INFO);
    let problem = "problem: executable headers: end before their tables do";
    check("bin/a", &whole[..whole.len() - 1], problem);
    check("bin/a", b"\x7fELF\x02\x01\x01\0", problem);
    let mut sections = whole.clone();
    sections[60..62].copy_from_slice(&[0xff, 0xff]);
    let problem = "problem: executable headers: a table of 65535 entries is too long";
    check("bin/a", &sections, problem);
}

#[test]
fn lengths_and_pointers_that_lie_are_a_problem() {
    let problem = "problem: go build information: leads outside the file";
    let inline = |length: &[u8]| {
        let mut info = b"\xff Go buildinf:\x08\x02".to_vec();
        info.resize(32, 0);
        info.extend(length);
        program(Format::Elf64, &info)
    };
    check("bin/a", &inline(&[100]), problem);
    check("bin/a", &inline(&[0xff; 10]), problem);
    let problem_long = "problem: go build information: a text of 68719476735 bytes is too long";
    check("bin/a", &inline(&[0xff, 0xff, 0xff, 0xff, 0xff, 1]), problem_long);
    check("bin/a", &inline(&[0]), problem);
    check("bin/a", &inline(&[0, 0]), "problem: go build information: no toolchain version");
    check("bin/a", &program(Format::Elf64, b"\xff Go buildinf:\x08\x02"), problem);
    let mut wrong = pointing(8, false, "go1.16", "");
    wrong[16..24].fill(0xff);
    check("bin/a", &program(Format::Elf64, &wrong), problem);
    wrong[14] = 3;
    let problem = "problem: go build information: pointers of 3 bytes";
    check("bin/a", &program(Format::Elf64, &wrong), problem);
}

#[test]
fn a_module_file_gives_its_requirements_with_replacements_applied() {
    // The module that BUILD_INFO comes from.
    let expected = "example.com/local (devel) line 6\n\
        github.com/google/uuid v1.3.0 line 7\n\
        golang.org/x/text v0.3.8 line 8";
    check("src/go.mod", include_bytes!("testdata/tiny.mod"), expected);
}

#[test]
fn every_way_to_write_a_directive_is_understood() {
    let text = b"module \"example.com/m\" // the module\n\
        go 1.21\ntoolchain go1.21.3\ngodebug default=go1.21\n\
        require a.org/a v1.0.0 // indirect\n\
        require `b.org/b` v1.1.0\r\n\
        require (\n\t// nothing\n\tc.org/c v1.0.0-20200101000000-0123456789ab\n\
        \td.org/d/v2 v2.0.0+incompatible\n)\n\
        exclude a.org/a v1.0.1\nretract (\n\tv0.1.0\n\t[v0.2.0, v0.3.0]\n)\ntool c.org/c/cmd\n\
        replace (\n\ta.org/a v1.0.0 => fork.org/a v1.0.9\n\ta.org/a => other.org/a v3.0.0\n\
        \tc.org/c v9.9.9 => ./c\n\td.org/d/v2 v2.0.0+incompatible => ../d\n)\n";
    let expected = "fork.org/a v1.0.9 line 5\nb.org/b v1.1.0 line 6\n\
        c.org/c v1.0.0-20200101000000-0123456789ab line 9\nd.org/d/v2 (devel) line 10";
    check("go.mod", text, expected);
}

#[test]
fn module_files_of_other_modules_are_passed_over() {
    for path in ["root/go/pkg/mod/a.org/a@v1.0.0/go.mod", "src/vendor/a/go.mod"] {
        check(path, b"require a.org/a v1.0.0\n", "");
    }
}

#[test]
fn an_empty_module_file_requires_nothing() {
    check("go.mod", b"", "");
    check("go.mod", b"module m\n", "");
}

#[test]
fn a_malformed_directive_is_a_problem_and_the_rest_is_kept() {
    let text = b"require a.org/a\nrequire (\nb.org/b v1.0.0\n)\nreplace =>\n(\n)\n";
    let expected = "b.org/b v1.0.0 line 3\n\
        problem: go.mod: malformed or repeated require at line 1";
    check("go.mod", text, expected);
    check(
        "go.mod",
        &b"require (\n".repeat(1000),
        "problem: go.mod: malformed or repeated require at line 2",
    );
}

#[test]
fn damage_never_panics() {
    for format in Format::ALL {
        check_damage(&ANALYZER, "usr/bin/tiny", &program(format, BUILD_INFO));
    }
    let older = pointing(8, false, "go1.16.3", "mod\ta\tv1");
    check_damage(&ANALYZER, "usr/bin/a", &program(Format::Elf64, &older));
    check_damage(&ANALYZER, "go.mod", include_bytes!("testdata/tiny.mod"));
}
