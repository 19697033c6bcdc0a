//! What lies below each folder of a snapshot: the folders in the order of their paths with running sums, so that any folder's sum is
//! the difference of two.

use resguardo_domain::{EntryPath, Result, SnapshotId};

use crate::Catalog;
use crate::browse::range_of;
use crate::series::scope;
use crate::sums::{self, Own};

/// See the module.
#[derive(Debug)]
pub(crate) struct TreeSums {
    /// Folders in which something is, by path.
    paths: Vec<Box<str>>,
    /// The sum of everything before each, and of everything at the end.
    before: Vec<Own>,
}

impl TreeSums {
    /// Reads the sums of a snapshot.
    pub(super) fn read(catalog: &Catalog, snapshot: &SnapshotId) -> Result<Self> {
        let mut sums = Self { paths: Vec::new(), before: vec![Own::default()] };
        let mut all = Own::default();
        catalog.read(|connection| {
            let scope = scope(connection, snapshot)?;
            sums::read(connection, scope, &mut |path, own| {
                all = Own { files: all.files + own.files, bytes: all.bytes.saturating_add(own.bytes) };
                sums.paths.push(path.into());
                sums.before.push(all);
            })
        })?;
        Ok(sums)
    }

    fn place(&self, path: &str) -> usize {
        self.paths.partition_point(|known| &**known < path)
    }

    fn between(&self, from: usize, to: usize) -> (u64, u64) {
        let at = |place: usize| self.before.get(place).copied().unwrap_or_default();
        (at(to).files - at(from).files, at(to).bytes.saturating_sub(at(from).bytes))
    }

    /// Files below a folder and their bytes.
    pub(super) fn below(&self, folder: &EntryPath) -> (u64, u64) {
        let (from, to) = range_of(folder);
        let itself = self.place(folder.as_str());
        let own = match self.paths.get(itself) {
            Some(path) if **path == *folder.as_str() => self.between(itself, itself + 1),
            _ => (0, 0),
        };
        let deeper = self.between(self.place(&from), self.place(&to));
        (own.0 + deeper.0, own.1.saturating_add(deeper.1))
    }

    /// The names of the folders in a folder below which anything lies, recorded or not.
    pub(super) fn subfolders(&self, folder: &EntryPath) -> Vec<&str> {
        let (from, to) = range_of(folder);
        let start = if folder.is_root() { 0 } else { folder.as_str().len() + 1 };
        let (mut at, end) = (self.place(&from), self.place(&to));
        let mut names: Vec<&str> = Vec::new();
        while at < end {
            let path = &self.paths[at];
            let name = path.get(start..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            names.push(name);
            // After `a` itself `a b` may come before `a/c`; after anything in `a` all of it is leapt over.
            at = if path.len() == start + name.len() {
                at + 1
            } else {
                self.place(&format!("{}0", &path[..start + name.len()]))
            };
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
