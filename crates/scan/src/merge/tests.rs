//! Stacking, in a small notation: each line of a layer is `PATH = name version, …` for a file
//! with packages, `PATH` for any other entry, `- PATH` for a whiteout, `! PATH` for an opaque
//! directory. The outcome lists `name version @layer`, hidden ones with `hidden by layer`.

use std::sync::Arc;

use seawall_model::{Location, Package, PackageKind};
use seawall_packages::{Facts, path_hash};

use super::{Placed, stack};
use crate::layer::{FileFacts, LayerFacts, PathHashes};

fn layer(text: &str) -> Option<Arc<LayerFacts>> {
    let mut facts = LayerFacts::default();
    let (mut entries, mut removed, mut opaque) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(path) = line.strip_prefix("- ") {
            removed.push(path_hash(path));
        } else if let Some(path) = line.strip_prefix('!') {
            opaque.push(path_hash(path.trim()));
        } else if let Some((path, packages)) = line.split_once(" = ") {
            entries.push(path_hash(path));
            facts.files.push(file(path, packages));
        } else {
            entries.push(path_hash(line));
        }
    }
    facts.entries = PathHashes::new(entries);
    facts.removed = PathHashes::new(removed);
    facts.opaque = PathHashes::new(opaque);
    Some(Arc::new(facts))
}

fn file(path: &str, packages: &str) -> FileFacts {
    let packages = packages.split(", ").filter_map(|package| package.split_once(' '));
    let packages = packages
        .map(|(name, version)| Package::new(PackageKind::Npm, name, version, Location::file(path)))
        .collect();
    let facts = Facts { packages, ..Facts::default() };
    FileFacts { path: path.to_owned(), analyzer: "npm".to_owned(), facts }
}

fn check(layers: &[&str], expected: &str) {
    let layers: Vec<_> = layers.iter().map(|text| layer(text)).collect();
    let stack = stack(&layers);
    let shown = |placed: &Placed<'_>| {
        let Package { name, version, .. } = placed.package;
        let hidden = placed.hidden_by.map_or(String::new(), |by| format!(" hidden by {by}"));
        format!("{name} {version} @{}{hidden}", placed.layer)
    };
    let mut outcome: Vec<String> = stack.visible.iter().chain(&stack.hidden).map(shown).collect();
    outcome.sort();
    let mut expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    expected.sort_unstable();
    assert_eq!(outcome, expected);
}

#[test]
fn a_package_that_persists_in_a_rewritten_database_keeps_its_first_layer() {
    check(
        &["db = musl 1, curl 7", "db = musl 1, curl 8, git 2"],
        "musl 1 @0
         curl 8 @1
         git 2 @1
         curl 7 @0 hidden by 1",
    );
}

#[test]
fn a_whiteout_hides_a_file_and_everything_below_a_directory() {
    check(
        &["a/x/package.json = x 1\na/y/package.json = y 1\nab = z 1", "- a/x", "- a"],
        "z 1 @0
         x 1 @0 hidden by 1
         y 1 @0 hidden by 2",
    );
}

#[test]
fn a_whiteout_does_not_hide_what_its_own_layer_brings() {
    check(&["a/p = x 1", "- a\na/p = x 2"], "x 2 @1\nx 1 @0 hidden by 1");
}

#[test]
fn an_opaque_directory_hides_only_what_lies_below_it_in_lower_layers() {
    check(
        &["a/b/p = x 1\na/c = y 1", "! a/b\na/b/q = z 1"],
        "y 1 @0
         z 1 @1
         x 1 @0 hidden by 1",
    );
    check(&["p = x 1\na/b = y 1", "! "], "x 1 @0 hidden by 1\ny 1 @0 hidden by 1");
}

#[test]
fn any_entry_at_the_path_or_above_it_replaces_the_file() {
    check(&["a/p = x 1", "a/p"], "x 1 @0 hidden by 1");
    check(&["a/b/p = x 1", "a"], "x 1 @0 hidden by 1");
    check(&["a/b/p = x 1", "a/c"], "x 1 @0");
}

#[test]
fn what_comes_back_after_a_removal_belongs_to_the_later_layer() {
    check(&["p = x 1", "- p", "p = x 1"], "x 1 @2\nx 1 @0 hidden by 1");
}

#[test]
fn an_unreadable_layer_hides_nothing() {
    let layers = [layer("p = x 1"), None, layer("q = y 1")];
    let stack = stack(&layers);
    assert_eq!(stack.visible.len(), 2);
    assert!(stack.hidden.is_empty());
}
