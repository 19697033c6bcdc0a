//! Deciding for each entry where it goes and what happens there.

use std::collections::HashMap;
use std::path::Path;

use resguardo_catalog::Version;
use resguardo_domain::{Context, Digest, EntryKind, EntryPath, Error, Kind, Record, Result, SourceConfig};
use resguardo_sources::target::Found;
use sha2::{Digest as _, Sha256};

use super::lines::{Deed, Line};
use super::mapping::Mapping;
use crate::requests::Existing;

pub(crate) struct Planner<'a> {
    cx: &'a Context,
    existing: Existing,
    mapping: &'a Mapping,
    /// Whether a folder exists, will be made, or is in fact something else.
    seen: HashMap<(usize, EntryPath), Ground>,
    /// Folders that no entry names but must be made, outermost first, not yet told.
    made: Vec<Line>,
    /// Folders whose place is taken by something that stays, and where they go instead, if anywhere.
    displaced: Vec<(usize, EntryPath, Option<EntryPath>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Exists,
    /// To be made: nothing below it exists.
    New,
}

/// Whether an entry of this kind can come back.
pub(crate) fn comes_back(tag: char) -> bool {
    matches!(tag, 'f' | 'd' | 'l')
}

fn line_of(record: &Record, root: usize, place: EntryPath, origin: EntryPath, deed: Deed) -> Line {
    Line {
        root,
        from: (origin != place).then_some(origin),
        path: place,
        tag: record.tag,
        deed,
        digest: record.digest.filter(|_| !record.sparse_digest && deed.writes()),
        link: record.link.clone().filter(|_| deed.writes()),
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn new(cx: &'a Context, mapping: &'a Mapping, existing: Existing) -> Self {
        let (seen, made, displaced) = (HashMap::new(), Vec::new(), Vec::new());
        Self { cx, existing, mapping, seen, made, displaced }
    }

    /// The folders to be made before the line that was planned last.
    pub(crate) fn folders(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.made)
    }

    /// What happens to an entry; `None` for what has no place there. Folders come before what they hold.
    pub(crate) fn plan(&mut self, version: &Version) -> Result<Option<Line>> {
        self.cx.check()?;
        let record = &version.record;
        let Some((root, path)) = self.mapping.place(&record.path) else { return Ok(None) };
        if !comes_back(record.tag) {
            return Ok(None);
        }
        if let Some((place, deed)) = self.displaced_place(root, &path) {
            return Ok(Some(line_of(record, root, place, path, deed)));
        }
        let ground = match path.parent() {
            Some(parent) => self.ground(root, &parent)?,
            None => self.root_ground(root),
        };
        let found = match (ground, &self.mapping.roots[root].target) {
            (Ground::Exists, Some(target)) => target.kind_of(&path)?,
            _ => None,
        };
        let (deed, renamed) = self.deed(record, root, &path, found.as_ref())?;
        if record.tag != 'd' {
            let place = renamed.unwrap_or_else(|| path.clone());
            return Ok(Some(line_of(record, root, place, path, deed)));
        }
        if matches!(deed, Deed::Rename | Deed::Skip) {
            return Ok(Some(self.displace(record, root, path, renamed)));
        }
        let is_new = matches!(deed, Deed::Create | Deed::Exchange);
        self.seen.insert((root, path.clone()), if is_new { Ground::New } else { Ground::Exists });
        Ok(Some(line_of(record, root, path.clone(), path, deed)))
    }

    /// Notes a folder whose place is taken by something else that stays: what is in it goes where it goes.
    fn displace(&mut self, record: &Record, root: usize, path: EntryPath, place: Option<EntryPath>) -> Line {
        self.displaced.push((root, path.clone(), place.clone()));
        let deed = if place.is_some() { Deed::Create } else { Deed::Skip };
        line_of(record, root, place.unwrap_or_else(|| path.clone()), path, deed)
    }

    fn displaced_place(&self, root: usize, path: &EntryPath) -> Option<(EntryPath, Deed)> {
        let inside =
            |(at, from, _): &&(usize, EntryPath, Option<EntryPath>)| *at == root && path.is_within(from);
        let (_, from, place) = self.displaced.iter().find(inside)?;
        Some(match place {
            Some(place) => (place.join_safe(path.below(from).unwrap_or_default()), Deed::Create),
            None => (path.clone(), Deed::Skip),
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
                let (path, deed) = (folder.clone(), Deed::Folder);
                self.made.push(Line { root, path, from: None, tag: 'd', deed, digest: None, link: None });
                Ground::New
            }
        };
        self.seen.insert((root, folder.clone()), ground);
        Ok(ground)
    }

    fn deed(
        &self,
        record: &Record,
        root: usize,
        path: &EntryPath,
        found: Option<&Found>,
    ) -> Result<(Deed, Option<EntryPath>)> {
        let Some(found) = found else { return Ok((Deed::Create, None)) };
        let wanted = record.kind().unwrap_or(EntryKind::Folder);
        if wanted == EntryKind::Folder && found.kind == EntryKind::Folder {
            // Its own metadata is set only where everything is put back as it was.
            let replaces = self.existing == Existing::Replace && !path.is_root();
            return Ok((if replaces { Deed::Replace } else { Deed::Same }, None));
        }
        if self.is_same(record, root, path, found)? {
            return Ok((Deed::Same, None));
        }
        Ok(match (self.existing, &self.mapping.roots[root].target) {
            (Existing::Missing, _) => (Deed::Skip, None),
            (Existing::KeepBoth, Some(target)) => (Deed::Rename, Some(target.free_name(path)?)),
            _ if found.kind.tag() == record.tag => (Deed::Replace, None),
            _ => (Deed::Exchange, None),
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
                let digest = hash_file(self.cx, &file)?;
                self.cx.progress().advance(0, record.size);
                Ok(digest == record.digest)
            }
            _ => Ok(false),
        }
    }
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
