//! Where bytes stand in an archive and which bytes of a file they are.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// How bytes are packed inside the archive; the numbers are ZIP's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
#[repr(u16)]
pub enum Method {
    /// As they are.
    Store = 0,
    /// Deflate, in independent blocks when larger than 1 MiB.
    Deflate = 8,
    /// Zstandard, one frame.
    Zstd = 93,
}

impl From<Method> for u16 {
    fn from(method: Method) -> Self {
        method as Self
    }
}

impl TryFrom<u16> for Method {
    type Error = String;

    fn try_from(number: u16) -> Result<Self, String> {
        match number {
            0 => Ok(Self::Store),
            8 => Ok(Self::Deflate),
            93 => Ok(Self::Zstd),
            other => Err(format!("unknown packing method {other}")),
        }
    }
}

/// Where a run of packed bytes stands in its archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Part of the archive, from 1.
    #[serde(rename = "n", default = "one", skip_serializing_if = "is_one")]
    pub part: u32,
    /// Position of the first packed byte in the part.
    #[serde(rename = "o")]
    pub offset: u64,
    /// Packed bytes.
    #[serde(rename = "z")]
    pub packed: u64,
    /// How they are packed.
    #[serde(rename = "k", default = "deflate", skip_serializing_if = "is_deflate")]
    pub method: Method,
    /// Packed size of each 1 MiB block, when there is more than one; they can be unpacked independently.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<u32>,
}

fn one() -> u32 {
    1
}
fn is_one(part: &u32) -> bool {
    *part == 1
}
fn deflate() -> Method {
    Method::Deflate
}
fn is_deflate(method: &Method) -> bool {
    *method == Method::Deflate
}

/// One of the pieces, each an entry of its own, of content that is larger than a part of the archive may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Bytes of content it holds; it begins where the piece before it ends.
    #[serde(rename = "s")]
    pub size: u64,
    /// SHA-256 of these bytes; changed pages have none.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Where they are.
    #[serde(rename = "at")]
    pub place: Place,
}

/// A run of bytes: position in the file, position among the unpacked bytes of a place, length.
pub type Run = (u64, u64, u64);

/// The bytes at one place of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where they are.
    pub place: Place,
    /// Unpacked bytes at the place.
    pub size: u64,
    /// Which bytes of the file they are, by position in it.
    pub runs: Vec<Run>,
    /// SHA-256 of the unpacked bytes, where it is known.
    pub digest: Option<Digest>,
    /// Set for bytes of a whole version, under which nothing lies.
    pub whole: bool,
    /// Of changed pages: where in the file, as `(start, end)`, they are differences from the whole version under all deltas.
    pub differences: Vec<(u64, u64)>,
}

/// Gives each piece its share of runs whose positions count through all of the pieces; both rise.
pub(crate) fn split(runs: &[Run], pieces: Vec<Piece>) -> Vec<Stored> {
    let (mut start, mut first) = (0_u64, 0);
    let share = |Piece { size, digest, place }| {
        let end = start.saturating_add(size);
        let mut held = Vec::new();
        while let Some(&(at, from, length)) = runs.get(first) {
            let (begin, stop) = (from.max(start), (from + length).min(end));
            if begin < stop {
                held.push((at + (begin - from), begin - start, stop - begin));
            }
            if from + length > end {
                break;
            }
            first += 1;
        }
        start = end;
        Stored { place, size, runs: held, digest, whole: false, differences: Vec::new() }
    };
    pieces.into_iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(size: u64) -> Piece {
        let place = Place { part: 1, offset: 0, packed: size, method: Method::Store, blocks: Vec::new() };
        Piece { size, digest: None, place }
    }

    #[test]
    fn a_run_that_crosses_pieces_is_divided_among_them() {
        let runs = [(100, 0, 5), (200, 5, 20), (300, 25, 5)];
        let shares: Vec<_> = split(&runs, vec![piece(5), piece(8), piece(12), piece(5)]);
        let shares: Vec<_> = shares.into_iter().map(|share| share.runs).collect();
        assert_eq!(shares, [vec![(100, 0, 5)], vec![(200, 0, 8)], vec![(208, 0, 12)], vec![(300, 0, 5)]]);
        let shares: Vec<_> = split(&runs, vec![piece(7), piece(23)]);
        assert_eq!(shares[0].runs, [(100, 0, 5), (200, 5, 2)]);
        assert_eq!(shares[1].runs, [(202, 0, 18), (300, 18, 5)]);
    }
}
