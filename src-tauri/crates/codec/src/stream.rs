//! One Zstandard frame made of any number of writes, packed by the library's own threads.

use zstd::stream::raw::{Encoder, InBuffer, Operation, OutBuffer};
use zstd::zstd_safe::CParameter;

use crate::CodecError;

/// Packs a large file into one frame: several readers know only the first of joined frames.
pub struct ZstdStream {
    encoder: Encoder<'static>,
}

impl std::fmt::Debug for ZstdStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZstdStream").finish_non_exhaustive()
    }
}

impl ZstdStream {
    /// A frame of level 3, packed by `threads` threads.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn new(threads: u32) -> Result<Self, CodecError> {
        let mut encoder = Encoder::new(3).map_err(|_| CodecError::Internal)?;
        encoder.set_parameter(CParameter::NbWorkers(threads)).map_err(|_| CodecError::Internal)?;
        Ok(Self { encoder })
    }

    /// Takes the next bytes and appends what is ready to `out`.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn write(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        let mut from = InBuffer::around(input);
        while from.pos() < input.len() {
            out.reserve(128 << 10);
            let filled = out.len();
            let mut to = OutBuffer::around_pos(out, filled);
            self.encoder.run(&mut from, &mut to).map_err(|_| CodecError::Internal)?;
        }
        Ok(())
    }

    /// Appends to `out` all that was taken so far and is not there yet. The frame goes on, a little larger for it.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        self.drain(out, |encoder, to| encoder.flush(to))
    }

    /// Ends the frame, appending the rest to `out`.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        self.drain(out, |encoder, to| encoder.finish(to, true))
    }

    /// Repeats a step until it has nothing left to give.
    fn drain(
        &mut self,
        out: &mut Vec<u8>,
        mut step: impl FnMut(&mut Encoder<'static>, &mut OutBuffer<'_, Vec<u8>>) -> std::io::Result<usize>,
    ) -> Result<(), CodecError> {
        loop {
            out.reserve(128 << 10);
            let filled = out.len();
            let mut to = OutBuffer::around_pos(out, filled);
            if step(&mut self.encoder, &mut to).map_err(|_| CodecError::Internal)? == 0 {
                return Ok(());
            }
        }
    }

    /// Most bytes that so many can become when they are packed.
    pub fn bound(bytes: u64) -> u64 {
        bytes + bytes / 256 + 1024
    }
}
