//! Restoring: plan, show, make the way back, then write; at the end say exactly what was done.

mod apply;
mod drill;
mod entries;
mod files;
mod journal;
mod lines;
mod look;
mod mapping;
mod plan;
mod planner;
mod safety;
mod undo;

use resguardo_catalog::SnapshotRow;
use resguardo_domain::{Context, Error, Kind, Operation, Result, SnapshotId};

use crate::Engine;
use crate::operations::Outcome;
use crate::requests::{Existing, RestorePreview, RestoreRequest, RestoreTarget};
use lines::{LineReader, LineWriter};
use plan::{RestorePlan, Wanted};

use entries::MOST_SPOTS;
pub(crate) use entries::Previewed;
pub(crate) use journal::Journal;
pub(crate) use look::RestoreLooks;

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
        self.survey_restore(&self.cx.fresh(), request, &|| false)
    }

    /// Plans a restore until nobody wants to know any more.
    fn survey_restore(
        &self,
        cx: &Context,
        request: &RestoreRequest,
        is_forsaken: &dyn Fn() -> bool,
    ) -> Result<RestorePreview> {
        self.check_restore(request)?;
        let row = self.select(&request.snapshot)?;
        let shelf = self.shelf(&row.manifest.plan)?;
        let wanted = Wanted { kept: MOST_SPOTS, ..wanted(&row, request) };
        let plan = self.plan_lines(cx, &shelf, &wanted, &mut |_, _| {
            if is_forsaken() { Err(Error::cancelled()) } else { Ok(true) }
        })?;
        let target = plan.target().to_owned();
        let mut survey = plan.survey;
        self.remember_spots(request, &row.manifest.id, &mut survey);
        Ok(RestorePreview {
            snapshot: row.manifest.id.clone(),
            target,
            create: survey.create,
            replace: survey.replace,
            same: survey.same,
            skip: survey.skip,
            rename: survey.rename,
            bytes: survey.bytes,
            databases: survey.databases,
            archives: survey.archives.into_values().collect(),
            safety: request.safety && survey.needs_safety,
            entries: survey.shown.into_iter().map(|(path, deed)| (path, deed.word().to_owned())).collect(),
        })
    }

    pub(crate) fn restore(
        &self,
        cx: &Context,
        operation: &mut Operation,
        request: &RestoreRequest,
    ) -> Result<Outcome> {
        let row = self.select(&request.snapshot)?;
        operation.snapshot = Some(row.manifest.id.clone());
        let shelf = self.shelf(&row.manifest.plan)?;
        let lines = Journal::lines_path(&self.home, &operation.id);
        let mut writer = LineWriter::create(cx, &lines)?;
        let plan = self.plan_lines(cx, &shelf, &wanted(&row, request), &mut |line, _| {
            writer.push(line).map(|()| true)
        })?;
        let count = writer.finish()?;
        if plan.survey.wanted() == 0 {
            return Err(Error::new(Kind::NothingRestored, "restore")
                .fact("snapshot", &row.manifest.id)
                .because("nothing is selected"));
        }
        let safety = if request.safety && plan.survey.needs_safety {
            Some(self.make_safety(cx, &row, &plan, &lines)?)
        } else {
            None
        };
        let journal = Journal::of(&plan, count, safety.clone(), request.safety);
        journal.write(cx, &self.home, &operation.id)?;
        let applied = self.apply(cx, &row, &shelf, &plan, LineReader::open(&lines)?);
        self.finish_restore(&plan, safety, applied)
    }

    fn finish_restore(
        &self,
        plan: &RestorePlan,
        safety: Option<SnapshotId>,
        applied: Result<apply::Applied>,
    ) -> Result<Outcome> {
        let mut applied = applied.map_err(|error| match &safety {
            Some(safety) => error.fact("safety", safety),
            None => error,
        })?;
        plan.target().clone_into(&mut applied.report.target);
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

fn wanted<'a>(row: &'a SnapshotRow, request: &'a RestoreRequest) -> Wanted<'a> {
    Wanted { row, paths: &request.paths, target: &request.target, existing: request.existing, kept: 0 }
}
