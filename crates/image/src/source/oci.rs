//! OCI image layouts (OCI image-spec 1.1, image-layout.md), in a directory or an archive. Every
//! document below `index.json` is verified against the digest that refers to it.
//!
//! Passed over: attestations and other artifacts beside images.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use seawall_model::Digest;

use super::choice::Candidate;
use super::docker;
use super::document::{Configuration, Descriptor, Manifest, blob_path, parse, text, verified};
use super::{Choice, Files, Place, Resolved};
use crate::{Error, ImageMetadata, LayerDescriptor};

/// The entry document.
pub(super) const INDEX: &str = "index.json";

/// Indexes inside indexes.
const DEPTH: usize = 4;

/// Manifests looked at in one layout.
const MANIFESTS: usize = 1_000;

/// Descriptors followed in one layout: indexes that list one another again and again would
/// otherwise multiply at each depth.
const DESCRIPTORS: usize = 20_000;

/// An index counts for so many descriptors, because it must be read.
const INDEX_COST: usize = 100;

/// Longest name of an image that is remembered, in bytes; registries allow half of it.
const NAME_BYTES: usize = 512;

/// Names of one image that are remembered.
const NAMES: usize = 100;

const IMAGE_NAME: &str = "io.containerd.image.name";
const REFERENCE_NAME: &str = "org.opencontainers.image.ref.name";
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";

/// A manifest that could be the one meant.
struct Leaf {
    digest: Digest,
    names: Vec<String>,
    platform: Option<crate::Platform>,
}

pub(super) fn resolve(
    files: &dyn Files,
    index: &[u8],
    choice: &Choice<'_>,
) -> Result<Resolved, Error> {
    let index: Manifest = parse(index, INDEX)?;
    let top = index.manifests.unwrap_or_default();
    let mut expansion = Expansion { files, leaves: Vec::new(), descriptors: 0 };
    let mut names = Vec::new();
    for descriptor in &top {
        let own = descriptor_names(descriptor);
        if own.iter().chain([&descriptor.digest.to_string()]).any(|name| choice.names(name)) {
            expansion.add(descriptor, &own, 0)?;
        }
        names.extend(own.into_iter().next());
    }
    let leaves = expansion.leaves;
    if let Some(reference) = choice.reference
        && leaves.is_empty()
    {
        return Err(Error::ReferenceAbsent {
            name: files.name().to_owned(),
            reference: reference.to_owned(),
            names,
        });
    }
    let leaf = pick(files, leaves, choice)?;
    image(files, leaf, choice)
}

/// The names of an image, the fullest first.
fn descriptor_names(descriptor: &Descriptor) -> Vec<String> {
    let mut names: Vec<String> = [IMAGE_NAME, REFERENCE_NAME]
        .iter()
        .filter_map(|key| descriptor.annotations.get(*key))
        .filter(|name| name.len() <= NAME_BYTES)
        .cloned()
        .collect();
    names.dedup();
    names
}

/// The manifests that an index leads to, found so far.
struct Expansion<'f> {
    files: &'f dyn Files,
    leaves: Vec<Leaf>,
    /// Descriptors followed.
    descriptors: usize,
}

impl Expansion<'_> {
    /// Adds the manifests that a descriptor leads to.
    fn add(
        &mut self,
        descriptor: &Descriptor,
        names: &[String],
        depth: usize,
    ) -> Result<(), Error> {
        self.descriptors += 1;
        if self.descriptors > DESCRIPTORS {
            return Err(too_many(DESCRIPTORS, "descriptors"));
        }
        let is_attestation = descriptor.annotations.contains_key(REFERENCE_TYPE)
            || descriptor.platform.as_ref().is_some_and(crate::Platform::is_unknown);
        if is_attestation {
            return Ok(());
        }
        let is_index = descriptor.media_type.ends_with("index.v1+json")
            || descriptor.media_type.ends_with("manifest.list.v2+json");
        if is_index {
            return self.add_index(descriptor, names, depth);
        }
        if let Some(leaf) = self.leaves.iter_mut().find(|leaf| leaf.digest == descriptor.digest) {
            // Only the same list again is common, and a list without end must not be made.
            let new = names.iter().filter(|name| !leaf.names.contains(name)).cloned();
            let new: Vec<String> = new.take(NAMES.saturating_sub(leaf.names.len())).collect();
            leaf.names.extend(new);
            return Ok(());
        }
        if self.leaves.len() == MANIFESTS {
            return Err(too_many(MANIFESTS, "manifests"));
        }
        self.leaves.push(Leaf {
            digest: descriptor.digest,
            names: names.to_vec(),
            platform: descriptor.platform.clone(),
        });
        Ok(())
    }

    fn add_index(
        &mut self,
        descriptor: &Descriptor,
        names: &[String],
        depth: usize,
    ) -> Result<(), Error> {
        self.descriptors += INDEX_COST;
        let name = descriptor.digest.to_string();
        if depth == DEPTH {
            return Err(Error::Document {
                name,
                reason: format!("indexes are nested more than {DEPTH} deep"),
            });
        }
        let inner: Manifest = parse(&verified(self.files, &descriptor.digest)?, &name)?;
        for descriptor in inner.manifests.unwrap_or_default() {
            self.add(&descriptor, names, depth + 1)?;
        }
        Ok(())
    }
}

fn too_many(limit: usize, what: &str) -> Error {
    let reason = format!("it leads to more than {limit} {what}");
    Error::Document { name: INDEX.to_owned(), reason }
}

/// The one manifest that is meant. Where there is a choice, artifacts are left out and missing
/// platforms are looked up in the configurations.
fn pick(files: &dyn Files, mut leaves: Vec<Leaf>, choice: &Choice<'_>) -> Result<Leaf, Error> {
    let several = leaves.len() > 1;
    let mut candidates = Vec::new();
    let mut images = Vec::new();
    // Many manifests may share one large configuration.
    let mut platforms: HashMap<Digest, Option<crate::Platform>> = HashMap::new();
    for mut leaf in leaves.drain(..) {
        if leaf.platform.is_none() && (several || choice.platform.is_some()) {
            match manifest(files, &leaf.digest) {
                Ok(manifest) => {
                    leaf.platform = match platforms.entry(manifest.config.digest) {
                        Entry::Occupied(known) => known.get().clone(),
                        Entry::Vacant(place) => {
                            let (configuration, _) = configuration(files, &manifest)?;
                            place.insert(configuration.platform()).clone()
                        }
                    }
                }
                Err(Error::NotAnImage { .. }) if several => continue,
                // An index for several platforms may be stored with one of them only.
                Err(Error::Document { .. }) if several => {}
                Err(error) => return Err(error),
            }
        }
        candidates.push(Candidate {
            names: leaf.names.clone(),
            identity: leaf.digest.to_string(),
            platform: leaf.platform.clone(),
        });
        images.push(leaf);
    }
    let position = choice.pick(&candidates, files.name())?;
    Ok(images.swap_remove(position))
}

/// What a manifest of an image must have.
struct ImageManifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
    name: String,
}

fn manifest(files: &dyn Files, digest: &Digest) -> Result<ImageManifest, Error> {
    let name = digest.to_string();
    let manifest: Manifest = parse(&verified(files, digest)?, &name)?;
    let not_an_image =
        |reason: &str| Error::NotAnImage { name: name.clone(), reason: reason.to_owned() };
    if manifest.manifests.is_some() {
        return Err(not_an_image("it is referred to as a manifest but lists manifests"));
    }
    let (Some(config), Some(layers)) = (manifest.config, manifest.layers) else {
        return Err(not_an_image("its manifest has no configuration or no layers"));
    };
    let is_image = matches!(
        config.media_type.as_str(),
        "" | "application/vnd.oci.image.config.v1+json"
            | "application/vnd.docker.container.image.v1+json"
    );
    if !is_image {
        let kind: String = config.media_type.chars().take(100).collect();
        return Err(not_an_image(&format!("it is an artifact of type {kind}")));
    }
    Ok(ImageManifest { config, layers, name })
}

fn configuration(
    files: &dyn Files,
    manifest: &ImageManifest,
) -> Result<(Configuration, Vec<u8>), Error> {
    let bytes = verified(files, &manifest.config.digest)?;
    Ok((parse(&bytes, &manifest.config.digest.to_string())?, bytes))
}

fn image(files: &dyn Files, leaf: Leaf, choice: &Choice<'_>) -> Result<Resolved, Error> {
    let manifest = manifest(files, &leaf.digest)?;
    let limit = choice.limits.layers;
    if manifest.layers.len() > limit {
        let count = manifest.layers.len();
        return Err(Error::TooManyLayers { image: manifest.name, count, limit });
    }
    let (configuration, config) = configuration(files, &manifest)?;
    let diff_ids = configuration.diff_ids(&manifest.name)?;
    if diff_ids.len() != manifest.layers.len() {
        return Err(Error::Document {
            name: manifest.config.digest.to_string(),
            reason: format!(
                "it names {} diff-ids for {} layers",
                diff_ids.len(),
                manifest.layers.len()
            ),
        });
    }
    let mut layers = Vec::new();
    let mut places = Vec::new();
    let instructions = configuration.instructions(manifest.layers.len());
    for ((layer, diff_id), created_by) in manifest.layers.iter().zip(diff_ids).zip(instructions) {
        layers.push(LayerDescriptor {
            digest: Some(layer.digest),
            diff_id: Some(*diff_id),
            size: layer.size,
            created_by,
        });
        places.push(place(files, layer)?);
    }
    let mut names = docker::names(files, &manifest.config.digest)?;
    if names.is_empty() {
        names = leaf.names;
        names.truncate(1);
    }
    let metadata = ImageMetadata {
        digest: Some(leaf.digest),
        id: Some(manifest.config.digest),
        names,
        platform: configuration.platform().or(leaf.platform).map(|platform| platform.to_string()),
        layers,
        config: text(config),
    };
    Ok(Resolved { metadata, places })
}

fn place(files: &dyn Files, layer: &Descriptor) -> Result<Place, Error> {
    let path = blob_path(&layer.digest);
    if files.layer(&path)?.is_some() {
        return Ok(Place::At(path));
    }
    let is_foreign = !layer.urls.is_empty()
        || layer.media_type.contains("nondistributable")
        || layer.media_type.contains("foreign");
    Ok(Place::Absent(
        if is_foreign {
            "it is a foreign layer, kept by its vendor"
        } else {
            "its blob was not stored with the image"
        }
        .to_owned(),
    ))
}
