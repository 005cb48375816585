use super::ANALYZER;
use crate::check::{check_damage, facts};

fn check(path: &str, content: &[u8], expected: &str) {
    crate::check::check(&ANALYZER, path, content, expected);
}

// Written by npm 11.19 for one manifest with an alias, a scope, a nested second version
// and a development dependency, with `--lockfile-version` 1, 2 and 3.

#[test]
fn a_version_1_lockfile_gives_nested_and_aliased_dependencies_by_line() {
    let expected = include_str!("testdata/lockfile-1.expected");
    check("app/package-lock.json", include_bytes!("testdata/lockfile-1.json"), expected);
}

#[test]
fn a_version_2_lockfile_is_read_from_its_packages_section_alone() {
    let expected = include_str!("testdata/lockfile-2.expected");
    check("package-lock.json", include_bytes!("testdata/lockfile-2.json"), expected);
}

#[test]
fn a_version_3_lockfile_gives_licences_and_real_names() {
    let expected = include_str!("testdata/lockfile-3.expected");
    check("app/package-lock.json", include_bytes!("testdata/lockfile-3.json"), expected);
    check(
        "app/node_modules/.package-lock.json",
        include_bytes!("testdata/lockfile-3.json"),
        expected,
    );
}

#[test]
fn links_workspaces_repositories_and_files_are_left_out() {
    let json = br#"{"lockfileVersion": 3, "packages": {
        "": {"name": "shop", "version": "1.0.0"},
        "packages/cart": {"name": "cart", "version": "1.0.0"},
        "node_modules/cart": {"resolved": "packages/cart", "link": true},
        "node_modules/cart/node_modules/@s/deep": {"version": "2.0.0"},
        "node_modules/nameless": {"dev": true}
    }}"#;
    check("package-lock.json", json, "@s/deep 2.0.0 line 5");
    let json = br#"{"dependencies": {
        "a": {"version": "git+ssh://git@host/a.git#0123456"},
        "b": {"version": "file:../b"},
        "c": {"version": "github:owner/c#main", "dependencies": {"d": {"version": "4.0.0"}}}
    }}"#;
    check("package-lock.json", json, "d 4.0.0 line 4");
}

#[test]
fn packages_win_over_dependencies_whichever_comes_first() {
    let json = br#"{"dependencies": {"a": {"version": "1.0.0"}},
        "packages": {"node_modules/a": {"version": "2.0.0"}}}"#;
    check("package-lock.json", json, "a 2.0.0 line 2");
}

#[test]
fn lockfiles_that_came_with_a_package_are_passed_over() {
    let json = br#"{"dependencies": {"a": {"version": "1.0.0"}}}"#;
    check("app/node_modules/b/package-lock.json", json, "");
    check("app/.package-lock.json", json, "");
}

#[test]
fn an_empty_lockfile_has_no_packages_and_an_empty_file_is_a_problem() {
    check("package-lock.json", b"{}", "");
    let message = "problem: npm lockfile: EOF while parsing a value at line 1 column 0";
    check("package-lock.json", b"", message);
}

#[test]
fn a_truncated_lockfile_keeps_what_was_read_and_says_so() {
    let json = br#"{"packages": {"node_modules/a": {"version": "1.0.0"}, "node_modules/b": {"#;
    let expected = "a 1.0.0 line 1\n\
        problem: npm lockfile: EOF while parsing an object at line 1 column 73";
    check("package-lock.json", json, expected);
}

#[test]
fn nesting_without_end_is_a_problem_not_a_crash() {
    let json = r#"{"dependencies":{"a":"#.repeat(100_000);
    let found = facts(&ANALYZER, "package-lock.json", json.as_bytes());
    assert!(found.problems[0].message.contains("recursion limit"), "{found:?}");
}

#[test]
fn an_installed_package_gives_name_version_and_licence() {
    let root = "usr/lib/node_modules/express/package.json";
    let json = br#"{"name": "express", "version": "4.17.1", "license": "MIT", "files": ["lib"]}"#;
    check(root, json, r#"express 4.17.1 licence "MIT""#);
    let scoped = "srv/node_modules/a/node_modules/@babel/core/package.json";
    let json = br#"{"name": "@babel/core", "version": "7.9.0"}"#;
    check(scoped, json, "@babel/core 7.9.0");
}

#[test]
fn every_shape_of_licence_is_understood() {
    let with = |licence: &str| format!(r#"{{"name": "a", "version": "1.0.0", {licence}}}"#);
    let root = "node_modules/a/package.json";
    let both = r#"a 1.0.0 licence "MIT" licence "Apache-2.0""#;
    for (licence, expected) in [
        (r#""license": {"type": "MIT", "url": "https://example.org"}"#, r#"a 1.0.0 licence "MIT""#),
        (r#""licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]"#, both),
        (r#""license": ["MIT", "Apache-2.0"]"#, both),
        (r#""license": "MIT", "license": "ISC""#, r#"a 1.0.0 licence "ISC""#),
        (r#""license": 7, "licenses": null"#, "a 1.0.0"),
        (r#""license": [[{"type": true}], -1, 0.5, " "]"#, "a 1.0.0"),
    ] {
        check(root, with(licence).as_bytes(), expected);
    }
}

#[test]
fn a_manifest_elsewhere_or_without_a_name_is_no_package() {
    let json = br#"{"name": "a", "version": "1.0.0"}"#;
    check("app/package.json", json, "");
    check("package.json", json, "");
    check("node_modules/package.json", json, "");
    check("app/node_modules/a/test/package.json", json, "");
    check("app/node_modules/a/package.json", br#"{"type": "module"}"#, "");
}

#[test]
fn a_manifest_with_a_byte_order_mark_or_escapes_is_read() {
    let json = "\u{feff}{\"n\\u0061me\": \"\\u0061\", \"version\": \"1.0.0\"}";
    check("node_modules/a/package.json", json.as_bytes(), "a 1.0.0");
}

#[test]
fn a_manifest_that_is_not_json_is_a_problem() {
    let problem = "problem: package.json: invalid type: integer `1`, expected a string";
    let json = br#"{"name": 1}"#;
    check("node_modules/a/package.json", json, &format!("{problem} at line 1 column 10"));
    let problem = "problem: package.json: EOF while parsing a value at line 1 column 0";
    check("node_modules/a/package.json", b"", problem);
}

#[test]
fn damage_never_panics() {
    for lockfile in [
        include_bytes!("testdata/lockfile-1.json").as_slice(),
        include_bytes!("testdata/lockfile-3.json"),
    ] {
        check_damage(&ANALYZER, "package-lock.json", lockfile);
    }
}
