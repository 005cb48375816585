//! A layer's bytes, block by block: read, decompressed and hashed on the way.
//!
//! [`Blocks`] hands out the unread part of a 256 KiB block and refills it when it is used up.
//! Nothing is copied between reading, hashing and parsing: each looks at the same block. A
//! decompressor is itself fed by `Blocks`, so the compressed and the uncompressed stream can each
//! be hashed by the same means.

mod gzip;
mod hash;
mod layer;
mod source;
mod zstandard;

use std::sync::Arc;
use std::time::Instant;

use seawall_model::Digest;

use self::gzip::Gzip;
use self::hash::Tap;
pub(crate) use self::layer::{Compression, LayerStream};
pub(crate) use self::source::Source;
use self::zstandard::Zstandard;
use crate::{Error, FilePart, Limits};

/// Bytes of a full block.
pub(crate) const BLOCK: usize = 256 * 1024;

/// Bytes read after jumping over content that nobody wants; doubles while reading goes on.
const FIRST_AFTER_JUMP: usize = 4 * 1024;

/// Where blocks come from.
enum Origin<'a> {
    Source(Source<'a>),
    Gzip(Box<Gzip<'a>>),
    Zstandard(Box<Zstandard<'a>>),
}

/// A buffered, optionally hashed stream. A block is always filled to its end unless the stream
/// ends, so records of the tar format (512 bytes) never straddle two blocks.
pub(crate) struct Blocks<'a> {
    origin: Origin<'a>,
    tap: Tap,
    block: Arc<Vec<u8>>,
    /// The unread part of `block`.
    unread: std::ops::Range<usize>,
    /// Position of the unread part in the stream.
    position: u64,
    /// Bytes to ask the origin for next.
    ask: usize,
    ended: bool,
    failure: Option<Error>,
    name: Arc<str>,
    limit: u64,
    deadline: Option<Instant>,
}

impl<'a> Blocks<'a> {
    fn new(origin: Origin<'a>, tap: Tap, name: &Arc<str>, limits: &Limits) -> Self {
        Self {
            origin,
            tap,
            block: Arc::new(Vec::new()),
            unread: 0..0,
            position: 0,
            ask: BLOCK,
            ended: false,
            failure: None,
            name: Arc::clone(name),
            limit: limits.layer_bytes,
            deadline: limits.deadline,
        }
    }

    /// Unhashed blocks of something that is not a layer: an image archive.
    pub(crate) fn unhashed(source: Source<'a>, name: &Arc<str>, limits: &Limits) -> Self {
        Self::new(Origin::Source(source), Tap::None, name, limits)
    }

    /// The layer or archive these bytes belong to.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Bytes consumed so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The unread part of the block; empty exactly at the end of the stream.
    pub(crate) fn fill(&mut self) -> Result<&[u8], Error> {
        if self.unread.is_empty() && !self.ended {
            self.refill()?;
        }
        Ok(self.block.get(self.unread.clone()).unwrap_or_default())
    }

    /// What will fail once the unread part of the block is used up.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// Marks up to `count` bytes of the block as read.
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.unread.len());
        self.unread.start += count;
        self.position += count as u64;
    }

    /// Moves `count` bytes forward and says how many of them there were.
    pub(crate) fn skip(&mut self, count: u64) -> Result<u64, Error> {
        let mut left = count;
        while left > 0 {
            if self.unread.is_empty()
                && let Some(jumped) = self.jump(left)
            {
                left -= jumped;
                break;
            }
            let here = self.fill()?.len();
            if here == 0 {
                break;
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(here);
            self.consume(step);
            left -= step as u64;
        }
        Ok(count - left)
    }

    /// Reads to the end.
    pub(crate) fn drain(&mut self) -> Result<(), Error> {
        while !self.fill()?.is_empty() {
            self.consume(usize::MAX);
        }
        Ok(())
    }

    /// The digest of everything, if it was computed, and the stream that fed this one.
    fn into_parts(self) -> (Option<Digest>, Option<Blocks<'a>>) {
        let input = match self.origin {
            Origin::Source(_) => None,
            Origin::Gzip(gzip) => Some(gzip.into_input()),
            Origin::Zstandard(zstandard) => Some(zstandard.into_input()),
        };
        (self.tap.finish(), input)
    }

    /// Hashes the stream with `tap`, the block at hand included; to be called before anything is
    /// consumed.
    fn tap_from_start(&mut self, tap: Tap) {
        self.tap = tap;
        self.tap.adopt(&self.block, self.unread.len());
    }

    /// The next `length` bytes as a part of the file they lie in, where nothing between it and the
    /// reader changes or hashes them.
    pub(crate) fn stored(&self, length: u64) -> Option<FilePart> {
        match (&self.tap, &self.origin) {
            (Tap::None, Origin::Source(Source::Blob(blob))) => blob.part(self.position, length),
            _ => None,
        }
    }

    /// Skips without reading, where the bytes need not be hashed and the source is a file.
    fn jump(&mut self, count: u64) -> Option<u64> {
        if !matches!(self.tap, Tap::None) {
            return None;
        }
        let Origin::Source(source) = &mut self.origin else { return None };
        let jumped = source.jump(count)?;
        self.position += jumped;
        self.ask = FIRST_AFTER_JUMP;
        Some(jumped)
    }

    /// Fails once the time is up, for whoever is busy without asking for new blocks.
    pub(crate) fn check_deadline(&self) -> Result<(), Error> {
        match self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            true => Err(Error::Deadline { layer: self.name.to_string() }),
            false => Ok(()),
        }
    }

    fn refill(&mut self) -> Result<(), Error> {
        if let Some(failure) = self.failure.take() {
            self.ended = true;
            return Err(failure);
        }
        self.check_deadline()?;
        let mut block = self.tap.recycle(std::mem::take(&mut self.block));
        // The block is ours alone; a copy would only be made if that were wrong.
        let bytes = Arc::make_mut(&mut block);
        if bytes.len() < self.ask {
            bytes.resize(self.ask, 0);
        }
        let wanted = bytes.get_mut(..self.ask).unwrap_or_default();
        let mut filled = 0;
        let produced = match &mut self.origin {
            Origin::Source(source) => source.produce(wanted, &mut filled, &self.name),
            Origin::Gzip(gzip) => gzip.produce(wanted, &mut filled),
            Origin::Zstandard(zstandard) => zstandard.produce(wanted, &mut filled),
        };
        let filled = filled.min(wanted.len());
        // What came before a failure is still shown; the failure comes with the next block.
        self.failure = produced.err();
        if filled == 0
            && let Some(failure) = self.failure.take()
        {
            self.ended = true;
            return Err(failure);
        }
        self.ended = filled < self.ask && self.failure.is_none();
        self.ask = (self.ask * 2).min(BLOCK);
        self.block = block;
        self.unread = 0..filled;
        self.tap.update(&self.block, filled);
        if self.position.saturating_add(filled as u64) > self.limit {
            self.unread = 0..0;
            return Err(Error::LayerBytes { layer: self.name.to_string(), limit: self.limit });
        }
        Ok(())
    }
}
