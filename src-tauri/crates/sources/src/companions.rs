//! Databases met among the files of a folder, and the files SQLite keeps beside them: those are part of the database's
//! content, so they are not entries of their own.

use std::collections::HashMap;
use std::io;

use resguardo_domain::{Entry, EntryKind, EntryPath};

use crate::os::{self, Facts, Folder, NameBuf, Type};

/// The first 16 bytes of every SQLite database that is not encrypted.
pub(crate) const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Suffixes of the files that hold content (the `-shm` file holds none, it is an index in memory).
pub(crate) const WITH_CONTENT: [&str; 2] = ["-wal", "-journal"];

/// Whether a name is one that SQLite would give to a file with content beside a database.
pub(crate) fn is_companion(raw: &[u8]) -> bool {
    raw.ends_with(b"-wal") || raw.ends_with(b"-journal")
}

/// The databases of one folder that have companions, each with the fingerprint of those.
#[derive(Debug, Default)]
pub(crate) struct Companions(HashMap<EntryPath, u64>);

impl Companions {
    /// Looks at what stands beside the given companion names; only then anything is opened.
    pub(crate) fn find(folder: &Folder, path: &EntryPath, names: &[NameBuf]) -> Self {
        let mut found = HashMap::new();
        for name in names {
            let raw = os::raw(name);
            let Some(stem) = WITH_CONTENT.iter().find_map(|suffix| raw.strip_suffix(suffix.as_bytes()))
            else {
                continue;
            };
            if has_header(folder, stem).unwrap_or(false) {
                found.insert(path.join_raw(stem), fingerprint(folder, stem));
            }
        }
        Self(found)
    }

    /// Marks the databases with the fingerprint and takes their companions out.
    pub(crate) fn apply(&self, entries: &mut Vec<Entry>) {
        if self.0.is_empty() {
            return;
        }
        entries.retain_mut(|entry| {
            if entry.kind != EntryKind::File {
                return true;
            }
            if let Some(&side) = self.0.get(&entry.path) {
                entry.stamp.side = side;
                return true;
            }
            !["-wal", "-shm", "-journal"].iter().any(|suffix| self.owns(entry.path.as_str(), suffix))
        });
    }

    fn owns(&self, path: &str, suffix: &str) -> bool {
        path.strip_suffix(suffix).and_then(EntryPath::parse).is_some_and(|stem| self.0.contains_key(&stem))
    }
}

fn has_header(folder: &Folder, name: &[u8]) -> io::Result<bool> {
    let name = os::name_of(name)?;
    if folder.stat(&name)?.kind != Type::File {
        return Ok(false);
    }
    starts_with_header(&folder.open_file(os::raw(&name))?)
}

/// Whether an open file starts like a database.
pub(crate) fn starts_with_header(file: &std::fs::File) -> io::Result<bool> {
    let mut start = [0; HEADER.len()];
    Ok(os::read_at(file, &mut start, 0)? == start.len() && start == *HEADER)
}

/// A number for the state of a database's companions; 0 when none holds anything.
pub(crate) fn fingerprint(folder: &Folder, database: &[u8]) -> u64 {
    let mut print = Fingerprint::default();
    for suffix in WITH_CONTENT {
        let facts = os::name_of(&[database, suffix.as_bytes()].concat()).and_then(|name| folder.stat(&name));
        if let Ok(facts) = facts {
            print.add(suffix, &facts);
        }
    }
    print.0.unwrap_or(0)
}

#[derive(Default)]
struct Fingerprint(Option<u64>);

impl Fingerprint {
    /// FNV-1a: it must come out the same in every version of this program. The change time is not part of it: SQLite, run
    /// by root, sets the owner of a log whenever it opens it, so our own copy would look like a change.
    fn add(&mut self, suffix: &str, facts: &Facts) {
        if facts.kind != Type::File || facts.size == 0 {
            return;
        }
        let numbers =
            [facts.size.to_le_bytes(), facts.mtime_ns.to_le_bytes(), facts.inode.to_le_bytes()].concat();
        let hash =
            suffix.bytes().chain(numbers).fold(self.0.unwrap_or(0xcbf2_9ce4_8422_2325), |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        self.0 = Some(hash.max(1));
    }
}
