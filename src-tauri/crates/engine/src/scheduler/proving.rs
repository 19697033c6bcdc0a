//! What proves the copies while nobody looks: rolling verification and drills, started when they are due.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::{CopyState, SnapshotRow};
use resguardo_domain::{
    CopyAge, DestinationId, DestinationKind, DrillDecision, DrillFacts, Plan, Result, RollingRules, Verb,
    choose_rereads, decide_drill,
};

use super::{ScheduleState, Ticked};
use crate::Engine;
use crate::destinations::Place;
use crate::publish::Sending;
use crate::requests::{CopyName, Request};

const RULES: &str = "rolling-rules";
/// When copies at each destination were last read back.
const LAST: &str = "rolling-last";
/// How often it is looked whether something is due.
const LOOK_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Between two shares of a destination.
const SHARE_EVERY: SignedDuration = SignedDuration::from_hours(24);

impl Engine {
    /// Starts what is due, one thing at a time, nothing beside other work, and nothing by a clock that is doubted.
    pub(super) fn prove_when_due(
        self: &Arc<Self>,
        state: &mut ScheduleState,
        plans: &[Plan],
        ticked: &mut Ticked,
    ) -> Result<()> {
        let steady = self.cx.reading().steady;
        let looked = state.looked_at_proofs.is_some_and(|at| steady.saturating_sub(at) < LOOK_EVERY);
        let doubted = state.watch.is_some_and(|watch| watch.doubt.is_some());
        if looked || doubted || self.is_anything_at_work()? {
            return Ok(());
        }
        let rows = self.catalog.snapshots(None)?;
        let started = match self.drill_due(state, plans, &rows)? {
            Some(request) => Some((Verb::Drill, request)),
            None => self.rereads_due(state, plans, &rows)?.map(|request| (Verb::Verify, request)),
        };
        let Some((verb, request)) = started else {
            state.looked_at_proofs = Some(steady);
            return Ok(());
        };
        let plan = match &request {
            Request::Drill { plan, .. } => plans.iter().find(|known| known.name == *plan),
            _ => None,
        };
        let prepared = self.prepare(verb, plan.map(|plan| plan.id.clone()))?;
        self.catalog.insert_operation(&self.cx, &prepared.operation)?;
        ticked.started.push(self.launch(prepared, request, Sending::ByRules)?);
        Ok(())
    }

    fn is_anything_at_work(&self) -> Result<bool> {
        let unfinished = self.catalog.unfinished_operations()?;
        Ok(unfinished.iter().any(|operation| self.is_alive(&operation.id)))
    }

    fn drill_due(
        &self,
        state: &ScheduleState,
        plans: &[Plan],
        rows: &[SnapshotRow],
    ) -> Result<Option<Request>> {
        let memory = self.drill_memory()?;
        for plan in plans {
            let of_plan = rows.iter().filter(|row| row.manifest.plan == plan.id && row.is_anywhere());
            let facts = DrillFacts {
                first_snapshot: of_plan.map(|row| row.manifest.created_at).min(),
                memory: memory.get(&plan.id).copied().unwrap_or_default(),
                paused: state.pauses.plans.get(&plan.id).copied(),
            };
            if let DrillDecision::Run(extent) = decide_drill(&facts, &state.conditions, self.cx.now()) {
                return Ok(Some(Request::Drill { plan: plan.name.clone(), extent }));
            }
        }
        Ok(None)
    }

    /// Today's share of the first destination that has one; it counts as taken from now on.
    fn rereads_due(
        &self,
        state: &ScheduleState,
        plans: &[Plan],
        rows: &[SnapshotRow],
    ) -> Result<Option<Request>> {
        let now = self.cx.now();
        if state.conditions.paused.is_some_and(|pause| pause.holds(now)) {
            return Ok(None);
        }
        let rules: RollingRules = self.catalog.setting(RULES)?.unwrap_or_default();
        let mut last: BTreeMap<DestinationId, Timestamp> = self.catalog.setting(LAST)?.unwrap_or_default();
        for place in self.places()? {
            let taken = last.get(&place.id).map(|at| now.duration_since(*at));
            if taken.is_some_and(|age| age < SHARE_EVERY && !age.is_negative()) {
                continue;
            }
            let remote = place.adapter.info().kind != DestinationKind::Local;
            let costly = remote && (state.conditions.metered || state.conditions.network_up_for.is_none());
            if costly || state.conditions.battery.is_some() {
                continue;
            }
            let chosen = choose_rereads(&ages(&place, plans, rows), &rules, now);
            if chosen.is_empty() || place.adapter.check(&self.cx).is_err() {
                continue;
            }
            last.insert(place.id.clone(), now);
            self.catalog.set_setting(&self.cx, LAST, &last)?;
            let copies = chosen.into_iter();
            let copies = copies.map(|snapshot| CopyName { snapshot, destination: place.id.clone() });
            return Ok(Some(Request::VerifyCopies { copies: copies.collect() }));
        }
        Ok(None)
    }
}

/// Copies at a destination: those that are there, and those that are damaged but could be healed from another.
fn ages(place: &Place, plans: &[Plan], rows: &[SnapshotRow]) -> Vec<CopyAge> {
    let in_use = |row: &SnapshotRow| {
        plans.iter().any(|plan| plan.id == row.manifest.plan && plan.destinations.contains(&place.id))
    };
    let of_row = |row: &SnapshotRow| {
        let copy = row.copies.iter().find(|copy| copy.destination == place.id)?;
        let proven_at = match copy.state {
            CopyState::Present => copy.verified_at,
            CopyState::Lost if row.is_anywhere() && in_use(row) => None,
            _ => return None,
        };
        Some(CopyAge { snapshot: row.manifest.id.clone(), bytes: row.manifest.bytes_stored(), proven_at })
    };
    rows.iter().filter_map(of_row).collect()
}
