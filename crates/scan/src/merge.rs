//! Stacking layers: which files are visible in the end, which layer brought each package in and
//! which took it away (OCI image-spec 1.1, layer.md, "Applying Changesets").
//!
//! A package belongs to the layer in which it first appeared, even when a later layer wrote the
//! package database again: what persists in a rewritten file keeps its layer.

use std::collections::HashMap;
use std::sync::Arc;

use seawall_model::{Distribution, LayerIndex, Package, PackageKind};
use seawall_packages::{OwnedFiles, path_hash};

use crate::layer::{FileFacts, LayerFacts};

/// The result of stacking all layers.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Packages in visible files.
    pub(crate) visible: Vec<Placed>,
    /// Packages that an upper layer hides.
    pub(crate) hidden: Vec<Placed>,
    /// Which distribution package owns a path, by path hash, from visible package databases.
    pub(crate) owners: HashMap<u64, Arc<str>>,
    /// What visible files say about the distribution, by path.
    pub(crate) distribution: Vec<(String, Distribution)>,
}

/// A package with its place in the layers.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) package: Package,
    pub(crate) layer: LayerIndex,
    pub(crate) hidden_by: Option<LayerIndex>,
}

/// Stacks layers, base first; a layer that could not be read contributes nothing.
pub(crate) fn stack(layers: &[Option<Arc<LayerFacts>>]) -> Stack {
    let mut stacking = Stacking::default();
    for (index, facts) in layers.iter().enumerate() {
        if let Some(facts) = facts {
            stacking.apply(index, facts);
        }
    }
    stacking.finish()
}

/// Files alive so far, and the keys under which an upper layer can hit them.
#[derive(Default)]
struct Stacking {
    files: Vec<LiveFile>,
    /// Sorted by hash: for each live file its own path and every directory above it.
    keys: Vec<Key>,
    hidden: Vec<Placed>,
}

struct LiveFile {
    path: String,
    analyzer: String,
    alive: bool,
    packages: Vec<Placed>,
    owned: Vec<OwnedFiles>,
    distribution: Option<Distribution>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    hash: u64,
    file: usize,
    is_itself: bool,
}

impl Stacking {
    fn apply(&mut self, layer: LayerIndex, facts: &LayerFacts) {
        let mut hit = self.hit_by(facts);
        hit.sort_unstable();
        hit.dedup();
        let mut replaced: HashMap<(String, String), Vec<Placed>> = HashMap::new();
        for index in hit {
            let file = &mut self.files[index];
            if !file.alive {
                continue;
            }
            file.alive = false;
            let name = (file.path.clone(), file.analyzer.clone());
            replaced.insert(name, std::mem::take(&mut file.packages));
        }
        for file in &facts.files {
            let name = (file.path.clone(), file.analyzer.clone());
            let before = replaced.remove(&name).unwrap_or_default();
            self.add(layer, file, before);
        }
        let mut gone: Vec<_> = replaced.into_iter().collect();
        gone.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        for (_, packages) in gone {
            self.hide(layer, packages);
        }
        self.keys.retain(|key| self.files[key.file].alive);
        self.keys.sort();
    }

    /// Live files that this layer removes or replaces, by walking the two sorted lists together.
    fn hit_by(&self, facts: &LayerFacts) -> Vec<usize> {
        let mut hit = Vec::new();
        if self.keys.is_empty() {
            return hit;
        }
        let mut keys = self.keys.iter().peekable();
        for entry in facts.entries.iter() {
            while keys.next_if(|key| key.hash < entry).is_some() {}
            while let Some(key) = keys.next_if(|key| key.hash == entry) {
                hit.push(key.file);
            }
            if keys.peek().is_none() {
                break;
            }
        }
        for path in facts.removed.iter() {
            hit.extend(self.keys_of(path).map(|key| key.file));
        }
        let root = path_hash("");
        for directory in facts.opaque.iter() {
            // The root made opaque hides everything below this layer.
            if directory == root {
                return (0..self.files.len()).collect();
            }
            hit.extend(self.keys_of(directory).filter(|key| !key.is_itself).map(|key| key.file));
        }
        hit
    }

    fn keys_of(&self, hash: u64) -> impl Iterator<Item = &Key> {
        let start = self.keys.partition_point(|key| key.hash < hash);
        self.keys[start..].iter().take_while(move |key| key.hash == hash)
    }

    fn add(&mut self, layer: LayerIndex, file: &FileFacts, before: Vec<Placed>) {
        let mut earlier: HashMap<Identity, Vec<Placed>> = HashMap::new();
        for placed in before {
            earlier.entry(Identity::of(&placed.package)).or_default().push(placed);
        }
        let packages = file.facts.packages.iter().map(|package| {
            let same = earlier.get_mut(&Identity::of(package)).and_then(Vec::pop);
            let layer = same.map_or(layer, |placed| placed.layer);
            Placed { package: package.clone(), layer, hidden_by: None }
        });
        let packages = packages.collect();
        let mut gone: Vec<Placed> = earlier.into_values().flatten().collect();
        gone.sort_by(|left, right| order(left).cmp(&order(right)));
        self.hide(layer, gone);
        let index = self.files.len();
        self.push_keys(index, &file.path);
        self.files.push(LiveFile {
            path: file.path.clone(),
            analyzer: file.analyzer.clone(),
            alive: true,
            packages,
            owned: file.facts.owned.clone(),
            distribution: file.facts.distribution.clone(),
        });
    }

    fn push_keys(&mut self, file: usize, path: &str) {
        self.keys.push(Key { hash: path_hash(path), file, is_itself: true });
        for (at, _) in path.match_indices('/') {
            self.keys.push(Key { hash: path_hash(&path[..at]), file, is_itself: false });
        }
    }

    fn hide(&mut self, layer: LayerIndex, packages: Vec<Placed>) {
        let hidden = packages.into_iter().map(|placed| Placed { hidden_by: Some(layer), ..placed });
        self.hidden.extend(hidden);
    }

    fn finish(self) -> Stack {
        let mut stack = Stack { hidden: self.hidden, ..Stack::default() };
        for file in self.files.into_iter().filter(|file| file.alive) {
            stack.visible.extend(file.packages);
            for owned in file.owned {
                let owner: Arc<str> = owned.package.into();
                stack.owners.extend(owned.paths.into_iter().map(|path| (path, owner.clone())));
            }
            if let Some(distribution) = file.distribution {
                stack.distribution.push((file.path, distribution));
            }
        }
        stack
    }
}

/// What makes a package of a rewritten file the same package as before. The line may move.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    kind: PackageKind,
    name: String,
    version: String,
    architecture: Option<String>,
    inner: Option<String>,
}

impl Identity {
    fn of(package: &Package) -> Self {
        Self {
            kind: package.kind,
            name: package.name.clone(),
            version: package.version.clone(),
            architecture: package.architecture.clone(),
            inner: package.location.inner.clone(),
        }
    }
}

fn order(placed: &Placed) -> (&str, &str, LayerIndex) {
    (&placed.package.name, &placed.package.version, placed.layer)
}

#[cfg(test)]
mod tests;
