//! Images whose layers can be opened in any order: the largest first, several at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

use seawall_image::{
    Error as ImageError, FileStamp, ImageMetadata, LayerBlob, LayerDescriptor, LayeredImage,
    Limits, Verify, WalkOptions, Walked, blob_digest, walk,
};
use seawall_model::layer::Verified;
use seawall_model::{Digest, GapKind, LayerIndex};

use super::{Outcome, Weight, compare, layer_gap, read_error};
use crate::cache::{Cache, Stamped};
use crate::layer::{Collector, Dispatch};
use crate::{Error, Options, Progress};

/// Largest Zstandard window of layers that are read at the same time. The command's highest level
/// without `--ultra` and the libraries that build images stay within it.
const CONCURRENT_WINDOW_BYTES: u64 = 8 << 20;

pub(super) fn read(
    image: &LayeredImage,
    options: &Options,
    dispatch: &Dispatch,
    progress: &dyn Progress,
) -> Result<(ImageMetadata, Vec<Outcome>), Error> {
    let layers = &image.metadata().layers;
    let total: u64 = layers.iter().map(|layer| layer.size).sum();
    progress.opened(layers.len(), total);
    let mut largest_first: Vec<LayerIndex> = (0..layers.len()).collect();
    largest_first.sort_by_key(|&index| std::cmp::Reverse(layers[index].size));
    // One layer that outweighs all others together would keep a single thread busy.
    let dominant = largest_first.first().filter(|&&index| layers[index].size > total / 2).copied();
    let hash_thread = |index| options.jobs > 1 && dominant == Some(index);

    let next = AtomicUsize::new(0);
    let weight = Weight::default();
    let outcomes = Mutex::new(Vec::new());
    // Several large Zstandard windows at once would not fit: those layers wait for each other.
    let concurrent = match options.jobs {
        1 => options.limits.clone(),
        _ => Limits {
            window_bytes: options.limits.window_bytes.min(CONCURRENT_WINDOW_BYTES),
            ..options.limits.clone()
        },
    };
    let waiting = Mutex::new(Vec::new());
    let reading = |index: LayerIndex, limits| Reading {
        image,
        descriptor: &layers[index],
        index,
        options,
        limits,
        dispatch,
        hash_thread: hash_thread(index),
    };
    let done = |index: LayerIndex, outcome: Outcome, cached| {
        if let Some(facts) = &outcome.facts {
            weight.add(facts);
        }
        progress.layer_done(index, layers[index].size, cached);
        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((index, outcome));
    };
    let work = || {
        while weight.check().is_ok()
            && let Some(&index) = largest_first.get(next.fetch_add(1, Ordering::Relaxed))
        {
            match reading(index, &concurrent).outcome() {
                Some((outcome, cached)) => done(index, outcome, cached),
                None => waiting.lock().unwrap_or_else(PoisonError::into_inner).push(index),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..options.jobs.min(layers.len()) {
            scope.spawn(work);
        }
        work();
    });
    for index in waiting.into_inner().unwrap_or_else(PoisonError::into_inner) {
        weight.check()?;
        let (outcome, cached) = reading(index, &options.limits).outcome().unwrap_or_default();
        done(index, outcome, cached);
    }
    weight.check()?;
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    Ok((image.metadata().clone(), outcomes))
}

/// One layer being read.
struct Reading<'a> {
    image: &'a LayeredImage,
    descriptor: &'a LayerDescriptor,
    index: LayerIndex,
    options: &'a Options,
    /// The limits of `options`, or stricter ones.
    limits: &'a Limits,
    dispatch: &'a Dispatch,
    hash_thread: bool,
}

impl Reading<'_> {
    /// The layer's outcome, and whether it came from the cache; `None` when the limits are
    /// stricter than those of `options` and the layer needs a larger window.
    fn outcome(&self) -> Option<(Outcome, bool)> {
        let blob = match self.image.layer(self.index) {
            Ok(blob) => blob,
            Err(error) => {
                let gaps = vec![layer_gap(GapKind::LayerUnreadable, self.index, error)];
                return Some((Outcome { gaps, ..Outcome::default() }, false));
            }
        };
        // Taken before reading: a file that changes meanwhile has another stamp afterwards.
        let stamp = blob.stamp(SystemTime::now());
        let cache = self.options.cache.as_ref();
        if let Some(outcome) = cache.and_then(|cache| self.known(cache, stamp.as_ref())) {
            return Some((outcome, true));
        }
        Some((self.walked(blob, stamp)?, false))
    }

    /// The facts of a layer whose digest was computed before, or can be had without inflating.
    fn known(&self, cache: &Cache, stamp: Option<&FileStamp>) -> Option<Outcome> {
        let stamped = stamp.and_then(|stamp| cache.stamped(stamp));
        let computed = match (self.options.verify, &stamped) {
            (Verify::DiffIds, stamped) => stamped.as_ref()?.diff_id?,
            (_, Some(stamped)) => stamped.blob?,
            // Unknown bytes that claim a known digest: hashing them is cheaper than inflating.
            (Verify::Blob, None) => {
                let declared = self.descriptor.digest?;
                let facts = cache.facts(&declared, self.options.memory)?;
                let blob = self.image.layer(self.index).ok()?;
                let computed = blob_digest(blob, self.options.limits.deadline).ok()?;
                if computed != declared {
                    return None;
                }
                self.keep_stamp(cache, stamp, Some(computed), None);
                let verified = Some(Verified::Blob);
                return Some(Outcome { facts: Some(Arc::new(facts)), verified, gaps: Vec::new() });
            }
            (Verify::None, None) => return None,
        };
        let facts = cache.facts(&computed, self.options.memory)?;
        let mut outcome = Outcome { facts: Some(Arc::new(facts)), ..Outcome::default() };
        let stamped = stamped?;
        self.compare(&mut outcome, stamped.blob, stamped.diff_id);
        Some(outcome)
    }

    fn walked(&self, blob: LayerBlob, stamp: Option<FileStamp>) -> Option<Outcome> {
        let walk_options = WalkOptions {
            verify: self.options.verify,
            limits: self.limits.clone(),
            hash_thread: self.hash_thread,
        };
        let mut collector = Collector::new(self.dispatch, self.options.memory);
        let walked = walk(blob, &walk_options, &mut collector);
        let facts = Arc::new(collector.finish());
        let mut outcome = Outcome { facts: Some(facts.clone()), ..Outcome::default() };
        match walked {
            Ok(Walked { blob_digest, diff_id, .. }) => {
                self.compare(&mut outcome, blob_digest, diff_id);
                if let Some(cache) = &self.options.cache {
                    // A cache that can't be written costs time, not correctness.
                    for digest in [blob_digest, diff_id].into_iter().flatten() {
                        let _ = cache.keep_facts(&digest, self.options.memory, &facts);
                    }
                    self.keep_stamp(cache, stamp.as_ref(), blob_digest, diff_id);
                }
            }
            Err(ImageError::WindowBytes { .. })
                if self.limits.window_bytes < self.options.limits.window_bytes =>
            {
                return None;
            }
            // What was read before the error still counts.
            Err(error) => outcome.gaps.push(read_error(self.index, &error)),
        }
        Some(outcome)
    }

    fn compare(&self, outcome: &mut Outcome, blob: Option<Digest>, diff_id: Option<Digest>) {
        compare(outcome, self.index, self.descriptor, (blob, diff_id));
    }

    fn keep_stamp(
        &self,
        cache: &Cache,
        stamp: Option<&FileStamp>,
        blob: Option<Digest>,
        diff_id: Option<Digest>,
    ) {
        let Some(stamp) = stamp else { return };
        // The other digest, computed from the same bytes by an earlier scan, still holds.
        let (known_blob, known_diff_id) =
            cache.stamped(stamp).map_or((None, None), |known| (known.blob, known.diff_id));
        let (blob, diff_id) = (blob.or(known_blob), diff_id.or(known_diff_id));
        let _ = cache.keep_stamp(&Stamped { stamp: stamp.clone(), blob, diff_id });
    }
}
