//! The one thread that writes: appends products in order, keeps the listing, rolls over to the next part.

mod large;

use std::collections::BTreeMap;
use std::sync::Arc;

use resguardo_domain::{
    Context, Digest, EntryPath, Error, FIRST_FORMAT, Issue, IssueKind, ListingPlace, Method, PartInfo,
    Record, Result,
};

use super::{Counts, Sealed, Watch, WriteOptions};
use crate::part::Part;
use crate::queue::{Product, Queue};
use crate::small::{DoneEntry, SmallProduct};
use crate::spool::Spool;
use crate::zip::ZipEntry;

/// Most bytes of extended attributes in a record, so that no line of the listing grows beyond what is read.
const MAX_XATTRS: usize = 4 << 20;
/// Room kept in every part for the end of the directory.
const END_ROOM: u64 = 4096;

pub(super) struct WriterThread {
    cx: Context,
    queue: Arc<Queue>,
    watch: Option<Arc<dyn Watch>>,
    options: WriteOptions,
    part: Part,
    sealed: Vec<PartInfo>,
    format: u32,
    listing: Spool,
    sums: Spool,
    records: u64,
    packed_from: u64,
    counts: Counts,
    databases: Vec<(EntryPath, BTreeMap<String, u64>)>,
    issues: Vec<Issue>,
}

impl WriterThread {
    pub(super) fn create(
        cx: &Context,
        options: &WriteOptions,
        queue: Arc<Queue>,
        watch: Option<Arc<dyn Watch>>,
    ) -> Result<Self> {
        let name = options.name.as_str();
        let spool = |what: &str| Spool::create(options.folder.join(format!("{name}.{what}.tmp")));
        let part = Part::create(cx, &options.folder, &options.name.part(1), 1)?;
        let mut thread = Self {
            cx: cx.clone(),
            queue,
            watch,
            options: options.clone(),
            part,
            sealed: Vec::new(),
            format: FIRST_FORMAT,
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
        let parts = self.sealed.len() as u32;
        let sealed = match written {
            Ok(()) => self.seal(),
            Err(error) => {
                drop(self);
                Err(error)
            }
        };
        if let Err(error) = &sealed {
            // Parts that were sealed before the failure must not stay.
            (1..=parts).for_each(|n| drop(std::fs::remove_file(folder.join(name.part(n)))));
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
        self.make_room(self.sums.packed_bound() + self.listing.packed_bound(), 512)
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
            padding: 0,
        };
        let mut bytes = Vec::new();
        zip.push_local(&mut bytes);
        bytes.extend_from_slice(text.as_bytes());
        self.part.register(&zip, 0)?;
        self.part.append_final(&self.cx, &bytes)
    }

    /// Whether `bytes` more, and as many in the directory, can go into this part.
    fn fits(&self, bytes: u64, directory: u64) -> bool {
        let needed = self.part.position + bytes + self.part.central_len + directory + END_ROOM;
        self.options.part_size.is_none_or(|limit| needed <= limit)
    }

    /// Goes on in a new part when `bytes` more and the directory would not fit into this one.
    fn make_room(&mut self, bytes: u64, directory: u64) -> Result<()> {
        if self.fits(bytes, directory) || self.part.entries <= 1 { Ok(()) } else { self.next_part() }
    }

    fn next_part(&mut self) -> Result<()> {
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
                    self.sum(record.digest.as_ref(), record.path.as_str())?;
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
        if let Some(watch) = &self.watch {
            watch.passed(record);
        }
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

    /// Adds a file, or a piece of one, to `SHA256SUMS`.
    fn sum(&mut self, digest: Option<&Digest>, name: &str) -> Result<()> {
        let Some(digest) = digest else { return Ok(()) };
        self.sums.line(|out| {
            out.extend_from_slice(&digest.hex());
            out.extend_from_slice(b"  ");
            out.extend_from_slice(name.as_bytes());
            Ok(())
        })
    }

    fn seal(self) -> Result<Sealed> {
        self.cx.progress().enter(resguardo_domain::Phase::Seal, 0, 0);
        let Self {
            cx,
            options,
            mut part,
            mut sealed,
            format,
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
        Ok(Sealed { format, parts: sealed, listing, counts, databases, packed_from, issues })
    }
}
