//! Unpacking: whole files and blocks at once when their size is known, anything else as a stream that stops at a limit.

use std::io::{BufRead, Read};

use libdeflater::Decompressor;

use crate::{CodecError, DEFLATE_END};

/// A reusable unpacker; every worker has its own.
pub struct Unpacker {
    deflate: Decompressor,
    closed: Vec<u8>,
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacker").finish_non_exhaustive()
    }
}

impl Default for Unpacker {
    fn default() -> Self {
        Self { deflate: Decompressor::new(), closed: Vec::new() }
    }
}

impl Unpacker {
    /// Unpacks a whole Deflate stream that must fill `out` exactly.
    ///
    /// # Errors
    /// [`CodecError::Damaged`] for anything else.
    pub fn whole(&mut self, packed: &[u8], out: &mut [u8]) -> Result<(), CodecError> {
        match self.deflate.deflate_decompress(packed, out) {
            Ok(written) if written == out.len() => Ok(()),
            _ => Err(CodecError::Damaged),
        }
    }

    /// Unpacks one block of a joined stream that must fill `out` exactly.
    ///
    /// # Errors
    /// [`CodecError::Damaged`] for anything else.
    pub fn block(&mut self, packed: &[u8], out: &mut [u8]) -> Result<(), CodecError> {
        let mut closed = std::mem::take(&mut self.closed);
        closed.clear();
        closed.extend_from_slice(packed);
        closed.extend_from_slice(&DEFLATE_END);
        let result = self.whole(&closed, out);
        self.closed = closed;
        result
    }

    /// Unpacks one Zstandard frame that must fill `out` exactly.
    ///
    /// # Errors
    /// [`CodecError::Damaged`] for anything else.
    pub fn zstd(&mut self, packed: &[u8], out: &mut [u8]) -> Result<(), CodecError> {
        match zstd::bulk::decompress_to_buffer(packed, out) {
            Ok(written) if written == out.len() => Ok(()),
            _ => Err(CodecError::Damaged),
        }
    }
}

/// Unpacks a stream piece by piece; memory does not depend on what the stream claims.
pub enum Inflater<R: BufRead> {
    /// Deflate, of one piece or of joined blocks.
    Deflate(flate2::bufread::DeflateDecoder<R>),
    /// One Zstandard frame.
    Zstd(Box<zstd::stream::read::Decoder<'static, R>>),
}

impl<R: BufRead> std::fmt::Debug for Inflater<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").finish_non_exhaustive()
    }
}

impl<R: BufRead> Inflater<R> {
    /// Reads Deflate.
    pub fn deflate(from: R) -> Self {
        Self::Deflate(flate2::bufread::DeflateDecoder::new(from))
    }

    /// Reads one Zstandard frame.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn zstd(from: R) -> Result<Self, CodecError> {
        let mut decoder =
            zstd::stream::read::Decoder::with_buffer(from).map_err(|_| CodecError::Internal)?.single_frame();
        // A frame may ask for a window of gigabytes; ours need 8 MiB at most.
        decoder.window_log_max(23).map_err(|_| CodecError::Internal)?;
        Ok(Self::Zstd(Box::new(decoder)))
    }
}

impl<R: BufRead> Read for Inflater<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Deflate(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effort, Packer, ZstdStream};

    fn samples() -> Vec<Vec<u8>> {
        let mut state = 7_u64;
        let mut noise = |n: usize| -> Vec<u8> {
            (0..n)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 56) as u8
                })
                .collect()
        };
        let text: Vec<u8> =
            (0..200_000).flat_map(|n: u32| format!("line {} of text\n", n % 977).into_bytes()).collect();
        vec![
            Vec::new(),
            vec![0],
            vec![7; 300],
            noise(1),
            noise(65_536),
            noise(1 << 20),
            text[..1 << 20].to_vec(),
        ]
    }

    #[test]
    fn what_is_packed_whole_unpacks_to_itself() {
        for effort in [Effort::Fast, Effort::Normal, Effort::Number(1), Effort::Number(9)] {
            let mut packer = Packer::new(effort);
            for sample in samples() {
                let mut packed = Vec::new();
                packer.whole(&sample, &mut packed).unwrap();
                let mut out = vec![0; sample.len()];
                Unpacker::default().whole(&packed, &mut out).unwrap();
                assert!(out == sample, "{effort:?} {}", sample.len());
            }
        }
    }

    #[test]
    fn blocks_unpack_alone_and_joined() {
        for effort in [Effort::Fast, Effort::Normal, Effort::Number(6)] {
            let mut packer = Packer::new(effort);
            let (mut joined, mut all) = (Vec::new(), Vec::new());
            for sample in samples() {
                let start = joined.len();
                packer.block(&sample, &mut joined).unwrap();
                let mut out = vec![0; sample.len()];
                Unpacker::default().block(&joined[start..], &mut out).unwrap();
                assert!(out == sample, "{effort:?} {}", sample.len());
                all.extend(sample);
            }
            joined.extend(DEFLATE_END);
            let mut out = Vec::new();
            Inflater::deflate(&joined[..]).read_to_end(&mut out).unwrap();
            assert!(out == all);
        }
    }

    #[test]
    fn a_zstandard_frame_of_many_writes_unpacks_to_itself() {
        let (mut packed, mut all) = (Vec::new(), Vec::new());
        let mut stream = ZstdStream::new(2).unwrap();
        for sample in samples() {
            stream.write(&sample, &mut packed).unwrap();
            all.extend(sample);
        }
        stream.finish(&mut packed).unwrap();
        let mut out = vec![0; all.len()];
        Unpacker::default().zstd(&packed, &mut out).unwrap();
        assert!(out == all);
        let mut streamed = Vec::new();
        Inflater::zstd(&packed[..]).unwrap().read_to_end(&mut streamed).unwrap();
        assert!(streamed == all);
    }

    #[test]
    fn damaged_or_lying_input_is_refused_not_followed() {
        let mut packed = Vec::new();
        Packer::new(Effort::Fast).whole(&[5; 10_000], &mut packed).unwrap();
        let mut unpacker = Unpacker::default();
        assert_eq!(unpacker.whole(&packed, &mut [0; 9_999]), Err(CodecError::Damaged));
        assert_eq!(unpacker.whole(&packed, &mut [0; 10_001]), Err(CodecError::Damaged));
        assert_eq!(unpacker.whole(&packed[..packed.len() - 1], &mut [0; 10_000]), Err(CodecError::Damaged));
        assert_eq!(unpacker.zstd(b"not a frame", &mut [0; 4]), Err(CodecError::Damaged));
    }
}
