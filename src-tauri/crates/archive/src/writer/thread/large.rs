//! A large file on its way into the archive: block by block into one entry, or into several where a part is too small.

use std::fs;
use std::sync::Arc;

use resguardo_codec::{DEFLATE_END, ZstdStream};
use resguardo_domain::{
    Delta, Digest, Error, FORMAT_VERSION, Issue, IssueKind, Method, Piece, Place, Record, Result,
};
use sha2::{Digest as _, Sha256};

use super::{END_ROOM, WriterThread};
use crate::BLOCK;
use crate::large::{BlockProduct, Form, Large, codec};
use crate::pages::{PageIndex, page_digest};
use crate::part::Part;
use crate::queue::{Product, Unit};
use crate::writer::Item;
use crate::zip::{ZIP64_FROM, ZipEntry};

/// Times a large file is read when it changes meanwhile.
const LARGE_ATTEMPTS: u32 = 3;
/// Most blocks named in a record, so that no line of the listing grows beyond what is read; without them a file is read
/// from its start.
const MAX_BLOCKS: usize = 1 << 20;
/// What a piece takes of a line, in blocks.
const PIECE_WEIGHT: usize = 32;

/// A large file while it is written.
struct Open {
    /// The entry that is being written: the whole, or a piece.
    entry: OpenEntry,
    /// Pieces that are finished, in parts of their own.
    done: Vec<Piece>,
    sha: Sha256,
    runs: Vec<u64>,
    next_page: u64,
    /// Blocks of differences as `gap, length, …`, and the block after the last.
    differences: Vec<u64>,
    next_block: u64,
    pages: Vec<[u8; 16]>,
    size: u64,
    failure: Option<String>,
    /// A block was short and another one followed: the file shrank and grew, its bytes are not where they seem.
    ragged: bool,
}

struct OpenEntry {
    header_at: u64,
    header_len: u64,
    zip: ZipEntry,
    /// Of a piece after the first: its bytes. Up to the end of the first the file's own digest is the piece's.
    sha: Option<Sha256>,
    packed_crc: crc32fast::Hasher,
    raw_crc: crc32fast::Hasher,
    blocks: Vec<u32>,
    zstd: Option<ZstdStream>,
    /// Bytes given to Zstandard since it last gave back everything.
    unflushed: u64,
}

/// Where the content went.
enum Written {
    Nothing,
    Whole(Place),
    Pieces(Vec<Piece>),
}

impl WriterThread {
    /// Writes a large file; false when it changed and is being read again.
    pub(super) fn large(&mut self, large: &Arc<Large>) -> Result<bool> {
        let directory = large.entry.path.as_str().len() as u64 + 128;
        self.make_room(most_packed(large), directory)?;
        // What may have to be cut begins a part: taken back, it takes no other entry with it.
        let may_be_cut = !self.fits(most_packed(large), directory);
        let mut open = Open {
            entry: self.open_entry(large, None, may_be_cut)?,
            done: Vec::new(),
            sha: Sha256::new(),
            runs: Vec::new(),
            next_page: 0,
            differences: Vec::new(),
            next_block: 0,
            pages: Vec::new(),
            size: 0,
            failure: None,
            ragged: false,
        };
        let mut sparse = Sha256::new();
        for nth in 0..large.blocks.len() as u64 {
            self.cx.check()?;
            let Some(Product::Block(block)) = self.queue.product(large.seq, nth + 1)? else {
                return Err(Error::internal("a block is missing"));
            };
            if let Some(digest) = &block.block_digest {
                sparse.update(block.number.to_le_bytes());
                sparse.update(digest);
            }
            self.block(large, &mut open, block)?;
        }
        if let Some(cause) = open.failure.take() {
            return self.give_up(large, &open, &cause);
        }
        let changed = open.ragged
            || large
                .data
                .has_changed()
                .map_err(|cause| Error::io(&cause, "read the file", &large.entry.path))?;
        if changed && large.attempt < LARGE_ATTEMPTS {
            self.take_back(&open)?;
            let item = Box::new(Item { entry: large.entry.clone(), prior: large.prior.clone() });
            let unit = Unit::Large { item, opener: Arc::clone(&large.opener), attempt: large.attempt + 1 };
            self.queue.again(large.seq, unit);
            return Ok(false);
        }
        if open.ragged {
            return self.give_up(large, &open, "it shrank and grew while it was read");
        }
        let digest = if large.sparse {
            sparse.update(large.entry.size.to_le_bytes());
            Digest(sparse.finalize().into())
        } else {
            Digest(open.sha.clone().finalize().into())
        };
        self.close_large(large, open, digest, changed).map(|()| true)
    }

    /// Leaves a file out that can't be read.
    fn give_up(&mut self, large: &Large, open: &Open, cause: &str) -> Result<bool> {
        self.take_back(open)?;
        self.issue(Issue::new(IssueKind::Unreadable, large.entry.path.clone(), cause));
        Ok(true)
    }

    /// Takes everything back that was written of a file; whole parts, when it is in pieces.
    fn take_back(&mut self, open: &Open) -> Result<()> {
        let Some(first) = open.done.first().map(|piece| piece.place.part) else {
            return self.part.rewind(&self.cx, open.entry.header_at);
        };
        self.cx.step("take archive parts back")?;
        let (folder, name) = (&self.options.folder, &self.options.name);
        for number in first..self.part.number {
            let path = folder.join(name.part(number));
            fs::remove_file(&path).map_err(|cause| Error::io(&cause, "take a part back", path.display()))?;
        }
        self.sealed.truncate(first as usize - 1);
        self.part = Part::create(&self.cx, folder, &name.part(first), first)?;
        self.begin_part()
    }

    /// Begins the entry of a file, or of its piece with a number.
    fn open_entry(&mut self, large: &Large, piece: Option<usize>, may_be_cut: bool) -> Result<OpenEntry> {
        let method = match large.form {
            Form::Whole { method, .. } => method,
            Form::Delta => Method::Deflate,
        };
        let whole = entry_name(large);
        // When it turns out that the entry is a piece, it needs a longer name, and its bytes stand behind it already.
        let padding = if may_be_cut { self.piece_name(large, 1).len() - whole.len() } else { 0 };
        let zip = ZipEntry {
            name: piece.map_or(whole, |number| self.piece_name(large, number)),
            method,
            crc: 0,
            packed: 0,
            size: 0,
            mode: 0o100_000 | large.entry.mode,
            mtime: large.entry.stamp.mtime_ns.div_euclid(1_000_000_000),
            zip64: large.entry.size >= ZIP64_FROM,
            padding: padding as u16,
        };
        let (header_at, header_len) = (self.part.position, zip.local_header_len());
        self.part.append(&self.cx, &vec![0; header_len as usize])?;
        Ok(OpenEntry {
            header_at,
            header_len,
            sha: piece.map(|_| Sha256::new()),
            packed_crc: crc32fast::Hasher::new(),
            raw_crc: crc32fast::Hasher::new(),
            blocks: Vec::new(),
            zstd: (zip.method == Method::Zstd)
                .then(|| ZstdStream::new(self.options.threads as u32))
                .transpose()
                .map_err(codec)?,
            zip,
            unflushed: 0,
        })
    }

    /// The name of a piece, from 1. All of a file's have the same number of digits, so that they sort as they follow.
    fn piece_name(&self, large: &Large, number: usize) -> String {
        let per_part = self.options.part_size.unwrap_or(u64::MAX) / 2 / BLOCK as u64;
        let most = (large.blocks.len() as u64).div_ceil(per_part.max(1));
        let digits = most.to_string().len().max(3);
        let root = if large.form == Form::Delta { "" } else { "pieces/" };
        format!("{root}{}/piece.{number:0digits$}", entry_name(large))
    }

    fn block(&mut self, large: &Large, open: &mut Open, mut block: BlockProduct) -> Result<()> {
        if let Some(failure) = block.failure.take() {
            open.failure.get_or_insert(failure);
        }
        if open.failure.is_some() {
            return Ok(());
        }
        if block.packed_from > 0 {
            self.find_room(large, open, &block)?;
        }
        open.ragged |= !large.sparse && open.size < block.number * BLOCK as u64 && !block.raw.is_empty();
        open.size += block.raw.len() as u64;
        if !large.sparse {
            open.sha.update(&block.raw);
        }
        keep_pages(large, open, &block);
        for (start, count) in &block.runs {
            open.runs.extend([start - open.next_page, *count]);
            open.next_page = start + count;
        }
        if block.differs {
            note_block(open, block.number);
        }
        let entry = &mut open.entry;
        if let Some(sha) = &mut entry.sha {
            sha.update(&block.raw);
        }
        entry.raw_crc.combine(&crc32fast::Hasher::new_with_initial_len(block.crc, block.packed_from));
        entry.zip.size += block.packed_from;
        let bytes = match (entry.zip.method, &mut entry.zstd) {
            (Method::Store, _) => &block.raw,
            (_, Some(zstd)) => {
                zstd.write(&block.raw, &mut block.packed).map_err(codec)?;
                entry.unflushed += block.packed_from;
                &block.packed
            }
            _ => &block.packed,
        };
        entry.blocks.push(bytes.len() as u32);
        self.append_body(entry, bytes)
    }

    /// Goes on in a piece in the next part when a block would not fit into this one.
    fn find_room(&mut self, large: &Large, open: &mut Open, block: &BlockProduct) -> Result<()> {
        let entry = &mut open.entry;
        let mut more = match entry.zip.method {
            Method::Store => block.raw.len() as u64,
            Method::Deflate => block.packed.len() as u64,
            Method::Zstd => ZstdStream::bound(entry.unflushed + block.packed_from),
        };
        let directory = self.piece_name(large, 1).len() as u64 + 128;
        if !self.fits(more, directory)
            && let Some(zstd) = &mut entry.zstd
        {
            let mut rest = Vec::new();
            zstd.flush(&mut rest).map_err(codec)?;
            entry.unflushed = 0;
            self.append_body(entry, &rest)?;
            more = ZstdStream::bound(block.packed_from);
        }
        if entry.zip.size == 0 || self.fits(more, directory) {
            return Ok(());
        }
        let others = if open.done.is_empty() { self.part.entries - 1 } else { 0 };
        if others > 0 {
            return Err(Error::internal("a block is larger than it can be"));
        }
        self.close_piece(large, open)?;
        self.next_part()?;
        open.entry = self.open_entry(large, Some(open.done.len() + 1), false)?;
        Ok(())
    }

    fn append_body(&mut self, entry: &mut OpenEntry, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        entry.packed_crc.update(bytes);
        entry.zip.packed += bytes.len() as u64;
        self.part.append(&self.cx, bytes)
    }

    fn close_large(&mut self, large: &Large, mut open: Open, digest: Digest, changed: bool) -> Result<()> {
        let size = if large.sparse { large.entry.size } else { open.size };
        let mut record = Record::of(&large.entry);
        record.size = size;
        record.stamp_size = (large.entry.stamp.size != size).then_some(large.entry.stamp.size);
        record.digest = Some(digest);
        record.sparse_digest = large.sparse;
        record.changed = changed;
        record.holes.clone_from(&large.holes);
        if let Some(facts) = large.database.as_ref().map(|check| check.facts()) {
            record.rows = facts.rows;
            if let Some(damage) = facts.damage {
                self.issue(Issue::new(IssueKind::DatabaseDamaged, record.path.clone(), damage));
            }
        }
        if changed {
            self.issue(Issue::new(IssueKind::ChangedWhileRead, record.path.clone(), ""));
        }
        self.keep_index(large, &mut open, &digest, size)?;
        let same = large.prior.as_ref().filter(|prior| prior.digest == Some(digest) && prior.size == size);
        if let Some(prior) = same {
            self.take_back(&open)?;
            record.same = Some(prior.reference.clone());
            if prior.quiet {
                self.count(&record);
                return Ok(());
            }
            return self.record(&record);
        }
        let (place, pieces) = match self.close_content(large, &mut open)? {
            Written::Nothing => (None, Vec::new()),
            Written::Whole(place) => (Some(place), Vec::new()),
            Written::Pieces(pieces) => (None, pieces),
        };
        match large.form {
            Form::Whole { .. } => {
                if place.is_some() {
                    self.sum(record.digest.as_ref(), record.path.as_str())?;
                }
                for (number, piece) in (1..).zip(&pieces) {
                    self.sum(piece.digest.as_ref(), &self.piece_name(large, number))?;
                }
                (record.place, record.pieces) = (place, pieces);
            }
            Form::Delta => {
                let base = large.base.as_ref().and(large.prior.as_ref()).map(|prior| prior.reference.clone());
                let page = large.page.unwrap_or(4096);
                let (runs, differences) = (open.runs, open.differences);
                if !differences.is_empty() {
                    self.format = FORMAT_VERSION;
                }
                record.delta = Some(Delta { base, page, runs, place, differences, pieces });
            }
        }
        self.record(&record)
    }

    fn keep_index(&self, large: &Large, open: &mut Open, digest: &Digest, size: u64) -> Result<()> {
        let Some(page) = large.page else { return Ok(()) };
        let pages = size.div_ceil(u64::from(page)) as usize;
        if open.pages.len() < pages {
            open.pages.resize(pages, page_digest(&vec![0; page as usize]));
            let tail = size % u64::from(page);
            if tail > 0 {
                open.pages[pages - 1] = page_digest(&vec![0; tail as usize]);
            }
        }
        open.pages.truncate(pages);
        let index = PageIndex { page, size, digests: std::mem::take(&mut open.pages) };
        self.options.pages.store(digest, &index)
    }

    /// Ends the last entry. A delta without a changed page leaves none.
    fn close_content(&mut self, large: &Large, open: &mut Open) -> Result<Written> {
        if open.entry.zip.size == 0 && large.form == Form::Delta {
            self.take_back(open)?;
            return Ok(Written::Nothing);
        }
        if open.done.is_empty() {
            self.packed_from += open.entry.zip.size;
            return self.close_entry(&mut open.entry).map(Written::Whole);
        }
        self.close_piece(large, open)?;
        self.packed_from += open.done.iter().map(|piece| piece.size).sum::<u64>();
        self.format = FORMAT_VERSION;
        let mut pieces = std::mem::take(&mut open.done);
        let blocks: usize = pieces.iter().map(|piece| PIECE_WEIGHT + piece.place.blocks.len()).sum();
        if blocks > MAX_BLOCKS {
            pieces.iter_mut().for_each(|piece| piece.place.blocks.clear());
        }
        Ok(Written::Pieces(pieces))
    }

    /// Ends the entry as a piece.
    fn close_piece(&mut self, large: &Large, open: &mut Open) -> Result<()> {
        let whole = matches!(large.form, Form::Whole { .. });
        let sha = open.entry.sha.as_ref().unwrap_or(&open.sha);
        let digest = whole.then(|| Digest(sha.clone().finalize().into()));
        open.entry.zip.name = self.piece_name(large, open.done.len() + 1);
        open.entry.zip.padding = 0;
        let place = self.close_entry(&mut open.entry)?;
        open.done.push(Piece { size: open.entry.zip.size, digest, place });
        Ok(())
    }

    /// Ends the packed bytes, patches the header, registers the entry.
    fn close_entry(&mut self, entry: &mut OpenEntry) -> Result<Place> {
        if let Some(mut zstd) = entry.zstd.take() {
            let mut rest = Vec::new();
            zstd.finish(&mut rest).map_err(codec)?;
            self.append_body(entry, &rest)?;
        }
        if entry.zip.method == Method::Deflate {
            self.append_body(entry, &DEFLATE_END)?;
        }
        entry.zip.crc = entry.raw_crc.clone().finalize();
        let mut header = Vec::new();
        entry.zip.push_local(&mut header);
        self.part.close_entry(&self.cx, entry.header_at, &header, &entry.packed_crc)?;
        self.part.register(&entry.zip, entry.header_at)?;
        let joined = entry.zip.method == Method::Deflate
            && (2..=MAX_BLOCKS).contains(&entry.blocks.len())
            && entry.blocks.len() as u64 == entry.zip.size.div_ceil(BLOCK as u64)
            && !entry.zip.name.starts_with(".resguardo/");
        Ok(Place {
            part: self.part.number,
            offset: entry.header_at + entry.header_len,
            packed: entry.zip.packed,
            method: entry.zip.method,
            blocks: if joined { std::mem::take(&mut entry.blocks) } else { Vec::new() },
        })
    }
}

/// The name of a large file's entry when it is one.
fn entry_name(large: &Large) -> String {
    match large.form {
        Form::Whole { .. } => large.entry.path.to_string(),
        Form::Delta => format!(".resguardo/ranges/{:08}", large.seq),
    }
}

/// Bytes that nothing a file becomes can exceed: no block packs to more than an eighth above its size.
fn most_packed(large: &Large) -> u64 {
    let read = large.entry.size.min(large.blocks.len() as u64 * BLOCK as u64);
    read + read / 8 + END_ROOM + 2 * large.entry.path.as_str().len() as u64
}

/// Notes a block whose changed pages are differences.
fn note_block(open: &mut Open, number: u64) {
    let gap = number - open.next_block;
    match open.differences.last_mut().filter(|_| gap == 0) {
        Some(length) => *length += 1,
        None => open.differences.extend([gap, 1]),
    }
    open.next_block = number + 1;
}

/// Collects page digests; pages of skipped blocks of a sparse file are zeros.
fn keep_pages(large: &Large, open: &mut Open, block: &BlockProduct) {
    let Some(page) = large.page else { return };
    let first = block.number as usize * (BLOCK / page as usize);
    if open.pages.len() < first {
        open.pages.resize(first, page_digest(&vec![0; page as usize]));
    }
    open.pages.extend_from_slice(&block.pages);
}
