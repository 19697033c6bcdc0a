//! Small entries: whole in memory, packed by one worker into a run of bytes that the writer only has to append.

use std::time::Duration;

use resguardo_codec::{Effort, Packer, is_media, shrinks};
use resguardo_domain::{
    Context, Digest, Entry, EntryKind, Error, Issue, IssueKind, Kind, Level, Method, Opened, Opener, Place,
    Record, Result, decode_name,
};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::large::{Form, codec, read_full};
use crate::writer::{Item, Known};
use crate::zip::{MAX_NAME, ZipEntry};

/// Times a small file is read again when it changes meanwhile.
const ATTEMPTS: u32 = 4;
/// Databases from this size on are kept page by page.
const MIN_DATABASE: u64 = 64 << 10;

/// A run of entries ready to be appended.
#[derive(Default)]
pub(crate) struct SmallProduct {
    /// Local headers and packed bytes, one after another.
    pub(crate) bytes: Vec<u8>,
    pub(crate) done: Vec<DoneEntry>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) packed_from: u64,
}

/// One entry of the run.
pub(crate) struct DoneEntry {
    pub(crate) record: Record,
    /// Its ZIP entry and where its local header starts in the run; `None` when it has none in this archive.
    pub(crate) zip: Option<(ZipEntry, u64)>,
    /// Counted, but not written into the listing.
    pub(crate) quiet: bool,
}

/// What a worker keeps between entries.
pub(crate) struct SmallPacker {
    level: Level,
    packer: Packer,
    prober: Packer,
    raw: Vec<u8>,
    packed: Vec<u8>,
}

/// What became of an item.
pub(crate) enum Outcome {
    Done,
    /// Larger than thought (or a database): must go through the blocks.
    Large(Box<Item>),
}

pub(crate) fn effort(level: Level) -> Effort {
    match level {
        Level::Fast => Effort::Fast,
        Level::Normal | Level::Small => Effort::Normal,
        Level::Number(number) => Effort::Number(number),
    }
}

impl SmallPacker {
    pub(crate) fn new(level: Level) -> Self {
        let packer = Packer::new(effort(level));
        Self { level, packer, prober: Packer::new(Effort::Fast), raw: Vec::new(), packed: Vec::new() }
    }

    pub(crate) fn packer_for(&mut self, form: Form) -> &mut Packer {
        if matches!(form, Form::Whole { quick: true, .. }) { &mut self.prober } else { &mut self.packer }
    }

    pub(crate) fn prober(&mut self) -> (&mut Packer, &mut Vec<u8>) {
        (&mut self.prober, &mut self.packed)
    }

    /// Packs one entry into the run.
    pub(crate) fn add(
        &mut self,
        cx: &Context,
        item: Item,
        opener: &dyn Opener,
        known: Option<&dyn Known>,
        run: &mut SmallProduct,
    ) -> Result<Outcome> {
        cx.check()?;
        if item.entry.path.as_str().len() + 1 > MAX_NAME {
            run.issues.push(Issue::new(
                IssueKind::Unreadable,
                item.entry.path.clone(),
                "the path is longer than a ZIP can hold",
            ));
            return Ok(Outcome::Done);
        }
        match &item.entry.kind {
            EntryKind::File => self.add_file(cx, item, opener, known, run),
            EntryKind::Folder => {
                run.push_stored(
                    Record::of(&item.entry),
                    format!("{}/", item.entry.path),
                    0o040_000 | item.entry.mode,
                    &[],
                );
                Ok(Outcome::Done)
            }
            EntryKind::Symlink { target } => {
                let raw = decode_name(target);
                run.push_stored(Record::of(&item.entry), item.entry.path.to_string(), 0o120_777, &raw);
                Ok(Outcome::Done)
            }
            EntryKind::Special(_) => {
                run.done.push(DoneEntry { record: Record::of(&item.entry), zip: None, quiet: false });
                Ok(Outcome::Done)
            }
        }
    }

    fn add_file(
        &mut self,
        cx: &Context,
        item: Item,
        opener: &dyn Opener,
        known: Option<&dyn Known>,
        run: &mut SmallProduct,
    ) -> Result<Outcome> {
        for attempt in 1..=ATTEMPTS {
            let opened = match opener.open(cx, &item.entry) {
                Ok(opened) => opened,
                Err(error) => {
                    return entry_problem(error, &item.entry, &mut run.issues).map(|()| Outcome::Done);
                }
            };
            if opened.entry.size > BLOCK as u64
                || (opened.database.is_some() && opened.entry.size >= MIN_DATABASE)
            {
                return Ok(Outcome::Large(Box::new(item)));
            }
            let (changed, read) = match self.read(&opened) {
                Ok(result) => result,
                Err(cause) => {
                    run.issues.push(Issue::new(IssueKind::Unreadable, item.entry.path, cause));
                    return Ok(Outcome::Done);
                }
            };
            if changed && attempt < ATTEMPTS {
                std::thread::sleep(Duration::from_millis(15 << attempt));
                continue;
            }
            let mut entry = opened.entry;
            entry.size = read as u64;
            let mut record = Record::of(&entry);
            record.changed = changed;
            if changed {
                run.issues.push(Issue::new(IssueKind::ChangedWhileRead, entry.path.clone(), ""));
            }
            if let Some(facts) = opened.database.map(|check| check.facts()) {
                record.rows = facts.rows;
                run.issues.extend(
                    facts.damage.map(|d| Issue::new(IssueKind::DatabaseDamaged, entry.path.clone(), d)),
                );
            }
            self.store(&item, record, &entry, known, run)?;
            return Ok(Outcome::Done);
        }
        Ok(Outcome::Done)
    }

    /// Reads the body; says whether it changed meanwhile.
    fn read(&mut self, opened: &Opened) -> std::io::Result<(bool, usize)> {
        self.raw.resize(opened.entry.size as usize, 0);
        let read = read_full(opened.data.as_ref(), &mut self.raw, 0)?;
        let short = read < self.raw.len();
        self.raw.truncate(read);
        Ok((opened.data.has_changed()? || short, read))
    }

    /// Hashes what was read and stores it, or refers to where it is stored already.
    fn store(
        &mut self,
        item: &Item,
        mut record: Record,
        entry: &Entry,
        known: Option<&dyn Known>,
        run: &mut SmallProduct,
    ) -> Result<()> {
        let digest = Digest(Sha256::digest(&self.raw).into());
        record.digest = Some(digest);
        if entry.size > 0 {
            let prior = item.prior.as_ref().filter(|prior| prior.digest == Some(digest));
            let same = prior
                .map(|prior| prior.reference.clone())
                .or_else(|| known.and_then(|k| k.find(entry.size, &digest)));
            if same.is_some() {
                record.same = same;
                let quiet = prior.is_some_and(|prior| prior.quiet);
                run.done.push(DoneEntry { record, zip: None, quiet });
                return Ok(());
            }
        }
        let method = self.pack()?;
        let bytes = if method == Method::Store { &self.raw } else { &self.packed };
        let crc = crc32fast::hash(&self.raw);
        run.packed_from += entry.size;
        run.push(record, entry.path.to_string(), 0o100_000 | entry.mode, method, crc, entry.size, bytes);
        Ok(())
    }

    /// Packs `raw` into `packed`, or decides that it is stored.
    fn pack(&mut self) -> Result<Method> {
        let size = self.raw.len();
        let trial = if size < 32 || self.level == Level::Number(0) { Trial::Store } else { self.trial() };
        let method = match (trial, self.level) {
            (Trial::Store, _) => return Ok(Method::Store),
            (_, Level::Small) => Method::Zstd,
            _ => Method::Deflate,
        };
        self.packed.clear();
        match (method, trial) {
            (Method::Zstd, _) => self.packer.zstd(&self.raw, &mut self.packed),
            (_, Trial::Quick) => self.prober.whole(&self.raw, &mut self.packed),
            _ => self.packer.whole(&self.raw, &mut self.packed),
        }
        .map_err(codec)?;
        Ok(if self.packed.len() < size { method } else { Method::Store })
    }

    /// A look at the middle of larger files before a slow packer, or of media files before a fast one.
    fn trial(&mut self) -> Trial {
        const SAMPLE: usize = 16 << 10;
        let slow = !matches!(self.level, Level::Fast | Level::Small);
        if self.raw.len() < 2 * SAMPLE || !(slow || is_media(&self.raw)) {
            return Trial::Full;
        }
        let middle = self.raw.len() / 2;
        let sample = &self.raw[middle - SAMPLE / 2..middle + SAMPLE / 2];
        match shrinks(&mut self.prober, sample, &mut self.packed) {
            true => Trial::Full,
            false if is_document(&self.raw) => Trial::Quick,
            false => Trial::Store,
        }
    }
}

/// What a look at a sample says about packing the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// It does not pay.
    Store,
    /// Parts of it may shrink: the fast packer finds those without much work on the rest.
    Quick,
    /// It pays.
    Full,
}

/// PDF and office documents: their pictures do not shrink, their text does.
pub(crate) fn is_document(head: &[u8]) -> bool {
    head.starts_with(b"%PDF") || head.starts_with(b"PK\x03\x04")
}

/// Turns the failure to open one entry into an issue, unless it must stop everything.
pub(crate) fn entry_problem(error: Error, entry: &Entry, issues: &mut Vec<Issue>) -> Result<()> {
    let kind = match error.kind {
        Kind::NotFound => IssueKind::Vanished,
        Kind::PermissionDenied => IssueKind::PermissionDenied,
        Kind::DatabaseBusy => IssueKind::DatabaseBusy,
        Kind::Io => IssueKind::Unreadable,
        _ => return Err(error),
    };
    issues.push(Issue::new(kind, entry.path.clone(), error.cause.unwrap_or_default()));
    Ok(())
}

impl SmallProduct {
    fn push_stored(&mut self, record: Record, name: String, mode: u32, bytes: &[u8]) {
        let crc = crc32fast::hash(bytes);
        self.push(record, name, mode, Method::Store, crc, bytes.len() as u64, bytes);
    }

    #[allow(clippy::too_many_arguments, reason = "one call for each field of a ZIP entry")]
    fn push(
        &mut self,
        mut record: Record,
        name: String,
        mode: u32,
        method: Method,
        crc: u32,
        size: u64,
        packed: &[u8],
    ) {
        let start = self.bytes.len() as u64;
        let mtime = record.mtime_ns.div_euclid(1_000_000_000);
        let length = packed.len() as u64;
        let zip = ZipEntry { name, method, crc, packed: length, size, mode, mtime, zip64: false, padding: 0 };
        zip.push_local(&mut self.bytes);
        if !packed.is_empty() && record.tag == 'f' {
            // Counted from the start of the run; the writer adds where the run begins.
            let offset = self.bytes.len() as u64;
            record.place =
                Some(Place { part: 1, offset, packed: packed.len() as u64, method, blocks: Vec::new() });
        }
        self.bytes.extend_from_slice(packed);
        self.done.push(DoneEntry { record, zip: Some((zip, start)), quiet: false });
    }
}
