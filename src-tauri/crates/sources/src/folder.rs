//! The source that is a folder with everything below it.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_domain::{
    Batch, CaptureReport, Collector, Context, EntryPath, Error, FolderFilter, Kind, Result, Source, SourceId,
    SourceInfo, SourceSpec, encode_name,
};

use crate::filter::Filter;
use crate::open::FolderOpener;
use crate::os::Folder;
use crate::owners::Owners;
use crate::walk::{self, Never, Walk};

/// A folder with everything below it; stands at `files/<label>` in the archive.
pub struct FolderSource {
    id: SourceId,
    label: String,
    base: EntryPath,
    origin: PathBuf,
    filter: Filter,
    never: Vec<PathBuf>,
    temporary: PathBuf,
    threads: usize,
}

impl std::fmt::Debug for FolderSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FolderSource")
            .field("base", &self.base)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl FolderSource {
    /// A source that reads from `path` (a link there is resolved, links below are kept as links).
    ///
    /// Nothing of `never` is taken, whatever the filter says: own destinations, temporary folders and the catalog's
    /// folder. Copies of databases are made in `temporary`. The walk uses `threads` threads.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for a pattern that makes no sense or a relative path.
    pub fn new(
        spec: &SourceSpec,
        path: PathBuf,
        filter: &FolderFilter,
        never: Vec<PathBuf>,
        temporary: PathBuf,
        threads: usize,
    ) -> Result<Self> {
        if !path.is_absolute() {
            return Err(Error::invalid("path", path.display(), "an absolute path is needed"));
        }
        let base = label_path("files", &spec.label)?;
        let filter = Filter::new(filter)?;
        let (id, label) = (spec.id.clone(), spec.label.clone());
        Ok(Self { id, label, base, origin: path, filter, never, temporary, threads })
    }

    /// Resolves the folder once and opens it.
    fn open_root(&self) -> Result<(PathBuf, Folder)> {
        let failed = |error: io::Error| {
            let kind = match error.kind() {
                io::ErrorKind::NotFound => Kind::SourceMissing,
                io::ErrorKind::NotADirectory => Kind::InvalidInput,
                _ => Kind::SourceUnreadable,
            };
            Error::io(&error, "open the source's folder", self.origin.display()).with_kind(kind)
        };
        let resolved = std::path::absolute(&self.origin)
            .and_then(|path| if cfg!(unix) { path.canonicalize() } else { Ok(path) })
            .map_err(failed)?;
        let root = Folder::open(&resolved).map_err(failed)?;
        Ok((resolved, root))
    }

    /// What must never be taken: as paths in the archive, and as (device, inode).
    fn never_below(&self, resolved: &Path, root: &Folder) -> Result<Never> {
        let mut inodes = HashSet::new();
        let mut paths = Vec::new();
        for path in &self.never {
            for path in [Some(path.clone()), path.canonicalize().ok()].into_iter().flatten() {
                for above in [resolved, &self.origin] {
                    if let Ok(below) = path.strip_prefix(above) {
                        paths.push(self.in_archive(below));
                    }
                }
            }
            let facts = Folder::open(path).and_then(|folder| folder.facts());
            inodes.extend(facts.ok().filter(|facts| facts.inode != 0).map(|facts| (facts.dev, facts.inode)));
        }
        let own = root.facts().ok().map(|facts| (facts.dev, facts.inode));
        if paths.contains(&self.base) || own.is_some_and(|own| inodes.contains(&own)) {
            return Err(Error::new(Kind::DestinationInsideSource, "walk a folder")
                .fact("path", self.origin.display()));
        }
        Ok(Never { paths, inodes })
    }

    fn in_archive(&self, below: &Path) -> EntryPath {
        below
            .components()
            .fold(self.base.clone(), |path, part| path.join_raw(part.as_os_str().as_encoded_bytes()))
    }
}

/// `<above>/<label>`; a label is one safe component.
pub(crate) fn label_path(above: &str, label: &str) -> Result<EntryPath> {
    let safe = !label.is_empty() && !label.contains('/') && encode_name(label.as_bytes()) == label;
    EntryPath::parse(&format!("{above}/{label}"))
        .filter(|_| safe)
        .ok_or_else(|| Error::invalid("label", label, "a label is one plain name"))
}

impl Source for FolderSource {
    fn info(&self) -> SourceInfo {
        SourceInfo {
            id: self.id.clone(),
            kind: "folder",
            label: self.label.clone(),
            path: self.base.clone(),
            origin: self.origin.clone(),
        }
    }

    fn capture(&self, cx: &Context, into: &dyn Collector) -> Result<CaptureReport> {
        cx.step("source.open")?;
        let (resolved, root) = self.open_root()?;
        let never = self.never_below(&resolved, &root)?;
        let wanted = walk::wanted_folders(cx, &root, &self.base, &self.filter, self.threads)?;
        let opener = FolderOpener::new(&resolved, self.base.clone(), self.temporary.clone())
            .map_err(|error| Error::io(&error, "open the source's folder", resolved.display()))?;
        let walk = Walk::new(cx, into, root, self.base.clone(), &self.filter, Arc::new(opener))
            .never(never)
            .only(wanted);
        let top = walk.top()?;
        let above = self.base.parent().unwrap_or_default();
        // Other sources stand in the same folder of the archive, so this is never all of it.
        into.batch(cx, Batch { folder: above, entries: vec![top], opener: walk.opener(), complete: false })?;
        let done = walk.run(self.threads)?;
        if done.found == 0 {
            let unread = done.unlisted.contains(&self.base);
            let kind = if unread { Kind::SourceUnreadable } else { Kind::SourceEmpty };
            return Err(Error::new(kind, "walk a folder").fact("path", self.origin.display()));
        }
        let (users, groups) = Owners::read().named(done.owners.into_iter());
        Ok(CaptureReport { users, groups, unlisted: done.unlisted, ..CaptureReport::default() })
    }
}
