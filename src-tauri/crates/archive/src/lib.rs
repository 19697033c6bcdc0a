//! The archive: an ordinary ZIP that a person can open, with a listing that lets a program restore any generation of a
//! chain down to the page. FORMAT.md beside this crate is the specification of what is on disk.
//!
//! Owned here: writing (a parallel pipeline with one writer), reading, the manifest's text form, the page index. Not owned:
//! where archives are kept, what is in them, which of them are needed together.
#![deny(missing_docs)]

mod assemble;
mod check;
mod differences;
mod directory;
mod large;
mod manifest;
mod pages;
mod part;
mod queue;
mod reader;
mod small;
mod spool;
mod texts;
mod verify;
mod worker;
mod writer;
mod zip;

pub use assemble::{Layer, Sink, assemble};
pub use differences::WholeVersion;
pub use directory::{DirectoryEntry, read_directory};
pub use manifest::{MAX_MANIFEST, manifest_digest, manifest_to_bytes, parse_manifest};
pub use pages::{PageCache, PageIndex};
pub use reader::{Extractor, FileParts, ListingReader, PartReader, unpack};
pub use texts::{RESTORE_PY, readme};
pub use verify::{check_part, open_archive, sparse_digest};
pub use writer::{ArchiveWriter, Closing, Counts, Item, Known, Prior, SPARSE_FROM, Sealed, WriteOptions};

/// Files up to this size are packed whole, larger ones in blocks of this size.
pub const BLOCK: usize = 1 << 20;
