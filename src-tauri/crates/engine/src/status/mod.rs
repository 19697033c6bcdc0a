//! Whether the business is safe: the facts gathered from the catalog and from a look at the destinations of this computer; what
//! they amount to is judged in the domain.

mod looks;
mod places;

use jiff::Timestamp;
use resguardo_domain::{
    DestinationStatus, DrillExtent, Kind, LastDrill, Operation, Plan, PlanId, PlanStatus, ProvenCopy,
    RecoverySheet, Result, Schedule, SourceId, SourceStatus, Status, StatusFacts, VerifyLevel, judge_status,
};
use resguardo_words::Names;

pub(crate) use looks::Looks;

use crate::Engine;
use crate::pauses::Pauses;
use crate::requests::{DrillReport, StatusView, VerifyRow};
use crate::verify::is_damage;

/// Drills among which the last one that proved anything is looked for.
const DRILLS: u32 = 20;

/// The state of the business with all it rests on, and the names to tell it with.
#[derive(Debug, Clone)]
pub struct StatusReport {
    /// The state, its reasons, and what to do.
    pub status: Status,
    /// What was looked at.
    pub facts: StatusFacts,
    /// The owner's names.
    pub names: Names,
}

impl Engine {
    /// The state of the business now. Destinations that are folders are looked at; no server is asked.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn status_report(&self) -> Result<StatusReport> {
        let plans = self.catalog.plans()?;
        let pauses = self.pauses()?;
        let facts = StatusFacts {
            now: self.cx.now(),
            plans: plans.iter().map(|plan| self.judged_plan(plan, &pauses)).collect::<Result<_>>()?,
            destinations: self.judged_places(&plans)?,
            drill: self.last_drill()?,
            first_snapshot: self.catalog.first_snapshot()?,
            // Archives are not encrypted yet: there is no key to lose.
            recovery: RecoverySheet::NotNeeded,
        };
        let names = self.owner_names(&plans)?;
        Ok(StatusReport { status: judge_status(&facts), facts, names })
    }

    /// The state of the business, and every plan's own.
    ///
    /// # Errors
    /// As [`Engine::status_report`].
    pub fn status(&self) -> Result<StatusView> {
        let StatusReport { status, names, .. } = self.status_report()?;
        Ok(StatusView { status, names, plans: self.plan_states()? })
    }

    /// The names that the owner gave.
    pub(crate) fn owner_names(&self, plans: &[Plan]) -> Result<Names> {
        let sources = plans.iter().flat_map(|plan| &plan.sources);
        Ok(Names {
            plans: plans.iter().map(|plan| (plan.id.clone(), plan.name.clone())).collect(),
            destinations: self.place_names()?.into_iter().collect(),
            sources: sources.map(|source| (source.id.clone(), source.label.clone())).collect(),
        })
    }

    fn judged_plan(&self, plan: &Plan, pauses: &Pauses) -> Result<PlanStatus> {
        let for_good = |pause: Option<&resguardo_domain::Pause>| pause.is_some_and(|p| p.until.is_none());
        Ok(PlanStatus {
            plan: plan.id.clone(),
            active: !for_good(pauses.all.as_ref()) && !for_good(pauses.plans.get(&plan.id)),
            interval: plan.schedules.iter().filter_map(Schedule::interval).min(),
            first_due: self.first_due(plan)?,
            failures: self.catalog.failures_in_a_row(&plan.id)?,
            destinations: plan.destinations.clone(),
            sources: self.judged_sources(plan)?,
        })
    }

    /// The earliest moment at which a schedule of the plan was or will be due; without one, when the plan was made.
    fn first_due(&self, plan: &Plan) -> Result<Timestamp> {
        let made_at = self.catalog.plan_made_at(&plan.id)?.unwrap_or_else(|| self.cx.now());
        let since = self.catalog.schedules_since(&plan.id)?;
        let due = plan.active_schedules().filter_map(|schedule| {
            let since = since.get(&schedule.key()).copied().unwrap_or(made_at);
            // A zone that this computer does not know is told where the schedule is followed.
            Some(schedule.due(since).ok()?.next()?.at)
        });
        Ok(due.min().unwrap_or(made_at))
    }

    fn judged_sources(&self, plan: &Plan) -> Result<Vec<SourceStatus>> {
        let ids: Vec<SourceId> = plan.sources.iter().map(|source| source.id.clone()).collect();
        let flagged = self.catalog.flagged_sources(&plan.id)?;
        let mut sources: Vec<SourceStatus> = ids
            .iter()
            .map(|id| SourceStatus { source: id.clone(), copies: Vec::new(), flagged: flagged.contains(id) })
            .collect();
        for destination in &plan.destinations {
            let proven = self.catalog.proven_copies(&plan.id, &ids, destination)?;
            for source in &mut sources {
                let copy = proven.get(&source.source);
                source.copies.extend(copy.map(|at| ProvenCopy { destination: destination.clone(), at: *at }));
            }
        }
        Ok(sources)
    }

    fn judged_places(&self, plans: &[Plan]) -> Result<Vec<DestinationStatus>> {
        let waiting = self.catalog.waiting_copies()?;
        let wanted = |plan: &PlanId, destination| {
            plans.iter().any(|known| known.id == *plan && known.destinations.contains(destination))
        };
        let mut places = self.look_at_places()?;
        for place in &mut places {
            let here = waiting.iter().filter(|copy| copy.destination == place.destination);
            for copy in here.filter(|copy| wanted(&copy.plan, &copy.destination)) {
                place.behind += copy.archives;
                place.behind_since = Some(place.behind_since.map_or(copy.since, |at| at.min(copy.since)));
            }
        }
        Ok(places)
    }

    /// The last drill; one that failed stands until a later one of the same plan succeeds.
    fn last_drill(&self) -> Result<Option<LastDrill>> {
        let drills = self.catalog.last_drills(DRILLS)?;
        let mut newest: Vec<(Option<PlanId>, LastDrill)> = Vec::new();
        for drill in &drills {
            if let Some(verdict) = verdict(drill)
                && !newest.iter().any(|(plan, _)| *plan == drill.plan)
            {
                newest.push((drill.plan.clone(), verdict));
            }
        }
        let failed = newest.iter().find(|(_, verdict)| !verdict.succeeded);
        Ok(failed.or(newest.first()).map(|(_, verdict)| *verdict))
    }
}

/// What a drill proved; `None` when it could not be done, for want of room or of the drive.
fn verdict(drill: &Operation) -> Option<LastDrill> {
    let at = drill.ended_at.unwrap_or(drill.started_at);
    let report = drill.result.as_deref().or_else(|| drill.error.as_ref()?.get("report"));
    let Some(rows) = report.and_then(|report| serde_json::from_str::<Vec<VerifyRow>>(report).ok()) else {
        // Of a plan: there is one copy, and it came back or not.
        let failed = drill.error.as_ref().is_some_and(|error| error.kind == Kind::VerifyFailed);
        let report = report.and_then(|report| serde_json::from_str::<DrillReport>(report).ok());
        let of_one_file = report.is_some_and(|report| report.extent == DrillExtent::OneFile);
        return (failed || (drill.state.is_success() && !of_one_file))
            .then_some(LastDrill { at, succeeded: !failed });
    };
    let damaged = rows.iter().any(|row| row.error.as_ref().is_some_and(|error| is_damage(error.kind)));
    let restored = rows.iter().any(|row| row.level == Some(VerifyLevel::Restored));
    (damaged || restored).then_some(LastDrill { at, succeeded: !damaged })
}
