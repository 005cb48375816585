//! Archives that can be read only once: layers are analysed as they pass by.

use std::sync::Arc;

use seawall_image::{
    ArchiveStream, Error as ImageError, ImageMetadata, WalkOptions, Walked, walk_stream,
};
use seawall_model::GapKind;

use super::{Outcome, Weight, compare, layer_gap, read_error};
use crate::layer::{Collector, Dispatch, LayerFacts};
use crate::{Error, Options, Progress};

/// What became of one blob of the archive.
struct Blob {
    facts: Arc<LayerFacts>,
    walked: Result<Walked, ImageError>,
}

impl Blob {
    /// Stands for a blob of an archive whose reading fails in the end.
    fn passed_over() -> Self {
        let walked = Walked { blob_digest: None, diff_id: None, entries: 0, bytes: 0 };
        Self { facts: Arc::default(), walked: Ok(walked) }
    }
}

pub(super) fn read(
    archive: ArchiveStream,
    options: &Options,
    dispatch: &Dispatch,
    progress: &dyn Progress,
) -> Result<(ImageMetadata, Vec<Outcome>), Error> {
    let walk_options =
        WalkOptions { verify: options.verify, limits: options.limits.clone(), hash_thread: false };
    let weight = Weight::default();
    let (metadata, blobs) = archive.each_layer(&mut |name, reader| {
        if weight.check().is_err() {
            return Ok(Arc::new(Blob::passed_over()));
        }
        let mut collector = Collector::new(dispatch, options.memory);
        let walked = walk_stream(name, reader, &walk_options, &mut collector);
        let facts = collector.finish();
        weight.add(&facts);
        Ok(Arc::new(Blob { facts: Arc::new(facts), walked }))
    })?;
    weight.check()?;
    let sizes = metadata.layers.iter().map(|layer| layer.size);
    progress.opened(metadata.layers.len(), sizes.sum());
    let mut outcomes = Vec::new();
    for (index, (descriptor, blob)) in metadata.layers.iter().zip(blobs).enumerate() {
        let mut outcome = Outcome::default();
        match blob.as_deref() {
            None => {
                let message = "the archive does not hold this layer";
                outcome.gaps.push(layer_gap(GapKind::LayerUnreadable, index, message));
            }
            Some(Blob { facts, walked }) => {
                outcome.facts = Some(facts.clone());
                match walked {
                    Ok(walked) => {
                        keep(options, walked, facts);
                        let computed = (walked.blob_digest, walked.diff_id);
                        compare(&mut outcome, index, descriptor, computed);
                    }
                    Err(error) => outcome.gaps.push(read_error(index, error)),
                }
            }
        }
        progress.layer_done(index, descriptor.size, false);
        outcomes.push(outcome);
    }
    Ok((metadata, outcomes))
}

/// A later scan of the same layer from a file can use these facts.
fn keep(options: &Options, walked: &Walked, facts: &LayerFacts) {
    let Some(cache) = &options.cache else { return };
    for digest in [walked.blob_digest, walked.diff_id].into_iter().flatten() {
        // A cache that can't be written costs time, not correctness.
        let _ = cache.keep_facts(&digest, options.memory, facts);
    }
}
