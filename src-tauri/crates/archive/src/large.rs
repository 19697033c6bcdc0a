//! Large files: opened once, read in blocks by all workers, whole or as the pages that changed.

use std::sync::Arc;

use resguardo_codec::{Packer, is_media, shrinks};
use resguardo_domain::{Context, DatabaseCheck, Entry, Error, Method, Opened, Opener, ReadAt, Result};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::differences::Bottom;
use crate::pages::{PageCache, PageDigest, PageIndex, page_digest, page_size_for};
use crate::small::{Trial, is_document};
use crate::writer::{Item, Prior};

/// Pages compared before it is decided that a file was written anew rather than in place.
const SAMPLES: u64 = 48;

/// How a large file goes into the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Whole, under its own name; `quick` packs with the fast packer whatever the level.
    Whole { method: Method, quick: bool },
    /// Changed pages only.
    Delta,
}

pub(crate) struct Large {
    pub(crate) seq: u64,
    pub(crate) attempt: u32,
    pub(crate) entry: Entry,
    pub(crate) prior: Option<Prior>,
    pub(crate) opener: Arc<dyn Opener>,
    pub(crate) data: Arc<dyn ReadAt>,
    pub(crate) database: Option<Arc<dyn DatabaseCheck>>,
    pub(crate) form: Form,
    /// Numbers of the blocks to read, rising.
    pub(crate) blocks: Vec<u64>,
    /// Page size, when an index is made.
    pub(crate) page: Option<u32>,
    pub(crate) base: Option<PageIndex>,
    /// What changed pages may be kept as differences from.
    pub(crate) bottom: Option<Bottom>,
    /// The digest skips zero blocks (see FORMAT.md).
    pub(crate) sparse: bool,
    /// Holes as `start, length, …`.
    pub(crate) holes: Vec<u64>,
}

/// What a worker made of one block.
#[derive(Default)]
pub(crate) struct BlockProduct {
    pub(crate) number: u64,
    pub(crate) raw: Vec<u8>,
    pub(crate) packed: Vec<u8>,
    /// CRC-32 and count of the bytes that were packed.
    pub(crate) crc: u32,
    pub(crate) packed_from: u64,
    pub(crate) pages: Vec<PageDigest>,
    /// Changed runs: first page in the file and count.
    pub(crate) runs: Vec<(u64, u64)>,
    /// The packed bytes are differences.
    pub(crate) differs: bool,
    /// Set for a block of a sparse file that is not all zeros.
    pub(crate) block_digest: Option<[u8; 32]>,
    /// Why the block could not be read: the file becomes an issue, the archive goes on.
    pub(crate) failure: Option<String>,
}

impl Large {
    /// Decides the form of an opened file.
    #[allow(clippy::too_many_arguments, reason = "everything the decision rests on, once")]
    pub(crate) fn plan(
        seq: u64,
        attempt: u32,
        opened: Opened,
        item: &Item,
        opener: Arc<dyn Opener>,
        pages: &PageCache,
        sparse_from: u64,
        form: &mut dyn FnMut(&dyn ReadAt, &Entry) -> Result<Form>,
    ) -> Result<Self> {
        let Opened { data, entry, database } = opened;
        let ranges = data.data_ranges();
        let sparse = ranges.as_ref().is_some_and(|ranges| is_mostly_holes(ranges, entry.size, sparse_from));
        let base = item.prior.as_ref().and_then(|prior| pages.load(&prior.digest?));
        let base = base.filter(|base| sparse || page_matches(base, data.as_ref(), entry.size));
        let delta = sparse || base.is_some();
        let form = if delta { Form::Delta } else { form(data.as_ref(), &entry)? };
        let page = base.as_ref().map(|base| base.page).or_else(|| {
            let wanted = delta || database.is_some() || !head_is_media(data.as_ref());
            wanted.then(|| page_size_for(entry.size, database.as_ref().map(|check| check.page_size())))
        });
        let blocks = if sparse {
            sparse_blocks(ranges.as_deref().unwrap_or_default(), base.as_ref(), entry.size)
        } else {
            (0..entry.size.div_ceil(BLOCK as u64)).collect()
        };
        let holes = ranges.map(|ranges| holes_between(&ranges, entry.size)).unwrap_or_default();
        let prior = item.prior.clone();
        let bottom =
            base.as_ref().filter(|_| !sparse).and_then(|base| bottom_of(prior.as_ref(), base, pages));
        Ok(Self {
            seq,
            attempt,
            entry,
            prior,
            opener,
            data,
            database,
            form,
            blocks,
            page,
            base,
            bottom,
            sparse,
            holes,
        })
    }

    /// Reads and packs one block; `nth` counts the blocks to read.
    pub(crate) fn block(
        &self,
        cx: &Context,
        nth: u64,
        packer: &mut Packer,
        mut product: BlockProduct,
    ) -> Result<BlockProduct> {
        let number = self
            .blocks
            .get(nth as usize)
            .copied()
            .ok_or_else(|| Error::internal("read a block beyond the file"))?;
        product.number = number;
        let offset = number * BLOCK as u64;
        let length = (self.entry.size - offset).min(BLOCK as u64) as usize;
        product.raw.resize(length, 0);
        let read = read_full(self.data.as_ref(), &mut product.raw, offset)
            .map_err(|cause| Error::io(&cause, "read the file", &self.entry.path))?;
        if self.sparse {
            // What a sparse file lost since it was opened is a hole: its length stays.
            product.raw[read..].fill(0);
        } else {
            product.raw.truncate(read);
        }
        if self.sparse && product.raw.iter().any(|&byte| byte != 0) {
            product.block_digest = Some(Sha256::digest(&product.raw).into());
        }
        if let Some(page) = self.page {
            product.pages.extend(product.raw.chunks(page as usize).map(page_digest));
        }
        match self.form {
            Form::Whole { method, .. } => {
                product.crc = crc32fast::hash(&product.raw);
                product.packed_from = read as u64;
                if method == Method::Deflate {
                    packer.block(&product.raw, &mut product.packed).map_err(codec)?;
                }
            }
            Form::Delta => self.changed_pages(cx, &mut product, packer)?,
        }
        Ok(product)
    }

    fn changed_pages(&self, cx: &Context, product: &mut BlockProduct, packer: &mut Packer) -> Result<()> {
        let page = self.page.unwrap_or(4096) as usize;
        let first = product.number * (BLOCK / page) as u64;
        let mut changed = Vec::new();
        for (n, digest) in (first..).zip(&product.pages) {
            if self.is_known(n, digest, page) {
                continue;
            }
            match product.runs.last_mut() {
                Some((start, count)) if *start + *count == n => *count += 1,
                _ => product.runs.push((n, 1)),
            }
            let from = (n - first) as usize * page;
            changed.extend_from_slice(&product.raw[from..product.raw.len().min(from + page)]);
        }
        let bottom = self.bottom.as_ref().filter(|_| !changed.is_empty());
        if let Some(mixed) =
            bottom.and_then(|bottom| bottom.differences(cx, product.number, &product.runs, &changed))
        {
            (changed, product.differs) = (mixed, true);
        }
        product.crc = crc32fast::hash(&changed);
        product.packed_from = changed.len() as u64;
        if changed.is_empty() { Ok(()) } else { packer.block(&changed, &mut product.packed).map_err(codec) }
    }

    /// Whether the page is the same as in the base (or is zeros, without one). A last page that was shorter in the base
    /// differs in its digest, so nothing more needs to be compared.
    fn is_known(&self, page_number: u64, digest: &PageDigest, page: usize) -> bool {
        match &self.base {
            Some(base) => base.digests.get(page_number as usize) == Some(digest),
            None => {
                let length = (self.entry.size - page_number * page as u64).min(page as u64) as usize;
                *digest == page_digest(&vec![0; length])
            }
        }
    }
}

pub(crate) fn codec(cause: resguardo_codec::CodecError) -> Error {
    Error::internal("pack a block").because(cause)
}

/// Reads until the buffer is full or the file ends.
pub(crate) fn read_full(data: &dyn ReadAt, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match data.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(filled)
}

fn head_is_media(data: &dyn ReadAt) -> bool {
    let mut head = [0; 16];
    read_full(data, &mut head, 0).is_ok_and(|read| is_media(&head[..read]))
}

/// Whether packing a large file pays: looks at three places of it. Documents are always packed, parts of them shrink.
pub(crate) fn trial(
    data: &dyn ReadAt,
    size: u64,
    fast: bool,
    packer: &mut Packer,
    scratch: &mut Vec<u8>,
) -> Result<Trial> {
    const SAMPLE: usize = 16 << 10;
    let io = |cause: std::io::Error| Error::io(&cause, "read the file", "");
    let mut sample = vec![0; SAMPLE];
    for place in [size / 2, size / 7, size - size / 7] {
        let place = place.min(size.saturating_sub(SAMPLE as u64));
        let read = read_full(data, &mut sample, place).map_err(io)?;
        if shrinks(packer, &sample[..read], scratch) {
            return Ok(Trial::Full);
        }
    }
    let read = read_full(data, &mut sample[..64], 0).map_err(io)?;
    let head = &sample[..read];
    // A fast packer loses little by trying; only what says that it is packed already is not tried.
    Ok(if is_document(head) || (fast && !is_media(head)) { Trial::Quick } else { Trial::Store })
}

/// The whole version under a file, when its pages can be trusted and have the same size.
fn bottom_of(prior: Option<&Prior>, base: &PageIndex, pages: &PageCache) -> Option<Bottom> {
    let whole = Arc::clone(prior?.whole.as_ref()?);
    let index = pages.load(whole.digest()).filter(|index| index.page == base.page)?;
    Some(Bottom::new(whole, index))
}

fn is_mostly_holes(ranges: &[(u64, u64)], size: u64, least: u64) -> bool {
    let data: u64 = ranges.iter().map(|(_, length)| length).sum();
    size >= least && data < size / 2
}

/// Whether any of a few pages spread over the file is as it was: if not, the file was written anew and is stored whole.
fn page_matches(base: &PageIndex, data: &dyn ReadAt, size: u64) -> bool {
    let page = u64::from(base.page);
    let pages = (size / page).min(base.digests.len() as u64);
    let mut buffer = vec![0; base.page as usize];
    let step = (pages / SAMPLES).max(1);
    (0..pages).step_by(step as usize).any(|n| {
        read_full(data, &mut buffer, n * page).is_ok_and(|read| read == buffer.len())
            && base.digests.get(n as usize) == Some(&page_digest(&buffer))
    })
}

/// Blocks of a file of `size` bytes that hold data, or that held some in the base, which may have been longer.
fn sparse_blocks(ranges: &[(u64, u64)], base: Option<&PageIndex>, size: u64) -> Vec<u64> {
    let block = BLOCK as u64;
    let mut blocks: Vec<u64> = ranges
        .iter()
        .filter(|(_, length)| *length > 0)
        .flat_map(|(start, length)| start / block..=(start + length - 1) / block)
        .collect();
    if let Some(base) = base {
        let zero = page_digest(&vec![0; base.page as usize]);
        let per_block = block / u64::from(base.page);
        blocks.extend(
            (0_u64..).zip(&base.digests).filter(|(_, digest)| **digest != zero).map(|(n, _)| n / per_block),
        );
    }
    blocks.retain(|number| number * block < size);
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

fn holes_between(ranges: &[(u64, u64)], size: u64) -> Vec<u64> {
    let mut holes = Vec::new();
    let mut at = 0;
    for &(start, length) in ranges.iter().chain([&(size, 0)]) {
        if start > at {
            holes.extend([at, start - at]);
        }
        at = start + length;
    }
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_what_lies_between_the_data() {
        assert_eq!(holes_between(&[(10, 5), (20, 10)], 40), [0, 10, 15, 5, 30, 10]);
        assert_eq!(holes_between(&[], 7), [0, 7]);
        assert_eq!(holes_between(&[(0, 7)], 7), [] as [u64; 0]);
    }

    #[test]
    fn blocks_that_held_data_before_are_looked_at_again() {
        let zero = page_digest(&[0; 4096]);
        let mut digests = vec![zero; 1024];
        digests[600] = [9; 16];
        let base = PageIndex { page: 4096, size: 4 << 20, digests };
        assert_eq!(sparse_blocks(&[(0, 100)], Some(&base), 4 << 20), [0, 2]);
        // Cut before the old data, its block is no longer there to be read.
        assert_eq!(sparse_blocks(&[(0, 100)], Some(&base), 2 << 20), [0]);
    }
}
