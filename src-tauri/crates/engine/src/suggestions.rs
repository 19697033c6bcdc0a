//! What could be backed up and where to, for somebody who begins: found on this computer, nothing asked, nothing kept.

use std::path::PathBuf;

use jiff::SignedDuration;
use resguardo_domain::{Error, FolderFilter, Result, SourceConfig, SourceId, SourceSpec};
use resguardo_platform::{UserFolders, disk, volumes};
use resguardo_sources::sqlite::{FoundDatabase, find_databases};
use resguardo_sources::{FolderSource, measure};

use crate::Engine;
use crate::browse::moment;
use crate::destinations::named_path;
use crate::requests::{
    DatabaseSuggestion, DatabaseSuggestions, FolderMeasure, FolderRole, PlaceSuggestion, SourceSuggestion,
};

/// The longest look, in milliseconds.
const MOST_MS: u64 = 60_000;
/// Databases that are told.
const MOST_DATABASES: usize = 50;
/// A database that was changed within this time is in use.
const IN_USE: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Engine {
    /// The folders of a user that matter, as far as they exist. Nothing is walked.
    pub fn suggest_sources(&self, user: Option<&UserFolders>) -> Vec<SourceSuggestion> {
        let known = user.map(|user| user.known.as_slice()).unwrap_or_default();
        let hurts = |role| matches!(role, FolderRole::Documents | FolderRole::Desktop | FolderRole::Pictures);
        let suggestion = |(role, path): &(FolderRole, PathBuf)| SourceSuggestion {
            role: *role,
            path: SourceConfig::encode_path(path),
            recommended: hurts(*role),
        };
        known.iter().map(suggestion).collect()
    }

    /// Counts what a backup of a folder would copy, with what is left out by default, for no longer than so many milliseconds.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] with the field `path` or `budget_ms`;
    /// [`resguardo_domain::Kind::SourceMissing`], [`resguardo_domain::Kind::SourceUnreadable`].
    pub fn measure_folder(&self, path: &str, budget_ms: u64) -> Result<FolderMeasure> {
        let budget = budget(budget_ms)?;
        let path = named_path(path, "path")?;
        let filter = FolderFilter::default();
        let spec = SourceSpec {
            id: SourceId::from_random(self.cx.random_bits()),
            label: "measured".to_owned(),
            config: SourceConfig::Folder { path: SourceConfig::encode_path(&path), filter: filter.clone() },
        };
        let never = self.own_folders()?;
        let threads = resguardo_platform::threads();
        let source = FolderSource::new(&spec, path, &filter, never, self.home.temp(), threads)?;
        let measured =
            measure(&self.cx.fresh(), &source, budget).map_err(|error| error.fact("field", "path"))?;
        Ok(FolderMeasure { files: measured.files, bytes: measured.bytes, complete: measured.complete })
    }

    /// Finds SQLite databases below the user's own folder, for no longer than so many milliseconds.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] with the field `budget_ms`.
    pub fn suggest_databases(
        &self,
        user: Option<&UserFolders>,
        budget_ms: u64,
    ) -> Result<DatabaseSuggestions> {
        let budget = budget(budget_ms)?;
        let Some(user) = user else {
            return Ok(DatabaseSuggestions { complete: true, ..Default::default() });
        };
        let cx = self.cx.fresh();
        let (mut found, complete) = find_databases(&cx, &user.home, &self.own_folders()?, budget)?;
        let limit = cx.now().saturating_sub(IN_USE).map_or(i128::MAX, |at| at.as_nanosecond());
        let key = |database: &FoundDatabase| {
            (i128::from(database.mtime_ns) < limit, std::cmp::Reverse(database.size), database.path.clone())
        };
        found.sort_by_cached_key(key);
        found.truncate(MOST_DATABASES);
        let told = |database: FoundDatabase| DatabaseSuggestion {
            path: SourceConfig::encode_path(&database.path),
            size: database.size,
            mtime: moment(database.mtime_ns),
        };
        Ok(DatabaseSuggestions { databases: found.into_iter().map(told).collect(), complete })
    }

    /// Places where copies could go, the best first.
    pub fn suggest_places(&self, user: Option<&UserFolders>) -> Vec<PlaceSuggestion> {
        let home = user.map_or_else(|| self.home.root().to_owned(), |user| user.home.clone());
        let told = |volume: resguardo_platform::Volume| PlaceSuggestion {
            max_file: disk::max_file_size(&volume.path),
            path: SourceConfig::encode_path(&volume.path),
            label: volume.label,
            free: volume.space.free,
            total: volume.space.total,
            removable: volume.removable,
            network: volume.network,
            same_disk: volume.same_disk,
        };
        volumes(&home).into_iter().map(told).collect()
    }

    /// What is never part of a source: the program's own folder and those of its destinations.
    pub(crate) fn own_folders(&self) -> Result<Vec<PathBuf>> {
        let places = self.places()?;
        let mut own: Vec<PathBuf> =
            places.iter().flat_map(|place| place.adapter.own_folders()).map(PathBuf::from).collect();
        own.push(self.home.root().to_owned());
        Ok(own)
    }
}

fn budget(milliseconds: u64) -> Result<SignedDuration> {
    match i64::try_from(milliseconds) {
        Ok(budget) if milliseconds <= MOST_MS => Ok(SignedDuration::from_millis(budget)),
        _ => Err(Error::invalid("budget_ms", milliseconds, "too long").fact("limit", MOST_MS)),
    }
}
