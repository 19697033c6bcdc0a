//! Finding a name across all dates.

use std::collections::HashMap;

use resguardo_domain::{EntryPath, PlanId, Result, SnapshotId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Catalog;
use crate::columns::{join, tag};
use crate::error::{damaged, odd, sql};
use crate::pattern::Pattern;

const READ: &str = "find a name";
/// Threads that search at once.
const THREADS: i64 = 4;

/// A path that fits, with the snapshots that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Of which plan.
    pub plan: PlanId,
    /// The path.
    pub path: EntryPath,
    /// What its newest version is, as in a record.
    pub tag: char,
    /// Bytes of its newest version.
    pub size: u64,
    /// Modification time of its newest version, ns since 1970 UTC.
    pub mtime_ns: i64,
    /// In how many stretches of snapshots it was stored or changed.
    pub versions: u32,
    /// The oldest snapshot that shows it.
    pub first: SnapshotId,
    /// The newest snapshot that shows it.
    pub last: SnapshotId,
}

impl Catalog {
    /// Finds entries by name across all snapshots (of a plan, or of all): text is looked for anywhere in the name, a
    /// pattern with `*` or `?` must fit the whole name; one that holds `/` is compared with the whole path. Upper and
    /// lower case are the same. At most `limit` paths, sorted by path; a path of a safety snapshot is one of its own.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn find(&self, pattern: &str, plan: Option<&PlanId>, limit: usize) -> Result<Vec<Found>> {
        let (lines, highest) =
            self.read(|connection| Ok((lines(connection, plan)?, highest_folder(connection)?)))?;
        let search = Search { pattern: Pattern::new(pattern), lines, limit };
        let share = highest / THREADS + 1;
        let mut found = std::thread::scope(|scope| {
            let parts: Vec<_> = (0..THREADS)
                .map(|at| (at * share, (at + 1) * share))
                .map(|range| {
                    let search = &search;
                    scope.spawn(move || self.read(|connection| search.run(connection, range)))
                })
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|_| Err(odd(READ, "a search thread ended"))))
                .collect::<Result<Vec<_>>>()
        })?
        .concat();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found.truncate(limit);
        Ok(found)
    }
}

/// The snapshots of one series that are not deleted, by generation.
struct Line {
    plan: PlanId,
    snapshots: Vec<(i64, SnapshotId)>,
}

impl Line {
    /// The oldest and newest snapshot that show what holds for `first <= g < last`.
    fn showing(&self, first: i64, last: i64) -> Option<(usize, usize)> {
        let from = self.snapshots.partition_point(|(generation, _)| *generation < first);
        let to = self.snapshots.partition_point(|(generation, _)| *generation < last);
        (from < to).then(|| (from, to - 1))
    }
}

struct Search {
    pattern: Pattern,
    lines: HashMap<i64, Line>,
    limit: usize,
}

/// A path while its versions are gathered; they come one after another.
struct Gathering {
    folder: i64,
    name: String,
    found: Found,
    oldest: usize,
    newest: usize,
}

impl Search {
    fn run(&self, connection: &Connection, (from, to): (i64, i64)) -> Result<Vec<Found>> {
        let mut statement = connection
            .prepare_cached(
                "SELECT folder, name, first, last, tag, size, mtime FROM versions
                 WHERE folder >= ?1 AND folder < ?2",
            )
            .map_err(sql(READ))?;
        let mut rows = statement.query([from, to]).map_err(sql(READ))?;
        let mut folder = Folder::default();
        let mut found = Vec::new();
        let mut open: Option<Gathering> = None;
        while let Some(row) = rows.next().map_err(sql(READ))? {
            let id: i64 = row.get(0).map_err(sql(READ))?;
            let name = row.get_ref(1).map_err(sql(READ))?.as_str().map_err(|error| damaged(READ, error))?;
            if folder.id != id {
                folder.enter(id, self.pattern.wants_path(), connection)?;
            }
            if !self.pattern.fits(&folder.path, name) {
                continue;
            }
            if open.as_ref().is_none_or(|open| open.folder != id || open.name != name) {
                found.extend(open.take().map(|open| open.found));
                if found.len() >= self.limit {
                    return Ok(found);
                }
            }
            self.gather(&mut open, id, name, row, connection)?;
        }
        found.extend(open.map(|open| open.found));
        found.truncate(self.limit);
        Ok(found)
    }

    fn gather(
        &self,
        open: &mut Option<Gathering>,
        folder: i64,
        name: &str,
        row: &Row<'_>,
        connection: &Connection,
    ) -> Result<()> {
        let number = |at: usize| row.get::<_, i64>(at).map_err(sql(READ));
        let Some((series, path)) = place(connection, folder)? else { return Ok(()) };
        let Some(line) = self.lines.get(&series) else { return Ok(()) };
        let Some((oldest, newest)) = line.showing(number(2)?, number(3)?) else { return Ok(()) };
        let gathering = match open {
            Some(gathering) => gathering,
            None => open.insert(Gathering {
                folder,
                name: name.to_owned(),
                found: Found {
                    plan: line.plan.clone(),
                    path: join(&path, name),
                    tag: tag(number(4)?)?,
                    size: number(5)?.cast_unsigned(),
                    mtime_ns: number(6)?,
                    versions: 0,
                    first: line.snapshots[oldest].1.clone(),
                    last: line.snapshots[newest].1.clone(),
                },
                oldest,
                newest,
            }),
        };
        gathering.found.versions += 1;
        if oldest < gathering.oldest {
            gathering.oldest = oldest;
            gathering.found.first = line.snapshots[oldest].1.clone();
        }
        if newest > gathering.newest {
            gathering.newest = newest;
            gathering.found.last = line.snapshots[newest].1.clone();
            gathering.found.tag = tag(number(4)?)?;
            gathering.found.size = number(5)?.cast_unsigned();
            gathering.found.mtime_ns = number(6)?;
        }
        Ok(())
    }
}

/// The folder that a search is in; its path is read only for patterns that need it.
#[derive(Default)]
struct Folder {
    id: i64,
    path: String,
}

impl Folder {
    fn enter(&mut self, id: i64, with_path: bool, connection: &Connection) -> Result<()> {
        self.id = id;
        if with_path {
            self.path = place(connection, id)?.map(|(_, path)| path.as_str().to_owned()).unwrap_or_default();
        }
        Ok(())
    }
}

/// The series and path of a folder.
fn place(connection: &Connection, folder: i64) -> Result<Option<(i64, EntryPath)>> {
    let row: Option<(i64, String)> = connection
        .prepare_cached("SELECT series, path FROM folders WHERE id = ?1")
        .and_then(|mut find| find.query_row([folder], |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(sql(READ))?;
    row.map(|(series, path)| {
        EntryPath::parse(&path).map(|path| (series, path)).ok_or_else(|| damaged(READ, path))
    })
    .transpose()
}

fn lines(connection: &Connection, plan: Option<&PlanId>) -> Result<HashMap<i64, Line>> {
    let mut statement = connection
        .prepare_cached(
            "SELECT series, plan, generation, id FROM snapshots
             WHERE state <> 'deleted' AND (?1 IS NULL OR plan = ?1) ORDER BY series, generation",
        )
        .map_err(sql(READ))?;
    let mut rows = statement.query(params![plan.map(PlanId::as_str)]).map_err(sql(READ))?;
    let mut lines: HashMap<i64, Line> = HashMap::new();
    while let Some(row) = rows.next().map_err(sql(READ))? {
        let text = |at: usize| row.get::<_, String>(at).map_err(sql(READ));
        let plan = PlanId::parse(&text(1)?).ok_or_else(|| odd(READ, "plan"))?;
        let id = SnapshotId::parse(&text(3)?).ok_or_else(|| odd(READ, "snapshot"))?;
        lines
            .entry(row.get(0).map_err(sql(READ))?)
            .or_insert_with(|| Line { plan, snapshots: Vec::new() })
            .snapshots
            .push((row.get(2).map_err(sql(READ))?, id));
    }
    Ok(lines)
}

fn highest_folder(connection: &Connection) -> Result<i64> {
    let highest: Option<i64> =
        connection.query_row("SELECT max(id) FROM folders", [], |row| row.get(0)).map_err(sql(READ))?;
    Ok(highest.unwrap_or_default())
}
