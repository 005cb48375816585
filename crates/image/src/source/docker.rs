//! Archives of `docker save` (Docker image specification 1.2, "Combined Image JSON + Filesystem
//! Changeset Format"): `manifest.json` lists images by the paths of their configuration and layers.
//!
//! Not read: archives from before Docker 1.10, which have a `repositories` file only.

use seawall_model::Digest;

use super::choice::Candidate;
use super::document::{
    Configuration, DockerImage, blob_path, check_digest, digest_of, parse, text,
};
use super::{Choice, Files, Place, Resolved};
use crate::blocks::Compression;
use crate::{Error, ImageMetadata, LayerDescriptor};

/// The entry document.
pub(super) const LIST: &str = "manifest.json";

/// Images looked at in one archive.
const IMAGES: usize = 1_000;

/// How many times the limit for one document all configurations together may take.
const CONFIGURATIONS: u64 = 8;

/// The names that the archive's list gives to the image with this configuration, when it has one.
pub(super) fn names(files: &dyn Files, config: &Digest) -> Result<Vec<String>, Error> {
    let Some(list) = files.document(LIST)? else { return Ok(Vec::new()) };
    let list: Vec<DockerImage> = parse(&list, LIST)?;
    let path = blob_path(config);
    Ok(list
        .into_iter()
        .filter(|image| image.config == path)
        .flat_map(|image| image.repo_tags.unwrap_or_default())
        .collect())
}

pub(super) fn resolve(
    files: &dyn Files,
    list: &[u8],
    choice: &Choice<'_>,
) -> Result<Resolved, Error> {
    let mut list: Vec<DockerImage> = parse(list, LIST)?;
    if list.len() > IMAGES {
        return Err(Error::Document {
            name: LIST.to_owned(),
            reason: format!("it lists more than {IMAGES} images"),
        });
    }
    let named = |image: &DockerImage| image.repo_tags.clone().unwrap_or_default();
    if let Some(reference) = choice.reference {
        let all = list.iter().flat_map(named).collect();
        list.retain(|image| {
            named(image).iter().chain([&image.config]).any(|name| choice.names(name))
        });
        if list.is_empty() {
            return Err(Error::ReferenceAbsent {
                name: files.name().to_owned(),
                reference: reference.to_owned(),
                names: all,
            });
        }
    }
    list.dedup_by(|next, first| next.config == first.config);
    let looks_up_platform = list.len() > 1 || choice.platform.is_some();
    let mut candidates = Vec::new();
    let mut read = 0;
    for image in &list {
        let mut platform = None;
        if looks_up_platform {
            let (configuration, bytes) = configuration(files, &image.config)?;
            platform = configuration.platform();
            read += bytes.len() as u64;
        }
        // The archive may link many names to one large configuration.
        if read > CONFIGURATIONS * choice.limits.metadata_bytes {
            return Err(Error::MetadataBytes {
                layer: files.name().to_owned(),
                what: "the configurations of all images together".to_owned(),
                limit: CONFIGURATIONS * choice.limits.metadata_bytes,
            });
        }
        candidates.push(Candidate {
            names: named(image),
            identity: image.config.clone(),
            platform,
        });
    }
    let position = choice.pick(&candidates, files.name())?;
    image(files, list.swap_remove(position), choice)
}

fn configuration(files: &dyn Files, path: &str) -> Result<(Configuration, Vec<u8>), Error> {
    let Some(bytes) = files.document(path)? else {
        return Err(Error::Document {
            name: path.to_owned(),
            reason: format!("it is not in {}", files.name()),
        });
    };
    if let Some(expected) = named_digest(path) {
        check_digest(&bytes, &expected, path)?;
    }
    Ok((parse(&bytes, path)?, bytes))
}

/// The digest in a path such as `<hex>.json` or `blobs/sha256/<hex>`.
fn named_digest(path: &str) -> Option<Digest> {
    let file = path.rsplit('/').next()?;
    let hex = file.split('.').next()?;
    format!("sha256:{hex}").parse().ok()
}

fn image(files: &dyn Files, image: DockerImage, choice: &Choice<'_>) -> Result<Resolved, Error> {
    let paths = image.layers.unwrap_or_default();
    let limit = choice.limits.layers;
    if paths.len() > limit {
        return Err(Error::TooManyLayers { image: image.config, count: paths.len(), limit });
    }
    let (configuration, config) = configuration(files, &image.config)?;
    let diff_ids = configuration.diff_ids(&image.config)?;
    if diff_ids.len() != paths.len() {
        return Err(Error::Document {
            name: image.config,
            reason: format!("it names {} diff-ids for {} layers", diff_ids.len(), paths.len()),
        });
    }
    let mut layers = Vec::new();
    let mut places = Vec::new();
    let instructions = configuration.instructions(paths.len());
    for ((path, diff_id), created_by) in paths.into_iter().zip(diff_ids).zip(instructions) {
        let stored = files.layer(&path)?;
        let digest = match stored.map(|stored| stored.compression) {
            Some(Compression::Plain) => Some(*diff_id),
            Some(_) if path.starts_with("blobs/sha256/") => named_digest(&path),
            _ => None,
        };
        let size = stored.map_or(0, |stored| stored.size);
        layers.push(LayerDescriptor { digest, diff_id: Some(*diff_id), size, created_by });
        places.push(if stored.is_some() {
            Place::At(path)
        } else {
            Place::Absent(format!("its file {path} was not stored with the image"))
        });
    }
    let metadata = ImageMetadata {
        digest: None,
        id: Some(digest_of(&config)),
        names: image.repo_tags.unwrap_or_default(),
        platform: configuration.platform().map(|platform| platform.to_string()),
        layers,
        config: text(config),
    };
    Ok(Resolved { metadata, places })
}
