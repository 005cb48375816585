//! Stacking layers: which files are visible in the end, which layer brought each package in and
//! which took it away (OCI image-spec 1.1, layer.md, "Applying Changesets").
//!
//! A package belongs to the layer in which it first appeared, even when a later layer wrote the
//! package database again: what persists in a rewritten file keeps its layer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use seawall_model::{Distribution, LayerIndex, Package, PackageKind};
use seawall_packages::{OwnedFiles, path_hash};

use crate::layer::{FileFacts, LayerFacts};

/// The result of stacking all layers.
#[derive(Debug, Default)]
pub(crate) struct Stack<'a> {
    /// Packages in visible files.
    pub(crate) visible: Vec<Placed<'a>>,
    /// Packages that an upper layer hides.
    pub(crate) hidden: Vec<Placed<'a>>,
    /// Which distribution package owns the path of another package, by path hash, from visible
    /// package databases.
    pub(crate) owners: HashMap<u64, Arc<str>>,
    /// What visible files say about the distribution, by path.
    pub(crate) distribution: Vec<(String, Distribution)>,
}

/// A package of a layer's facts with its place in the layers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) package: &'a Package,
    pub(crate) layer: LayerIndex,
    pub(crate) hidden_by: Option<LayerIndex>,
}

/// Stacks layers, base first; a layer that could not be read contributes nothing.
pub(crate) fn stack(layers: &[Option<Arc<LayerFacts>>]) -> Stack<'_> {
    let mut stacking = Stacking::default();
    for (index, facts) in layers.iter().enumerate() {
        if let Some(facts) = facts {
            stacking.apply(index, facts);
            // Nothing lies above the last layer that could hit its files.
            if index + 1 < layers.len() {
                stacking.index_keys();
            }
        }
    }
    stacking.finish()
}

/// Files alive so far, and the keys under which an upper layer can hit them.
#[derive(Default)]
struct Stacking<'a> {
    files: Vec<LiveFile<'a>>,
    /// Sorted by hash: for each live file its own path and every directory above it.
    keys: Vec<Key>,
    /// How many files have their keys among them.
    indexed: usize,
    hidden: Vec<Placed<'a>>,
}

struct LiveFile<'a> {
    file: &'a FileFacts,
    alive: bool,
    packages: Vec<Placed<'a>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    hash: u64,
    file: usize,
    is_itself: bool,
}

impl<'a> Stacking<'a> {
    fn apply(&mut self, layer: LayerIndex, facts: &'a LayerFacts) {
        let mut hit = self.hit_by(facts);
        hit.sort_unstable();
        hit.dedup();
        let mut replaced: HashMap<(&str, &str), Vec<Placed<'_>>> = HashMap::new();
        for index in hit {
            let live = &mut self.files[index];
            if !live.alive {
                continue;
            }
            live.alive = false;
            let packages = std::mem::take(&mut live.packages);
            replaced.insert((&live.file.path, &live.file.analyzer), packages);
        }
        for file in &facts.files {
            let before = replaced.remove(&(&*file.path, &*file.analyzer)).unwrap_or_default();
            self.add(layer, file, before);
        }
        let mut gone: Vec<_> = replaced.into_iter().collect();
        gone.sort_unstable_by_key(|(name, _)| *name);
        for (_, packages) in gone {
            self.hide(layer, packages);
        }
    }

    /// Makes the files alive by now findable for the layers above.
    fn index_keys(&mut self) {
        self.keys.retain(|key| self.files[key.file].alive);
        for index in self.indexed..self.files.len() {
            self.push_keys(index, &self.files[index].file.path);
        }
        self.indexed = self.files.len();
        self.keys.sort_unstable();
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

    fn add(&mut self, layer: LayerIndex, file: &'a FileFacts, before: Vec<Placed<'a>>) {
        let mut earlier: HashMap<Identity<'_>, Vec<usize>> = HashMap::new();
        for (index, placed) in before.iter().enumerate() {
            earlier.entry(Identity::of(placed.package)).or_default().push(index);
        }
        let packages = file.facts.packages.iter().map(|package| {
            let same = match earlier.is_empty() {
                true => None,
                false => earlier.get_mut(&Identity::of(package)).and_then(Vec::pop),
            };
            let layer = same.map_or(layer, |index| before[index].layer);
            Placed { package, layer, hidden_by: None }
        });
        let packages = packages.collect();
        let gone: HashSet<usize> = earlier.into_values().flatten().collect();
        let mut index = 0..;
        let mut before = before;
        before.retain(|_| index.next().is_some_and(|index| gone.contains(&index)));
        before.sort_by(|left, right| order(left).cmp(&order(right)));
        self.hide(layer, before);
        self.files.push(LiveFile { file, alive: true, packages });
    }

    fn push_keys(&mut self, file: usize, path: &'a str) {
        self.keys.push(Key { hash: path_hash(path), file, is_itself: true });
        for (at, _) in path.match_indices('/') {
            self.keys.push(Key { hash: path_hash(&path[..at]), file, is_itself: false });
        }
    }

    fn hide(&mut self, layer: LayerIndex, packages: Vec<Placed<'a>>) {
        let hidden = packages.into_iter().map(|placed| Placed { hidden_by: Some(layer), ..placed });
        self.hidden.extend(hidden);
    }

    fn finish(self) -> Stack<'a> {
        let mut stack = Stack { hidden: self.hidden, ..Stack::default() };
        let mut owned = Vec::new();
        for LiveFile { file, packages, .. } in self.files.into_iter().filter(|file| file.alive) {
            stack.visible.extend(packages);
            owned.extend(&file.facts.owned);
            if let Some(distribution) = &file.facts.distribution {
                stack.distribution.push((file.path.clone(), distribution.clone()));
            }
        }
        stack.owners = owners(&owned, stack.visible.iter().chain(&stack.hidden));
        stack
    }
}

/// Owners of the paths at which packages lie that no package manager of the distribution listed.
/// Databases name hundreds of thousands of other paths.
fn owners<'a>(
    owned: &[&OwnedFiles],
    placed: impl Iterator<Item = &'a Placed<'a>>,
) -> HashMap<u64, Arc<str>> {
    let mut asked = Asked::default();
    for placed in placed.filter(|placed| !placed.package.kind.is_distribution()) {
        path_hashes(&placed.package.location.path).into_iter().for_each(|hash| asked.add(hash));
    }
    let mut owners = HashMap::new();
    if asked.hashes.is_empty() {
        return owners;
    }
    for OwnedFiles { package, paths } in owned {
        let mut owner: Option<Arc<str>> = None;
        for &path in paths.iter().filter(|path| asked.contains(**path)) {
            let owner = owner.get_or_insert_with(|| package.as_str().into());
            owners.insert(path, Arc::clone(owner));
        }
    }
    owners
}

/// A set of path hashes that says quickly of nearly all others that they are not in it, by a bit
/// for each value of their upper 16 bits.
#[derive(Default)]
struct Asked {
    hashes: HashSet<u64>,
    upper: Vec<u64>,
}

impl Asked {
    const UPPER_BITS: u32 = 16;

    fn bit(hash: u64) -> (usize, u64) {
        let upper = hash >> (u64::BITS - Self::UPPER_BITS);
        ((upper / 64) as usize, 1 << (upper % 64))
    }

    fn add(&mut self, hash: u64) {
        self.upper.resize((1 << Self::UPPER_BITS) / 64, 0);
        let (word, bit) = Self::bit(hash);
        self.upper[word] |= bit;
        self.hashes.insert(hash);
    }

    fn contains(&self, hash: u64) -> bool {
        let (word, bit) = Self::bit(hash);
        self.upper.get(word).is_some_and(|bits| bits & bit != 0) && self.hashes.contains(&hash)
    }
}

/// The hashes under which a package database may name a path: it may still say `bin/x` for what
/// lies at `usr/bin/x` since the directories were merged, and the other way round.
pub(crate) fn path_hashes(path: &str) -> [u64; 2] {
    let other = match path.strip_prefix("usr/") {
        Some(rest) => path_hash(rest),
        None => path_hash(&format!("usr/{path}")),
    };
    [path_hash(path), other]
}

/// What makes a package of a rewritten file the same package as before. The line may move.
#[derive(PartialEq, Eq, Hash)]
struct Identity<'a> {
    kind: PackageKind,
    name: &'a str,
    version: &'a str,
    architecture: Option<&'a str>,
    inner: Option<&'a str>,
}

impl<'a> Identity<'a> {
    fn of(package: &'a Package) -> Self {
        Self {
            kind: package.kind,
            name: &package.name,
            version: &package.version,
            architecture: package.architecture.as_deref(),
            inner: package.location.inner.as_deref(),
        }
    }
}

fn order<'a>(placed: &Placed<'a>) -> (&'a str, &'a str, LayerIndex) {
    (&placed.package.name, &placed.package.version, placed.layer)
}

#[cfg(test)]
mod tests;
