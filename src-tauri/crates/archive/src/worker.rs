//! A worker: takes the earliest work, makes its product, hands it to the writer.

use std::sync::Arc;

use resguardo_domain::{
    Context, Digest, Entry, Error, Kind, Level, Method, Opened, Opener, ReadAt, Record, Reference, Result,
};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::large::{BlockProduct, Form, Large, read_full, trial};
use crate::pages::PageCache;
use crate::queue::{Product, Queue, Unit, Work};
use crate::small::{DoneEntry, Outcome, SmallPacker, SmallProduct, Trial, entry_problem};
use crate::writer::{Item, Known};

pub(crate) struct Worker {
    pub(crate) cx: Context,
    pub(crate) queue: Arc<Queue>,
    pub(crate) level: Level,
    pub(crate) known: Option<Arc<dyn Known>>,
    pub(crate) pages: PageCache,
    pub(crate) sparse_from: u64,
    pub(crate) small: SmallPacker,
}

impl Worker {
    pub(crate) fn run(mut self) {
        let _guard = self.queue.panic_guard();
        while let Some(work) = self.queue.take() {
            let result = match work {
                Work::Unit(seq, unit) => {
                    self.unit(seq, unit).map(|product| self.queue.finish_unit(seq, product))
                }
                Work::Block(large, nth) => self.block(&large, nth),
            };
            if let Err(error) = result {
                self.queue.fail(error);
                return;
            }
        }
    }

    fn unit(&mut self, seq: u64, unit: Unit) -> Result<Product> {
        match unit {
            Unit::Small { items, opener } => self.small_run(items, &opener),
            Unit::Large { item, opener, attempt } => self.start(seq, *item, opener, attempt),
            Unit::Records(records) => {
                let done =
                    records.into_iter().map(|record| DoneEntry { record, zip: None, quiet: false }).collect();
                Ok(Product::Small(SmallProduct { done, ..SmallProduct::default() }))
            }
        }
    }

    fn small_run(&mut self, items: Vec<Item>, opener: &Arc<dyn Opener>) -> Result<Product> {
        let mut run = SmallProduct::default();
        if let Some(first) = items.first() {
            self.cx.progress().current(first.entry.path.as_str());
        }
        for item in items {
            let size = item.entry.size;
            match self.small.add(&self.cx, item, opener.as_ref(), self.known.as_deref(), &mut run)? {
                Outcome::Done => self.cx.progress().advance(1, size),
                Outcome::Large(item) => {
                    self.queue.submit(Unit::Large { item, opener: Arc::clone(opener), attempt: 1 }, false)?;
                }
            }
        }
        Ok(Product::Small(run))
    }

    /// Opens a large file. What can't be opened, or is known already, becomes a finished entry.
    fn start(&mut self, seq: u64, item: Item, opener: Arc<dyn Opener>, attempt: u32) -> Result<Product> {
        self.cx.check()?;
        self.cx.progress().current(item.entry.path.as_str());
        match self.open(seq, &item, opener, attempt) {
            Err(error) => {
                let mut run = SmallProduct::default();
                entry_problem(error, &item.entry, &mut run.issues)?;
                Ok(Product::Small(run))
            }
            opened => opened,
        }
    }

    fn open(&mut self, seq: u64, item: &Item, opener: Arc<dyn Opener>, attempt: u32) -> Result<Product> {
        let opened = opener.open(&self.cx, &item.entry)?;
        if let Some(record) = self.known_content(item, &opened)? {
            self.cx.progress().advance(1, opened.entry.size);
            let quiet = item.prior.as_ref().is_some_and(|prior| prior.quiet && prior.digest == record.digest);
            let done = vec![DoneEntry { record, zip: None, quiet }];
            return Ok(Product::Small(SmallProduct { done, ..SmallProduct::default() }));
        }
        let (level, small) = (self.level, &mut self.small);
        let mut form = |data: &dyn ReadAt, entry: &Entry| choose_form(level, small, data, entry);
        let large =
            Large::plan(seq, attempt, opened, item, opener, &self.pages, self.sparse_from, &mut form)?;
        Ok(Product::Started(Arc::new(large)))
    }

    /// Recognises a file that was moved or copied, or whose metadata alone changed, before anything is packed.
    fn known_content(&self, item: &Item, opened: &Opened) -> Result<Option<Record>> {
        let size = opened.entry.size;
        let indexed =
            |prior: &crate::Prior| prior.digest.is_some_and(|digest| self.pages.load(&digest).is_some());
        let same_size = item.prior.as_ref().is_some_and(|prior| prior.size == size && !indexed(prior));
        let elsewhere = item.prior.is_none() && self.known.as_ref().is_some_and(|known| known.has_size(size));
        if size == 0 || !(same_size || elsewhere) || opened.data.data_ranges().is_some() {
            return Ok(None);
        }
        let digest = self.hash(opened.data.as_ref(), &opened.entry)?;
        let changed = opened
            .data
            .has_changed()
            .map_err(|cause| Error::io(&cause, "read the file", &opened.entry.path))?;
        let same = self.reference(item, size, &digest).filter(|_| !changed);
        Ok(same.map(|same| {
            let mut record = Record::of(&opened.entry);
            record.digest = Some(digest);
            record.same = Some(same);
            record.rows = opened.database.as_ref().map(|check| check.facts().rows).unwrap_or_default();
            record
        }))
    }

    fn reference(&self, item: &Item, size: u64, digest: &Digest) -> Option<Reference> {
        let prior = item.prior.as_ref().filter(|prior| prior.digest.as_ref() == Some(digest));
        prior.map(|prior| prior.reference.clone()).or_else(|| self.known.as_ref()?.find(size, digest))
    }

    fn hash(&self, data: &dyn ReadAt, entry: &Entry) -> Result<Digest> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; BLOCK];
        let mut offset = 0;
        while offset < entry.size {
            self.cx.check()?;
            let read = read_full(data, &mut buffer, offset)
                .map_err(|cause| Error::io(&cause, "read the file", &entry.path))?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            offset += read as u64;
        }
        Ok(Digest(hasher.finalize().into()))
    }

    fn block(&mut self, large: &Arc<Large>, nth: u64) -> Result<()> {
        self.cx.check()?;
        let product =
            match large.block(&self.cx, nth, self.small.packer_for(large.form), BlockProduct::default()) {
                Err(error) if matches!(error.kind, Kind::Io | Kind::PermissionDenied) => {
                    BlockProduct { failure: Some(error.cause.unwrap_or_default()), ..BlockProduct::default() }
                }
                result => result?,
            };
        self.cx.progress().advance(u64::from(nth == 0), product.raw.len() as u64);
        self.queue.finish_block(large.seq, nth, product);
        Ok(())
    }
}

fn choose_form(level: Level, small: &mut SmallPacker, data: &dyn ReadAt, entry: &Entry) -> Result<Form> {
    let (prober, scratch) = small.prober();
    let trial = match level {
        Level::Number(0) => Trial::Store,
        _ => trial(data, entry.size, level == Level::Fast, prober, scratch)?,
    };
    let method = match (trial, level) {
        (Trial::Store, _) => Method::Store,
        (_, Level::Small) => Method::Zstd,
        _ => Method::Deflate,
    };
    Ok(Form::Whole { method, quick: trial == Trial::Quick })
}
