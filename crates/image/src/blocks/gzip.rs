//! Gzip (RFC 1952) with any number of members, as pigz, eStargz and plain `cat` write it.
//!
//! What follows the last member and is not a member itself is ignored, as gzip(1) does; it still
//! belongs to the blob and is hashed with it.

use flate2::{Decompress, FlushDecompress, Status};

use super::Blocks;
use super::layer::Ratio;
use crate::Error;

/// Base-two logarithm of Deflate's largest window.
const WINDOW_BITS: u8 = 15;

/// The two bytes with which every member begins.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Decompresses a stream of gzip members.
pub(super) struct Gzip<'a> {
    input: Blocks<'a>,
    inflate: Decompress,
    state: State,
    ratio: Ratio,
}

enum State {
    /// Inside a member.
    Member,
    /// After a member, with so many bytes of the next member's magic already consumed.
    Between(usize),
    /// After the last one.
    Ended,
}

impl<'a> Gzip<'a> {
    pub(super) fn new(input: Blocks<'a>, ratio: Ratio) -> Self {
        let inflate = Decompress::new_gzip(WINDOW_BITS);
        Self { input, inflate, state: State::Member, ratio }
    }

    pub(super) fn into_input(self) -> Blocks<'a> {
        self.input
    }

    /// Fills `block` from its start and counts in `filled`; less than the whole block only at the
    /// end of the stream or when something fails.
    pub(super) fn produce(&mut self, block: &mut [u8], filled: &mut usize) -> Result<(), Error> {
        while let Some(rest) = block.get_mut(*filled..).filter(|rest| !rest.is_empty()) {
            match self.state {
                State::Member => self.member(rest, filled)?,
                State::Between(seen) => self.between(seen)?,
                State::Ended => break,
            }
        }
        self.ratio.check(*filled, &self.input)
    }

    fn member(&mut self, output: &mut [u8], filled: &mut usize) -> Result<(), Error> {
        let available = self.input.fill()?;
        let ended = available.is_empty();
        let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(available, output, FlushDecompress::None);
        let consumed = self.inflate.total_in() - in_before;
        let produced = self.inflate.total_out() - out_before;
        self.input.consume(usize::try_from(consumed).unwrap_or(usize::MAX));
        *filled += usize::try_from(produced).unwrap_or(usize::MAX).min(output.len());
        match status {
            Ok(Status::StreamEnd) => self.state = State::Between(0),
            Ok(Status::Ok | Status::BufError) if ended && produced == 0 => {
                return Err(Error::Truncated {
                    layer: self.input.name().to_owned(),
                    inside: "compressed data".to_owned(),
                });
            }
            Ok(Status::Ok | Status::BufError) => {}
            Err(error) => {
                return Err(Error::Compression {
                    layer: self.input.name().to_owned(),
                    reason: error.message().unwrap_or("broken gzip data").to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Looks for another member. Its magic may straddle two blocks, so it is taken byte by byte
    /// and given to the decompressor again.
    fn between(&mut self, seen: usize) -> Result<(), Error> {
        let next = self.input.fill()?.first().copied();
        if next.is_none() || next != MAGIC.get(seen).copied() {
            self.input.drain()?;
            self.state = State::Ended;
            return Ok(());
        }
        self.input.consume(1);
        self.state = State::Between(seen + 1);
        if seen + 1 == MAGIC.len() {
            self.inflate.reset(true);
            // Two bytes of a header produce nothing and can't be wrong.
            let _ = self.inflate.decompress(&MAGIC, &mut [], FlushDecompress::None);
            self.state = State::Member;
        }
        Ok(())
    }
}
