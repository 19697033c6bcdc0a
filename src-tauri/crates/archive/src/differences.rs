//! Changed pages as differences: a row that changes in a database leaves nearly all of its page as it was, so a page XOR what
//! the whole version under all deltas has at the same place is nearly all zeros and packs to next to nothing.

use std::sync::Arc;

use resguardo_codec::Unpacker;
use resguardo_domain::{Context, Digest, Method, Place, Record, Result, Stored};

use crate::BLOCK;
use crate::assemble::{Block, block_table};
use crate::pages::{PageIndex, page_digest};
use crate::reader::{Extractor, PartReader, damaged};

/// A file as an earlier archive has it whole, read block by block.
pub struct WholeVersion {
    parts: Arc<dyn PartReader>,
    digest: Digest,
    /// Rising.
    places: Vec<WholePlace>,
    /// What versions since have cut off counts as zeros.
    limit: u64,
}

/// One place of a whole version.
struct WholePlace {
    /// Of its first byte in the file.
    start: u64,
    place: Place,
    size: u64,
    /// Where each block is, when there are several.
    blocks: Vec<Block>,
}

impl WholePlace {
    /// `None` for a place that can only be read from its start.
    fn new(stored: Stored) -> Option<Self> {
        let Stored { place, size, runs, .. } = stored;
        let blocks = match place.method {
            Method::Store => Vec::new(),
            Method::Deflate if !place.blocks.is_empty() => block_table(&place, size).ok()?,
            Method::Deflate if size <= BLOCK as u64 => Vec::new(),
            _ => return None,
        };
        Some(Self { start: runs.first()?.0, place, size, blocks })
    }

    /// Reads bytes that it has, from a position in it.
    fn read(&self, cx: &Context, parts: &dyn PartReader, from: u64, out: &mut [u8]) -> Result<()> {
        let (part, offset) = (self.place.part, self.place.offset);
        if self.place.method == Method::Store {
            return parts.read_exact_at(cx, part, offset + from, out);
        }
        if self.blocks.is_empty() {
            let mut extractor = Extractor::default();
            let all = extractor.read(cx, parts, &self.place, self.size)?;
            out.copy_from_slice(&all[from as usize..from as usize + out.len()]);
            return Ok(());
        }
        let (mut unpacker, mut filled) = (Unpacker::default(), 0);
        let (first, end) = ((from / BLOCK as u64) as usize, from + out.len() as u64);
        for block in self.blocks[first..].iter().take_while(|block| block.at < end) {
            let (mut packed, mut raw) = (vec![0; block.packed as usize], vec![0; block.size]);
            parts.read_exact_at(cx, part, block.offset, &mut packed)?;
            unpacker.block(&packed, &mut raw).map_err(|_| damaged("a block is damaged"))?;
            let skip = (from + filled as u64 - block.at) as usize;
            let count = (block.size - skip).min(out.len() - filled);
            out[filled..filled + count].copy_from_slice(&raw[skip..skip + count]);
            filled += count;
        }
        Ok(())
    }
}

impl std::fmt::Debug for WholeVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WholeVersion").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl WholeVersion {
    /// The version of a record whose archive is at hand, as far as no later version under the new one was shorter; `None` for
    /// one that is not whole or can't be read from the middle.
    pub fn new(parts: Arc<dyn PartReader>, record: &Record, limit: u64) -> Option<Self> {
        let digest = record.digest.filter(|_| !record.sparse_digest && record.delta.is_none())?;
        let places = record.stored().into_iter().map(WholePlace::new);
        let places = places.collect::<Option<Vec<_>>>().filter(|places| !places.is_empty())?;
        Some(Self { parts, digest, places, limit })
    }

    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Reads from a position; fewer bytes than asked for only at the end of the file.
    fn read(&self, cx: &Context, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        let first = self.places.partition_point(|place| place.start + place.size <= offset);
        for place in &self.places[first..] {
            let from = offset + filled as u64 - place.start;
            let count = (place.size - from).min((buffer.len() - filled) as u64) as usize;
            place.read(cx, self.parts.as_ref(), from, &mut buffer[filled..filled + count])?;
            filled += count;
            if filled == buffer.len() {
                break;
            }
        }
        Ok(filled)
    }
}

/// The whole version under a file that is about to be kept as changed pages, with the digests that prove its pages: bytes that
/// were damaged since must not become part of a new archive.
pub(crate) struct Bottom {
    whole: Arc<WholeVersion>,
    pages: PageIndex,
}

impl Bottom {
    pub(crate) fn new(whole: Arc<WholeVersion>, pages: PageIndex) -> Self {
        Self { whole, pages }
    }

    /// The changed pages of a block as differences. `None` when that would not make them smaller, or when the old bytes can't
    /// be had or are not what they were: then the pages themselves are kept, which is never wrong.
    pub(crate) fn differences(
        &self,
        cx: &Context,
        block: u64,
        runs: &[(u64, u64)],
        changed: &[u8],
    ) -> Option<Vec<u8>> {
        let page = self.pages.page as usize;
        let first = block * (BLOCK / page) as u64;
        let mut old = vec![0; BLOCK];
        let there = self.whole.read(cx, block * BLOCK as u64, &mut old).ok()?;
        let mut mixed = changed.to_vec();
        let numbers = runs.iter().flat_map(|&(start, count)| start..start + count);
        for (number, new) in numbers.zip(mixed.chunks_mut(page)) {
            let from = (number - first) as usize * page;
            let known = &old[from..(from + page).min(there.max(from))];
            if let Some(digest) = self.pages.digests.get(number as usize)
                && page_digest(known) != *digest
            {
                return None;
            }
            let left = self.whole.limit.saturating_sub(number * page as u64);
            let known = known.iter().take(usize::try_from(left).unwrap_or(usize::MAX));
            new.iter_mut().zip(known).for_each(|(new, old)| *new ^= old);
        }
        is_worth_it(&mixed).then_some(mixed)
    }
}

/// At least half of it is zeros, by words.
fn is_worth_it(mixed: &[u8]) -> bool {
    let words = mixed.chunks_exact(8);
    let zeros = words.clone().filter(|word| word.iter().all(|&byte| byte == 0)).count();
    zeros * 2 >= words.len()
}
