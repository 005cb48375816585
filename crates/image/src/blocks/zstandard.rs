//! Zstandard (RFC 8878) with any number of frames, skippable ones included: `zstd:chunked`
//! layers keep their table of contents in those.

use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::Blocks;
use super::layer::Ratio;
use crate::{Error, Limits};

/// Decompresses a stream of Zstandard frames.
pub(super) struct Zstandard<'a> {
    input: Blocks<'a>,
    decoder: Decoder<'static>,
    /// Whether the decoder is inside a frame, or holds output that it has not handed over.
    inside: bool,
    ratio: Ratio,
    window_bytes: u64,
}

impl<'a> Zstandard<'a> {
    pub(super) fn new(input: Blocks<'a>, ratio: Ratio, limits: &Limits) -> Result<Self, Error> {
        let failed = |name: &str, error: std::io::Error| Error::Compression {
            layer: name.to_owned(),
            reason: error.to_string(),
        };
        let mut decoder = Decoder::new().map_err(|error| failed(input.name(), error))?;
        // The format's own bounds are 2^10 and 2^31.
        let logarithm = limits.window_bytes.max(1).ilog2().clamp(10, 31);
        decoder
            .set_parameter(DParameter::WindowLogMax(logarithm))
            .map_err(|error| failed(input.name(), error))?;
        Ok(Self { input, decoder, inside: false, ratio, window_bytes: limits.window_bytes })
    }

    pub(super) fn into_input(self) -> Blocks<'a> {
        self.input
    }

    /// Fills `block` from its start and counts in `filled`; less than the whole block only at the
    /// end of the stream or when something fails.
    pub(super) fn produce(&mut self, block: &mut [u8], filled: &mut usize) -> Result<(), Error> {
        while let Some(output) = block.get_mut(*filled..).filter(|rest| !rest.is_empty()) {
            let available = self.input.fill()?;
            let ended = available.is_empty();
            if ended && !self.inside {
                break;
            }
            let status = match self.decoder.run_on_buffers(available, output) {
                Ok(status) => status,
                Err(error) => return Err(self.failure(&error)),
            };
            self.input.consume(status.bytes_read);
            *filled += status.bytes_written;
            self.inside = status.remaining != 0;
            if ended && self.inside && status.bytes_written == 0 {
                return Err(Error::Truncated {
                    layer: self.input.name().to_owned(),
                    inside: "compressed data".to_owned(),
                });
            }
        }
        self.ratio.check(*filled, &self.input)
    }

    fn failure(&self, error: &std::io::Error) -> Error {
        let layer = self.input.name().to_owned();
        let reason = error.to_string();
        // The library reports this one condition by its fixed text only.
        if reason.contains("too much memory") {
            return Error::WindowBytes { layer, limit: self.window_bytes };
        }
        Error::Compression { layer, reason }
    }
}
