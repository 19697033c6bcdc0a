//! The collector: compares what the sources find with the parent snapshot and gives the writer what changed.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use resguardo_archive::{ArchiveWriter, Item, Prior};
use resguardo_catalog::{Catalog, FolderId, Known, View};
use resguardo_domain::{Batch, Collector, Context, Entry, EntryKind, EntryPath, Issue, Record, Result};

use super::base::Base;
use super::whole::WholeVersions;

/// Folders that several sources share: none of them sees all that is in it.
const SHARED: [&str; 4] = ["", "files", "databases", "databases/sqlite"];

/// What went by, beside what the writer counts.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Entries of any kind below the sources' tops.
    pub(crate) entries: u64,
    /// Files met, changed or not.
    pub(crate) files: u64,
    pub(crate) unchanged_files: u64,
    pub(crate) unchanged_folders: u64,
    pub(crate) unchanged_bytes: u64,
    pub(crate) added: u64,
    pub(crate) changed: u64,
    pub(crate) removed: u64,
    sources: HashMap<String, (u64, u64)>,
}

impl Seen {
    /// Files and bytes met below a source's path.
    pub(crate) fn by_source(&self, path: &EntryPath) -> (u64, u64) {
        self.sources.get(path.as_str()).copied().unwrap_or_default()
    }
}

#[derive(Default)]
struct Counters {
    entries: AtomicU64,
    files: AtomicU64,
    unchanged_files: AtomicU64,
    unchanged_folders: AtomicU64,
    unchanged_bytes: AtomicU64,
    added: AtomicU64,
    changed: AtomicU64,
    removed: AtomicU64,
}

pub(super) struct Capture<'a> {
    catalog: &'a Catalog,
    writer: &'a ArchiveWriter,
    base: Option<&'a Base>,
    whole: Option<WholeVersions<'a>>,
    views: Mutex<Vec<View>>,
    /// Folders of the parent that are still there.
    visited: Mutex<HashSet<FolderId>>,
    /// Names seen in folders that come in pieces or from several sources.
    pieces: Mutex<HashMap<EntryPath, HashSet<String>>>,
    sources: Mutex<HashMap<String, (u64, u64)>>,
    issues: Mutex<Vec<Issue>>,
    counters: Counters,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Capture<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        writer: &'a ArchiveWriter,
        base: Option<&'a Base>,
        whole: Option<WholeVersions<'a>>,
    ) -> Self {
        Self {
            catalog,
            writer,
            base,
            whole,
            views: Mutex::default(),
            visited: Mutex::default(),
            pieces: Mutex::default(),
            sources: Mutex::default(),
            issues: Mutex::default(),
            counters: Counters::default(),
        }
    }

    /// Lends a view of the parent; each thread needs one of its own at a time.
    fn with_view<T>(&self, base: &Base, use_it: impl FnOnce(&View) -> Result<T>) -> Result<T> {
        let idle = locked(&self.views).pop();
        let view = match idle {
            Some(view) => view,
            None => self.catalog.view(&base.row.manifest.id)?,
        };
        let result = use_it(&view);
        locked(&self.views).push(view);
        result
    }

    fn count(&self, batch: &Batch) {
        let shared = SHARED.contains(&batch.folder.as_str());
        let files = batch.entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let (files, bytes) = files.fold((0, 0), |(files, bytes), entry| (files + 1, bytes + entry.size));
        self.counters.files.fetch_add(files, Relaxed);
        if !shared {
            self.counters.entries.fetch_add(batch.entries.len() as u64, Relaxed);
        }
        if files > 0 {
            let mut sources = locked(&self.sources);
            let slot = sources.entry(source_of(&batch.folder)).or_default();
            slot.0 += files;
            slot.1 += bytes;
        }
    }

    /// Compares one folder's entries with the parent's and gives on what changed.
    fn compare(&self, cx: &Context, base: &Base, batch: Batch) -> Result<()> {
        let Batch { folder, entries, opener, complete } = batch;
        let shared = SHARED.contains(&folder.as_str());
        let mut known = Vec::new();
        let id = self.with_view(base, |view| view.children(&folder, &mut known))?;
        if let Some(id) = id.filter(|_| !shared) {
            locked(&self.visited).insert(id);
        }
        let mut seen = vec![false; known.len()];
        let mut items = Vec::new();
        for entry in entries {
            cx.check()?;
            let at = known.binary_search_by(|known| known.name.as_str().cmp(entry.path.name())).ok();
            if let Some(at) = at {
                seen[at] = true;
            }
            if let Some(item) = self.judge(base, &folder, entry, at.map(|at| &known[at])) {
                items.push(item);
            } else {
                cx.progress().advance(1, 0);
            }
        }
        self.writer.submit(items, &opener)?;
        self.remove_missing(&folder, &known, &seen, complete && !shared)
    }

    /// What must go into the archive for an entry; `None` when it is as the parent has it.
    fn judge(&self, base: &Base, folder: &EntryPath, entry: Entry, known: Option<&Known>) -> Option<Item> {
        let Some(known) = known else {
            self.counters.added.fetch_add(1, Relaxed);
            return Some(Item { entry, prior: None });
        };
        let as_it_was = is_as_it_was(&entry, known);
        let sure =
            entry.kind != EntryKind::File || (!base.reread && entry.stamp.mtime_ns < base.racy_from_ns);
        if as_it_was && sure {
            self.count_unchanged(known);
            return None;
        }
        if !as_it_was {
            self.counters.changed.fetch_add(1, Relaxed);
        }
        let was_file = known.tag == 'f';
        let prior = was_file.then(|| {
            let reference = known.content(folder);
            let whole = self.whole.as_ref().and_then(|whole| whole.find(&reference, known.size));
            Prior { digest: known.digest, size: known.size, reference, whole, quiet: as_it_was }
        });
        Some(Item { entry, prior })
    }

    fn count_unchanged(&self, known: &Known) {
        match known.tag {
            'f' => {
                self.counters.unchanged_files.fetch_add(1, Relaxed);
                self.counters.unchanged_bytes.fetch_add(known.size, Relaxed);
            }
            'd' => drop(self.counters.unchanged_folders.fetch_add(1, Relaxed)),
            _ => {}
        }
    }

    /// Records the removal of what the parent had in a folder and is not there any more.
    fn remove_missing(
        &self,
        folder: &EntryPath,
        known: &[Known],
        seen: &[bool],
        complete: bool,
    ) -> Result<()> {
        let mut pieces = locked(&self.pieces);
        let earlier = pieces.remove(folder);
        if !complete {
            let mut names = earlier.unwrap_or_default();
            names.extend(
                known.iter().zip(seen).filter(|(_, seen)| **seen).map(|(known, _)| known.name.clone()),
            );
            pieces.insert(folder.clone(), names);
            return Ok(());
        }
        drop(pieces);
        let gone = |(known, seen): &(&Known, &bool)| {
            !**seen && !earlier.as_ref().is_some_and(|names| names.contains(&known.name))
        };
        let records: Vec<Record> = known
            .iter()
            .zip(seen)
            .filter(gone)
            .map(|(known, _)| Record::removed(folder.join_safe(&known.name)))
            .collect();
        self.counters.removed.fetch_add(records.len() as u64, Relaxed);
        self.writer.submit_records(records)
    }

    /// Records the removal of everything in folders that were not met, and of sources that are no longer in the plan. What
    /// could not be listed stays as it was.
    pub(super) fn remove_vanished(&mut self, cx: &Context, mut unlisted: Vec<EntryPath>) -> Result<()> {
        let Some(base) = self.base else { return Ok(()) };
        // Folders that never came to their last piece could not be listed whole.
        let unfinished: Vec<EntryPath> = locked(&self.pieces).keys().cloned().collect();
        let (shared, torn): (Vec<_>, Vec<_>) =
            unfinished.into_iter().partition(|folder| SHARED.contains(&folder.as_str()));
        unlisted.extend(torn);
        let view = self.catalog.view(&base.row.manifest.id)?;
        let mut known = Vec::new();
        for folder in shared {
            view.children(&folder, &mut known)?;
            let seen = vec![false; known.len()];
            self.remove_missing(&folder, &known, &seen, true)?;
        }
        let visited = std::mem::take(&mut *locked(&self.visited));
        for id in view.folders()? {
            cx.check()?;
            if visited.contains(&id) {
                continue;
            }
            let folder = view.folder_path(id)?;
            if SHARED.contains(&folder.as_str()) || unlisted.iter().any(|kept| folder.is_within(kept)) {
                continue;
            }
            view.children(&folder, &mut known)?;
            let seen = vec![false; known.len()];
            self.remove_missing(&folder, &known, &seen, true)?;
        }
        self.keep_unlisted(&view, &unlisted)
    }

    /// Counts what stays unseen below folders that could not be listed.
    fn keep_unlisted(&self, view: &View, unlisted: &[EntryPath]) -> Result<()> {
        let mut known = Vec::new();
        for folder in unlisted {
            view.children(folder, &mut known)?;
            known.iter().for_each(|known| self.count_unchanged(known));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> (Seen, Vec<Issue>) {
        let take = |counter: &AtomicU64| counter.load(Relaxed);
        let counters = &self.counters;
        let seen = Seen {
            entries: take(&counters.entries),
            files: take(&counters.files),
            unchanged_files: take(&counters.unchanged_files),
            unchanged_folders: take(&counters.unchanged_folders),
            unchanged_bytes: take(&counters.unchanged_bytes),
            added: take(&counters.added),
            changed: take(&counters.changed),
            removed: take(&counters.removed),
            sources: self.sources.into_inner().unwrap_or_else(PoisonError::into_inner),
        };
        (seen, self.issues.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Collector for Capture<'_> {
    fn batch(&self, cx: &Context, batch: Batch) -> Result<()> {
        cx.check()?;
        self.count(&batch);
        match self.base {
            Some(base) => self.compare(cx, base, batch),
            None => {
                self.counters.added.fetch_add(batch.entries.len() as u64, Relaxed);
                let items = batch.entries.into_iter().map(|entry| Item { entry, prior: None }).collect();
                self.writer.submit(items, &batch.opener)
            }
        }
    }

    fn issue(&self, issue: Issue) {
        locked(&self.issues).push(issue);
    }
}

/// Unchanged means: the same kind of object with the same stamp, and (for what has no change time) the same metadata.
fn is_as_it_was(entry: &Entry, known: &Known) -> bool {
    let metadata = entry.mode == known.mode && entry.uid == known.uid && entry.gid == known.gid;
    entry.kind.tag() == known.tag && entry.stamp == known.stamp && metadata && !known.changed
}

/// The first two components below the kind's folder tell the source: `files/<label>`, `databases/sqlite/<label>`.
fn source_of(folder: &EntryPath) -> String {
    let depth = if folder.as_str().starts_with("databases/") { 3 } else { 2 };
    folder.components().take(depth).collect::<Vec<_>>().join("/")
}
