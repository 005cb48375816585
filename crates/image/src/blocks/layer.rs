//! A layer as one stream of uncompressed bytes, with the digests asked for.

use std::sync::Arc;

use seawall_model::Digest;

use super::{Blocks, Gzip, Origin, Source, Tap, Zstandard};
use crate::{Error, Limits, Verify, WalkOptions};

/// How a blob is compressed, by its first bytes. Media types are not asked: they can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Plain,
    Gzip,
    Zstandard,
    /// A format that no image may use; its name.
    Foreign(&'static str),
}

impl Compression {
    /// The first bytes decide.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstandard,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Foreign("xz"),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Self::Foreign("bzip2"),
            _ => Self::Plain,
        }
    }
}

/// Keeps watch over the size of the output compared to the input.
pub(super) struct Ratio {
    limit: u64,
    produced: u64,
}

impl Ratio {
    /// Counts newly produced bytes.
    pub(super) fn check(&mut self, produced: usize, input: &Blocks<'_>) -> Result<(), Error> {
        self.produced = self.produced.saturating_add(produced as u64);
        let allowed = input.position().saturating_mul(self.limit);
        if self.produced > Limits::RATIO_MATTERS_FROM && self.produced > allowed {
            return Err(Error::CompressionRatio {
                layer: input.name().to_owned(),
                limit: self.limit,
            });
        }
        Ok(())
    }
}

/// A layer's uncompressed bytes.
pub(crate) struct LayerStream<'a> {
    /// The bytes.
    pub(crate) blocks: Blocks<'a>,
    plain: bool,
    verify: Verify,
}

/// The digests that were computed.
pub(crate) struct Digests {
    pub(crate) blob: Option<Digest>,
    pub(crate) diff_id: Option<Digest>,
}

impl<'a> LayerStream<'a> {
    /// Looks at the first block to find out how the layer is compressed.
    pub(crate) fn open(
        source: Source<'a>,
        name: &Arc<str>,
        options: &WalkOptions,
    ) -> Result<Self, Error> {
        let tap = |wanted: bool| match (wanted, options.hash_thread) {
            (false, _) => Tap::None,
            (true, false) => Tap::inline(),
            (true, true) => Tap::thread(),
        };
        let hash_raw = options.verify == Verify::Blob;
        let hash_plain = options.verify == Verify::DiffIds;
        let limits = &options.limits;
        let mut raw = Blocks::new(Origin::Source(source), Tap::None, name, limits);
        if !hash_raw && !hash_plain {
            // Unhashed plain layers are mostly jumped over: the first look is a small one.
            raw.ask = super::FIRST_AFTER_JUMP;
        }
        let compression = Compression::of(raw.fill()?);
        let hashed = hash_raw || (hash_plain && compression == Compression::Plain);
        raw.tap_from_start(tap(hashed));
        let ratio = Ratio { limit: limits.compression_ratio, produced: 0 };
        let origin = match compression {
            Compression::Plain => {
                return Ok(Self { blocks: raw, plain: true, verify: options.verify });
            }
            Compression::Gzip => Origin::Gzip(Box::new(Gzip::new(raw, ratio))),
            Compression::Zstandard => {
                Origin::Zstandard(Box::new(Zstandard::new(raw, ratio, limits)?))
            }
            Compression::Foreign(format) => {
                return Err(Error::Compression {
                    layer: name.to_string(),
                    reason: format!("{format} is not a compression of container images"),
                });
            }
        };
        let blocks = Blocks::new(origin, tap(hash_plain), name, limits);
        Ok(Self { blocks, plain: false, verify: options.verify })
    }

    /// Reads what is left, which the digests cover, and returns them. A plain layer that is not
    /// verified is not read further.
    pub(crate) fn finish(mut self) -> Result<Digests, Error> {
        if !(self.plain && self.verify == Verify::None) {
            self.blocks.drain()?;
        }
        let (outer, input) = self.blocks.into_parts();
        if self.plain {
            return Ok(Digests { blob: outer, diff_id: outer });
        }
        let blob = match input {
            Some(mut input) => {
                input.drain()?;
                input.into_parts().0
            }
            None => None,
        };
        Ok(Digests { blob, diff_id: outer })
    }
}
