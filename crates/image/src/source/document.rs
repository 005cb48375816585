//! The JSON documents of images: OCI image-spec 1.1 (image-index.md, manifest.md, config.md), which
//! Docker's schema 2 shares field for field, and the list that `docker save` writes. Unknown
//! fields are ignored; a missing list is an empty one.

use std::collections::BTreeMap;

use seawall_model::Digest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::Files;
use crate::{Error, Platform};

/// A reference to a blob.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    #[serde(default)]
    pub(super) media_type: String,
    pub(super) digest: Digest,
    #[serde(default)]
    pub(super) size: u64,
    pub(super) platform: Option<Platform>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) urls: Vec<String>,
}

/// An index or a manifest: both have the same media-type field, which both may leave out.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    pub(super) manifests: Option<Vec<Descriptor>>,
    pub(super) config: Option<Descriptor>,
    pub(super) layers: Option<Vec<Descriptor>>,
}

/// The configuration.
#[derive(Debug, Deserialize)]
pub(super) struct Configuration {
    pub(super) rootfs: Option<RootFilesystem>,
    #[serde(default)]
    pub(super) os: String,
    #[serde(default)]
    pub(super) architecture: String,
    pub(super) variant: Option<String>,
    #[serde(default)]
    pub(super) history: Option<Vec<History>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RootFilesystem {
    #[serde(default)]
    pub(super) diff_ids: Option<Vec<Digest>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct History {
    pub(super) created_by: Option<String>,
    #[serde(default)]
    pub(super) empty_layer: bool,
}

/// One image in the list of `docker save`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DockerImage {
    pub(super) config: String,
    #[serde(default)]
    pub(super) repo_tags: Option<Vec<String>>,
    #[serde(default)]
    pub(super) layers: Option<Vec<String>>,
}

impl Configuration {
    /// The platform, unless the configuration leaves it out.
    pub(super) fn platform(&self) -> Option<Platform> {
        (!self.os.is_empty() && !self.architecture.is_empty()).then(|| Platform {
            os: self.os.clone(),
            architecture: self.architecture.clone(),
            variant: self.variant.clone().filter(|variant| !variant.is_empty()),
        })
    }

    /// The diff-ids, which an image's configuration must have.
    pub(super) fn diff_ids(&self, name: &str) -> Result<&[Digest], Error> {
        match &self.rootfs {
            Some(root) => Ok(root.diff_ids.as_deref().unwrap_or_default()),
            None => Err(Error::NotAnImage {
                name: name.to_owned(),
                reason: "its configuration names no root filesystem".to_owned(),
            }),
        }
    }

    /// The instructions that made layers, if there are as many of them as layers.
    pub(super) fn instructions(&self, layers: usize) -> Vec<Option<String>> {
        let made = |history: &&History| !history.empty_layer;
        let history = self.history.as_deref().unwrap_or_default();
        if history.iter().filter(made).count() != layers {
            return vec![None; layers];
        }
        let text = |history: &History| history.created_by.clone().filter(|text| !text.is_empty());
        history.iter().filter(made).map(text).collect()
    }
}

/// Parses a document; `name` is its path or digest.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], name: &str) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Document { name: name.to_owned(), reason: error.to_string() })
}

/// Where a layout keeps a blob.
pub(super) fn blob_path(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

/// Reads a document by digest and checks that it has that digest.
pub(super) fn verified(files: &dyn Files, digest: &Digest) -> Result<Vec<u8>, Error> {
    let Some(bytes) = files.document(&blob_path(digest))? else {
        return Err(Error::Document {
            name: digest.to_string(),
            reason: format!("it is not in {}", files.name()),
        });
    };
    check_digest(&bytes, digest, &digest.to_string())?;
    Ok(bytes)
}

/// Checks that bytes hash to `expected`.
pub(super) fn check_digest(bytes: &[u8], expected: &Digest, name: &str) -> Result<(), Error> {
    let actual = digest_of(bytes);
    if actual == *expected {
        return Ok(());
    }
    Err(Error::DocumentDigest { name: name.to_owned(), actual })
}

/// The digest of a document.
pub(super) fn digest_of(bytes: &[u8]) -> Digest {
    Digest::from_bytes(Sha256::digest(bytes).into())
}

/// The document as text, as far as it is text.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
