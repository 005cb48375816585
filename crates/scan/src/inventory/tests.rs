//! What becomes of stacked packages: one entry for each URL, owners, declared versus installed.

use std::collections::HashMap;

use seawall_model::{Location, Package, PackageKind};
use seawall_packages::path_hash;

use super::inventory;
use crate::merge::{Placed, Stack};
use crate::options::LayerView;

fn placed(
    kind: PackageKind,
    name: &str,
    version: &str,
    path: &str,
    layer: usize,
) -> Placed<'static> {
    // Placed packages are borrowed from facts that outlive the test.
    let package = Box::leak(Box::new(Package::new(kind, name, version, Location::file(path))));
    Placed { package, layer, hidden_by: None }
}

/// Each entry as `name version @layer paths…`, with its owner.
fn check(stack: Stack<'_>, view: LayerView, expected: &[&str]) {
    let shown = inventory(stack, None, view).items.into_iter().map(|item| {
        let installed = item.installed;
        let paths: Vec<String> = installed.locations.into_iter().map(|at| at.path).collect();
        let owner = installed.owned_by.map_or(String::new(), |owner| format!(" of {owner}"));
        let (name, version) = (installed.name, installed.version);
        format!("{name} {version} @{} {}{owner}", installed.layer, paths.join(" "))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn the_same_package_in_several_places_is_one_entry_of_its_lowest_layer() {
    let visible = vec![
        placed(PackageKind::Npm, "a", "1", "x/node_modules/a/package.json", 2),
        placed(PackageKind::Npm, "a", "1", "y/node_modules/a/package.json", 1),
    ];
    let stack = Stack { visible, ..Stack::default() };
    let expected = "a 1 @1 x/node_modules/a/package.json y/node_modules/a/package.json";
    check(stack, LayerView::Squashed, &[expected]);
}

#[test]
fn the_layer_that_installed_a_package_counts_before_one_that_declares_it() {
    let visible = vec![
        placed(PackageKind::Npm, "a", "1", "package-lock.json", 1),
        placed(PackageKind::Npm, "a", "1", "node_modules/a/package.json", 2),
    ];
    let stack = Stack { visible, ..Stack::default() };
    check(stack, LayerView::Squashed, &["a 1 @2 node_modules/a/package.json package-lock.json"]);
}

#[test]
fn a_lockfile_counts_only_where_nothing_is_installed_beside_it() {
    let visible = vec![
        placed(PackageKind::Npm, "used", "1", "app/package-lock.json", 0),
        placed(PackageKind::Npm, "dev", "1", "app/package-lock.json", 0),
        placed(PackageKind::Npm, "used", "1", "app/node_modules/used/package.json", 0),
        placed(PackageKind::Npm, "other", "1", "source/package-lock.json", 0),
    ];
    let stack = Stack { visible, ..Stack::default() };
    let used = "used 1 @0 app/node_modules/used/package.json app/package-lock.json";
    check(stack, LayerView::Squashed, &["other 1 @0 source/package-lock.json", used]);
}

#[test]
fn a_language_package_knows_which_distribution_package_owns_it() {
    let path = "usr/lib/python3/dist-packages/six-1.16.0.egg-info";
    let visible = vec![placed(PackageKind::Pypi, "six", "1.16.0", path, 0)];
    let owners = HashMap::from([(path_hash(path), "python3-six".into())]);
    let stack = Stack { visible, owners, ..Stack::default() };
    check(stack, LayerView::Squashed, &[&format!("six 1.16.0 @0 {path} of python3-six")]);
}

#[test]
fn ownership_survives_the_merge_of_bin_into_usr() {
    let visible = vec![placed(PackageKind::Golang, "tool", "1", "usr/bin/tool", 0)];
    let owners = HashMap::from([(path_hash("bin/tool"), "tool".into())]);
    let stack = Stack { visible, owners, ..Stack::default() };
    check(stack, LayerView::Squashed, &["tool 1 @0 usr/bin/tool of tool"]);
}

#[test]
fn hidden_packages_appear_only_when_all_layers_are_asked_for() {
    let hidden = || {
        let mut gone = placed(PackageKind::Npm, "gone", "1", "p", 0);
        gone.hidden_by = Some(1);
        Stack { hidden: vec![gone], ..Stack::default() }
    };
    check(hidden(), LayerView::Squashed, &[]);
    check(hidden(), LayerView::All, &["gone 1 @0 p"]);
}
