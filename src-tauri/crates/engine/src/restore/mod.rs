//! Restoring: plan, show, make the way back, then write; at the end say exactly what was done.

mod apply;
mod journal;
mod plan;
mod safety;
mod undo;

use resguardo_domain::{Context, Error, Kind, Operation, Phase, Result, SnapshotId};

use crate::Engine;
use crate::operations::Outcome;
use crate::requests::{Existing, RestorePreview, RestoreRequest, RestoreTarget};
use plan::{Action, RestorePlan};

pub(crate) use journal::Journal;

/// Entries named in a preview.
const MAX_SHOWN: usize = 1000;

/// Writing out is restoring into a folder that nobody else uses.
pub(crate) fn export_request(snapshot: &str, paths: &[String], to: &str) -> RestoreRequest {
    RestoreRequest {
        snapshot: snapshot.to_owned(),
        paths: paths.to_vec(),
        target: RestoreTarget::Folder { path: to.to_owned() },
        existing: Existing::Replace,
        safety: true,
    }
}

impl Engine {
    /// Checks that what a request names is there, without planning it.
    pub(crate) fn check_restore(&self, request: &RestoreRequest) -> Result<()> {
        let row = self.select(&request.snapshot)?;
        for path in &request.paths {
            let path = crate::browse::parse_path(path)?;
            if !path.is_root() && self.catalog.entry(&row.manifest.id, &path)?.is_none() {
                return Err(Error::not_found("path", &path).fact("snapshot", &row.manifest.id));
            }
        }
        if let RestoreTarget::Folder { path } = &request.target {
            let folder = crate::destinations::named_path(path, "to")?;
            if folder.exists() && !folder.is_dir() {
                return Err(Error::invalid("to", folder.display(), "it is not a folder"));
            }
        }
        Ok(())
    }

    /// What a restore would do, with counts, before anything changes.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown snapshot or path; [`Kind::ChainBroken`] or [`Kind::DestinationAbsent`] when the
    /// archives can't be had.
    pub fn plan_restore(&self, request: &RestoreRequest) -> Result<RestorePreview> {
        let cx = self.cx.fresh();
        self.check_restore(request)?;
        let row = self.select(&request.snapshot)?;
        let plan = self.restore_plan(&cx, &row, &request.paths, &request.target, request.existing)?;
        let shelf = self.shelf(&row.manifest.plan)?;
        let shares = self.all_shares(&cx, &shelf, &row, &plan)?;
        let mut archives: Vec<(u64, String)> = shares
            .iter()
            .flatten()
            .map(|share| (share.archive().row.manifest.generation, share.archive().row.manifest.name.clone()))
            .collect();
        archives.sort();
        archives.dedup();
        let count = |word: &str| {
            plan.steps.iter().filter(|step| step.is_leaf() && step.action.word() == word).count() as u64
        };
        Ok(RestorePreview {
            snapshot: row.manifest.id.clone(),
            target: plan.target.clone(),
            create: count("create"),
            replace: count("replace"),
            same: count("same"),
            skip: count("skip"),
            rename: count("rename"),
            bytes: plan.bytes(),
            databases: plan.steps.iter().filter(|step| step.is_database() && step.action.writes()).count()
                as u64,
            archives: archives.into_iter().map(|(_, name)| name).collect(),
            safety: request.safety && plan.needs_safety(),
            entries: plan
                .steps
                .iter()
                .filter(|step| step.is_leaf())
                .take(MAX_SHOWN)
                .map(|step| (step.version.record.path.to_string(), step.action.word().to_owned()))
                .collect(),
        })
    }

    pub(crate) fn restore(
        &self,
        cx: &Context,
        operation: &mut Operation,
        request: &RestoreRequest,
    ) -> Result<Outcome> {
        cx.progress().enter(Phase::Prepare, 0, 0);
        let row = self.select(&request.snapshot)?;
        operation.snapshot = Some(row.manifest.id.clone());
        let plan = self.restore_plan(cx, &row, &request.paths, &request.target, request.existing)?;
        if plan.steps.iter().all(|step| !step.is_leaf()) {
            return Err(Error::new(Kind::NothingRestored, "restore")
                .fact("snapshot", &row.manifest.id)
                .because("nothing is selected"));
        }
        // Every archive that is needed must be at hand before the first byte is changed.
        let shelf = self.shelf(&row.manifest.plan)?;
        let shares = self.all_shares(cx, &shelf, &row, &plan)?;
        let safety = if request.safety && plan.needs_safety() {
            Some(self.make_safety(cx, &row, &plan)?)
        } else {
            None
        };
        let journal = Journal::of(&plan, safety.clone(), request.safety);
        journal.write(cx, &self.home, &operation.id)?;
        let applied = self.apply(cx, &row, &plan, shares);
        self.finish_restore(plan, safety, applied)
    }

    fn finish_restore(
        &self,
        plan: RestorePlan,
        safety: Option<SnapshotId>,
        applied: Result<apply::Applied>,
    ) -> Result<Outcome> {
        let mut applied = applied.map_err(|error| match &safety {
            Some(safety) => error.fact("safety", safety),
            None => error,
        })?;
        applied.report.target = plan.target;
        applied.report.safety = safety;
        let report = &applied.report;
        let done = report.restored + report.same + report.skipped;
        if done == 0 && report.wanted > 0 {
            let nothing = Error::new(Kind::NothingRestored, "restore").fact("path", &report.target);
            return Err(applied.first_error.unwrap_or(nothing));
        }
        let with_issues = report.failed > 0;
        Ok(Outcome {
            with_issues,
            issues: std::mem::take(&mut applied.issues),
            ..Outcome::of(&applied.report)?
        })
    }
}

impl Action {
    /// The word used in previews.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace { .. } => "replace",
            Self::Same => "same",
            Self::Skip => "skip",
            Self::Rename(_) => "rename",
        }
    }
}
