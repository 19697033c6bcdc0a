//! Writing an archive: takes items from any number of threads, gives back sealed parts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use resguardo_domain::{
    ArchiveName, Context, Digest, Entry, EntryPath, Error, Issue, Level, ListingPlace, Opener, PartInfo,
    Record, Reference, Result,
};

use crate::differences::WholeVersion;
use crate::pages::PageCache;
use crate::queue::{Queue, Unit};
use crate::small::SmallPacker;
use crate::worker::Worker;

mod thread;

use thread::WriterThread;

/// Entries of one run of small entries, at most.
const RUN_ITEMS: usize = 128;

/// Sparse files smaller than this are stored whole: their zeros pack to a thousandth and unzip by hand.
pub const SPARSE_FROM: u64 = 4 << 30;

/// What an earlier archive of the chain holds for the same path.
#[derive(Debug, Clone)]
pub struct Prior {
    /// Digest of its content.
    pub digest: Option<Digest>,
    /// Bytes of its content.
    pub size: u64,
    /// The record that has the content.
    pub reference: Reference,
    /// The whole version under all of its deltas, when that is at hand on this computer.
    pub whole: Option<Arc<WholeVersion>>,
    /// Its stamp is as it was and it is only looked at again to be sure: the same content needs no record.
    pub quiet: bool,
}

/// One entry to put into the archive.
#[derive(Debug, Clone)]
pub struct Item {
    /// The entry as the source found it.
    pub entry: Entry,
    /// Its last version, for an archive that builds on others.
    pub prior: Option<Prior>,
}

/// Knows the contents of the chain, so that moved and copied files cost nothing.
pub trait Known: Send + Sync {
    /// Whether any content has this size; decides whether a large file is hashed before it is packed.
    fn has_size(&self, size: u64) -> bool;

    /// A record with exactly this content.
    fn find(&self, size: u64, digest: &Digest) -> Option<Reference>;
}

/// How to write an archive.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// Folder in which the parts are made; must exist.
    pub folder: PathBuf,
    /// Name of the archive.
    pub name: ArchiveName,
    /// How hard to pack.
    pub level: Level,
    /// Largest size of a part in bytes.
    pub part_size: Option<u64>,
    /// Workers.
    pub threads: usize,
    /// Page indexes of earlier versions.
    pub pages: PageCache,
    /// Files of at least this many bytes that are mostly holes are kept as pages over zeros ([`SPARSE_FROM`] for archives that
    /// people unzip by hand).
    pub sparse_from: u64,
    /// Text of `LEEME-README.txt`.
    pub readme: String,
    /// Time stamp of the program's own entries, seconds since 1970 UTC.
    pub mtime: i64,
}

/// What is told when everything was submitted.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Problems that the source found, to be counted with those of the archive.
    pub issues: Vec<Issue>,
}

/// Counts of what the records of an archive stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files.
    pub files: u64,
    /// Folders.
    pub folders: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Objects listed but not stored.
    pub skipped: u64,
}

/// A finished, durable archive.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The format that a program must know to read it.
    pub format: u32,
    /// Its files, in order.
    pub parts: Vec<PartInfo>,
    /// Where the listing stands.
    pub listing: ListingPlace,
    /// What was found and is in the listing, or was looked at again and needs no record.
    pub counts: Counts,
    /// Rows per table of every database among them.
    pub databases: Vec<(EntryPath, BTreeMap<String, u64>)>,
    /// Bytes of content that were packed.
    pub packed_from: u64,
    /// Problems with single entries.
    pub issues: Vec<Issue>,
}

/// An archive being written. Dropping it unfinished leaves nothing behind.
pub struct ArchiveWriter {
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<Result<Sealed>>>,
}

impl std::fmt::Debug for ArchiveWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveWriter").field("workers", &self.workers.len()).finish_non_exhaustive()
    }
}

impl ArchiveWriter {
    /// Creates the first part and starts the threads.
    ///
    /// # Errors
    /// When the part can't be created.
    pub fn create(cx: &Context, options: &WriteOptions, known: Option<Arc<dyn Known>>) -> Result<Self> {
        let threads = options.threads.max(1);
        let queue = Arc::new(Queue::new(threads));
        let thread = WriterThread::create(cx, options, Arc::clone(&queue))?;
        let started = |cause: std::io::Error| Error::io(&cause, "start a thread", "");
        let mut archive = Self { queue, workers: Vec::with_capacity(threads), writer: None };
        for n in 0..threads {
            let worker = Worker {
                cx: cx.clone(),
                queue: Arc::clone(&archive.queue),
                level: options.level,
                known: known.clone(),
                pages: options.pages.clone(),
                sparse_from: options.sparse_from,
                small: SmallPacker::new(options.level),
            };
            let spawned = std::thread::Builder::new().name(format!("pack-{n}")).spawn(move || worker.run());
            archive.workers.push(spawned.map_err(started)?);
        }
        let spawned = std::thread::Builder::new().name("write".into()).spawn(move || thread.run());
        archive.writer = Some(spawned.map_err(started)?);
        Ok(archive)
    }

    /// Takes the entries of one folder; waits while too many wait already.
    ///
    /// # Errors
    /// Whatever ended the writing.
    pub fn submit(&self, items: Vec<Item>, opener: &Arc<dyn Opener>) -> Result<()> {
        let mut run = Vec::new();
        let mut bytes = 0;
        for item in items {
            if item.entry.has_content() && item.entry.size > crate::BLOCK as u64 {
                self.queue.submit(
                    Unit::Large { item: Box::new(item), opener: Arc::clone(opener), attempt: 1 },
                    true,
                )?;
                continue;
            }
            bytes += item.entry.size;
            run.push(item);
            if run.len() >= RUN_ITEMS || bytes >= crate::BLOCK as u64 {
                let items = std::mem::take(&mut run);
                bytes = 0;
                self.queue.submit(Unit::Small { items, opener: Arc::clone(opener) }, true)?;
            }
        }
        if run.is_empty() {
            Ok(())
        } else {
            self.queue.submit(Unit::Small { items: run, opener: Arc::clone(opener) }, true)
        }
    }

    /// Takes records that need no content, such as removals.
    ///
    /// # Errors
    /// Whatever ended the writing.
    pub fn submit_records(&self, records: Vec<Record>) -> Result<()> {
        if records.is_empty() { Ok(()) } else { self.queue.submit(Unit::Records(records), true) }
    }

    /// Waits until everything is written, then seals the archive: listing, directories, flushed, read back.
    ///
    /// # Errors
    /// Whatever ended the writing; nothing is left behind then.
    pub fn finish(mut self, closing: Closing) -> Result<Sealed> {
        self.queue.close();
        let writer = self.writer.take().ok_or_else(|| Error::internal("finish an archive twice"))?;
        let mut sealed =
            writer.join().unwrap_or_else(|_| Err(Error::internal("the writing thread failed")))?;
        sealed.issues.splice(0..0, closing.issues);
        Ok(sealed)
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            self.queue.fail(Error::cancelled());
            let _ = writer.join();
        }
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}
