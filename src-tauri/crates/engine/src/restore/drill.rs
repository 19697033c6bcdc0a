//! A drill: one copy restored for real, from where it is, into a scratch folder of this computer; every file compared with its
//! digest, every database opened, checked and counted. Nothing live is touched, nothing is left.

use std::fs;
use std::path::Path;

use resguardo_catalog::{SnapshotRow, Version};
use resguardo_domain::{Context, Error, IssueKind, Kind, Result, SourceConfig};
use resguardo_platform::disk;
use resguardo_sources::sqlite::inspected;

use super::lines::{LineReader, LineWriter};
use super::plan::Wanted;
use crate::Engine;
use crate::archives::Shelf;
use crate::destinations::Place;
use crate::requests::{Existing, RestoreTarget};

/// Room that a drill leaves on the disk.
const SPARE: u64 = 512 << 20;

impl Engine {
    /// Restores the copy of a snapshot at one destination.
    ///
    /// # Errors
    /// [`Kind::VerifyFailed`] naming the first entry that did not come back as it was saved; [`Kind::DiskFull`] when there is no
    /// room to try.
    pub(crate) fn drill(&self, cx: &Context, row: &SnapshotRow, place: &Place) -> Result<()> {
        let shelf = self.shelf_at(&row.manifest.plan, place)?;
        let scratch = self.home.temp().join(format!("drill-{:016x}", cx.random_bits()));
        let failed = |cause: std::io::Error| Error::io(&cause, "make the scratch folder", scratch.display());
        cx.step("drill.create")?;
        fs::create_dir(&scratch).map_err(failed)?;
        let result = self.drill_in(cx, row, &shelf, &scratch);
        // A drill that proved what it should is none the less proof when its rubbish can't be removed; the next start does it.
        let _ = fs::remove_dir_all(&scratch);
        result
    }

    fn drill_in(&self, cx: &Context, row: &SnapshotRow, shelf: &Shelf<'_>, scratch: &Path) -> Result<()> {
        let folder = scratch.join("data");
        let target = RestoreTarget::Folder { path: folder.display().to_string() };
        let wanted = Wanted { row, paths: &[], target: &target, existing: Existing::Missing };
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
        self.catalog.descend(&row.manifest.id, &resguardo_domain::EntryPath::root(), &mut |version| {
            check_database(cx, row, &version, &folder)
        })
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
