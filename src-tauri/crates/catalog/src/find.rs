//! Finding a name across all dates: the folders' names are read first, the versions only of what fits.

use std::collections::{BTreeMap, HashMap, HashSet};

use resguardo_domain::{EntryPath, PlanId, Result, SnapshotId};
use rusqlite::{Connection, params};

use crate::Catalog;
use crate::columns::{join, split, tag};
use crate::error::{damaged, odd, sql};
use crate::pattern::Pattern;

const READ: &str = "find a name";

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
    /// How many of its versions differ in size or modification time.
    pub versions: usize,
    /// The oldest snapshot that shows it.
    pub first: SnapshotId,
    /// The newest snapshot that shows it.
    pub last: SnapshotId,
}

impl Catalog {
    /// Finds entries by name across all snapshots (of a plan, or of all): text is looked for anywhere in the name, a
    /// pattern with `*` or `?` must fit the whole name; one that holds `/` is compared with the whole path. Upper and
    /// lower case are the same. At most `limit` paths, sorted by path.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn find(&self, pattern: &str, plan: Option<&PlanId>, limit: usize) -> Result<Vec<Found>> {
        let pattern = Pattern::new(pattern);
        self.read(|connection| {
            let tx = connection.unchecked_transaction().map_err(sql(READ))?;
            let mut search =
                Search { connection: &tx, lines: lines(&tx, plan)?, found: BTreeMap::new(), limit };
            search.run(&pattern)?;
            Ok(search.found.into_values().flatten().collect())
        })
    }
}

/// A snapshot by its generation.
type Place = (i64, SnapshotId);

/// The snapshots of one series that are not deleted, by generation.
struct Line {
    plan: PlanId,
    snapshots: Vec<Place>,
}

impl Line {
    /// The oldest and newest snapshot that show what holds for `first <= g < last`.
    fn showing(&self, first: i64, last: i64) -> Option<(&Place, &Place)> {
        let from = self.snapshots.partition_point(|(generation, _)| *generation < first);
        let to = self.snapshots.partition_point(|(generation, _)| *generation < last);
        let shown = self.snapshots.get(from..to)?;
        Some((shown.first()?, shown.last()?))
    }
}

struct Search<'tx> {
    connection: &'tx Connection,
    lines: HashMap<i64, Line>,
    /// What fits by path and plan; `None` for what no snapshot shows any more.
    found: BTreeMap<(EntryPath, PlanId), Option<Found>>,
    limit: usize,
}

impl Search<'_> {
    fn run(&mut self, pattern: &Pattern) -> Result<()> {
        let connection = self.connection;
        let mut statement = connection
            .prepare_cached(
                "SELECT f.series, f.path, n.text FROM names AS n CROSS JOIN folders AS f ON f.id = n.folder",
            )
            .map_err(sql(READ))?;
        let mut rows = statement.query([]).map_err(sql(READ))?;
        let mut matches = 0;
        while let Some(row) = rows.next().map_err(sql(READ))? {
            let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ));
            let (folder, names) = (text(1)?, text(2)?);
            let Some(fits) = pattern.within(folder, names) else { continue };
            let Some(line) = self.lines.get(&row.get(0).map_err(sql(READ))?) else { continue };
            let plan = line.plan.clone();
            for name in names.lines().filter(|name| fits.name(name)) {
                if matches >= self.limit {
                    return Ok(());
                }
                matches += usize::from(self.look_at(folder, name, &plan)?);
            }
        }
        Ok(())
    }

    /// Reads the versions of a path that fits; false when it is there already or no snapshot shows it.
    fn look_at(&mut self, folder: &str, name: &str, plan: &PlanId) -> Result<bool> {
        let parent = EntryPath::parse(folder).ok_or_else(|| damaged(READ, folder))?;
        let key = (join(&parent, name), plan.clone());
        if self.found.contains_key(&key) {
            return Ok(false);
        }
        let found = self.gather(&key)?;
        let shown = found.is_some();
        self.found.insert(key, found);
        Ok(shown)
    }

    fn gather(&self, (path, plan): &(EntryPath, PlanId)) -> Result<Option<Found>> {
        let (folder, name) = split(path);
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT f.series, v.first, v.last, v.tag, v.size, v.mtime FROM series AS s
                 CROSS JOIN folders AS f ON f.series = s.id AND f.path = ?2
                 CROSS JOIN versions AS v ON v.folder = f.id AND v.name = ?3 WHERE s.plan = ?1",
            )
            .map_err(sql(READ))?;
        let mut rows = statement.query(params![plan.as_str(), folder, name]).map_err(sql(READ))?;
        let mut different = HashSet::new();
        let mut gathered: Option<(i64, i64, Found)> = None;
        while let Some(row) = rows.next().map_err(sql(READ))? {
            let number = |at: usize| row.get::<_, i64>(at).map_err(sql(READ));
            let Some(line) = self.lines.get(&number(0)?) else { continue };
            let Some((oldest, newest)) = line.showing(number(1)?, number(2)?) else { continue };
            different.insert((number(4)?, number(5)?));
            let this = Found {
                plan: plan.clone(),
                path: path.clone(),
                tag: tag(number(3)?)?,
                size: number(4)?.cast_unsigned(),
                mtime_ns: number(5)?,
                versions: different.len(),
                first: oldest.1.clone(),
                last: newest.1.clone(),
            };
            gathered = Some(match gathered.take() {
                None => (oldest.0, newest.0, this),
                Some(before) => merge(before, (oldest.0, newest.0, this)),
            });
        }
        Ok(gathered.map(|(_, _, found)| found))
    }
}

/// Joins two stretches of one path: the oldest first snapshot, and all else from the newer one.
fn merge(a: (i64, i64, Found), b: (i64, i64, Found)) -> (i64, i64, Found) {
    let versions = a.2.versions.max(b.2.versions);
    let (older, newer) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    let (first, first_id) =
        if older.0 <= newer.0 { (older.0, older.2.first) } else { (newer.0, newer.2.first.clone()) };
    (first, newer.1, Found { first: first_id, versions, ..newer.2 })
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
