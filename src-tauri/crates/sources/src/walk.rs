//! Walking a folder: many threads, one handle per folder, one `stat` per entry, and nothing opened that is not a folder.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_domain::{
    Batch, Collector, Context, Entry, EntryKind, EntryPath, Error, Issue, IssueKind, Opener, Result, Stamp,
    decode_name, encode_name,
};

use crate::companions::{Companions, is_companion};
use crate::filter::Filter;
use crate::leftovers::is_temporary_name;
use crate::os::{self, Facts, Folder, ListBuffer, Name, NameBuf, Type};
use crate::queue::{self, Queue};

/// A folder with more entries is pushed in pieces, so that memory stays bounded.
const PIECE: usize = 20_000;

/// A marked cache, see <https://bford.info/cachedir/>.
const CACHE_MARK: &[u8] = b"CACHEDIR.TAG";
const CACHE_SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// A folder waiting to be listed.
#[derive(Debug)]
struct Waiting {
    path: EntryPath,
    /// Whether the include list takes everything in it.
    inside: bool,
    /// On another file system: kept, but empty.
    foreign: bool,
}

/// What is left out whatever the filter says.
#[derive(Debug, Default)]
pub(crate) struct Never {
    /// Paths in the archive.
    pub(crate) paths: Vec<EntryPath>,
    /// Device and inode: a folder may be reached by several paths.
    pub(crate) inodes: HashSet<(u64, u64)>,
}

impl Never {
    fn holds(&self, path: &EntryPath, facts: &Facts) -> bool {
        (!self.paths.is_empty() && self.paths.contains(path))
            || (!self.inodes.is_empty() && self.inodes.contains(&(facts.dev, facts.inode)))
    }
}

/// What a walk has to say at its end.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) found: u64,
    pub(crate) unlisted: Vec<EntryPath>,
    pub(crate) owners: BTreeSet<(u32, u32)>,
}

/// One walk.
pub(crate) struct Walk<'a> {
    cx: &'a Context,
    into: &'a dyn Collector,
    root: Folder,
    base: EntryPath,
    filter: &'a Filter,
    oldest_ns: Option<i64>,
    opener: Arc<dyn Opener>,
    never: Never,
    wanted: Option<HashSet<EntryPath>>,
    /// The first name met of each inode that has several.
    names: Mutex<HashMap<(u64, u64), EntryPath>>,
    unlisted: Mutex<Vec<EntryPath>>,
    found: AtomicU64,
}

/// What each thread keeps from folder to folder.
struct Worker {
    buffer: ListBuffer,
    owners: BTreeSet<(u32, u32)>,
    last_owner: Option<(u32, u32)>,
}

/// What was read of one folder and not yet pushed.
#[derive(Default)]
struct Piece {
    entries: Vec<Entry>,
    folders: Vec<Waiting>,
    /// Files with several names: path and device.
    linked: Vec<(EntryPath, u64)>,
    companions: Vec<NameBuf>,
    /// An entry is there but could not be looked at.
    missed: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        cx: &'a Context,
        into: &'a dyn Collector,
        root: Folder,
        base: EntryPath,
        filter: &'a Filter,
        opener: Arc<dyn Opener>,
    ) -> Self {
        Self {
            cx,
            into,
            root,
            base,
            filter,
            oldest_ns: filter.oldest_ns(cx),
            opener,
            never: Never::default(),
            wanted: None,
            names: Mutex::default(),
            unlisted: Mutex::default(),
            found: AtomicU64::new(0),
        }
    }

    /// Leaves these out, whatever the filter says.
    pub(crate) fn never(mut self, never: Never) -> Self {
        self.never = never;
        self
    }

    /// Of folders outside the include list, takes only these.
    pub(crate) fn only(mut self, wanted: Option<HashSet<EntryPath>>) -> Self {
        self.wanted = wanted;
        self
    }

    pub(crate) fn opener(&self) -> Arc<dyn Opener> {
        Arc::clone(&self.opener)
    }

    /// The entry of the folder where the walk starts.
    pub(crate) fn top(&self) -> Result<Entry> {
        let failed = |error: io::Error| Error::io(&error, "look at the source's folder", &self.base);
        let facts = self.root.facts().map_err(failed)?;
        Ok(entry_of(self.base.clone(), EntryKind::Folder, &facts))
    }

    /// Walks and pushes everything.
    pub(crate) fn run(self, threads: usize) -> Result<Walked> {
        let first = Waiting { path: self.base.clone(), inside: false, foreign: false };
        let home = self.root.facts().map_or(0, |facts| facts.dev);
        let tools = || Worker { buffer: ListBuffer::new(), owners: BTreeSet::new(), last_owner: None };
        let workers = queue::run(threads, vec![first], tools, |worker, waiting, queue| {
            self.folder(worker, &waiting, home, queue)
        })?;
        Ok(Walked {
            found: self.found.into_inner(),
            unlisted: self.unlisted.into_inner().unwrap_or_else(PoisonError::into_inner),
            owners: workers.into_iter().flat_map(|worker| worker.owners).collect(),
        })
    }

    fn folder(
        &self,
        worker: &mut Worker,
        waiting: &Waiting,
        home: u64,
        queue: &Queue<Waiting>,
    ) -> Result<()> {
        self.cx.step("source.list")?;
        if waiting.foreign {
            return self.push(waiting, None, Piece::default(), true, queue);
        }
        let folder = match self.root.open_below(&relative_bytes(&waiting.path, &self.base)) {
            Ok(folder) => folder,
            Err(error) => {
                self.not_listed(&waiting.path, &error);
                return Ok(());
            }
        };
        let only_mark = waiting.path != self.base && self.filter.skips_caches() && is_cache(&folder);
        let mut piece = Piece::default();
        let mut companions = None;
        let mut stopped = Ok(());
        let Worker { buffer, owners, last_owner } = worker;
        let listed = folder.list(buffer, |name| {
            if only_mark && os::raw(name) != CACHE_MARK {
                return ControlFlow::Continue(());
            }
            let facts = self.entry(&folder, waiting, name, home, &mut piece);
            if let Some(facts) = facts
                && *last_owner != Some((facts.uid, facts.gid))
            {
                *last_owner = Some((facts.uid, facts.gid));
                owners.insert((facts.uid, facts.gid));
            }
            if piece.entries.len() < PIECE {
                return ControlFlow::Continue(());
            }
            // Before the first piece is gone, all names are read once: a database and its companions may be far apart.
            let known = companions.get_or_insert_with(|| self.all_companions(&folder, waiting));
            let full = std::mem::take(&mut piece);
            piece.missed = full.missed;
            stopped = self.push(waiting, Some(known), full, false, queue);
            if stopped.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        stopped?;
        let complete = listed.is_ok() && !piece.missed;
        match listed {
            Err(error) => self.not_listed(&waiting.path, &error),
            Ok(()) if piece.missed => self.remember_unlisted(&waiting.path),
            Ok(()) => {}
        }
        let known = companions.unwrap_or_else(|| self.companions_of(&folder, waiting, &piece.companions));
        self.push(waiting, Some(&known), piece, complete, queue)
    }

    fn companions_of(&self, folder: &Folder, waiting: &Waiting, names: &[NameBuf]) -> Companions {
        if names.is_empty() { Companions::default() } else { Companions::find(folder, &waiting.path, names) }
    }

    fn all_companions(&self, folder: &Folder, waiting: &Waiting) -> Companions {
        let mut names = Vec::new();
        // A second handle, as the first one is in the middle of its list.
        let listed = folder.open_below(b"").and_then(|again| {
            again.list(&mut ListBuffer::new(), |name| {
                if is_companion(os::raw(name)) {
                    names.push(name.to_owned());
                }
                ControlFlow::Continue(())
            })
        });
        if let Err(error) = listed {
            self.into.issue(Issue::new(IssueKind::Unreadable, waiting.path.clone(), error));
        }
        self.companions_of(folder, waiting, &names)
    }

    /// Looks at one name and adds what is taken of it; returns its facts when it was looked at.
    fn entry(
        &self,
        folder: &Folder,
        waiting: &Waiting,
        name: &Name,
        home: u64,
        piece: &mut Piece,
    ) -> Option<Facts> {
        let raw = os::raw(name);
        let path = waiting.path.join_raw(raw);
        let facts = match folder.stat(name) {
            Ok(facts) => facts,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                piece.missed = true;
                self.into.issue(issue_of(path, &error));
                return None;
            }
        };
        // Even of a companion that the filter leaves out: it tells whether its database changed.
        if facts.kind == Type::File && is_companion(raw) {
            piece.companions.push(name.to_owned());
        }
        let inside = self.takes(&path, &facts, raw, waiting.inside)?;
        let kind = self.kind_of(folder, name, &facts, &path)?;
        if kind == EntryKind::Folder {
            let foreign = self.filter.one_file_system && facts.dev != home;
            if foreign {
                self.into.issue(Issue::new(IssueKind::OtherFileSystem, path.clone(), ""));
            }
            piece.folders.push(Waiting { path: path.clone(), inside, foreign });
        }
        if facts.links > 1 && kind == EntryKind::File {
            piece.linked.push((path.clone(), facts.dev));
        }
        let mut entry = entry_of(path, kind, &facts);
        if matches!(facts.kind, Type::Folder | Type::Symlink) {
            match os::child_xattrs(folder, name, facts.kind == Type::Symlink) {
                Ok(xattrs) => entry.xattrs = xattrs,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.into.issue(Issue::new(IssueKind::Metadata, entry.path.clone(), error)),
            }
        }
        piece.entries.push(entry);
        Some(facts)
    }

    /// Whether the entry is taken: `None` when not, otherwise whether the include list takes all of it.
    fn takes(&self, path: &EntryPath, facts: &Facts, raw: &[u8], inherited: bool) -> Option<bool> {
        let is_folder = facts.kind == Type::Folder;
        let never = self.never.holds(path, facts)
            || (!is_folder && raw.first() == Some(&b'.') && is_temporary_name(raw));
        let relative = path.below(&self.base)?;
        if never
            || self.filter.excludes(relative, path.name(), is_folder)
            || !self.filter.lets_through(facts, self.oldest_ns)
        {
            return None;
        }
        let inside = self.filter.includes(relative, is_folder, inherited);
        let on_the_way = || is_folder && self.wanted.as_ref().is_some_and(|wanted| wanted.contains(path));
        (inside || on_the_way()).then_some(inside)
    }

    fn kind_of(&self, folder: &Folder, name: &Name, facts: &Facts, path: &EntryPath) -> Option<EntryKind> {
        match facts.kind {
            Type::File => Some(EntryKind::File),
            Type::Folder => Some(EntryKind::Folder),
            Type::Special(special) => {
                self.into.issue(Issue::new(IssueKind::Special, path.clone(), ""));
                Some(EntryKind::Special(special))
            }
            Type::Symlink => match folder.read_link(name) {
                Ok(target) => Some(EntryKind::Symlink { target: encode_name(&target) }),
                Err(error) => {
                    self.into.issue(issue_of(path.clone(), &error));
                    None
                }
            },
        }
    }

    /// Pushes a piece, then lets its folders be listed.
    fn push(
        &self,
        waiting: &Waiting,
        companions: Option<&Companions>,
        mut piece: Piece,
        complete: bool,
        queue: &Queue<Waiting>,
    ) -> Result<()> {
        if let Some(companions) = companions {
            companions.apply(&mut piece.entries);
        }
        piece.entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.name_links(&mut piece);
        self.found.fetch_add(piece.entries.len() as u64, Relaxed);
        let opener = self.opener();
        let batch = Batch { folder: waiting.path.clone(), entries: piece.entries, opener, complete };
        self.into.batch(self.cx, batch)?;
        queue.add(piece.folders);
        Ok(())
    }

    /// Every name of an inode refers to the one met first, that one too.
    fn name_links(&self, piece: &mut Piece) {
        if piece.linked.is_empty() {
            return;
        }
        piece.linked.sort_unstable();
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, dev) in piece.linked.drain(..) {
            let Ok(at) = piece.entries.binary_search_by(|entry| entry.path.cmp(&path)) else { continue };
            let entry = &mut piece.entries[at];
            entry.hard_link = Some(names.entry((dev, entry.stamp.inode)).or_insert(path).clone());
        }
    }

    fn not_listed(&self, path: &EntryPath, error: &io::Error) {
        self.into.issue(issue_of(path.clone(), error));
        // A folder that vanished has nothing that could stay as it was.
        if error.kind() != io::ErrorKind::NotFound {
            self.remember_unlisted(path);
        }
    }

    fn remember_unlisted(&self, path: &EntryPath) {
        self.unlisted.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
    }
}

/// For an include list: the folders on the way to anything it matches. Names are enough for that, so it is quick.
pub(crate) fn wanted_folders(
    cx: &Context,
    root: &Folder,
    base: &EntryPath,
    filter: &Filter,
    threads: usize,
) -> Result<Option<HashSet<EntryPath>>> {
    if !filter.has_include_list() {
        return Ok(None);
    }
    let wanted: Mutex<HashSet<EntryPath>> = Mutex::default();
    let look = |buffer: &mut ListBuffer, path: EntryPath, queue: &Queue<EntryPath>| {
        cx.step("source.list")?;
        // What can't be opened is reported by the walk itself.
        let Ok(folder) = root.open_below(&relative_bytes(&path, base)) else { return Ok(()) };
        let mut matched = false;
        let mut folders = Vec::new();
        let _ = folder.list(buffer, |name| {
            let child = path.join_raw(os::raw(name));
            let is_folder = folder.stat(name).is_ok_and(|facts| facts.kind == Type::Folder);
            let relative = child.below(base).unwrap_or_default();
            if filter.excludes(relative, child.name(), is_folder) {
                return ControlFlow::Continue(());
            }
            if filter.includes(relative, is_folder, false) {
                matched = true;
            } else if is_folder {
                folders.push(child);
            }
            ControlFlow::Continue(())
        });
        if matched {
            let mut wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
            let mut next = Some(path);
            while let Some(path) = next.filter(|path| path.is_within(base)) {
                next = path.parent();
                if !wanted.insert(path) {
                    break;
                }
            }
        }
        queue.add(folders);
        Ok(())
    };
    queue::run(threads, vec![base.clone()], ListBuffer::new, look)?;
    Ok(Some(wanted.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// The raw path of this computer that a path in the archive stands for, below the source's folder.
pub(crate) fn relative_bytes(path: &EntryPath, base: &EntryPath) -> Vec<u8> {
    decode_name(path.below(base).unwrap_or_default())
}

pub(crate) fn entry_of(path: EntryPath, kind: EntryKind, facts: &Facts) -> Entry {
    let size = if kind == EntryKind::File { facts.size } else { 0 };
    let stamp = Stamp { size, ..facts.stamp() };
    let Facts { mode, uid, gid, .. } = *facts;
    Entry { path, kind, size, stamp, mode, uid, gid, xattrs: Vec::new(), hard_link: None }
}

fn issue_of(path: EntryPath, error: &io::Error) -> Issue {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => IssueKind::Vanished,
        io::ErrorKind::PermissionDenied => IssueKind::PermissionDenied,
        _ => IssueKind::Unreadable,
    };
    Issue::new(kind, path, error)
}

fn is_cache(folder: &Folder) -> bool {
    let marked = || -> io::Result<bool> {
        let name = os::name_of(CACHE_MARK)?;
        if folder.stat(&name)?.kind != Type::File {
            return Ok(false);
        }
        let file = folder.open_file(CACHE_MARK)?;
        let mut start = [0; CACHE_SIGNATURE.len()];
        Ok(os::read_at(&file, &mut start, 0)? == start.len() && start == *CACHE_SIGNATURE)
    };
    marked().unwrap_or(false)
}
