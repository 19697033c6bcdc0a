//! A drill: one copy restored for real, from where it is, into a scratch folder of this computer; every file compared with its
//! digest, every database opened, checked and counted. Nothing live is touched, nothing is left. A sample is drawn by lot.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use resguardo_catalog::{CopyState, SnapshotRow, Version};
use resguardo_domain::{
    Context, DrillExtent, DrillMemory, EntryPath, Error, IssueKind, Kind, Nearness, Operation, Plan, PlanId,
    Result, SnapshotId, SourceConfig, VerifyLevel,
};
use resguardo_platform::disk;
use resguardo_sources::sqlite::inspected;

use super::lines::{LineReader, LineWriter};
use super::plan::{Survey, Wanted};
use crate::Engine;
use crate::archives::Shelf;
use crate::destinations::Place;
use crate::nearness::nearness_of;
use crate::operations::Outcome;
use crate::requests::{DrillReport, Existing, RestoreTarget};
use crate::verify::is_damage;

/// Room that a drill leaves on the disk.
const SPARE: u64 = 512 << 20;
/// Files of a sample.
const SAMPLE_FILES: usize = 200;
/// Bytes of a sample, unless its first file alone is larger.
const SAMPLE_BYTES: u64 = 1 << 30;

/// A single file is no larger, unless there is no other.
const ONE_FILE_BYTES: u64 = 64 << 20;

/// Where drills are remembered, by plan.
const MEMORY: &str = "drills";

impl Engine {
    /// Restores the newest snapshot of a plan that some destination can give whole, from the one farthest away.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when there is nothing to restore; see [`Engine::drill`].
    pub(crate) fn drill_plan(
        &self,
        cx: &Context,
        operation: &mut Operation,
        plan: &str,
        extent: DrillExtent,
    ) -> Result<Outcome> {
        let plan = self.plan(plan)?;
        let is_proof = extent != DrillExtent::OneFile;
        if is_proof {
            self.remember_drill(cx, &plan.id, |memory| memory.tried = Some(cx.now()))?;
        }
        let (row, place) = self.to_drill(cx, &plan)?;
        cx.progress().current(&row.manifest.name);
        operation.snapshot = Some(row.manifest.id.clone());
        let done = match self.drill(cx, &row, &place, extent) {
            // Better a part than nothing.
            Err(error) if error.kind == Kind::DiskFull && is_proof => {
                self.drill(cx, &row, &place, DrillExtent::Sample)
            }
            done => done,
        };
        match done {
            Ok(report) => {
                if is_proof {
                    let (id, level) = (&row.manifest.id, VerifyLevel::Restored);
                    self.catalog.set_verified(cx, id, &place.id, level, cx.now())?;
                }
                Outcome::of(&report)
            }
            Err(error) if is_damage(error.kind) => {
                self.catalog.set_copy(cx, &row.manifest.id, &place.id, CopyState::Lost)?;
                self.mark_damage(cx, std::slice::from_ref(&row))?;
                let error = error.fact("archive", &row.manifest.name).fact("destination", &place.name);
                Err(error.with_kind(Kind::VerifyFailed))
            }
            Err(error) => Err(error),
        }
    }

    /// The newest snapshot with a destination that is there and has all of its chain.
    fn to_drill(&self, cx: &Context, plan: &Plan) -> Result<(SnapshotRow, Place)> {
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        let mut places = self.places_of(plan)?;
        places.retain(|place| place.adapter.check(cx).is_ok());
        let rows_of_places = self.catalog.destinations()?;
        places.sort_by_key(|place| {
            let row = rows_of_places.iter().find(|row| row.id == place.id);
            row.map(nearness_of) != Some(Nearness::Away)
        });
        let has_chain = |row: &SnapshotRow, place: &Place| {
            let link_is_at =
                |id: &SnapshotId| rows.iter().any(|other| other.manifest.id == *id && other.is_at(&place.id));
            row.is_at(&place.id) && row.manifest.chain.iter().all(|link| link_is_at(&link.id))
        };
        let found = rows.iter().rev().find_map(|row| {
            let place = places.iter().find(|place| has_chain(row, place))?;
            Some((row.clone(), place.clone()))
        });
        found.ok_or_else(|| Error::not_found("snapshot", &plan.name))
    }

    /// What is remembered of the drills of each plan.
    pub(crate) fn drill_memory(&self) -> Result<BTreeMap<PlanId, DrillMemory>> {
        Ok(self.catalog.setting(MEMORY)?.unwrap_or_default())
    }

    fn remember_drill(
        &self,
        cx: &Context,
        plan: &PlanId,
        change: impl FnOnce(&mut DrillMemory),
    ) -> Result<()> {
        let mut memory = self.drill_memory()?;
        change(memory.entry(plan.clone()).or_default());
        self.catalog.set_setting(cx, MEMORY, &memory)
    }

    /// Restores the copy of a snapshot at one destination, or a sample of it.
    ///
    /// # Errors
    /// [`Kind::VerifyFailed`] naming the first entry that did not come back as it was saved; [`Kind::DiskFull`] when there is no
    /// room to try.
    pub(crate) fn drill(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        place: &Place,
        extent: DrillExtent,
    ) -> Result<DrillReport> {
        let scratch = self.home.temp().join(format!("drill-{:016x}", cx.random_bits()));
        let failed = |cause: std::io::Error| Error::io(&cause, "make the scratch folder", scratch.display());
        cx.step("drill.create")?;
        fs::create_dir(&scratch).map_err(failed)?;
        let result = self.drill_extent(cx, row, place, extent, &scratch);
        // A drill that proved what it should is none the less proof when its rubbish can't be removed; the next start does it.
        let _ = fs::remove_dir_all(&scratch);
        let report = result?;
        if extent == DrillExtent::OneFile {
            return Ok(report);
        }
        let (now, whole) = (cx.now(), report.extent == DrillExtent::Whole);
        self.remember_drill(cx, &row.manifest.plan, |memory| {
            memory.succeeded = Some(now);
            memory.whole = if whole { Some(now) } else { memory.whole };
        })?;
        Ok(report)
    }

    fn drill_extent(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        place: &Place,
        extent: DrillExtent,
        scratch: &Path,
    ) -> Result<DrillReport> {
        let paths = match extent {
            DrillExtent::Whole => Vec::new(),
            DrillExtent::Sample => self.draw(cx, row, disk::space(scratch)?.free.saturating_sub(SPARE))?,
            DrillExtent::OneFile => vec![self.one_file(cx, row)?],
        };
        let shelf = self.shelf_at(&row.manifest.plan, place)?;
        let survey = self.drill_in(cx, row, &shelf, scratch, &paths)?;
        Ok(DrillReport {
            snapshot: row.manifest.id.clone(),
            name: row.manifest.name.clone(),
            destination: place.name.clone(),
            extent,
            files: survey.wanted(),
            bytes: survey.bytes,
            databases: survey.databases,
            file: paths.into_iter().next().filter(|_| extent == DrillExtent::OneFile),
        })
    }

    /// The file that its owner knows best: the one that was changed last, unless it is empty or too large to wait for.
    fn one_file(&self, cx: &Context, row: &SnapshotRow) -> Result<String> {
        let mut best: Option<((bool, i64), String)> = None;
        self.catalog.descend(&row.manifest.id, &EntryPath::root(), &mut |version| {
            cx.check()?;
            let record = &version.record;
            let fits = record.rows.is_empty() && (1..=ONE_FILE_BYTES).contains(&record.size);
            let rank = (fits, record.mtime_ns);
            if record.tag == 'f' && best.as_ref().is_none_or(|(known, _)| rank > *known) {
                best = Some((rank, record.path.to_string()));
            }
            Ok(())
        })?;
        best.map(|(_, path)| path).ok_or_else(|| Error::not_found("file", &row.manifest.name))
    }

    /// Draws a sample by lot.
    fn draw(&self, cx: &Context, row: &SnapshotRow, room: u64) -> Result<Vec<String>> {
        let mut sample = Sample::default();
        self.catalog.descend(&row.manifest.id, &EntryPath::root(), &mut |version| {
            cx.check()?;
            sample.offer(cx, &version);
            Ok(())
        })?;
        Ok(sample.within(room.min(SAMPLE_BYTES)))
    }

    fn drill_in(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        shelf: &Shelf<'_>,
        scratch: &Path,
        paths: &[String],
    ) -> Result<Survey> {
        let folder = scratch.join("data");
        let target = RestoreTarget::Folder { path: folder.display().to_string() };
        let wanted = Wanted { row, paths, target: &target, existing: Existing::Missing, kept: 0 };
        let lines = scratch.join("lines");
        let mut writer = LineWriter::create(cx, &lines)?;
        let plan = self.plan_lines(cx, shelf, &wanted, &mut |line, _| writer.push(line).map(|()| true))?;
        writer.finish()?;
        let free = disk::space(scratch)?.free;
        let needed = plan.survey.bytes.saturating_add(SPARE);
        if free < needed {
            return Err(Error::new(Kind::DiskFull, "run a drill")
                .fact("path", scratch.display())
                .fact("free", free)
                .fact("needed", needed));
        }
        let applied = self.apply(cx, row, shelf, &plan, LineReader::open(&lines)?)?;
        if let Some(error) = applied.first_error {
            return Err(error.with_kind(Kind::VerifyFailed));
        }
        if applied.report.restored != plan.survey.wanted() {
            return Err(Error::new(Kind::VerifyFailed, "run a drill").because("not everything came back"));
        }
        for path in &plan.paths {
            self.catalog
                .descend(&row.manifest.id, path, &mut |version| check_database(cx, row, &version, &folder))?;
        }
        Ok(plan.survey)
    }
}

/// Files and one database, each with the same chance.
#[derive(Default)]
struct Sample {
    files: Vec<(EntryPath, u64)>,
    files_seen: u64,
    database: Option<(EntryPath, u64)>,
    databases_seen: u64,
}

impl Sample {
    /// Algorithm R: memory does not grow with the number of files.
    fn offer(&mut self, cx: &Context, version: &Version) {
        let record = &version.record;
        if record.tag != 'f' {
            return;
        }
        let offered = || (record.path.clone(), record.size);
        if !record.rows.is_empty() {
            self.databases_seen += 1;
            if cx.random_bits().is_multiple_of(self.databases_seen) {
                self.database = Some(offered());
            }
            return;
        }
        self.files_seen += 1;
        if self.files.len() < SAMPLE_FILES {
            self.files.push(offered());
            return;
        }
        let at = cx.random_bits() % self.files_seen;
        if let Some(drawn) = usize::try_from(at).ok().and_then(|at| self.files.get_mut(at)) {
            *drawn = offered();
        }
    }

    /// The paths, the database first, as long as there is room; the first one whatever its size, for something must be tried.
    fn within(self, room: u64) -> Vec<String> {
        let (mut left, mut paths) = (room, Vec::new());
        for (path, size) in self.database.into_iter().chain(self.files) {
            if size <= left || paths.is_empty() {
                left = left.saturating_sub(size);
                paths.push(path.to_string());
            }
        }
        paths
    }
}

/// Opens a restored database and compares its rows with those that were counted when it was saved.
fn check_database(cx: &Context, row: &SnapshotRow, version: &Version, folder: &Path) -> Result<()> {
    cx.check()?;
    let record = &version.record;
    if record.rows.is_empty() {
        return Ok(());
    }
    let known = |issue: &&resguardo_domain::Issue| {
        issue.kind == IssueKind::DatabaseDamaged && issue.path == record.path
    };
    let found = inspected(&folder.join(SourceConfig::decode_path(record.path.as_str())))?;
    let damage = found.damage.filter(|_| !row.manifest.issues.iter().any(|issue| known(&issue)));
    let why = match damage {
        Some(damage) => damage,
        None if found.rows != record.rows => "its tables do not have the rows that were saved".to_owned(),
        None => return Ok(()),
    };
    Err(Error::new(Kind::VerifyFailed, "check a restored database").fact("path", &record.path).because(why))
}
