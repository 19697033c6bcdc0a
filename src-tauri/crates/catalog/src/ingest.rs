//! Taking a snapshot in: its manifest becomes a row, its listing becomes intervals. The one path for the end of a backup
//! and for a rebuild.

use std::collections::{HashMap, HashSet};

use resguardo_domain::{
    ArchiveKind, Class, Context, Digest, Error, Kind, Manifest, Record, Result, SnapshotId, SnapshotState,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use crate::Catalog;
use crate::columns::{INSERT, insert, split};
use crate::copies;
use crate::error::{odd, sql};
use crate::plans::raise_generation;
use crate::series::{self, OPEN, Scope};
use crate::sums;

const DOING: &str = "add the snapshot";
/// Folder ids kept at hand; listings come folder by folder, so few are needed.
const CACHED_FOLDERS: usize = 4096;
/// Records between two looks at the cancel flag.
const BATCH: usize = 4096;

impl Catalog {
    /// Takes a snapshot in, in one transaction: all of it is there afterwards, or nothing. One that is there already
    /// changes nothing (a deleted one stays deleted). Archives that build on one full come in the order of their
    /// generations.
    ///
    /// A full's records are the whole state. The records of any other kind are relative to its parent: they replace or
    /// (`-`) remove; when other archives came after the parent, the parent's state is brought back first.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for a generation that another snapshot has, or that is not above those that build on the
    /// same full (clear the plan's snapshots and ingest in order); [`Kind::ChainBroken`] when the parent is unknown or
    /// deleted; whatever `records` fails with; [`Kind::Cancelled`]. `records` must not wait for anybody: the catalog is locked.
    pub fn ingest(
        &self,
        cx: &Context,
        manifest: &Manifest,
        manifest_sha256: Digest,
        records: impl Iterator<Item = Result<Record>>,
    ) -> Result<()> {
        cx.step("catalog ingest")?;
        // Every other writer waits for this one.
        let cx = &cx.unpaused();
        self.write(cx, "catalog ingest", |tx| {
            if is_known(tx, &manifest.id)? {
                return Ok(());
            }
            let scope = begin(tx, manifest)?;
            let base = if manifest.kind == ArchiveKind::Full { Base::Nothing } else { Base::State };
            let mut overlay = Overlay::new(tx, scope, base)?;
            for (at, record) in records.enumerate() {
                if at % BATCH == 0 {
                    cx.step("catalog ingest records")?;
                }
                overlay.put(record?)?;
            }
            match overlay.finish()? {
                Touched::All => sums::sum_all(tx, scope)?,
                Touched::Some(folders) => sums::sum(tx, scope, folders)?,
            }
            insert_snapshot(tx, manifest, manifest_sha256, scope)?;
            raise_generation(tx, &manifest.plan, scope.generation)?;
            copies::settle(tx, &manifest.id)
        })
    }
}

/// What the records of a listing are laid over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// Nothing.
    Nothing,
    /// The versions that are open now.
    State,
}

fn is_known(tx: &Transaction<'_>, id: &SnapshotId) -> Result<bool> {
    tx.query_row("SELECT EXISTS (SELECT 1 FROM snapshots WHERE id = ?1)", [id.as_str()], |row| row.get(0))
        .map_err(sql(DOING))
}

/// Finds or begins the series and brings it to the state that the listing is relative to.
fn begin(tx: &Transaction<'_>, manifest: &Manifest) -> Result<Scope> {
    let generation = check_generation(tx, manifest)?;
    if manifest.kind == ArchiveKind::Full {
        return Ok(Scope { series: series::begin(tx, &manifest.plan)?, generation });
    }
    let Some(link) = manifest.parent() else {
        return Err(Error::invalid("chain", &manifest.id, "only a full archive has no parent"));
    };
    let Some(parent) = series::find_scope(tx, &link.id)? else {
        return Err(Error::new(Kind::ChainBroken, DOING)
            .fact("snapshot", &manifest.id)
            .fact("parent", &link.id)
            .because("its parent is not in the catalog"));
    };
    let scope = Scope { series: parent.series, generation };
    let newest = newest(tx, scope.series)?;
    if generation <= newest {
        return Err(Error::invalid(
            "generation",
            generation,
            "not above the newest that builds on the same full",
        ));
    }
    if newest != parent.generation {
        reopen_state(tx, parent, scope)?;
        sums::reopen(tx, parent, scope)?;
    }
    Ok(scope)
}

fn check_generation(tx: &Transaction<'_>, manifest: &Manifest) -> Result<i64> {
    let generation =
        i64::try_from(manifest.generation).ok().filter(|&generation| generation > 0 && generation < OPEN);
    let Some(generation) = generation else {
        return Err(Error::invalid("generation", manifest.generation, "not a generation"));
    };
    let holder: Option<String> = tx
        .query_row(
            "SELECT id FROM snapshots WHERE plan = ?1 AND generation = ?2",
            params![manifest.plan.as_str(), generation],
            |row| row.get(0),
        )
        .optional()
        .map_err(sql(DOING))?;
    match holder {
        Some(id) => {
            Err(Error::invalid("generation", generation, "another snapshot has it").fact("snapshot", id))
        }
        None => Ok(generation),
    }
}

/// The newest generation of a series, tombstones included: their generations cut intervals too.
fn newest(tx: &Transaction<'_>, series: i64) -> Result<i64> {
    tx.query_row("SELECT coalesce(max(generation), 0) FROM snapshots WHERE series = ?1", [series], |row| {
        row.get(0)
    })
    .map_err(sql(DOING))
}

/// Makes the parent's state, which later archives changed, the open one again: what is open and was not there then is
/// closed, what was there then and is closed opens anew.
fn reopen_state(tx: &Transaction<'_>, parent: Scope, scope: Scope) -> Result<()> {
    tx.execute(
        "UPDATE versions SET last = ?2
         WHERE folder IN (SELECT id FROM folders WHERE series = ?1) AND last = ?3 AND first > ?4",
        [scope.series, scope.generation, OPEN, parent.generation],
    )
    .map_err(sql(DOING))?;
    tx.execute(
        "INSERT INTO versions SELECT v.folder, v.name, ?2, ?3, v.introduced, v.tag, v.size, v.mtime, v.ctime, v.inode,
                v.side, v.mode, v.uid, v.gid, v.digest, v.part, v.position, v.packed, v.method, v.extra,
                v.look
         FROM folders AS f JOIN versions AS v ON v.folder = f.id
         WHERE f.series = ?1 AND v.first <= ?4 AND v.last > ?4 AND v.last < ?3",
        [scope.series, scope.generation, OPEN, parent.generation],
    )
    .map(drop)
    .map_err(sql(DOING))
}

fn insert_snapshot(tx: &Transaction<'_>, manifest: &Manifest, sha256: Digest, scope: Scope) -> Result<()> {
    let body = serde_json::to_string(manifest).map_err(|error| odd(DOING, error))?;
    tx.execute(
        "INSERT INTO snapshots (id, plan, series, generation, class, state, manifest_sha256, manifest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            manifest.id.as_str(),
            manifest.plan.as_str(),
            scope.series,
            scope.generation,
            Class::as_str(manifest.class),
            SnapshotState::Waiting.as_str(),
            sha256.0,
            body
        ],
    )
    .map(drop)
    .map_err(sql(DOING))
}

/// The folders in which a listing changed something.
enum Touched {
    All,
    Some(HashSet<i64>),
}

/// Lays records over the open state of a series.
struct Overlay<'tx> {
    connection: &'tx Connection,
    scope: Scope,
    base: Base,
    insert: CachedStatement<'tx>,
    folders: HashMap<String, i64>,
    folder: String,
    folder_id: Option<i64>,
    /// Names new to the current folder, each followed by a line feed.
    names: String,
    touched: Touched,
}

impl<'tx> Overlay<'tx> {
    fn new(connection: &'tx Connection, scope: Scope, base: Base) -> Result<Self> {
        Ok(Self {
            connection,
            scope,
            base,
            insert: connection.prepare_cached(INSERT).map_err(sql(DOING))?,
            folders: HashMap::new(),
            folder: String::new(),
            folder_id: None,
            names: String::new(),
            touched: match base {
                Base::Nothing => Touched::All,
                Base::State => Touched::Some(HashSet::new()),
            },
        })
    }

    fn put(&mut self, mut record: Record) -> Result<()> {
        if record.is_removal() && self.base == Base::Nothing {
            return Ok(());
        }
        let path = std::mem::take(&mut record.path);
        let (folder, name) = split(&path);
        let folder = self.folder_id(folder)?;
        let known = self.base == Base::State && self.close(folder, name)?;
        if record.is_removal() {
            return self.remove(folder, name);
        }
        if !known {
            self.names.push_str(name);
            self.names.push('\n');
        }
        insert(&mut self.insert, folder, name, (self.scope.generation, OPEN), record)
    }

    /// Closes what is open of a name; whether anything was.
    fn close(&self, folder: i64, name: &str) -> Result<bool> {
        self.connection
            .prepare_cached(
                "UPDATE versions SET last = ?3 WHERE folder = ?1 AND name = ?2 AND first < ?3 AND last = ?4",
            )
            .and_then(|mut close| close.execute(params![folder, name, self.scope.generation, OPEN]))
            .map(|closed| closed > 0)
            .map_err(sql(DOING))
    }

    /// Takes back what this generation itself opened: a version brought back with the parent's state.
    fn remove(&self, folder: i64, name: &str) -> Result<()> {
        self.connection
            .prepare_cached("DELETE FROM versions WHERE folder = ?1 AND name = ?2 AND first = ?3")
            .and_then(|mut remove| remove.execute(params![folder, name, self.scope.generation]))
            .map(drop)
            .map_err(sql(DOING))
    }

    fn folder_id(&mut self, path: &str) -> Result<i64> {
        if let Some(id) = self.folder_id.filter(|_| self.folder == path) {
            return Ok(id);
        }
        self.write_names()?;
        let id = match self.folders.get(path) {
            Some(&id) => id,
            None => {
                let id = self.find_or_add_folder(path)?;
                if self.folders.len() >= CACHED_FOLDERS {
                    self.folders.clear();
                }
                self.folders.insert(path.to_owned(), id);
                id
            }
        };
        self.folder.clear();
        self.folder.push_str(path);
        self.folder_id = Some(id);
        if let Touched::Some(folders) = &mut self.touched {
            folders.insert(id);
        }
        Ok(id)
    }

    /// Writes the names gathered for the folder that is left.
    fn write_names(&mut self) -> Result<()> {
        let Some(folder) = self.folder_id.filter(|_| !self.names.is_empty()) else { return Ok(()) };
        self.connection
            .prepare_cached("INSERT INTO names (folder, text) VALUES (?1, ?2)")
            .and_then(|mut add| add.execute(params![folder, self.names]))
            .map_err(sql(DOING))?;
        self.names.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Touched> {
        self.write_names()?;
        Ok(self.touched)
    }

    fn find_or_add_folder(&self, path: &str) -> Result<i64> {
        let key = params![self.scope.series, path];
        let known = self
            .connection
            .prepare_cached("SELECT id FROM folders WHERE series = ?1 AND path = ?2")
            .and_then(|mut find| find.query_row(key, |row| row.get(0)).optional())
            .map_err(sql(DOING))?;
        if let Some(id) = known {
            return Ok(id);
        }
        self.connection
            .prepare_cached("INSERT INTO folders (series, path) VALUES (?1, ?2)")
            .and_then(|mut add| add.execute(key))
            .map_err(sql(DOING))?;
        Ok(self.connection.last_insert_rowid())
    }
}
