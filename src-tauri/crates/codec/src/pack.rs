//! Packing: efforts, and which library serves which of them.

use flate2::{Compress, Compression, FlushCompress, Status};
use libdeflater::{CompressionLvl, Compressor};

use crate::CodecError;

/// How hard to pack with Deflate. Zstandard has [`crate::ZstdStream`] for large and [`Packer::zstd`] for small files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// As fast as can be.
    Fast,
    /// The best trade.
    Normal,
    /// 1 to 9 as in zip tools.
    Number(u8),
}

/// A reusable compressor; every worker has its own.
pub struct Packer {
    effort: Effort,
    whole: Whole,
    block: Block,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packer").field("effort", &self.effort).finish_non_exhaustive()
    }
}

enum Whole {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    Isal(crate::isal::Isal),
    Deflate(Compressor),
}

enum Block {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    Isal(crate::isal::Isal),
    Zlib(Compress),
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn engines(effort: Effort) -> (Whole, Block) {
    use crate::isal::Isal;
    match effort {
        Effort::Fast => (Whole::Isal(Isal::new(2)), Block::Isal(Isal::new(2))),
        // Small files gain most from libdeflate's search; in large ones ISA-L's third level is close to it at twice the speed.
        Effort::Normal => (libdeflate(3), Block::Isal(Isal::new(3))),
        Effort::Number(level) => (libdeflate(level), zlib(level)),
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn engines(effort: Effort) -> (Whole, Block) {
    match effort {
        Effort::Fast => (libdeflate(1), zlib(2)),
        Effort::Normal => (libdeflate(4), zlib(4)),
        Effort::Number(level) => (libdeflate(level), zlib(level)),
    }
}

fn libdeflate(level: u8) -> Whole {
    let level = CompressionLvl::new(i32::from(level.clamp(1, 9))).unwrap_or_default();
    Whole::Deflate(Compressor::new(level))
}

fn zlib(level: u8) -> Block {
    Block::Zlib(Compress::new(Compression::new(u32::from(level.clamp(1, 9))), false))
}

impl Packer {
    /// A packer of an effort.
    pub fn new(effort: Effort) -> Self {
        let (whole, block) = engines(effort);
        Self { effort, whole, block, zstd: None }
    }

    /// Appends `input` to `out` as one whole Deflate stream.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn whole(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        match &mut self.whole {
            #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
            Whole::Isal(isal) => isal.pack(input, out, true),
            Whole::Deflate(compressor) => {
                let start = out.len();
                out.resize(start + compressor.deflate_compress_bound(input.len()), 0);
                let written = compressor
                    .deflate_compress(input, &mut out[start..])
                    .map_err(|_| CodecError::Internal)?;
                out.truncate(start + written);
                Ok(())
            }
        }
    }

    /// Appends `input` to `out` as a block that can stand anywhere in a stream: no history before it, no final marker.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn block(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        match &mut self.block {
            #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
            Block::Isal(isal) => isal.pack(input, out, false),
            Block::Zlib(zlib) => zlib_block(zlib, input, out),
        }
    }

    /// Appends `input` to `out` as one Zstandard frame of level 3.
    ///
    /// # Errors
    /// [`CodecError::Internal`] only.
    pub fn zstd(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        if self.zstd.is_none() {
            self.zstd = Some(zstd::bulk::Compressor::new(3).map_err(|_| CodecError::Internal)?);
        }
        let compressor = self.zstd.as_mut().ok_or(CodecError::Internal)?;
        let packed = compressor.compress(input).map_err(|_| CodecError::Internal)?;
        out.extend_from_slice(&packed);
        Ok(())
    }
}

fn zlib_block(zlib: &mut Compress, input: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
    zlib.reset();
    out.reserve(input.len() + input.len() / 1000 + 64);
    let mut consumed = 0;
    loop {
        let status = zlib
            .compress_vec(&input[consumed..], out, FlushCompress::Full)
            .map_err(|_| CodecError::Internal)?;
        consumed = usize::try_from(zlib.total_in()).map_err(|_| CodecError::Internal)?;
        let room_left = out.capacity() > out.len();
        match status {
            Status::Ok | Status::BufError if consumed == input.len() && room_left => return Ok(()),
            Status::Ok | Status::BufError => out.reserve(4096),
            Status::StreamEnd => return Err(CodecError::Internal),
        }
    }
}
