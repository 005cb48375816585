//! Reading an image: every layer's facts, from the cache or from its bytes, several layers at a
//! time, then stacked.

mod directory;
mod layered;
mod stream;
mod system;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use seawall_image::{ImageMetadata, LayerDescriptor, Opened};
use seawall_model::layer::Verified;
use seawall_model::report::Image;
use seawall_model::{Digest, Gap, GapKind, Layer, LayerIndex};
use seawall_packages::distribution;

use crate::inventory::{Inventory, inventory};
use crate::layer::{Dispatch, LayerFacts};
use crate::merge::stack;
use crate::{Error, Options, Progress};

/// What the facts of all layers together may weigh. An image with 7,500 installed npm packages
/// has some MiB.
const MAX_WEIGHT: u64 = 512 << 20;

/// What is inside an image.
pub struct Inspection {
    pub(crate) image: Image,
    pub(crate) inventory: Inventory,
    pub(crate) gaps: Vec<Gap>,
}

/// The outcome of one layer.
#[derive(Default)]
pub(crate) struct Outcome {
    facts: Option<Arc<LayerFacts>>,
    verified: Option<Verified>,
    gaps: Vec<Gap>,
}

/// Adds up what the layers' facts weigh. The sum does not depend on the order of the layers, so
/// the same image passes or fails whichever layer is read first.
#[derive(Default)]
pub(crate) struct Weight(AtomicU64);

impl Weight {
    pub(crate) fn add(&self, facts: &LayerFacts) {
        self.0.fetch_add(facts.weight(), Ordering::Relaxed);
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.0.load(Ordering::Relaxed) > MAX_WEIGHT {
            true => Err(Error::TooManyFacts { limit: MAX_WEIGHT }),
            false => Ok(()),
        }
    }
}

/// Reads an image.
///
/// # Errors
/// When the image can't be opened at all, or its layers hold more facts than any real image. A
/// layer that can't be read is a gap, not an error.
pub fn inspect(
    opened: Opened,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Inspection, Error> {
    let dispatch = Dispatch::new(seawall_packages::ALL);
    let (metadata, outcomes) = match opened {
        Opened::Layered(image) => layered::read(&image, options, &dispatch, progress)?,
        Opened::Stream(archive) => stream::read(archive, options, &dispatch, progress)?,
        Opened::Directory(root) => directory::read(&root, options, &dispatch, progress),
    };
    progress.finished();
    Ok(assemble(metadata, outcomes, options))
}

fn assemble(metadata: ImageMetadata, outcomes: Vec<Outcome>, options: &Options) -> Inspection {
    let mut gaps = Vec::new();
    let mut layers = Vec::new();
    let mut facts = Vec::new();
    for (index, (descriptor, outcome)) in metadata.layers.iter().zip(outcomes).enumerate() {
        layers.push(Layer {
            diff_id: descriptor.diff_id,
            digest: descriptor.digest,
            created_by: descriptor.created_by.clone(),
            size: descriptor.size,
            verified: outcome.verified,
        });
        gaps.extend(outcome.gaps);
        if let Some(facts) = &outcome.facts {
            gaps.extend(problems(index, facts));
        }
        facts.push(outcome.facts);
    }
    let stack = stack(&facts);
    let distribution = distribution::merged(&stack.distribution);
    let inventory = inventory(stack, distribution, options.view);
    gaps.extend(system::gap(&inventory, &facts, metadata.platform.as_deref()));
    let image = Image {
        digest: metadata.digest,
        names: metadata.names,
        platform: metadata.platform,
        os: None,
        layers,
    };
    Inspection { image, inventory, gaps }
}

fn problems(layer: LayerIndex, facts: &LayerFacts) -> impl Iterator<Item = Gap> {
    facts.problems.iter().map(move |problem| Gap {
        kind: GapKind::FileUnreadable,
        layer: Some(layer),
        path: problem.path.clone(),
        package: None,
        message: problem.message.clone(),
    })
}

pub(crate) fn layer_gap(kind: GapKind, layer: LayerIndex, message: impl ToString) -> Gap {
    Gap { kind, layer: Some(layer), path: None, package: None, message: message.to_string() }
}

/// What an error of reading means for the report; what was read before it still counts.
fn read_error(layer: LayerIndex, error: &seawall_image::Error) -> Gap {
    let kind = match error.is_limit() {
        true => GapKind::LimitReached,
        false => GapKind::LayerUnreadable,
    };
    layer_gap(kind, layer, error)
}

/// Compares computed digests with those the image declares.
fn compare(
    outcome: &mut Outcome,
    layer: LayerIndex,
    declared: &LayerDescriptor,
    (blob, diff_id): (Option<Digest>, Option<Digest>),
) {
    let pairs = [
        (Verified::DiffId, "uncompressed layer", declared.diff_id, diff_id),
        (Verified::Blob, "layer", declared.digest, blob),
    ];
    for (verified, what, declared, computed) in pairs {
        let (Some(declared), Some(computed)) = (declared, computed) else { continue };
        if declared == computed {
            outcome.verified = Some(verified);
        } else {
            let message = format!("the {what} hashes to {computed}, the image says {declared}");
            outcome.gaps.push(layer_gap(GapKind::DigestMismatch, layer, message));
            outcome.verified = None;
            return;
        }
    }
}
