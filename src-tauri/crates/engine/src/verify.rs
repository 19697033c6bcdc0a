//! Verifying: reads copies back from where they are and compares them with what was written.

use resguardo_archive::{check_part, open_archive, parse_manifest};
use resguardo_catalog::{CopyState, SnapshotRow};
use resguardo_domain::{
    Context, DrillExtent, Error, Kind, Phase, Result, SnapshotId, VerifyLevel, without_secrets,
};

use crate::archives::open_at;
use crate::destinations::Place;
use crate::operations::Outcome;
use crate::requests::{CopyName, VerifyRow};
use crate::{Engine, names};

impl Engine {
    pub(crate) fn verify(&self, cx: &Context, selectors: &[String], level: VerifyLevel) -> Result<Outcome> {
        let rows = match selectors {
            [] => self.catalog.snapshots(None)?,
            some => some.iter().map(|selector| self.select(selector)).collect::<Result<_>>()?,
        };
        let total: u64 = rows.iter().map(|row| row.manifest.bytes_stored()).sum();
        cx.progress().enter(Phase::Verify, rows.len() as u64, total);
        let places = self.places()?;
        let mut report = Vec::new();
        for row in &rows {
            let present = row.copies.iter().filter(|copy| copy.state == CopyState::Present);
            for copy in present {
                let Some(place) = places.iter().find(|place| place.id == copy.destination) else { continue };
                report.push(self.verify_copy(cx, row, place, level)?);
            }
            cx.progress().advance(1, 0);
        }
        self.mark_damage(cx, &rows)?;
        judged(&report)
    }

    /// Reads copies back, and puts a sound one in the place of each that is damaged or was known to be.
    pub(crate) fn verify_copies(&self, cx: &Context, copies: &[CopyName]) -> Result<Outcome> {
        cx.progress().enter(Phase::Verify, copies.len() as u64, 0);
        let places = self.places()?;
        let (mut report, mut rows) = (Vec::new(), Vec::new());
        for copy in copies {
            // What was deleted or removed since needs no proof any more.
            let Some(row) = self.catalog.snapshot(&copy.snapshot)? else { continue };
            let Some(place) = places.iter().find(|place| place.id == copy.destination) else { continue };
            match row.copy_at(&place.id) {
                Some(CopyState::Present) => {
                    report.push(self.verify_copy(cx, &row, place, VerifyLevel::Checked)?)
                }
                Some(CopyState::Lost) => report.push(lost_row(&row, place)),
                _ => continue,
            }
            if let Some(verified) = report.last_mut()
                && verified.error.as_ref().is_some_and(|error| is_damage(error.kind))
            {
                self.heal_row(cx, &row.manifest.id, place, verified)?;
            }
            rows.push(row);
            cx.progress().advance(1, 0);
        }
        self.mark_damage(cx, &rows)?;
        judged(&report)
    }

    fn heal_row(&self, cx: &Context, id: &SnapshotId, place: &Place, verified: &mut VerifyRow) -> Result<()> {
        match self.heal(cx, id, place) {
            Ok(from) => verified.healed_from = from,
            Err(error) if error.is_cancelled() => return Err(error),
            // It stays damaged; why it could not be put right is told with it.
            Err(error) => {
                let why = without_secrets(error).to_string();
                verified.error = verified.error.take().map(|damage| damage.fact("heal", why));
            }
        }
        Ok(())
    }

    /// Reads one copy back. Damage is noted on the copy; an absent drive proves nothing.
    fn verify_copy(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        place: &Place,
        level: VerifyLevel,
    ) -> Result<VerifyRow> {
        cx.progress().current(&row.manifest.name);
        let result = self.prove(cx, row, place, level);
        let mut verified = VerifyRow {
            snapshot: row.manifest.id.clone(),
            name: row.manifest.name.clone(),
            destination: place.name.clone(),
            level: None,
            error: None,
            healed_from: None,
        };
        match result {
            Ok(()) => {
                self.catalog.set_verified(cx, &row.manifest.id, &place.id, level, cx.now())?;
                verified.level = Some(level);
            }
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => {
                if is_damage(error.kind) {
                    self.catalog.set_copy(cx, &row.manifest.id, &place.id, CopyState::Lost)?;
                }
                let error = error.fact("archive", &row.manifest.name).fact("destination", &place.name);
                verified.error = Some(without_secrets(error));
            }
        }
        Ok(verified)
    }

    pub(crate) fn prove(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        place: &Place,
        level: VerifyLevel,
    ) -> Result<()> {
        place.adapter.limits(cx)?;
        let key = names::manifest_key(&row.manifest)?;
        let found = place.adapter.head(cx, &key)?;
        if found.is_none() {
            return Err(Error::new(Kind::ManifestDamaged, "read the manifest")
                .fact("path", &key)
                .because("it is missing"));
        }
        let manifest = parse_manifest(&place.adapter.get(cx, &key, None)?)?;
        if manifest != row.manifest {
            return Err(Error::new(Kind::ManifestDamaged, "read the manifest")
                .fact("path", &key)
                .because("it is not what was written"));
        }
        let parts = open_at(cx, place, row)?;
        for (number, part) in (1..).zip(&row.manifest.parts) {
            check_part(cx, parts.as_ref(), number, part)?;
        }
        if level >= VerifyLevel::Opened {
            open_archive(cx, parts.as_ref(), &row.manifest, resguardo_platform::threads())?;
        }
        if level >= VerifyLevel::Restored {
            self.drill(cx, row, place, DrillExtent::Whole).map(drop)?;
        }
        Ok(())
    }

    /// A snapshot without a whole copy is damaged, and so is what needs it; one that has a whole copy again is not.
    pub(crate) fn mark_damage(&self, cx: &Context, looked_at: &[SnapshotRow]) -> Result<()> {
        let mut plans: Vec<_> = looked_at.iter().map(|row| row.manifest.plan.clone()).collect();
        plans.sort();
        plans.dedup();
        for plan in plans {
            let rows = self.catalog.snapshots(Some(&plan))?;
            let lost = |row: &SnapshotRow| {
                !row.copies.is_empty()
                    && row
                        .copies
                        .iter()
                        .all(|copy| matches!(copy.state, CopyState::Lost | CopyState::Deleted))
            };
            for row in &rows {
                let broken_link = |id: &resguardo_domain::SnapshotId| {
                    rows.iter().find(|other| other.manifest.id == *id).is_none_or(lost)
                };
                let damaged = lost(row) || row.manifest.chain.iter().any(|link| broken_link(&link.id));
                if damaged != row.damaged {
                    self.catalog.set_damaged(cx, &row.manifest.id, damaged)?;
                }
            }
        }
        Ok(())
    }
}

/// The end of a verification: a failure when something is broken and stays so.
fn judged(report: &[VerifyRow]) -> Result<Outcome> {
    let errors = || report.iter().filter(|row| row.is_broken()).filter_map(|row| row.error.as_ref());
    if let Some(worst) = errors().find(|error| error.kind != Kind::DestinationAbsent).cloned() {
        return Err(worst.with_kind(Kind::VerifyFailed).fact("report", crate::to_json(&report)?));
    }
    let read_worthy = report.is_empty() || report.iter().any(|row| row.error.is_some());
    Ok(Outcome { with_issues: read_worthy, ..Outcome::of(&report)? })
}

fn lost_row(row: &SnapshotRow, place: &Place) -> VerifyRow {
    let name = row.manifest.name.clone();
    let error = Error::new(Kind::ArchiveDamaged, "read the archive")
        .fact("archive", &name)
        .fact("destination", &place.name)
        .because("it was found damaged before");
    VerifyRow {
        snapshot: row.manifest.id.clone(),
        name,
        destination: place.name.clone(),
        level: None,
        error: Some(error),
        healed_from: None,
    }
}

pub(crate) fn is_damage(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ArchiveDamaged
            | Kind::ArchiveHostile
            | Kind::ManifestDamaged
            | Kind::NotFound
            | Kind::NewerFormat
            | Kind::VerifyFailed
    )
}
