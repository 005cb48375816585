//! From stacked layers to the list of installed software: one entry for each package URL and
//! place in the layers, with all its locations, its owner, and without what is only declared.

use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::{HashMap, HashSet, hash_map};
use std::sync::Arc;

use seawall_model::{
    Distribution, LayerIndex, Package, PackageKind, SourcePackage, purl, report::InstalledPackage,
};

use crate::merge::{Placed, Stack, path_hashes};
use crate::options::LayerView;

/// The software of an image.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inventory {
    /// Sorted by kind, name, version, layer.
    pub(crate) items: Vec<Item>,
    pub(crate) distribution: Option<Distribution>,
}

/// A package as matching needs it and as reports show it.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) package: Package,
    pub(crate) installed: InstalledPackage,
}

pub(crate) fn inventory(
    stack: Stack<'_>,
    distribution: Option<Distribution>,
    view: LayerView,
) -> Inventory {
    let hidden = match view {
        LayerView::Squashed => Vec::new(),
        LayerView::All => {
            let installed = Installed::of(stack.visible.iter().chain(&stack.hidden));
            let declared = |placed: &&Placed<'_>| installed.supersedes(placed.package);
            stack.hidden.iter().filter(|placed| !declared(placed)).collect()
        }
    };
    let installed = Installed::of(&stack.visible);
    let keep = |placed: &&Placed<'_>| {
        !installed.supersedes(placed.package) || installed.contains(placed.package)
    };
    let placed = stack.visible.iter().filter(keep).chain(hidden);
    let mut groups: BTreeMap<GroupKey, Item> = BTreeMap::new();
    for item in alike(placed, distribution.as_ref(), &stack.owners) {
        match groups.entry(GroupKey::of(&item)) {
            Entry::Occupied(group) => join(group.into_mut(), item),
            Entry::Vacant(place) => drop(place.insert(item)),
        }
    }
    let mut items: Vec<Item> = groups.into_values().collect();
    for item in &mut items {
        item.installed.locations.sort();
        item.installed.locations.dedup();
    }
    Inventory { items, distribution }
}

/// One item for all packages that differ in nothing but their places and licences, in the order
/// of the first of each. Most packages of an image are found several times, and comparing what is
/// there is cheaper than making an item for each and comparing those.
fn alike<'a>(
    placed: impl Iterator<Item = &'a Placed<'a>>,
    distribution: Option<&Distribution>,
    owners: &'a HashMap<u64, Arc<str>>,
) -> Vec<Item> {
    let mut known: HashMap<Likeness<'a>, usize> = HashMap::new();
    let mut items = Vec::new();
    for placed in placed {
        let owner = match placed.package.kind.is_distribution() {
            true => None,
            false => owner(&placed.package.location.path, owners),
        };
        match known.entry(Likeness::of(placed, owner)) {
            hash_map::Entry::Vacant(place) => {
                place.insert(items.len());
                items.push(item(placed, owner, distribution));
            }
            hash_map::Entry::Occupied(at) => {
                if let Some(item) = items.get_mut(*at.get()) {
                    found_again(item, placed);
                }
            }
        }
    }
    items
}

/// Everything that tells items apart, borrowed.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'a> {
    kind: PackageKind,
    name: &'a str,
    version: &'a str,
    source: Option<&'a SourcePackage>,
    architecture: Option<&'a str>,
    module: Option<&'a str>,
    vendor: Option<&'a str>,
    hidden: Option<(LayerIndex, LayerIndex)>,
    owner: Option<&'a str>,
}

impl<'a> Likeness<'a> {
    fn of(placed: &Placed<'a>, owner: Option<&'a str>) -> Self {
        let package = placed.package;
        Self {
            kind: package.kind,
            name: &package.name,
            version: &package.version,
            source: package.source.as_ref(),
            architecture: package.architecture.as_deref(),
            module: package.module.as_deref(),
            vendor: package.vendor.as_deref(),
            hidden: placed.hidden_by.map(|by| (placed.layer, by)),
            owner,
        }
    }
}

/// Visible packages with the same URL are one entry; hidden ones stay apart by their layers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    kind: PackageKind,
    name: String,
    version: String,
    purl: String,
    hidden: Option<(LayerIndex, LayerIndex)>,
    owned_by: Option<String>,
}

impl GroupKey {
    fn of(item: &Item) -> Self {
        let installed = &item.installed;
        Self {
            kind: installed.kind,
            name: installed.name.clone(),
            version: installed.version.clone(),
            purl: installed.purl.clone(),
            hidden: installed.hidden_by.map(|by| (installed.layer, by)),
            owned_by: installed.owned_by.clone(),
        }
    }
}

/// Adds a place of a package that is otherwise the same.
fn found_again(item: &mut Item, placed: &Placed<'_>) {
    let found = (declaration(placed.package).is_some(), placed.layer);
    if found < (declaration(&item.package).is_some(), item.installed.layer) {
        item.installed.layer = placed.layer;
        item.package = placed.package.clone();
    }
    item.installed.locations.push(placed.package.location.clone());
    add_licences(&mut item.installed, placed.package.licences.iter().cloned());
}

/// Copies of one package that declare more licences than this are hostile.
const MAX_LICENCES: usize = 50;

fn add_licences(installed: &mut InstalledPackage, licences: impl Iterator<Item = String>) {
    for licence in licences {
        if installed.licences.len() < MAX_LICENCES && !installed.licences.contains(&licence) {
            installed.licences.push(licence);
        }
    }
}

/// The layer is the lowest that installed the package; one that merely declares it in a lockfile
/// counts only when no other does.
fn join(group: &mut Item, item: Item) {
    let layer = |item: &Item| (declaration(&item.package).is_some(), item.installed.layer);
    if layer(&item) < layer(group) {
        group.installed.layer = item.installed.layer;
        group.package = item.package;
    }
    group.installed.locations.extend(item.installed.locations);
    add_licences(&mut group.installed, item.installed.licences.into_iter());
}

fn item(placed: &Placed<'_>, owner: Option<&str>, distribution: Option<&Distribution>) -> Item {
    let package = placed.package.clone();
    let installed = InstalledPackage {
        name: package.name.clone(),
        version: package.version.clone(),
        purl: purl::purl(&package, distribution),
        kind: package.kind,
        layer: placed.layer,
        hidden_by: placed.hidden_by,
        locations: vec![package.location.clone()],
        architecture: package.architecture.clone(),
        source: package.source.clone(),
        licences: package.licences.clone(),
        owned_by: owner.map(str::to_owned),
    };
    Item { package, installed }
}

/// The distribution package that owns a path.
fn owner<'a>(path: &str, owners: &'a HashMap<u64, Arc<str>>) -> Option<&'a str> {
    if owners.is_empty() {
        return None;
    }
    path_hashes(path).iter().find_map(|hash| owners.get(hash)).map(|owner| &**owner)
}

/// What is installed rather than declared.
///
/// A lockfile lists development dependencies that were never installed and keeps listing what
/// was deleted later; reporting those would be noise. It counts when nothing of its ecosystem is
/// installed beside it: below `node_modules` of the same directory for npm, anywhere in the
/// image for Python.
#[derive(Default)]
struct Installed<'a> {
    packages: HashSet<(PackageKind, &'a str, &'a str)>,
    npm_roots: HashSet<&'a str>,
    python: bool,
}

impl<'a> Installed<'a> {
    fn of(placed: impl IntoIterator<Item = &'a Placed<'a>>) -> Self {
        let mut installed = Self::default();
        for Placed { package, .. } in placed {
            if declaration(package).is_some() {
                continue;
            }
            installed.python |= package.kind == PackageKind::Pypi;
            installed.npm_roots.extend(npm_root(&package.location.path));
            installed.packages.insert(identity(package));
        }
        installed
    }

    fn supersedes(&self, package: &Package) -> bool {
        match declaration(package) {
            Some(Declaration::Npm { root }) => self.npm_roots.contains(root),
            Some(Declaration::Python) => self.python,
            None => false,
        }
    }

    fn contains(&self, package: &Package) -> bool {
        self.packages.contains(&identity(package))
    }
}

fn identity(package: &Package) -> (PackageKind, &str, &str) {
    (package.kind, &package.name, &package.version)
}

/// A package that a file declares without being the installed package itself.
enum Declaration<'a> {
    Npm { root: &'a str },
    Python,
}

fn declaration(package: &Package) -> Option<Declaration<'_>> {
    let path = package.location.path.as_str();
    match package.kind {
        PackageKind::Npm if !path.ends_with("package.json") => {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let root = directory.strip_suffix("node_modules").unwrap_or(directory);
            Some(Declaration::Npm { root: root.trim_end_matches('/') })
        }
        PackageKind::Pypi if path.ends_with(".txt") || path.ends_with(".lock") => {
            Some(Declaration::Python)
        }
        _ => None,
    }
}

/// The directory that holds the outermost `node_modules` of an installed package.
fn npm_root(path: &str) -> Option<&str> {
    if let Some(at) = path.find("/node_modules/") {
        return Some(&path[..at]);
    }
    path.starts_with("node_modules/").then_some("")
}

#[cfg(test)]
mod tests;
