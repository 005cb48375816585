//! Whether the operating system in an image could be judged at all. An image that shows nothing
//! to a scanner is not a clean one: a base may have lost its package database or its os-release
//! on the way, or be of a kind that is not read yet.

use std::sync::Arc;

use seawall_model::{Gap, GapKind};
use seawall_packages::path_hash;

use crate::inventory::Inventory;
use crate::layer::LayerFacts;

/// Files that only an operating system brings: its loaders and its shell.
const USERLAND: [&str; 10] = [
    "bin/busybox",
    "bin/sh",
    "usr/bin/sh",
    "lib64/ld-linux-x86-64.so.2",
    "usr/lib64/ld-linux-x86-64.so.2",
    "lib/ld-linux-aarch64.so.1",
    "usr/lib/ld-linux-aarch64.so.1",
    "lib/ld-musl-x86_64.so.1",
    "lib/ld-musl-aarch64.so.1",
    "Files/Windows/System32/ntdll.dll",
];

/// What can't be said about the operating system.
pub(super) fn gap(
    inventory: &Inventory,
    layers: &[Option<Arc<LayerFacts>>],
    platform: Option<&str>,
) -> Option<Gap> {
    let has_packages = inventory.items.iter().any(|item| item.installed.kind.is_distribution());
    let (kind, message) = match &inventory.distribution {
        Some(_) if has_packages => return None,
        Some(distribution) => (
            GapKind::PackageDatabaseMissing,
            format!("the image says it is {} but holds no package database", distribution.id),
        ),
        None if platform.is_some_and(|platform| platform.starts_with("windows/")) => {
            (GapKind::DistributionUnsupported, "Windows images are not judged yet".to_owned())
        }
        None if has_packages || has_userland(layers) => (
            GapKind::DistributionUnknown,
            "there is an operating system in the image but nothing says which".to_owned(),
        ),
        None if inventory.items.is_empty() => (
            GapKind::DistributionUnknown,
            "nothing in the image was recognised: no system and no software".to_owned(),
        ),
        // Software on an empty base, such as a static binary on scratch.
        None => return None,
    };
    Some(Gap { kind, layer: None, path: None, package: None, message })
}

fn has_userland(layers: &[Option<Arc<LayerFacts>>]) -> bool {
    let hashes = USERLAND.map(path_hash);
    let holds = |facts: &Arc<LayerFacts>| hashes.iter().any(|hash| facts.entries.contains(*hash));
    layers.iter().flatten().any(holds)
}
