//! The command as a user runs it: exit codes, what goes where, the same bytes twice. The example
//! image and the starter database in the program are the input.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn storefront() -> String {
    repository().join("examples/images/storefront.tar").display().to_string()
}

/// Runs `seawall` in an empty directory with a home of its own.
struct Seawall(tempfile::TempDir);

impl Seawall {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("SEAWALL_DATE", "2026-09-01");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn scan(&self, more: &[&str]) -> Output {
        self.run(&[&["scan", &storefront()], more].concat())
    }

    fn json(&self, more: &[&str]) -> Value {
        let output = self.scan(&[&["--report", "json", "--quiet"], more].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_red_image_exits_with_two_and_shows_why() {
    let output = Seawall::new().scan(&[]);
    assert_eq!(output.status.code(), Some(2));
    let table = text(&output.stdout);
    for expected in ["RED", "CVE-2021-44228", "log4j-core", "What to do next", "Alpine Linux v3.10"]
    {
        assert!(table.contains(expected), "{expected} is missing in\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let seawall = Seawall::new();
    let output = seawall
        .command(&["scan", "--quiet", "examples/images/storefront.tar"])
        .current_dir(repository())
        .env("SEAWALL_DATE", "2026-11-21")
        .output()
        .unwrap();
    let printed = text(&output.stdout);
    let mut lines = printed.lines().map(str::trim_end);
    for line in shown.lines().filter(|line| *line != "…") {
        assert!(lines.any(|printed| printed == line), "the program does not print: {line}");
    }
}

#[test]
fn the_stable_core_of_the_json_report_is_there() {
    let report = Seawall::new().json(&[]);
    assert_eq!(report["verdict"], "red");
    assert_eq!(report["image"]["os"]["family"], "alpine");
    assert_eq!(report["image"]["os"]["version"], "3.10.9");
    assert_eq!(report["image"]["os"]["end_of_life"], true);
    assert_eq!(report["image"]["layers"].as_array().unwrap().len(), 6);
    assert_eq!(report["scanner"]["name"], "seawall");
    assert!(report["database"]["sources"].as_array().unwrap().len() > 10);
    let packages = report["packages"].as_array().unwrap();
    let named = |name: &str| packages.iter().find(|package| package["name"] == name);
    assert_eq!(named("musl").unwrap()["version"], "1.1.22-r4");
    assert_eq!(named("musl").unwrap()["type"], "apk");
    assert_eq!(named("lodash").unwrap()["version"], "4.17.21");
    assert_eq!(named("handlebars"), None, "the last layer removed it");
    let findings = report["findings"].as_array().unwrap();
    let shell = findings.iter().find(|finding| finding["id"] == "CVE-2021-44228").unwrap();
    assert_eq!(shell["kind"], "vulnerability");
    assert_eq!(shell["layer"], 4);
    assert_eq!(shell["hidden_by"], Value::Null);
    assert_eq!(shell["locations"][0]["path"], "opt/search/log4j-core-2.14.1.jar");
    let gaps: Vec<&str> =
        report["gaps"].as_array().unwrap().iter().filter_map(|gap| gap["kind"].as_str()).collect();
    assert_eq!(gaps, ["distribution-end-of-life"]);
}

#[test]
fn all_layers_show_what_the_last_one_removed() {
    let report = Seawall::new().json(&["--layers", "all"]);
    let packages = report["packages"].as_array().unwrap();
    let handlebars = packages.iter().find(|package| package["name"] == "handlebars").unwrap();
    assert_eq!((&handlebars["layer"], &handlebars["hidden_by"]), (&2.into(), &5.into()));
}

#[test]
fn the_same_scan_gives_the_same_bytes_with_and_without_the_cache() {
    let seawall = Seawall::new();
    let cold = seawall.scan(&["--report", "json", "--no-cache"]).stdout;
    let filling = seawall.scan(&["--report", "json"]).stdout;
    let warm = seawall.scan(&["--report", "json"]).stdout;
    assert!(cold == filling && filling == warm);
}

#[test]
fn several_reports_are_written_at_once() {
    let seawall = Seawall::new();
    let reports =
        ["--report", "json=a.json", "--report", "sarif=b.sarif", "--report", "cyclonedx=c.json"];
    let output = seawall.scan(&reports);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    for (file, key) in [("a.json", "verdict"), ("b.sarif", "runs"), ("c.json", "components")] {
        let report: Value = serde_json::from_slice(&fs::read(seawall.path(file)).unwrap()).unwrap();
        assert!(!report[key].is_null(), "{file}");
    }
}

#[test]
fn an_archive_can_come_from_standard_input() {
    let seawall = Seawall::new();
    let mut child = seawall
        .command(&["scan", "-", "--report", "json", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let archive = fs::read(storefront()).unwrap();
    child.stdin.take().unwrap().write_all(&archive).unwrap();
    let streamed: Value =
        serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    let direct = seawall.json(&[]);
    assert_eq!(streamed["packages"], direct["packages"]);
    assert_eq!(streamed["findings"], direct["findings"]);
}

#[test]
fn what_can_not_be_done_exits_with_one_and_names_the_thing() {
    let seawall = Seawall::new();
    fs::write(seawall.path("not-an-image"), "hello").unwrap();
    fs::write(seawall.path("seawall.toml"), "[[rules]]\nname = 'x'\nverdikt = 'red'\n").unwrap();
    fs::create_dir(seawall.path("empty")).unwrap();
    let check = |arguments: &[&str], expected: &str| {
        let output = seawall.run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    };
    check(&["scan", "missing.tar", "--config", "/dev/null"], "missing.tar");
    check(&["scan", "not-an-image", "--config", "/dev/null"], "not-an-image");
    check(&["scan", "x", "--unknown"], "--unknown");
    check(&["scan", &storefront()], "verdikt");
    check(&["scan", &storefront(), "--config", "/dev/null", "--report", "pdf"], "pdf");
    check(&["db", "status", "--database", "not-an-image"], "not a seawall vulnerability database");
    check(&["db", "lookup", "no-such-package"], "no-such-package");
    check(&["db", "build", "--feeds", "empty", "--out", "x"], "empty");
}

#[test]
fn a_settings_file_sets_options_and_exceptions() {
    let seawall = Seawall::new();
    let file = "[scan]\nreport = ['json']\nquiet = true\n\
                [[rules]]\nname = 'any critical'\nverdict = 'yellow'\nseverity = 'critical'\n\
                [[exceptions]]\nid = 'CVE-2021-44228'\nowner = 'search team'\n\
                reason = 'lookups are switched off'\nexpires = '2026-12-31'\n\
                [[exceptions]]\nid = 'CVE-1999-0001'\nowner = 'nobody'\nreason = 'old'\n\
                expires = '2026-12-31'\n";
    fs::write(seawall.path("seawall.toml"), file).unwrap();
    let output = seawall.scan(&[]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "yellow");
    let findings = report["findings"].as_array().unwrap();
    let accepted = findings.iter().find(|finding| finding["id"] == "CVE-2021-44228").unwrap();
    assert_eq!(accepted["exception"]["owner"], "search team");
    assert!(report["notices"][0].as_str().unwrap().contains("matched nothing"));
    assert_eq!(seawall.scan(&["--strict"]).status.code(), Some(3));
}

#[test]
fn the_database_answers_for_packages_and_vulnerabilities() {
    let seawall = Seawall::new();
    let status = text(&seawall.run(&["db", "status", "--verify"]).stdout);
    assert!(status.contains("every checksum is right"), "{status}");
    let lookup = text(&seawall.run(&["db", "lookup", "CVE-2021-44228"]).stdout);
    assert!(lookup.contains("org.apache.logging.log4j:log4j-core"), "{lookup}");
    let package = text(&seawall.run(&["db", "lookup", "apk-tools"]).stdout);
    assert!(package.contains("CVE-2021-36159"), "{package}");
}

#[test]
fn the_cache_can_be_looked_at_and_cleaned() {
    let seawall = Seawall::new();
    seawall.scan(&["--quiet"]);
    let status = text(&seawall.run(&["cache", "status"]).stdout);
    assert!(status.contains("6 layers"), "{status}");
    seawall.run(&["cache", "clean"]);
    let status = text(&seawall.run(&["cache", "status"]).stdout);
    assert!(status.contains("0 layers"), "{status}");
}

#[test]
fn the_built_in_policy_is_a_policy_file() {
    let seawall = Seawall::new();
    let policy = seawall.run(&["policy", "show"]).stdout;
    fs::write(seawall.path("policy.toml"), policy).unwrap();
    let output = seawall.run(&["policy", "check", "policy.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn the_man_page_and_completions_name_every_command() {
    let seawall = Seawall::new();
    for arguments in [&["man"][..], &["completions", "bash"][..]] {
        let page = text(&seawall.run(arguments).stdout);
        for command in ["scan", "db", "cache", "policy"] {
            assert!(page.contains(command), "{arguments:?} lacks {command}");
        }
    }
}
