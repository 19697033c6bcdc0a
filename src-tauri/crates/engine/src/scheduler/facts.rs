//! A plan as the scheduler sees it, from the catalog alone.

use std::collections::BTreeSet;

use resguardo_catalog::{Slot, SlotState};
use resguardo_domain::{
    Class, FailedSlot, Operation, Plan, PlanFacts, Result, ScheduleFacts, SucceededRun, Verb,
};

use crate::Engine;
use crate::pauses::Pauses;

impl Engine {
    /// Everything that decides what is due for a plan.
    pub(super) fn plan_facts(&self, plan: &Plan, pauses: &Pauses) -> Result<PlanFacts> {
        let mut facts = PlanFacts {
            plan: plan.id.clone(),
            schedules: Vec::new(),
            running: None,
            succeeded: None,
            failed: None,
            paused: pauses.plans.get(&plan.id).copied(),
            // An archive whose destinations are all absent waits in this computer's staging folder.
            can_archive: true,
            // Folders, files and drives are of this computer.
            needs_network: false,
        };
        if plan.active_schedules().next().is_none() {
            return Ok(facts);
        }
        facts.schedules = self.schedule_facts(plan)?;
        facts.running = self.running_backup(Some(&plan.id))?;
        facts.succeeded = self.succeeded_run(plan)?;
        facts.failed = self.catalog.failed_slot(&plan.id)?.and_then(failed);
        Ok(facts)
    }

    fn schedule_facts(&self, plan: &Plan) -> Result<Vec<ScheduleFacts>> {
        let mut since = self.catalog.schedules_since(&plan.id)?;
        if plan.active_schedules().any(|schedule| !since.contains_key(&schedule.key())) {
            // A plan of an earlier version, or brought in by a rebuild.
            self.catalog.note_schedules(&self.cx, plan)?;
            since = self.catalog.schedules_since(&plan.id)?;
        }
        let latest = self.catalog.latest_slots(&plan.id)?;
        let mut seen = BTreeSet::new();
        let facts = plan.active_schedules().filter_map(|schedule| {
            let key = schedule.key();
            let since = *since.get(&key)?;
            let latest = latest.get(&key).copied();
            // The same schedule twice is one.
            seen.insert(key).then(|| ScheduleFacts { schedule: schedule.clone(), since, latest })
        });
        Ok(facts.collect())
    }

    fn succeeded_run(&self, plan: &Plan) -> Result<Option<SucceededRun>> {
        let Some(operation) = self.catalog.last_operation(&plan.id, Verb::BackUp, true)? else {
            return Ok(None);
        };
        let class = self.class_of(&operation)?;
        let ended_at = operation.ended_at.unwrap_or(operation.started_at);
        Ok(Some(SucceededRun { operation: operation.id, class, ended_at }))
    }

    /// The class of the snapshot that a run made; one that is gone counts as made by hand.
    fn class_of(&self, operation: &Operation) -> Result<Class> {
        let Some(id) = &operation.snapshot else { return Ok(Class::Manual) };
        Ok(self.catalog.snapshot(id)?.map_or(Class::Manual, |row| row.manifest.class))
    }
}

fn failed(slot: Slot) -> Option<FailedSlot> {
    let (SlotState::Failed { ended_at, retry, .. }, Some(run)) = (slot.state, slot.run) else { return None };
    Some(FailedSlot { slot: slot.name, attempts: run.attempts, ended_at, retry })
}
