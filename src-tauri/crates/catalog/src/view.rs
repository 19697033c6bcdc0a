//! A snapshot seen by the next backup: quick answers to "what was in this folder" for a worker of its own.

use resguardo_domain::{Digest, EntryPath, Reference, Result, SnapshotId, Stamp};
use rusqlite::Connection;

use crate::browse::folder_id;
use crate::columns::{compared, digest, tag};
use crate::content::ContentIndex;
use crate::error::{damaged, sql};
use crate::series::{Scope, scope};
use crate::{Catalog, connection};

const READ: &str = "read the last snapshot";

/// A folder of a snapshot as a number, for keeping account of which were visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderId(pub(crate) i64);

/// What is known of an entry: enough to tell whether it changed and to name its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name in its folder.
    pub name: String,
    /// What it is, as in a record.
    pub tag: char,
    /// What is compared.
    pub stamp: Stamp,
    /// Bytes of content.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// SHA-256 of its content.
    pub digest: Option<Digest>,
    /// Whether that is the digest of a sparse file, which does not read its holes.
    pub sparse_digest: bool,
    /// Generation of the archive whose listing holds its record.
    pub introduced: u64,
    /// Whether it kept changing while it was read.
    pub changed: bool,
    /// Where its bytes are named, when its own record only refers to them.
    pub reference: Option<Reference>,
}

impl Known {
    /// How another record names this entry's bytes, given the folder it is in.
    pub fn content(&self, folder: &EntryPath) -> Reference {
        self.reference
            .clone()
            .unwrap_or_else(|| Reference { generation: self.introduced, path: folder.join_safe(&self.name) })
    }
}

/// One snapshot with a connection of its own. Send it to the thread that uses it; each worker opens its own.
pub struct View {
    connection: Connection,
    scope: Scope,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens a view of a snapshot.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot.
    pub fn view(&self, snapshot: &SnapshotId) -> Result<View> {
        let connection = connection::reader(self.path())?;
        // One transaction for all questions: locks are taken once, and answers fit together.
        connection.execute_batch("BEGIN").map_err(sql(READ))?;
        let scope = scope(&connection, snapshot)?;
        Ok(View { connection, scope })
    }
}

impl View {
    /// Replaces what is in `out` by the entries of one folder, sorted by name. Returns the folder's number, or `None`
    /// when the catalog never saw anything in it.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn children(&self, folder: &EntryPath, out: &mut Vec<Known>) -> Result<Option<FolderId>> {
        out.clear();
        let Some(id) = folder_id(&self.connection, self.scope, folder)? else { return Ok(None) };
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT name, tag, size, mtime, ctime, inode, side, mode, uid, gid, digest, introduced, extra
                 FROM versions WHERE folder = ?1 AND first <= ?2 AND last > ?2 AND name > '' ORDER BY name",
            )
            .map_err(sql(READ))?;
        let mut rows = statement.query([id, self.scope.generation]).map_err(sql(READ))?;
        while let Some(row) = rows.next().map_err(sql(READ))? {
            out.push(known(row)?);
        }
        Ok(Some(FolderId(id)))
    }

    /// The record of one entry, whole.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn record(&self, path: &EntryPath) -> Result<Option<crate::Version>> {
        crate::browse::recorded(&self.connection, self.scope, path)
    }

    /// The numbers of all folders that hold an entry, ascending: those not among the visited ones have vanished.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn folders(&self) -> Result<Vec<FolderId>> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id FROM folders WHERE series = ?1 AND EXISTS (
                     SELECT 1 FROM versions WHERE folder = folders.id AND first <= ?2 AND last > ?2)
                 ORDER BY id",
            )
            .map_err(sql(READ))?;
        let rows = statement
            .query_map([self.scope.series, self.scope.generation], |row| row.get(0).map(FolderId))
            .map_err(sql(READ))?;
        rows.collect::<rusqlite::Result<_>>().map_err(sql(READ))
    }

    /// The path of a folder.
    ///
    /// # Errors
    /// When the catalog can't be read or the number is of no folder.
    pub fn folder_path(&self, folder: FolderId) -> Result<EntryPath> {
        let path: String = self
            .connection
            .prepare_cached("SELECT path FROM folders WHERE id = ?1")
            .and_then(|mut find| find.query_row([folder.0], |row| row.get(0)))
            .map_err(sql(READ))?;
        EntryPath::parse(&path).ok_or_else(|| damaged(READ, path))
    }

    /// Reads the contents of all files once, to recognise moved and copied ones.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn content_index(self) -> Result<ContentIndex> {
        ContentIndex::build(self.connection, self.scope)
    }
}

fn known(row: &rusqlite::Row<'_>) -> Result<Known> {
    let number = |at: usize| row.get::<_, i64>(at).map_err(sql(READ));
    let small = |at: usize| row.get::<_, u32>(at).map_err(sql(READ));
    let value = |at: usize| row.get_ref(at).map_err(sql(READ));
    let extra = compared(value(12)?)?;
    let size = number(2)?.cast_unsigned();
    Ok(Known {
        name: row.get(0).map_err(sql(READ))?,
        tag: tag(number(1)?)?,
        stamp: Stamp {
            size: extra.stamp_size.unwrap_or(size),
            mtime_ns: number(3)?,
            ctime_ns: number(4)?,
            inode: number(5)?.cast_unsigned(),
            side: number(6)?.cast_unsigned(),
        },
        size,
        mode: small(7)?,
        uid: small(8)?,
        gid: small(9)?,
        digest: digest(value(10)?)?,
        introduced: number(11)?.cast_unsigned(),
        sparse_digest: extra.sparse_digest,
        changed: extra.changed,
        reference: extra.same,
    })
}
