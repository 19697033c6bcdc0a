//! The one thread that writes: appends products in order, keeps the listing, rolls over to the next part.

use std::collections::BTreeMap;
use std::sync::Arc;

use resguardo_codec::{DEFLATE_END, ZstdStream};
use resguardo_domain::{
    Context, Delta, Digest, EntryPath, Error, Issue, IssueKind, ListingPlace, Method, PartInfo, Place,
    Record, Result,
};
use sha2::{Digest as _, Sha256};

use super::{Counts, Item, Sealed, WriteOptions};
use crate::large::{BlockProduct, Form, Large, codec};
use crate::pages::{PageIndex, page_digest};
use crate::part::Part;
use crate::queue::{Product, Queue, Unit};
use crate::small::{DoneEntry, SmallProduct};
use crate::spool::Spool;
use crate::zip::{ZIP64_FROM, ZipEntry};

/// Times a large file is read when it changes meanwhile.
const LARGE_ATTEMPTS: u32 = 3;
/// Most blocks named in a record, so that no line of the listing grows beyond what is read; without them a file is read
/// from its start.
const MAX_BLOCKS: usize = 1 << 20;
/// Most bytes of extended attributes in a record, for the same reason.
const MAX_XATTRS: usize = 4 << 20;
/// Room kept in every part for the end of the directory.
const END_ROOM: u64 = 4096;

pub(super) struct WriterThread {
    cx: Context,
    queue: Arc<Queue>,
    options: WriteOptions,
    part: Part,
    sealed: Vec<PartInfo>,
    listing: Spool,
    sums: Spool,
    records: u64,
    packed_from: u64,
    counts: Counts,
    databases: Vec<(EntryPath, BTreeMap<String, u64>)>,
    issues: Vec<Issue>,
}

/// A large file on its way into the archive.
struct Opened {
    header_at: u64,
    zip: ZipEntry,
    header_len: u64,
    sha: Sha256,
    packed_crc: crc32fast::Hasher,
    raw_crc: crc32fast::Hasher,
    blocks: Vec<u32>,
    runs: Vec<u64>,
    next_page: u64,
    pages: Vec<[u8; 16]>,
    size: u64,
    zstd: Option<ZstdStream>,
    failure: Option<(IssueKind, String)>,
    /// A block was short and another one followed: the file shrank and grew, its bytes are not where they seem.
    ragged: bool,
}

impl WriterThread {
    pub(super) fn create(cx: &Context, options: &WriteOptions, queue: Arc<Queue>) -> Result<Self> {
        let name = options.name.as_str();
        let spool = |what: &str| Spool::create(options.folder.join(format!("{name}.{what}.tmp")));
        let part = Part::create(cx, &options.folder, &options.name.part(1), 1)?;
        let mut thread = Self {
            cx: cx.clone(),
            queue,
            options: options.clone(),
            part,
            sealed: Vec::new(),
            listing: spool("listing")?,
            sums: spool("sums")?,
            records: 0,
            packed_from: 0,
            counts: Counts::default(),
            databases: Vec::new(),
            issues: Vec::new(),
        };
        thread.begin_part()?;
        Ok(thread)
    }

    pub(super) fn run(mut self) -> Result<Sealed> {
        let _guard = self.queue.panic_guard();
        let (folder, name) = (self.options.folder.clone(), self.options.name.clone());
        let queue = Arc::clone(&self.queue);
        let written = self.write_all();
        let sealed = match written {
            Ok(()) => self.seal(),
            Err(error) => {
                // Parts that were sealed before the failure must not stay.
                let parts = self.sealed.len() as u32;
                drop(self);
                (1..=parts).for_each(|n| drop(std::fs::remove_file(folder.join(name.part(n)))));
                Err(error)
            }
        };
        if let Err(error) = &sealed {
            queue.fail(error.clone());
        }
        sealed
    }

    fn write_all(&mut self) -> Result<()> {
        let mut seq = 0;
        while let Some(product) = self.queue.product(seq, 0)? {
            self.cx.check()?;
            let done = match product {
                Product::Small(run) => self.small(run).map(|()| true),
                Product::Started(large) => self.large(&large),
                Product::Block(_) => Err(Error::internal("a block came before its file")),
            }?;
            if done {
                seq += 1;
                self.queue.written(seq);
            }
        }
        Ok(())
    }

    /// Puts the text for people at the start of a part.
    fn begin_part(&mut self) -> Result<()> {
        let text = self.options.readme.clone();
        let zip = ZipEntry {
            name: "LEEME-README.txt".into(),
            method: Method::Store,
            crc: crc32fast::hash(text.as_bytes()),
            packed: text.len() as u64,
            size: text.len() as u64,
            mode: 0o100_644,
            mtime: self.options.mtime,
            zip64: false,
        };
        let mut bytes = Vec::new();
        zip.push_local(&mut bytes);
        bytes.extend_from_slice(text.as_bytes());
        self.part.register(&zip, 0)?;
        self.part.append_final(&self.cx, &bytes)
    }

    /// Goes on in a new part when `bytes` more and the directory would not fit into this one.
    fn make_room(&mut self, bytes: u64, directory: u64) -> Result<()> {
        let Some(limit) = self.options.part_size else { return Ok(()) };
        let needed = self.part.position + bytes + self.part.central_len + directory + END_ROOM;
        if needed <= limit || self.part.entries <= 1 {
            return Ok(());
        }
        let number = self.part.number + 1;
        let next = Part::create(&self.cx, &self.options.folder, &self.options.name.part(number), number)?;
        let full = std::mem::replace(&mut self.part, next);
        self.sealed.push(full.seal(&self.cx)?);
        self.begin_part()
    }

    fn small(&mut self, run: SmallProduct) -> Result<()> {
        let directory =
            run.done.iter().filter_map(|d| d.zip.as_ref()).map(|(zip, _)| zip.central_len_bound()).sum();
        self.make_room(run.bytes.len() as u64, directory)?;
        let start = self.part.position;
        if !run.bytes.is_empty() {
            self.part.append_final(&self.cx, &run.bytes)?;
        }
        self.packed_from += run.packed_from;
        for issue in run.issues {
            self.issue(issue);
        }
        for DoneEntry { mut record, zip, quiet } in run.done {
            if let Some((zip, offset)) = zip {
                self.part.register(&zip, start + offset)?;
                if record.tag == 'f' {
                    self.sum(&record)?;
                }
            }
            if let Some(place) = &mut record.place {
                place.offset += start;
                place.part = self.part.number;
            }
            if quiet { self.count(&record) } else { self.record(&record)? }
        }
        Ok(())
    }

    fn issue(&mut self, issue: Issue) {
        if !issue.kind.is_harmless() {
            self.cx.progress().issue();
        }
        self.issues.push(issue);
    }

    fn count(&mut self, record: &Record) {
        match record.tag {
            'f' => {
                self.counts.files += 1;
                self.counts.bytes += record.size;
                if !record.rows.is_empty() {
                    self.databases.push((record.path.clone(), record.rows.clone()));
                }
            }
            'd' => self.counts.folders += 1,
            'l' | '-' => {}
            _ => self.counts.skipped += 1,
        }
    }

    fn record(&mut self, record: &Record) -> Result<()> {
        self.count(record);
        self.records += 1;
        if record.xattrs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_XATTRS {
            self.issue(Issue::new(IssueKind::Metadata, record.path.clone(), "extended attributes too large"));
            return self.line(&Record { xattrs: BTreeMap::new(), ..record.clone() });
        }
        self.line(record)
    }

    fn line(&mut self, record: &Record) -> Result<()> {
        self.listing.line(|out| {
            serde_json::to_writer(out, record)
                .map_err(|cause| Error::internal("write the listing").because(cause))
        })
    }

    fn sum(&mut self, record: &Record) -> Result<()> {
        let Some(digest) = &record.digest else { return Ok(()) };
        self.sums.line(|out| {
            out.extend_from_slice(&digest.hex());
            out.extend_from_slice(b"  ");
            out.extend_from_slice(record.path.as_str().as_bytes());
            Ok(())
        })
    }

    /// Writes a large file; false when it changed and is being read again.
    fn large(&mut self, large: &Arc<Large>) -> Result<bool> {
        let bound = large.entry.size + large.entry.size / 1000 + 4096;
        self.make_room(bound, large.entry.path.as_str().len() as u64 + 128)?;
        let mut open = self.open_entry(large)?;
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
        if let Some(mut zstd) = open.zstd.take() {
            let mut rest = Vec::new();
            zstd.finish(&mut rest).map_err(codec)?;
            self.append_body(&mut open, &rest)?;
        }
        if let Some((kind, cause)) = open.failure.take() {
            self.part.rewind(&self.cx, open.header_at)?;
            self.issue(Issue::new(kind, large.entry.path.clone(), cause));
            return Ok(true);
        }
        let changed = open.ragged
            || large
                .data
                .has_changed()
                .map_err(|cause| Error::io(&cause, "read the file", &large.entry.path))?;
        if changed && large.attempt < LARGE_ATTEMPTS {
            self.part.rewind(&self.cx, open.header_at)?;
            let item = Box::new(Item { entry: large.entry.clone(), prior: large.prior.clone() });
            let unit = Unit::Large { item, opener: Arc::clone(&large.opener), attempt: large.attempt + 1 };
            self.queue.again(large.seq, unit);
            return Ok(false);
        }
        if open.ragged {
            self.part.rewind(&self.cx, open.header_at)?;
            let cause = "it shrank and grew while it was read";
            self.issue(Issue::new(IssueKind::Unreadable, large.entry.path.clone(), cause));
            return Ok(true);
        }
        let digest = if large.sparse {
            sparse.update(large.entry.size.to_le_bytes());
            Digest(sparse.finalize().into())
        } else {
            Digest(open.sha.clone().finalize().into())
        };
        self.close_large(large, open, digest, changed).map(|()| true)
    }

    fn open_entry(&mut self, large: &Large) -> Result<Opened> {
        let (name, method) = match large.form {
            Form::Whole { method, .. } => (large.entry.path.to_string(), method),
            Form::Delta => (format!(".resguardo/ranges/{:08}", large.seq), Method::Deflate),
        };
        let mtime = large.entry.stamp.mtime_ns.div_euclid(1_000_000_000);
        let mode = 0o100_000 | large.entry.mode;
        let zip64 = large.entry.size >= ZIP64_FROM;
        let zip = ZipEntry { name, method, crc: 0, packed: 0, size: 0, mode, mtime, zip64 };
        let zstd = (method == Method::Zstd)
            .then(|| ZstdStream::new(self.options.threads as u32))
            .transpose()
            .map_err(codec)?;
        let (header_at, header_len) = (self.part.position, zip.local_header_len());
        self.part.append(&self.cx, &vec![0; header_len as usize])?;
        Ok(Opened {
            header_at,
            zip,
            header_len,
            sha: Sha256::new(),
            packed_crc: crc32fast::Hasher::new(),
            raw_crc: crc32fast::Hasher::new(),
            blocks: Vec::new(),
            runs: Vec::new(),
            next_page: 0,
            pages: Vec::new(),
            size: 0,
            zstd,
            failure: None,
            ragged: false,
        })
    }

    fn block(&mut self, large: &Large, open: &mut Opened, mut block: BlockProduct) -> Result<()> {
        if let Some(failure) = block.failure {
            open.failure.get_or_insert((IssueKind::Unreadable, failure));
            return Ok(());
        }
        open.ragged |=
            !large.sparse && open.size < block.number * crate::BLOCK as u64 && !block.raw.is_empty();
        open.size += block.raw.len() as u64;
        if !large.sparse {
            open.sha.update(&block.raw);
        }
        self.keep_pages(large, open, &block);
        for (start, count) in &block.runs {
            open.runs.extend([start - open.next_page, *count]);
            open.next_page = start + count;
        }
        open.raw_crc.combine(&crc32fast::Hasher::new_with_initial_len(block.crc, block.packed_from));
        open.zip.size += block.packed_from;
        let bytes = match (open.zip.method, &mut open.zstd) {
            (Method::Store, _) => &block.raw,
            (_, Some(zstd)) => {
                zstd.write(&block.raw, &mut block.packed).map_err(codec)?;
                &block.packed
            }
            _ => &block.packed,
        };
        open.blocks.push(bytes.len() as u32);
        self.append_body(open, bytes)
    }

    fn append_body(&mut self, open: &mut Opened, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let directory = self.part.central_len + open.zip.central_len_bound() + END_ROOM;
        let end = self.part.position + bytes.len() as u64 + DEFLATE_END.len() as u64 + directory;
        if self.options.part_size.is_some_and(|limit| end > limit) {
            // An entry can't go on in another part: the file is told as an issue, the archive goes on.
            open.failure.get_or_insert((IssueKind::TooLarge, String::new()));
        }
        if open.failure.is_some() {
            return Ok(());
        }
        open.packed_crc.update(bytes);
        open.zip.packed += bytes.len() as u64;
        self.part.append(&self.cx, bytes)
    }

    /// Collects page digests; pages of skipped blocks of a sparse file are zeros.
    fn keep_pages(&self, large: &Large, open: &mut Opened, block: &BlockProduct) {
        let Some(page) = large.page else { return };
        let first = block.number as usize * (crate::BLOCK / page as usize);
        if open.pages.len() < first {
            open.pages.resize(first, page_digest(&vec![0; page as usize]));
        }
        open.pages.extend_from_slice(&block.pages);
    }

    fn close_large(&mut self, large: &Large, mut open: Opened, digest: Digest, changed: bool) -> Result<()> {
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
            self.part.rewind(&self.cx, open.header_at)?;
            record.same = Some(prior.reference.clone());
            if prior.quiet {
                self.count(&record);
                return Ok(());
            }
            return self.record(&record);
        }
        self.packed_from += open.zip.size;
        let place = self.close_entry(&mut open)?;
        match large.form {
            Form::Whole { .. } => {
                record.place = place;
                self.sum(&record)?;
            }
            Form::Delta => {
                let base = large.base.as_ref().and(large.prior.as_ref()).map(|prior| prior.reference.clone());
                let page = large.page.unwrap_or(4096);
                record.delta = Some(Delta { base, page, runs: std::mem::take(&mut open.runs), place });
            }
        }
        self.record(&record)
    }

    fn keep_index(&self, large: &Large, open: &mut Opened, digest: &Digest, size: u64) -> Result<()> {
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

    /// Ends the packed bytes, patches the header, registers the entry. A delta without a changed page leaves no entry.
    fn close_entry(&mut self, open: &mut Opened) -> Result<Option<Place>> {
        if open.zip.size == 0 && open.zip.name.starts_with(".resguardo/") {
            self.part.rewind(&self.cx, open.header_at)?;
            return Ok(None);
        }
        if open.zip.method == Method::Deflate {
            self.append_body(open, &DEFLATE_END)?;
        }
        open.zip.crc = open.raw_crc.clone().finalize();
        let mut header = Vec::new();
        open.zip.push_local(&mut header);
        self.part.close_entry(&self.cx, open.header_at, &header, &open.packed_crc)?;
        self.part.register(&open.zip, open.header_at)?;
        let joined = open.zip.method == Method::Deflate
            && (2..=MAX_BLOCKS).contains(&open.blocks.len())
            && open.blocks.len() as u64 == open.zip.size.div_ceil(crate::BLOCK as u64)
            && !open.zip.name.starts_with(".resguardo/");
        Ok(Some(Place {
            part: self.part.number,
            offset: open.header_at + open.header_len,
            packed: open.zip.packed,
            method: open.zip.method,
            blocks: if joined { std::mem::take(&mut open.blocks) } else { Vec::new() },
        }))
    }

    fn seal(mut self) -> Result<Sealed> {
        self.cx.progress().enter(resguardo_domain::Phase::Seal, 0, 0);
        self.make_room(self.sums.packed_bound() + self.listing.packed_bound(), 512)?;
        let Self {
            cx,
            options,
            mut part,
            mut sealed,
            listing,
            sums,
            records,
            packed_from,
            counts,
            databases,
            issues,
            ..
        } = self;
        if !sums.is_empty() {
            sums.finish(&cx, &mut part, "SHA256SUMS", options.mtime)?;
        }
        let number = part.number;
        let place = listing.finish(&cx, &mut part, ".resguardo/listing.jsonl", options.mtime)?;
        sealed.push(part.seal(&cx)?);
        let listing = ListingPlace {
            part: number,
            offset: place.offset,
            packed: place.packed,
            size: place.size,
            records,
            sha256: place.sha256,
        };
        Ok(Sealed { parts: sealed, listing, counts, databases, packed_from, issues })
    }
}
