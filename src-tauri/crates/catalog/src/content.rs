//! The contents of a snapshot by size and digest, to recognise moved and copied files. It keeps 16 bytes for each file
//! and 8 for each size; the rest is looked up folder by folder when something fits.

use std::collections::{HashMap, VecDeque};

use resguardo_domain::{Digest, EntryPath, Reference, Result};
use rusqlite::Connection;

use crate::columns::{compared, digest};
use crate::error::{damaged, sql};
use crate::series::Scope;

const READ: &str = "read the last snapshot's contents";
/// Folders whose contents stay at hand: files move together.
const KEPT_FOLDERS: usize = 8;

/// Size and reference of each content of a folder.
type Contents = HashMap<Digest, (u64, Reference)>;

/// Which contents a snapshot has and how a new record refers to them. Send it to the thread that uses it.
pub struct ContentIndex {
    connection: Connection,
    scope: Scope,
    /// Sorted, each once.
    sizes: Vec<u64>,
    /// The first eight bytes of a digest and the folder of a file that has it; sorted.
    contents: Vec<(u64, i64)>,
    kept: VecDeque<(i64, Contents)>,
}

impl std::fmt::Debug for ContentIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContentIndex").field("contents", &self.contents.len()).finish_non_exhaustive()
    }
}

impl ContentIndex {
    pub(crate) fn build(connection: Connection, scope: Scope) -> Result<Self> {
        let (mut sizes, mut contents) = (Vec::new(), Vec::new());
        {
            let mut statement = connection
                .prepare(
                    "SELECT v.folder, v.size, v.digest FROM folders AS f JOIN versions AS v ON v.folder = f.id
                     WHERE f.series = ?1 AND v.first <= ?2 AND v.last > ?2
                       AND v.digest IS NOT NULL AND v.size <> 0 AND v.tag = unicode('f')",
                )
                .map_err(sql(READ))?;
            let mut rows = statement.query([scope.series, scope.generation]).map_err(sql(READ))?;
            while let Some(row) = rows.next().map_err(sql(READ))? {
                let Some(digest) = digest(row.get_ref(2).map_err(sql(READ))?)? else { continue };
                let size = row.get::<_, i64>(1).map_err(sql(READ))?.cast_unsigned();
                // Files of one size come in runs often enough to be worth a look.
                if sizes.last() != Some(&size) {
                    sizes.push(size);
                }
                contents.push((prefix(&digest), row.get(0).map_err(sql(READ))?));
            }
        }
        sizes.sort_unstable();
        sizes.dedup();
        sizes.shrink_to_fit();
        contents.sort_unstable();
        // Twice in one folder is one place to look.
        contents.dedup();
        contents.shrink_to_fit();
        Ok(Self { connection, scope, sizes, contents, kept: VecDeque::new() })
    }

    /// Whether any file has that many bytes: when none has, hashing first gains nothing.
    pub fn has_size(&self, size: u64) -> bool {
        self.sizes.binary_search(&size).is_ok()
    }

    /// How a new record refers to a content, when the snapshot has it.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn find(&mut self, size: u64, digest: &Digest) -> Result<Option<Reference>> {
        let wanted = prefix(digest);
        let start = self.contents.partition_point(|(prefix, _)| *prefix < wanted);
        let mut at = start;
        while let Some(&(_, folder)) = self.contents.get(at).filter(|(prefix, _)| *prefix == wanted) {
            if let Some((known, reference)) = self.folder(folder)?.get(digest)
                && *known == size
            {
                return Ok(Some(reference.clone()));
            }
            at += 1;
        }
        Ok(None)
    }

    fn folder(&mut self, id: i64) -> Result<&Contents> {
        if let Some(at) = self.kept.iter().position(|(kept, _)| *kept == id) {
            self.kept.swap(0, at);
        } else {
            let contents = self.read_folder(id)?;
            self.kept.truncate(KEPT_FOLDERS - 1);
            self.kept.push_front((id, contents));
        }
        Ok(&self.kept[0].1)
    }

    fn read_folder(&self, id: i64) -> Result<Contents> {
        let path: String = self
            .connection
            .prepare_cached("SELECT path FROM folders WHERE id = ?1")
            .and_then(|mut find| find.query_row([id], |row| row.get(0)))
            .map_err(sql(READ))?;
        let folder = EntryPath::parse(&path).ok_or_else(|| damaged(READ, path))?;
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT name, size, digest, introduced, extra FROM versions
                 WHERE folder = ?1 AND first <= ?2 AND last > ?2 AND digest IS NOT NULL AND tag = unicode('f')",
            )
            .map_err(sql(READ))?;
        let mut rows = statement.query([id, self.scope.generation]).map_err(sql(READ))?;
        let mut contents = HashMap::new();
        while let Some(row) = rows.next().map_err(sql(READ))? {
            let Some(digest) = digest(row.get_ref(2).map_err(sql(READ))?)? else { continue };
            let name = row.get_ref(0).map_err(sql(READ))?.as_str().map_err(|error| damaged(READ, error))?;
            let itself = Reference {
                generation: row.get::<_, i64>(3).map_err(sql(READ))?.cast_unsigned(),
                path: folder.join_safe(name),
            };
            let reference = compared(row.get_ref(4).map_err(sql(READ))?)?.same.unwrap_or(itself);
            let size = row.get::<_, i64>(1).map_err(sql(READ))?.cast_unsigned();
            contents.entry(digest).or_insert((size, reference));
        }
        Ok(contents)
    }
}

fn prefix(digest: &Digest) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest.0[..8]);
    u64::from_be_bytes(first)
}
