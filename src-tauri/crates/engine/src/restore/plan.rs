//! Planning a restore: which entries, where each of them goes, and what is in its way now.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use resguardo_catalog::{SnapshotRow, Version};
use resguardo_domain::{
    Context, Digest, EntryKind, EntryPath, Error, Kind, Manifest, Record, Result, SourceConfig, encode_name,
};
use resguardo_sources::target::{Found, Target};
use sha2::{Digest as _, Sha256};

use crate::Engine;
use crate::archives::Shelf;
use crate::content::Share;
use crate::requests::{Existing, RestoreTarget};

/// A folder below which is written.
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    /// Open when the folder exists already.
    pub(crate) target: Option<Target>,
}

/// What happens at one spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing is there yet.
    Create,
    /// What is there gives way; `other_kind` when it is another kind of object, which is removed first.
    Replace { other_kind: bool },
    /// It is there as wanted.
    Same,
    /// It stays because it exists.
    Skip,
    /// What comes back gets this name.
    Rename(EntryPath),
}

impl Action {
    pub(crate) fn writes(&self) -> bool {
        matches!(self, Self::Create | Self::Replace { .. } | Self::Rename(_))
    }
}

/// One entry on its way back.
pub(crate) struct Step {
    pub(crate) version: Version,
    pub(crate) root: usize,
    /// Path below the root.
    pub(crate) path: EntryPath,
    pub(crate) action: Action,
}

impl Step {
    /// Where it is written.
    pub(crate) fn place(&self) -> &EntryPath {
        match &self.action {
            Action::Rename(path) => path,
            _ => &self.path,
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        self.version.record.tag == 'f'
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.version.record.tag == 'd'
    }

    /// Files and links: what a person counts.
    pub(crate) fn is_leaf(&self) -> bool {
        matches!(self.version.record.tag, 'f' | 'l')
    }

    pub(crate) fn is_database(&self) -> bool {
        self.is_file() && !self.version.record.rows.is_empty()
    }
}

/// Everything a restore will do.
pub(crate) struct RestorePlan {
    pub(crate) roots: Vec<Root>,
    /// Folders before what they hold.
    pub(crate) steps: Vec<Step>,
    /// Folders that no step names but must be made, as (root, path), outermost first.
    pub(crate) extra_folders: Vec<(usize, EntryPath)>,
    /// In words a person recognises.
    pub(crate) target: String,
    /// Whether everything goes back to where programs expect it.
    pub(crate) in_place: bool,
}

impl RestorePlan {
    pub(crate) fn bytes(&self) -> u64 {
        self.steps.iter().filter(|s| s.is_file() && s.action.writes()).map(|s| s.version.record.size).sum()
    }

    /// Whether anything that exists would be changed.
    pub(crate) fn needs_safety(&self) -> bool {
        // A folder that is there already only gets other facts; one that takes the place of a file ends that file.
        self.steps.iter().any(
            |step| matches!(step.action, Action::Replace { other_kind } if other_kind || !step.is_folder()),
        )
    }
}

impl Engine {
    pub(crate) fn restore_plan(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        paths: &[String],
        target: &RestoreTarget,
        existing: Existing,
    ) -> Result<RestorePlan> {
        let paths = if paths.is_empty() { vec![String::new()] } else { paths.to_vec() };
        let mut paths =
            paths.iter().map(|path| crate::browse::parse_path(path)).collect::<Result<Vec<_>>>()?;
        paths.sort();
        let all = paths.clone();
        // A path below another selected one is selected already.
        paths.retain(|path| !all.iter().any(|other| other != path && path.is_within(other)));
        paths.dedup();
        let mapping = Mapping::new(cx, &row.manifest, target)?;
        let mut planner = Planner {
            cx,
            existing,
            mapping,
            seen: HashMap::new(),
            steps: Vec::new(),
            extra_folders: Vec::new(),
            displaced: Vec::new(),
        };
        for path in &paths {
            self.catalog.descend(&row.manifest.id, path, &mut |version| planner.add(version))?;
        }
        let Planner { mapping, steps, extra_folders, .. } = planner;
        let in_place = mapping.sources.is_some();
        Ok(RestorePlan { roots: mapping.roots, steps, extra_folders, target: mapping.words, in_place })
    }

    /// Where every file's bytes come from, in the order of the steps.
    pub(crate) fn all_shares(
        &self,
        cx: &Context,
        shelf: &Shelf<'_>,
        row: &SnapshotRow,
        plan: &RestorePlan,
    ) -> Result<Vec<Vec<Share>>> {
        let share = |step: &Step| {
            cx.check()?;
            let wanted = step.is_file() && step.action.writes();
            if wanted { self.shares(cx, &row.manifest.plan, shelf, &step.version) } else { Ok(Vec::new()) }
        };
        plan.steps.iter().map(share).collect()
    }
}

/// From paths of the archive to paths below roots.
struct Mapping {
    roots: Vec<Root>,
    /// Archive path, root, path below the root; `None` for "as it stands in the archive".
    sources: Option<Vec<(EntryPath, usize, EntryPath)>>,
    words: String,
}

impl Mapping {
    fn new(cx: &Context, manifest: &Manifest, target: &RestoreTarget) -> Result<Self> {
        match target {
            RestoreTarget::Folder { path } => {
                let folder = crate::destinations::named_path(path, "to")?;
                let words = folder.display().to_string();
                Ok(Self { roots: vec![open_root(cx, folder)?], sources: None, words })
            }
            RestoreTarget::InPlace => {
                let (mut roots, mut sources, mut words) = (Vec::new(), Vec::new(), Vec::new());
                for source in &manifest.sources {
                    let origin = SourceConfig::decode_path(&source.origin);
                    words.push(origin.display().to_string());
                    let base = crate::browse::parse_path(&source.path)?;
                    let (folder, below) = if source.kind == "sqlite" {
                        split_file(&origin)?
                    } else {
                        (origin, EntryPath::root())
                    };
                    sources.push((base, roots.len(), below));
                    roots.push(open_root(cx, folder)?);
                }
                Ok(Self { roots, sources: Some(sources), words: words.join(", ") })
            }
        }
    }

    /// Root and path of an archive path; `None` for the folders above the sources, which stand for nothing in place.
    fn place(&self, path: &EntryPath) -> Option<(usize, EntryPath)> {
        let Some(sources) = &self.sources else { return Some((0, path.clone())) };
        let (base, root, below) = sources.iter().find(|(base, ..)| path.is_within(base))?;
        let rest = path.below(base).unwrap_or_default();
        if below.is_root() {
            return Some((
                *root,
                if rest.is_empty() { EntryPath::root() } else { EntryPath::root().join_safe(rest) },
            ));
        }
        // A database goes back to its own path, whatever its name in the archive; the folder around it is ours alone.
        (!rest.is_empty()).then(|| (*root, below.clone()))
    }
}

fn split_file(origin: &Path) -> Result<(PathBuf, EntryPath)> {
    let parts = origin.parent().zip(origin.file_name());
    let (folder, name) =
        parts.ok_or_else(|| Error::invalid("origin", origin.display(), "a file is needed"))?;
    let name = SourceConfig::encode_path(Path::new(name));
    let path = EntryPath::parse(&name)
        .ok_or_else(|| Error::invalid("origin", origin.display(), "not a file's name"))?;
    Ok((folder.to_owned(), path))
}

fn open_root(cx: &Context, folder: PathBuf) -> Result<Root> {
    let target = match Target::open(cx, &folder) {
        Ok(target) => Some(target),
        Err(error) if error.kind == Kind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Root { folder, target })
}

struct Planner<'a> {
    cx: &'a Context,
    existing: Existing,
    mapping: Mapping,
    /// Whether a folder exists, will be made, or is in fact something else.
    seen: HashMap<(usize, EntryPath), Ground>,
    steps: Vec<Step>,
    extra_folders: Vec<(usize, EntryPath)>,
    /// Folders whose place is taken by something that stays, and where they go instead, if anywhere.
    displaced: Vec<(usize, EntryPath, Option<EntryPath>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Exists,
    /// To be made: nothing below it exists.
    New,
}

impl Planner<'_> {
    fn add(&mut self, version: Version) -> Result<()> {
        self.cx.check()?;
        let Some((root, path)) = self.mapping.place(&version.record.path) else { return Ok(()) };
        if !matches!(version.record.tag, 'f' | 'd' | 'l') {
            return Ok(());
        }
        if let Some((path, action)) = self.displaced_place(root, &path) {
            self.steps.push(Step { version, root, path, action });
            return Ok(());
        }
        let ground = match path.parent() {
            Some(parent) => self.ground(root, &parent)?,
            None => self.root_ground(root),
        };
        let found = match (ground, &self.mapping.roots[root].target) {
            (Ground::Exists, Some(target)) => target.kind_of(&path)?,
            _ => None,
        };
        let action = self.action(&version.record, root, &path, found.as_ref())?;
        if version.record.tag == 'd' && matches!(action, Action::Rename(_) | Action::Skip) {
            self.displace(version, root, path, action);
            return Ok(());
        }
        if version.record.tag == 'd' {
            let made = if matches!(action, Action::Create | Action::Replace { other_kind: true }) {
                Ground::New
            } else {
                Ground::Exists
            };
            self.seen.insert((root, path.clone()), made);
        }
        self.steps.push(Step { version, root, path, action });
        Ok(())
    }

    /// Notes a folder whose place is taken by something else that stays: what is in it goes where it goes.
    fn displace(&mut self, version: Version, root: usize, path: EntryPath, action: Action) {
        let (place, action) = match action {
            Action::Rename(place) => (Some(place), Action::Create),
            other => (None, other),
        };
        self.displaced.push((root, path.clone(), place.clone()));
        self.steps.push(Step { version, root, path: place.unwrap_or(path), action });
    }

    fn displaced_place(&self, root: usize, path: &EntryPath) -> Option<(EntryPath, Action)> {
        let inside =
            |(at, from, _): &&(usize, EntryPath, Option<EntryPath>)| *at == root && path.is_within(from);
        let (_, from, place) = self.displaced.iter().find(inside)?;
        Some(match place {
            Some(place) => (place.join_safe(path.below(from).unwrap_or_default()), Action::Create),
            None => (path.clone(), Action::Skip),
        })
    }

    fn root_ground(&self, root: usize) -> Ground {
        if self.mapping.roots[root].target.is_some() { Ground::Exists } else { Ground::New }
    }

    /// The state of the folder that something goes into; what is missing will be made.
    fn ground(&mut self, root: usize, folder: &EntryPath) -> Result<Ground> {
        if folder.is_root() {
            return Ok(self.root_ground(root));
        }
        if let Some(&known) = self.seen.get(&(root, folder.clone())) {
            return Ok(known);
        }
        let parent = folder.parent().unwrap_or_default();
        let above = self.ground(root, &parent)?;
        let found = match (above, &self.mapping.roots[root].target) {
            (Ground::Exists, Some(target)) => target.kind_of(folder)?,
            _ => None,
        };
        let ground = match found {
            Some(found) if found.kind == EntryKind::Folder => Ground::Exists,
            Some(_) => {
                return Err(Error::new(Kind::AlreadyExists, "plan the restore")
                    .fact("what", "file")
                    .fact("name", self.mapping.roots[root].folder.join(folder.as_str()).display()));
            }
            None => {
                self.extra_folders.push((root, folder.clone()));
                Ground::New
            }
        };
        self.seen.insert((root, folder.clone()), ground);
        Ok(ground)
    }

    fn action(
        &self,
        record: &Record,
        root: usize,
        path: &EntryPath,
        found: Option<&Found>,
    ) -> Result<Action> {
        let Some(found) = found else { return Ok(Action::Create) };
        let wanted = record.kind().unwrap_or(EntryKind::Folder);
        if wanted == EntryKind::Folder && found.kind == EntryKind::Folder {
            // Its own metadata is set only where everything is put back as it was.
            let replaces = self.existing == Existing::Replace && !path.is_root();
            return Ok(if replaces { Action::Replace { other_kind: false } } else { Action::Same });
        }
        if self.is_same(record, root, path, found)? {
            return Ok(Action::Same);
        }
        Ok(match (self.existing, &self.mapping.roots[root].target) {
            (Existing::Missing, _) => Action::Skip,
            (Existing::KeepBoth, Some(target)) => Action::Rename(target.free_name(path)?),
            _ => Action::Replace { other_kind: kind_letter(&found.kind) != record.tag },
        })
    }

    /// Whether what is there is what would be written: the same kind, size and time, and the same bytes.
    fn is_same(&self, record: &Record, root: usize, path: &EntryPath, found: &Found) -> Result<bool> {
        match (&found.kind, record.kind()) {
            (EntryKind::Symlink { target }, Some(EntryKind::Symlink { target: wanted })) => {
                Ok(*target == wanted)
            }
            (EntryKind::File, Some(EntryKind::File)) => {
                let alike = found.size == record.size
                    && found.mtime_ns == record.mtime_ns
                    && found.mode == record.mode;
                if !alike || record.sparse_digest {
                    return Ok(false);
                }
                let file = self.mapping.roots[root].folder.join(SourceConfig::decode_path(path.as_str()));
                Ok(hash_file(self.cx, &file)? == record.digest)
            }
            _ => Ok(false),
        }
    }
}

pub(crate) fn kind_letter(kind: &EntryKind) -> char {
    kind.tag()
}

/// SHA-256 of a file; `None` when it can't be read.
pub(crate) fn hash_file(cx: &Context, path: &Path) -> Result<Option<Digest>> {
    let Ok(mut file) = std::fs::File::open(path) else { return Ok(None) };
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        cx.check()?;
        match std::io::Read::read(&mut file, &mut buffer) {
            Ok(0) => return Ok(Some(Digest(sha.finalize().into()))),
            Ok(read) => sha.update(&buffer[..read]),
            Err(_) => return Ok(None),
        }
    }
}

/// A raw name of the file system as a component of an entry path.
pub(crate) fn component(name: &std::ffi::OsStr) -> String {
    encode_name(name.as_encoded_bytes())
}
