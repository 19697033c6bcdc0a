//! Where a restore writes to. Everything goes through folder handles below one root and follows no link, so an archive
//! that lies, or somebody who swaps a folder for a link meanwhile, writes nothing outside.

mod file;
mod metadata;
mod names;

pub use crate::os::Overwrite;
pub use file::NewFile;
pub use metadata::Metadata;

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use resguardo_domain::{
    Context, EntryKind, EntryPath, Error, Issue, IssueKind, Kind, Result, decode_name, encode_name,
};

use crate::leftovers::temporary_name;
use crate::os::{self, Folder, NameBuf, Type};
use crate::owners::Owners;

/// Open folders kept at hand; a restore goes from folder to folder, so few are enough.
const CACHED: usize = 32;

/// What is at a path now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is; a link is not followed.
    pub kind: EntryKind,
    /// Bytes, for a file.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Permission bits.
    pub mode: u32,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// Inode, 0 where there is none.
    pub inode: u64,
    /// How many names it has, 1 where that is not known.
    pub links: u64,
}

/// A folder to restore into; cloning shares it, and any number of threads may use it.
#[derive(Debug, Clone)]
pub struct Target(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    cx: Context,
    root: Arc<Folder>,
    /// Most recently used last.
    cache: Mutex<Vec<(EntryPath, Arc<Folder>)>>,
    /// Folders in which names changed.
    touched: Mutex<HashSet<EntryPath>>,
    owners: Owners,
    user: u32,
    insensitive: OnceLock<bool>,
}

impl Target {
    /// Opens an existing folder; a link in its own path is followed, as its owner chose it.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::InvalidInput`] when it is no folder, [`Kind::PermissionDenied`], [`Kind::Io`].
    pub fn open(cx: &Context, root: &Path) -> Result<Self> {
        let folder = Folder::open(root).map_err(|error| {
            let kind = match error.kind() {
                io::ErrorKind::NotFound => Some(Kind::NotFound),
                io::ErrorKind::NotADirectory => Some(Kind::InvalidInput),
                _ => None,
            };
            let error = Error::io(&error, "open the folder to restore to", root.display());
            kind.map_or(error.clone(), |kind| error.with_kind(kind))
        })?;
        Ok(Self(Arc::new(Shared {
            cx: cx.clone(),
            root: Arc::new(folder),
            cache: Mutex::default(),
            touched: Mutex::default(),
            owners: Owners::read(),
            user: os::effective_user(),
            insensitive: OnceLock::new(),
        })))
    }

    /// What is at a path; `None` when nothing is, or when something on the way is no folder.
    ///
    /// # Errors
    /// [`Kind::ArchiveHostile`] for a path that is not safe here, [`Kind::PermissionDenied`], [`Kind::Io`].
    pub fn kind_of(&self, path: &EntryPath) -> Result<Option<Found>> {
        let looked = if path.is_root() {
            self.0.root.facts().map(|facts| (facts, None))
        } else {
            let (parent, name) = split(path)?;
            self.0.folder(&parent).and_then(|folder| Ok((folder.stat(&name)?, Some((folder, name)))))
        };
        let (facts, place) = match looked {
            Ok(found) => found,
            Err(error) if is_absence(&error) => return Ok(None),
            Err(error) => return Err(failed(&error, "look at a file", path)),
        };
        let kind = match (facts.kind, place) {
            (Type::File, _) => EntryKind::File,
            (Type::Special(special), _) => EntryKind::Special(special),
            (Type::Symlink, Some((folder, name))) => {
                let target = folder.read_link(&name).map_err(|error| failed(&error, "read a link", path))?;
                EntryKind::Symlink { target: encode_name(&target) }
            }
            _ => EntryKind::Folder,
        };
        let size = if kind == EntryKind::File { facts.size } else { 0 };
        let os::Facts { mtime_ns, mode, uid, gid, inode, links, .. } = facts;
        Ok(Some(Found { kind, size, mtime_ns, mode, uid, gid, inode, links }))
    }

    /// Makes a folder and what is missing above it; an existing one is fine.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when something that is no folder (a link to one, say) is in the way, and as above.
    pub fn ensure_folder(&self, path: &EntryPath) -> Result<()> {
        self.0.ensure(path).map(drop)
    }

    /// Starts a new file under a temporary name in the folder of `path` (made when missing). `size_hint` is how many
    /// bytes will be written, holes not counted.
    ///
    /// # Errors
    /// [`Kind::DiskFull`] when there is clearly no room for it, and as above.
    pub fn create(&self, path: &EntryPath, size_hint: u64) -> Result<NewFile> {
        NewFile::create(Arc::clone(&self.0), path, size_hint)
    }

    /// Makes a symbolic link; `link` is its target in safe form. It is never followed here.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`], [`Kind::ArchiveHostile`], and the usual failures of writing.
    pub fn symlink(
        &self,
        path: &EntryPath,
        link: &str,
        metadata: &Metadata,
        overwrite: Overwrite,
    ) -> Result<Vec<Issue>> {
        self.0.cx.step("target.link")?;
        let raw = decode_name(link);
        if raw.is_empty() || raw.contains(&0) {
            return Err(hostile(path, "the target of the link makes no sense"));
        }
        let (parent, name) = split(path)?;
        let folder = self.0.ensure(&parent)?;
        let temporary = self.0.temporary(|name| folder.symlink(&raw, name), path)?;
        let settings = metadata.settings(&self.0.owners, self.0.user);
        let refused = folder.set_link_metadata(&temporary, &settings);
        self.0.put_in_place(&folder, &temporary, &folder, (&name, path), overwrite)?;
        Ok(refused.into_iter().map(|what| Issue::new(IssueKind::Metadata, path.clone(), what)).collect())
    }

    /// Gives the file `existing` a second name.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when `existing` is no file, [`Kind::AlreadyExists`], [`Kind::Io`] where the file system has no
    /// hard links.
    pub fn hard_link(&self, existing: &EntryPath, new: &EntryPath, overwrite: Overwrite) -> Result<()> {
        self.0.cx.step("target.link")?;
        let (from, from_name) = split(existing)?;
        let (to, to_name) = split(new)?;
        let from = self.0.folder(&from).map_err(|error| failed(&error, "make a hard link", existing))?;
        let facts = from.stat(&from_name).map_err(|error| failed(&error, "make a hard link", existing))?;
        if facts.kind != Type::File {
            return Err(Error::not_found("file", existing));
        }
        let to = self.0.ensure(&to)?;
        let temporary = self.0.temporary(|name| from.hard_link(&from_name, &to, name), new)?;
        self.0.put_in_place(&to, &temporary, &to, (&to_name, new), overwrite)?;
        // Renaming one name of a file to another name of it does nothing: then the temporary one is still there.
        let _ = to.unlink(&temporary);
        Ok(())
    }

    /// Sets a folder's metadata. To be called at the end, deepest first: writing into a folder changes its time, and a
    /// read-only one could not be written into.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when there is no such folder. What is refused is an issue.
    pub fn set_folder_metadata(&self, path: &EntryPath, metadata: &Metadata) -> Result<Vec<Issue>> {
        self.0.cx.step("target.metadata")?;
        let folder = self.0.folder(path).map_err(|error| failed(&error, "set a folder's metadata", path))?;
        let refused = folder.set_own_metadata(&metadata.settings(&self.0.owners, self.0.user));
        Ok(refused.into_iter().map(|what| Issue::new(IssueKind::Metadata, path.clone(), what)).collect())
    }

    /// Removes what is not a folder; nothing there is fine.
    ///
    /// # Errors
    /// [`Kind::PermissionDenied`], [`Kind::Io`].
    pub fn remove_file(&self, path: &EntryPath) -> Result<()> {
        self.0.cx.step("target.remove")?;
        let (parent, name) = split(path)?;
        match self.0.folder(&parent).and_then(|folder| folder.unlink(&name)) {
            Ok(()) => self.0.touch(&parent),
            Err(error) if is_absence(&error) => {}
            Err(error) => return Err(failed(&error, "remove a file", path)),
        }
        Ok(())
    }

    /// Moves something to another name below the same root.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::AlreadyExists`], [`Kind::PermissionDenied`], [`Kind::Io`].
    pub fn rename(&self, from: &EntryPath, to: &EntryPath, overwrite: Overwrite) -> Result<()> {
        self.0.cx.step("target.rename")?;
        let (from_parent, from_name) = split(from)?;
        let (to_parent, to_name) = split(to)?;
        let error_of = |error: io::Error| failed(&error, "move a file", from);
        let from_folder = self.0.folder(&from_parent).map_err(error_of)?;
        let to_folder = self.0.ensure(&to_parent)?;
        from_folder.rename(&from_name, &to_folder, &to_name, overwrite).map_err(error_of)?;
        // The handles of what was moved belong to other paths now.
        self.0.cache().retain(|(path, _)| !path.is_within(from) && !path.is_within(to));
        self.0.touch(&from_parent);
        self.0.touch(&to_parent);
        Ok(())
    }

    /// The path itself when nothing is there, otherwise the first of `name (2).ext`, `name (3).ext`, … that is free.
    ///
    /// # Errors
    /// As [`Target::kind_of`].
    pub fn free_name(&self, path: &EntryPath) -> Result<EntryPath> {
        names::free(path, |path| Ok(self.kind_of(path)?.is_none()))
    }

    /// Whether the root's file system takes `a` and `A` for the same name; tried once.
    ///
    /// # Errors
    /// The usual failures of writing.
    pub fn is_case_insensitive(&self) -> Result<bool> {
        if let Some(&known) = self.0.insensitive.get() {
            return Ok(known);
        }
        let root = &self.0.root;
        let path = EntryPath::root();
        let name = self.0.temporary(|name| root.create_file(name).map(drop), &path)?;
        let upper = os::name_of(&os::raw(&name).to_ascii_uppercase())
            .map_err(|error| failed(&error, "look at the file system", &path))?;
        let insensitive = root.stat(&upper).is_ok();
        root.unlink(&name).map_err(|error| failed(&error, "remove a file", &path))?;
        Ok(*self.0.insensitive.get_or_init(|| insensitive))
    }

    /// Makes everything written so far durable: contents, names and metadata. To be called at the end, before anybody is
    /// told that the restore is done.
    ///
    /// # Errors
    /// [`Kind::DiskFull`], [`Kind::Io`]: then nothing can be said about what was written.
    pub fn sync_folders(&self) -> Result<()> {
        self.0.cx.fault("target.sync")?;
        let touched = std::mem::take(&mut *self.0.touched.lock().unwrap_or_else(PoisonError::into_inner));
        let mut done = BTreeSet::new();
        for path in touched {
            let synced = self.0.folder(&path).and_then(|folder| {
                let dev = folder.facts()?.dev;
                if done.contains(&dev) {
                    return Ok(());
                }
                if folder.sync_file_system()? {
                    done.insert(dev);
                    return Ok(());
                }
                folder.sync()
            });
            match synced {
                Err(error) if !is_absence(&error) => return Err(failed(&error, "flush a folder", &path)),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Shared {
    fn cache(&self) -> MutexGuard<'_, Vec<(EntryPath, Arc<Folder>)>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deepest folder on the way that is open already, and how many bytes of the path it covers.
    fn nearest(&self, path: &EntryPath) -> (Arc<Folder>, usize) {
        let mut cache = self.cache();
        let best = (0..cache.len())
            .filter(|&at| path.is_within(&cache[at].0))
            .max_by_key(|&at| cache[at].0.as_str().len());
        let Some(at) = best else { return (Arc::clone(&self.root), 0) };
        let hit = cache.remove(at);
        let answer = (Arc::clone(&hit.1), hit.0.as_str().len());
        cache.push(hit);
        answer
    }

    fn keep(&self, path: &EntryPath, folder: &Arc<Folder>) {
        let mut cache = self.cache();
        if cache.iter().all(|(known, _)| known != path) {
            if cache.len() >= CACHED {
                cache.remove(0);
            }
            cache.push((path.clone(), Arc::clone(folder)));
        }
    }

    /// An existing folder, reached component by component.
    fn folder(&self, path: &EntryPath) -> io::Result<Arc<Folder>> {
        let (mut folder, covered) = self.nearest(path);
        for name in path.as_str()[covered..].split('/').filter(|name| !name.is_empty()) {
            folder = Arc::new(folder.open_child(&os::name_of(&decode_name(name))?)?);
        }
        if covered < path.as_str().len() {
            self.keep(path, &folder);
        }
        Ok(folder)
    }

    /// The folder, made when it is missing.
    fn ensure(&self, path: &EntryPath) -> Result<Arc<Folder>> {
        let error_of = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotADirectory => in_the_way(path, error),
            _ if is_loop(error) => in_the_way(path, error),
            _ => failed(error, "make a folder", path),
        };
        let (mut folder, covered) = self.nearest(path);
        let text = path.as_str();
        let mut at = covered;
        while at < text.len() {
            let start = if at == 0 { 0 } else { at + 1 };
            let end = text[start..].find('/').map_or(text.len(), |length| start + length);
            let name = name_of(path, &text[start..end])?;
            let child = match folder.open_child(&name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.cx.step("target.folder")?;
                    match folder.make_folder(&name) {
                        // Another thread was quicker.
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                        answer => answer.map_err(|error| error_of(&error))?,
                    }
                    self.touch(&EntryPath::parse(&text[..at]).unwrap_or_default());
                    folder.open_child(&name)
                }
                answer => answer,
            };
            folder = Arc::new(child.map_err(|error| error_of(&error))?);
            at = end;
        }
        if covered < text.len() {
            self.keep(path, &folder);
        }
        Ok(folder)
    }

    fn touch(&self, folder: &EntryPath) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        if !touched.contains(folder) {
            touched.insert(folder.clone());
        }
    }

    /// Makes something under a temporary name that is not taken.
    fn temporary(
        &self,
        mut make: impl FnMut(&os::Name) -> io::Result<()>,
        path: &EntryPath,
    ) -> Result<NameBuf> {
        for attempt in 0..16 {
            let bits = self.cx.random_bits().wrapping_add(attempt);
            let name = name_of(path, &temporary_name(path.name(), bits))?;
            match make(&name) {
                Ok(()) => return Ok(name),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(&error, "make a file", path)),
            }
        }
        Err(Error::internal("find a name for a temporary file"))
    }

    /// Gives something its final name; it disappears when that fails.
    fn put_in_place(
        &self,
        folder: &Folder,
        temporary: &os::Name,
        to: &Folder,
        (name, path): (&os::Name, &EntryPath),
        overwrite: Overwrite,
    ) -> Result<()> {
        if let Err(error) = folder.rename(temporary, to, name, overwrite) {
            let _ = folder.unlink(temporary);
            return Err(match error.kind() {
                io::ErrorKind::IsADirectory | io::ErrorKind::DirectoryNotEmpty => in_the_way(path, &error),
                _ => failed(&error, "put a file in place", path),
            });
        }
        self.touch(&path.parent().unwrap_or_default());
        Ok(())
    }
}

/// The folder of a path, and its last name as this system takes it.
fn split(path: &EntryPath) -> Result<(EntryPath, NameBuf)> {
    let parent = path.parent().ok_or_else(|| hostile(path, "a path without a name"))?;
    Ok((parent, name_of(path, path.name())?))
}

/// Decoding can bring back what the path's own check would have refused, so it is looked at again.
fn name_of(path: &EntryPath, safe: &str) -> Result<NameBuf> {
    os::name_of(&decode_name(safe)).map_err(|_| hostile(path, "a name that would lead elsewhere"))
}

fn hostile(path: &EntryPath, why: &str) -> Error {
    Error::new(Kind::ArchiveHostile, "write into the folder to restore to").fact("path", path).because(why)
}

fn in_the_way(path: &EntryPath, cause: &io::Error) -> Error {
    Error::new(Kind::AlreadyExists, "make room for an entry").fact("path", path).because(cause)
}

fn failed(error: &io::Error, doing: &str, path: &EntryPath) -> Error {
    let known = Error::io(error, doing, path);
    match error.kind() {
        io::ErrorKind::AlreadyExists => known.with_kind(Kind::AlreadyExists),
        io::ErrorKind::InvalidInput => known.with_kind(Kind::ArchiveHostile),
        _ if is_absence(error) => known.with_kind(Kind::NotFound),
        _ => known,
    }
}

/// Nothing is there, or it could only be reached through something that is no folder.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) || is_loop(error)
}

/// What opening a link without following it answers.
fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    return rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP);
    #[cfg(not(unix))]
    return error.kind() == io::ErrorKind::InvalidFilename;
}
