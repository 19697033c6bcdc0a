//! What a tick decided for a plan is done: records and the claim in one transaction, then the run.

use std::sync::Arc;

use resguardo_catalog::{Claim, PlanTick, Rewind, SlotRun};
use resguardo_domain::{
    ArchiveKind, Class, Kind, OperationId, Plan, Result, RunWhy, SlotName, TickDecision, Verb,
};

use super::{ScheduleState, Ticked};
use crate::Engine;
use crate::publish::Sending;
use crate::requests::Request;

/// A run that was decided.
struct Due {
    slot: SlotName,
    kind: Option<ArchiveKind>,
    class: Class,
    attempt: u32,
    why: RunWhy,
}

impl Engine {
    /// Carries out the decisions for one plan.
    pub(super) fn carry_out(
        self: &Arc<Self>,
        state: &mut ScheduleState,
        plan: &Plan,
        decisions: &[TickDecision],
        ticked: &mut Ticked,
    ) -> Result<()> {
        let mut changes = PlanTick::default();
        let mut run = None;
        for decision in decisions.iter().cloned() {
            crate::log::decided(plan, &decision);
            match decision {
                TickDecision::Rewind { schedule, forget_after, since } => {
                    changes.rewinds.push(Rewind { schedule, forget_after, since });
                    // What is left is seen at the next tick, which need not wait.
                    ticked.until(Some(self.cx.now()));
                }
                TickDecision::Record { slot, fate } => changes.records.push((slot, fate)),
                TickDecision::Run { slot, kind, class, attempt, why } => {
                    run = Some(Due { slot, kind, class, attempt, why });
                }
                TickDecision::Hold { reason, until } => {
                    state.held.insert(plan.id.clone(), reason);
                    ticked.until(until);
                }
                TickDecision::Wait { until } => {
                    state.held.remove(&plan.id);
                    ticked.until(until);
                }
                TickDecision::Broken { error, .. } => {
                    ticked.trouble.get_or_insert(error.fact("plan", &plan.name));
                }
            }
        }
        match run {
            Some(due) => ticked.started.extend(self.run_slot(state, plan, changes, due)?),
            None if changes.rewinds.is_empty() && changes.records.is_empty() => {}
            None => self.catalog.apply_tick(&self.cx, &plan.id, &changes)?,
        }
        Ok(())
    }

    /// Takes the slot and starts its run. Nothing when another program was quicker.
    fn run_slot(
        self: &Arc<Self>,
        state: &mut ScheduleState,
        plan: &Plan,
        changes: PlanTick<'_>,
        due: Due,
    ) -> Result<Option<OperationId>> {
        let prepared = self.prepare(Verb::BackUp, Some(plan.id.clone()))?;
        let operation = prepared.operation.clone();
        let (attempts, why) = (due.attempt, due.why);
        let held = state.held.get(&plan.id).cloned();
        let run = SlotRun { operation: operation.id.clone(), attempts, why, held };
        let claim = Some(Claim { slot: due.slot, run, operation: &operation });
        let changes = PlanTick { claim, rewinds: changes.rewinds, records: changes.records };
        if let Err(error) = self.catalog.apply_tick(&self.cx, &plan.id, &changes) {
            self.discard(prepared);
            return if error.kind == Kind::Busy { Ok(None) } else { Err(error) };
        }
        state.held.remove(&plan.id);
        let request = Request::BackUp { plan: plan.name.clone(), kind: due.kind, class: due.class };
        self.launch(prepared, request, Sending::ByRules).map(Some)
    }
}
