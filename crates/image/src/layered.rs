//! An image whose layers can be read in any order and at the same time.

use crate::source::archive::Archive;
use crate::source::layout::Layout;
use crate::source::{Files, Place, Resolved};
use crate::{Error, ImageMetadata, LayerBlob};

/// An image in a layout directory or in an uncompressed archive file.
#[derive(Debug)]
pub struct LayeredImage {
    metadata: ImageMetadata,
    places: Vec<Place>,
    store: Store,
}

#[derive(Debug)]
pub(crate) enum Store {
    Archive(Archive),
    Layout(Layout),
}

impl Store {
    pub(crate) fn files(&self) -> &dyn Files {
        match self {
            Self::Archive(archive) => archive,
            Self::Layout(layout) => layout,
        }
    }
}

impl LayeredImage {
    pub(crate) fn new(resolved: Resolved, store: Store) -> Self {
        Self { metadata: resolved.metadata, places: resolved.places, store }
    }

    /// What the image says about itself.
    pub fn metadata(&self) -> &ImageMetadata {
        &self.metadata
    }

    /// The stored layer at a position of [`ImageMetadata::layers`]; any number of them can be read
    /// at the same time.
    ///
    /// # Errors
    /// [`Error::LayerAbsent`] when the layer is not stored with the image, and when its file can't
    /// be opened.
    pub fn layer(&self, index: usize) -> Result<LayerBlob, Error> {
        let called = self.layer_name(index);
        let absent =
            |reason: &str| Error::LayerAbsent { layer: called.clone(), reason: reason.to_owned() };
        let path = match self.places.get(index) {
            Some(Place::At(path)) => path,
            Some(Place::Absent(reason)) => return Err(absent(reason)),
            None => return Err(absent("the image has fewer layers")),
        };
        let blob = match &self.store {
            Store::Archive(archive) => archive.blob(path, &called),
            Store::Layout(layout) => layout.blob(path, &called)?,
        };
        blob.ok_or_else(|| absent("its blob has gone since the image was opened"))
    }

    fn layer_name(&self, index: usize) -> String {
        let layer = self.metadata.layers.get(index);
        match layer.and_then(|layer| layer.digest.or(layer.diff_id)) {
            Some(digest) => format!("layer {digest}"),
            None => format!("layer {index}"),
        }
    }
}
