//! Pruning: retention decides, this deletes exactly what was decided, children before what they need.

use resguardo_catalog::{CopyState, SnapshotRow};
use resguardo_domain::{
    Candidate, Context, Error, FlagState, Kind, Phase, Plan, PlanId, PruneFacts, Refusal, Result, Retention,
    RetentionPlan, SnapshotId, Verdict, decide_retention,
};

use crate::operations::Outcome;
use crate::requests::{PruneReport, PruneRow};
use crate::select::local_date;
use crate::{Engine, names};

/// A newest snapshot this far in the future says that the clock was, or is, wrong.
const FUTURE_SECONDS: i64 = 60 * 60;

impl Engine {
    /// What pruning a plan would delete, and why the rest stays.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown plan.
    pub fn plan_prune(&self, plan: &str) -> Result<PruneReport> {
        let cx = self.cx.fresh();
        let plan = self.plan(plan)?;
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        let complete = self.listings_agree(&cx, &rows)?;
        Ok(report(&rows, &self.decide(&cx, &rows, &plan.retention, complete, false)?))
    }

    /// What other keep rules would delete of a plan now. Destinations are not looked at: it must be told while somebody types.
    pub(crate) fn prune_by(&self, plan: &Plan, rules: &Retention) -> Result<PruneReport> {
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        Ok(report(&rows, &self.decide(&self.cx.fresh(), &rows, rules, true, false)?))
    }

    pub(crate) fn prune(&self, cx: &Context, plan: &str, confirmed: bool) -> Result<Outcome> {
        let owner = self.plan(plan)?;
        let _lock = self.plan_lock(cx, &owner.id)?;
        let mut waiting = !self.finish_deletions(cx, &owner.id)?;
        self.clean_destinations(cx, &owner)?;
        let rows = self.catalog.snapshots(Some(&owner.id))?;
        let complete = self.listings_agree(cx, &rows)?;
        let decided = self.decide(cx, &rows, &owner.retention, complete, confirmed)?;
        let mut report = report(&rows, &decided);
        match decided.refusal {
            Some(Refusal::MoreThanHalf) => {
                return Err(Error::new(Kind::ConfirmationNeeded, "prune the plan")
                    .fact("plan", plan)
                    .fact("deleted", report.deleted)
                    .fact("all", rows.len()));
            }
            Some(_) => return Ok(Outcome { with_issues: true, ..Outcome::of(&report)? }),
            None => {}
        }
        let doomed: Vec<SnapshotId> = decided.deletions().into_iter().cloned().collect();
        cx.progress().enter(Phase::Prune, doomed.len() as u64, report.freed);
        for id in &doomed {
            let Some(row) = rows.iter().find(|row| row.manifest.id == *id) else { continue };
            waiting |= !self.delete_everywhere(cx, row)?;
            cx.progress().advance(1, row.manifest.bytes_stored());
        }
        report.rows.retain(|row| !row.keep.is_empty() || doomed.contains(&row.id));
        Ok(Outcome { with_issues: waiting, ..Outcome::of(&report)? })
    }

    fn decide(
        &self,
        cx: &Context,
        rows: &[SnapshotRow],
        rules: &Retention,
        listing_complete: bool,
        confirmed: bool,
    ) -> Result<RetentionPlan> {
        let newest = rows.iter().map(|row| row.manifest.created_at).max();
        let now = cx.now();
        let ahead = newest.map_or(0, |newest| newest.duration_since(now).as_secs());
        let facts = PruneFacts {
            now,
            today: local_date(now),
            clock_suspect: ahead > FUTURE_SECONDS || self.clock_doubt()?.is_some(),
            anomaly_open: rows.iter().any(|row| row.flag == Some(FlagState::Open)),
            listing_complete,
            confirmed,
        };
        let candidates: Vec<Candidate> = rows.iter().map(candidate).collect();
        Ok(decide_retention(&candidates, rules, facts))
    }

    /// Whether every connected destination shows the archives that it should have. An absent drive is no reason to doubt
    /// the others; what it holds is deleted when it comes back.
    fn listings_agree(&self, cx: &Context, rows: &[SnapshotRow]) -> Result<bool> {
        for place in self.places()? {
            if place.adapter.check(cx).is_err() {
                continue;
            }
            for row in rows.iter().filter(|row| row.is_at(&place.id)) {
                if place.adapter.head(cx, &names::manifest_key(&row.manifest)?)?.is_none() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Deletes a snapshot: first in the catalog, which records the decision, so that a deletion that is broken off never shows
    /// half an archive and is finished by a later run; then at every destination. False when one is absent and keeps its
    /// copy for now.
    fn delete_everywhere(&self, cx: &Context, row: &SnapshotRow) -> Result<bool> {
        self.catalog.remove_snapshot(cx, &row.manifest.id)?;
        self.delete_copies(cx, row)
    }

    /// Deletes the copies of a snapshot that the catalog has forgotten: the manifest first, so that half an archive never
    /// counts.
    fn delete_copies(&self, cx: &Context, row: &SnapshotRow) -> Result<bool> {
        let mut complete = true;
        for place in self.places()? {
            let known = row
                .copies
                .iter()
                .any(|copy| copy.destination == place.id && copy.state != CopyState::Deleted);
            if !known {
                continue;
            }
            if let Err(error) = place.adapter.check(cx) {
                if error.kind != Kind::DestinationAbsent {
                    return Err(error);
                }
                complete = false;
                continue;
            }
            place.adapter.delete(cx, &names::manifest_key(&row.manifest)?)?;
            for key in names::part_keys(&row.manifest)? {
                place.adapter.delete(cx, &key)?;
            }
            self.catalog.set_copy(cx, &row.manifest.id, &place.id, CopyState::Deleted)?;
        }
        if complete {
            let _ = std::fs::remove_dir_all(self.home_staging(&row.manifest.id));
        }
        Ok(complete)
    }

    /// Deletes what earlier runs decided to delete and could not, because they died or a destination was absent. False when
    /// one still is.
    pub(crate) fn finish_deletions(&self, cx: &Context, plan: &PlanId) -> Result<bool> {
        let mut complete = true;
        for row in self.catalog.deleted_snapshots(plan)? {
            if row.copies.iter().any(|copy| copy.state != CopyState::Deleted) {
                complete &= self.delete_copies(cx, &row)?;
            }
        }
        Ok(complete)
    }

    /// Removes what uploads that were broken off long ago left at the destinations of a plan.
    fn clean_destinations(&self, cx: &Context, plan: &Plan) -> Result<()> {
        for place in self.places_of(plan)? {
            match place.adapter.clean(cx) {
                Err(error) if error.kind != Kind::DestinationAbsent => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Deletes one snapshot by hand. What other snapshots need can't be deleted.
    pub(crate) fn delete(&self, cx: &Context, selector: &str) -> Result<Outcome> {
        let row = self.select(selector)?;
        let _lock = self.plan_lock(cx, &row.manifest.plan)?;
        let rows = self.catalog.snapshots(Some(&row.manifest.plan))?;
        let needs_it =
            rows.iter().find(|other| other.manifest.chain.iter().any(|link| link.id == row.manifest.id));
        if let Some(other) = needs_it {
            return Err(Error::invalid("snapshot", selector, "another snapshot needs it")
                .fact("needed_by", &other.manifest.id));
        }
        cx.progress().enter(Phase::Prune, 1, row.manifest.bytes_stored());
        let complete = self.delete_everywhere(cx, &row)?;
        let rows = vec![prune_row(&row, Vec::new())];
        let report = PruneReport { rows, deleted: 1, freed: row.manifest.bytes_stored(), refusal: None };
        Ok(Outcome { with_issues: !complete, ..Outcome::of(&report)? })
    }

    /// Deletes every archive of a plan.
    pub(crate) fn delete_all(&self, cx: &Context, plan: &PlanId) -> Result<u64> {
        if !self.finish_deletions(cx, plan)? {
            return Err(Error::new(Kind::DestinationAbsent, "delete the archives").fact("plan", plan));
        }
        let mut rows = self.catalog.snapshots(Some(plan))?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.manifest.generation));
        for row in &rows {
            if !self.delete_everywhere(cx, row)? {
                return Err(Error::new(Kind::DestinationAbsent, "delete the archives")
                    .fact("archive", &row.manifest.name));
            }
        }
        Ok(rows.len() as u64)
    }
}

fn candidate(row: &SnapshotRow) -> Candidate {
    let manifest = &row.manifest;
    Candidate {
        id: manifest.id.clone(),
        generation: manifest.generation,
        created_at: manifest.created_at,
        date: local_date(manifest.created_at),
        class: manifest.class,
        needs: manifest.chain.iter().map(|link| link.id.clone()).collect(),
        verified: row.copies.iter().any(|copy| copy.state == CopyState::Present && copy.verified.is_some()),
        damaged: row.damaged,
        pinned: row.pinned,
        refused: row.flag == Some(FlagState::Refused),
    }
}

fn report(rows: &[SnapshotRow], decided: &RetentionPlan) -> PruneReport {
    let mut report = PruneReport { refusal: decided.refusal, ..PruneReport::default() };
    for decision in &decided.decisions {
        let Some(row) = rows.iter().find(|row| row.manifest.id == decision.id) else { continue };
        let keep = match &decision.verdict {
            Verdict::Keep { reasons } => reasons.clone(),
            Verdict::Delete => {
                report.deleted += 1;
                report.freed += row.manifest.bytes_stored();
                Vec::new()
            }
        };
        report.rows.push(prune_row(row, keep));
    }
    report
}

fn prune_row(row: &SnapshotRow, keep: Vec<resguardo_domain::Keep>) -> PruneRow {
    PruneRow {
        id: row.manifest.id.clone(),
        name: row.manifest.name.clone(),
        created_at: row.manifest.created_at,
        bytes: row.manifest.bytes_stored(),
        keep,
    }
}
