//! Looking at a snapshot: its folders, its entries and their sums, of any date, from the catalog alone.

use resguardo_domain::{EntryPath, PlanId, Record, Result, SnapshotId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Catalog;
use crate::columns::{COLUMNS, split, version};
use crate::error::{damaged, sql};
use crate::series::{Scope, scope};

const READ: &str = "read the file versions";
/// Versions fetched at once while streaming; no lock is held while the caller works on them.
const PAGE: usize = 4096;

/// One version of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its record, as it stood in the listing.
    pub record: Record,
    /// Generation of the archive whose listing holds the record; 0 for a folder that no record names, which exists
    /// only because something lies in it.
    pub introduced: u64,
}

impl Catalog {
    /// What one folder of a snapshot holds, sorted by name. Folders that no record names are among them.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot. An unknown folder is empty.
    pub fn children(&self, snapshot: &SnapshotId, folder: &EntryPath) -> Result<Vec<Version>> {
        self.read(|connection| {
            let scope = scope(connection, snapshot)?;
            let mut found = match folder_id(connection, scope, folder)? {
                Some(id) => page(connection, scope, id, folder, "", usize::MAX)?,
                None => Vec::new(),
            };
            // A record of the root itself is no child of it.
            found.retain(|version| !version.record.path.is_root());
            for name in subfolder_names(connection, scope, folder)? {
                let path = folder.join_safe(&name);
                let at = found.binary_search_by(|version| version.record.path.name().cmp(&name));
                if let (Err(at), true) = (at, holds_anything(connection, scope, &path)?) {
                    found.insert(at, implicit_folder(path));
                }
            }
            Ok(found)
        })
    }

    /// One entry of a snapshot; `None` when it is not in it.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot.
    pub fn entry(&self, snapshot: &SnapshotId, path: &EntryPath) -> Result<Option<Version>> {
        self.read(|connection| {
            let scope = scope(connection, snapshot)?;
            if let Some(version) = recorded(connection, scope, path)? {
                return Ok(Some(version));
            }
            Ok(holds_anything(connection, scope, path)?.then(|| implicit_folder(path.clone())))
        })
    }

    /// Gives everything at or below a path to `visit`: the entry itself first, then folder by folder in the order of
    /// their paths, each folder's entries by name; a folder's own record always comes before what it holds. Folders
    /// that no record names are not given. Memory stays bounded and no lock is held during a visit.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot; whatever `visit` fails with.
    pub fn descend(
        &self,
        snapshot: &SnapshotId,
        path: &EntryPath,
        visit: &mut dyn FnMut(Version) -> Result<()>,
    ) -> Result<()> {
        let scope = self.read(|connection| scope(connection, snapshot))?;
        if !path.is_root()
            && let Some(version) = self.read(|connection| recorded(connection, scope, path))?
        {
            visit(version)?;
        }
        let mut after = None;
        loop {
            let folders =
                self.read(|connection| folders_within(connection, scope, path, after.as_deref(), PAGE))?;
            let Some((_, last)) = folders.last() else { return Ok(()) };
            after = Some(last.as_str().to_owned());
            for (id, folder) in &folders {
                self.visit_folder(scope, *id, folder, visit)?;
            }
        }
    }

    fn visit_folder(
        &self,
        scope: Scope,
        id: i64,
        folder: &EntryPath,
        visit: &mut dyn FnMut(Version) -> Result<()>,
    ) -> Result<()> {
        let mut after = String::new();
        loop {
            let versions = self.read(|connection| page(connection, scope, id, folder, &after, PAGE))?;
            let full = versions.len() == PAGE;
            if let Some(last) = versions.last().filter(|_| full) {
                after = last.record.path.name().to_owned();
            }
            versions.into_iter().try_for_each(&mut *visit)?;
            if !full {
                return Ok(());
            }
        }
    }

    /// The version of a path that the listing of a plan's generation brought: what references and the bases of deltas
    /// name. Works for deleted snapshots too while a later one still shows the version.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn record_at(&self, plan: &PlanId, generation: u64, path: &EntryPath) -> Result<Option<Version>> {
        let (folder, name) = split(path);
        let query = format!(
            "SELECT {COLUMNS} FROM snapshots AS s JOIN folders AS f ON f.series = s.series AND f.path = ?3
             JOIN versions AS v ON v.folder = f.id AND v.name = ?4 AND v.introduced = ?2
             WHERE s.plan = ?1 AND s.generation = ?2 LIMIT 1"
        );
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
            let mut rows = statement
                .query(params![plan.as_str(), generation.cast_signed(), folder, name])
                .map_err(sql(READ))?;
            let parent = path.parent().unwrap_or_default();
            rows.next().map_err(sql(READ))?.map(|row| version(row, &parent)).transpose()
        })
    }
}

fn implicit_folder(path: EntryPath) -> Version {
    let mut record = Record::removed(path);
    record.tag = 'd';
    record.mode = 0o755;
    Version { record, introduced: 0 }
}

/// The texts between which every path below `path` lies.
pub(crate) fn range_of(path: &EntryPath) -> (String, String) {
    if path.is_root() {
        // No path's first character is a control character; none is above the last one of Unicode.
        ("\u{1}".to_owned(), "\u{10FFFF}\u{10FFFF}".to_owned())
    } else {
        // `0` comes right after `/`.
        (format!("{path}/"), format!("{path}0"))
    }
}

/// The id of a folder that holds (or held) entries.
pub(crate) fn folder_id(connection: &Connection, scope: Scope, path: &EntryPath) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM folders WHERE series = ?1 AND path = ?2")
        .and_then(|mut find| {
            find.query_row(params![scope.series, path.as_str()], |row| row.get(0)).optional()
        })
        .map_err(sql(READ))
}

/// The entry of a path that has a record.
pub(crate) fn recorded(connection: &Connection, scope: Scope, path: &EntryPath) -> Result<Option<Version>> {
    let (folder, name) = split(path);
    let query = format!(
        "SELECT {COLUMNS} FROM folders AS f JOIN versions AS v ON v.folder = f.id AND v.name = ?4
         WHERE f.series = ?1 AND f.path = ?3 AND v.first <= ?2 AND v.last > ?2"
    );
    let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
    let mut rows =
        statement.query(params![scope.series, scope.generation, folder, name]).map_err(sql(READ))?;
    let parent = path.parent().unwrap_or_default();
    rows.next().map_err(sql(READ))?.map(|row| version(row, &parent)).transpose()
}

/// The versions of one folder whose names come after `after`.
fn page(
    connection: &Connection,
    scope: Scope,
    id: i64,
    folder: &EntryPath,
    after: &str,
    limit: usize,
) -> Result<Vec<Version>> {
    // The root's own record has the empty name; it comes first and only when asked from the start.
    let from = if after.is_empty() { ">=" } else { ">" };
    let query = format!(
        "SELECT {COLUMNS} FROM versions AS v
         WHERE v.folder = ?1 AND v.name {from} ?3 AND v.first <= ?2 AND v.last > ?2 ORDER BY v.name LIMIT ?4"
    );
    let limit = i64::try_from(limit).unwrap_or(-1);
    let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
    let mut rows = statement.query(params![id, scope.generation, after, limit]).map_err(sql(READ))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(sql(READ))? {
        found.push(version(row, folder)?);
    }
    Ok(found)
}

/// Folders at or below a path that hold (or held) entries, in the order of their paths: the first page, or the one after
/// a path.
fn folders_within(
    connection: &Connection,
    scope: Scope,
    path: &EntryPath,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(i64, EntryPath)>> {
    let (below, to) = range_of(path);
    let itself = match after {
        Some(_) => None,
        None => folder_id(connection, scope, path)?.map(|id| (id, path.clone())),
    };
    let from = after.map_or(below.as_str(), |after| after.max(&below));
    let limit = i64::try_from(limit).unwrap_or(-1);
    let mut statement = connection
        .prepare_cached(
            "SELECT id, path FROM folders WHERE series = ?1 AND path > ?2 AND path < ?3 ORDER BY path LIMIT ?4",
        )
        .map_err(sql(READ))?;
    let rows = statement.query_map(params![scope.series, from, to, limit], id_and_path).map_err(sql(READ))?;
    let mut found: Vec<_> = itself.into_iter().collect();
    for row in rows {
        let (id, path) = row.map_err(sql(READ))?;
        found.push((id, EntryPath::parse(&path).ok_or_else(|| damaged(READ, path))?));
    }
    Ok(found)
}

fn id_and_path(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// The distinct next components of the folders below one: found by leaping from each to the next.
fn subfolder_names(connection: &Connection, scope: Scope, folder: &EntryPath) -> Result<Vec<String>> {
    let (mut from, to) = range_of(folder);
    let start = if folder.is_root() { 0 } else { folder.as_str().len() + 1 };
    let mut leap = connection
        .prepare_cached(
            "SELECT path FROM folders WHERE series = ?1 AND path >= ?2 AND path < ?3 ORDER BY path LIMIT 1",
        )
        .map_err(sql(READ))?;
    let mut names: Vec<String> = Vec::new();
    loop {
        let path: Option<String> = leap
            .query_row(params![scope.series, from, to], |row| row.get(0))
            .optional()
            .map_err(sql(READ))?;
        let Some(path) = path else { break };
        let rest = path.get(start..).unwrap_or_default();
        let name = rest.split('/').next().unwrap_or_default();
        names.push(name.to_owned());
        // After `a` itself `a b` may come before `a/c`; after anything in `a` all of it is leapt over.
        let past = if rest.len() == name.len() { '\u{1}' } else { '0' };
        from = format!("{}{past}", &path[..start + name.len()]);
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Whether anything of a snapshot lies in a folder or below it.
fn holds_anything(connection: &Connection, scope: Scope, path: &EntryPath) -> Result<bool> {
    let (from, to) = range_of(path);
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM folders AS f JOIN versions AS v ON v.folder = f.id
                WHERE f.series = ?1 AND f.path = ?3 AND v.first <= ?2 AND v.last > ?2)
             OR EXISTS (SELECT 1 FROM folders AS f JOIN versions AS v ON v.folder = f.id
                WHERE f.series = ?1 AND f.path >= ?4 AND f.path < ?5 AND v.first <= ?2 AND v.last > ?2)",
        )
        .and_then(|mut any| {
            any.query_row(params![scope.series, scope.generation, path.as_str(), from, to], |row| row.get(0))
        })
        .map_err(sql(READ))
}
