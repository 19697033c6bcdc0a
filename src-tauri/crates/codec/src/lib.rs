//! The safe face of the compression libraries: whole files, independent blocks of large files, and the way back.
//!
//! Which library serves which effort is decided here and nowhere else. A Deflate *block* ends byte-aligned and without a
//! final marker, so that blocks packed by different threads can be joined into one stream which every reader opens;
//! [`DEFLATE_END`] closes such a stream.
#![deny(missing_docs)]

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod isal;
mod pack;
mod probe;
mod stream;
mod unpack;

pub use pack::{Effort, Packer};
pub use probe::{is_media, shrinks};
pub use stream::ZstdStream;
pub use unpack::{Inflater, Unpacker};

/// An empty final Deflate block: closes a stream of joined blocks.
pub const DEFLATE_END: [u8; 2] = [0x03, 0x00];

/// What a codec can fail with; the archive adds where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodecError {
    /// The packed bytes are not what a packer makes, or unpack to another length than was declared.
    Damaged,
    /// The library refused to work, which is a mistake in this program or out of memory.
    Internal,
}

impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Damaged => "packed bytes are damaged",
            Self::Internal => "the compression library failed",
        })
    }
}

impl std::error::Error for CodecError {}
