//! What follows a run: sending what waits as soon as the rules let it, and pruning at its hour.

use std::sync::Arc;

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::WaitingCopy;
use resguardo_domain::{
    Class, DestinationKind, OperationState, Plan, PlanFacts, Result, Schedule, ScheduleRule, UploadDecision,
    UploadFacts, UploadHold, UploadRules, Verb, decide_upload,
};

use super::state::SendingTry;
use super::{ScheduleState, Ticked};
use crate::Engine;
use crate::destinations::Place;
use crate::publish::Sending;
use crate::requests::Request;

const UPLOAD_RULES: &str = "upload-rules";
const PRUNE_AT: &str = "prune-at";
/// Minutes between tries to send what a destination that is present did not take.
const SENDING_PAUSES: [i64; 4] = [5, 15, 60, 240];

impl Engine {
    /// Starts what is to be sent or pruned.
    pub(super) fn upkeep(
        self: &Arc<Self>,
        state: &mut ScheduleState,
        plans: &[Plan],
        facts: &[PlanFacts],
        ticked: &mut Ticked,
    ) -> Result<()> {
        let waiting = self.catalog.waiting_copies()?;
        state.uploads_held.clear();
        for (plan, facts) in plans.iter().zip(facts) {
            let sent = self.send_waiting(state, plan, &waiting, ticked);
            ticked.note(sent);
            if plan.active_schedules().next().is_some() {
                let pruned = self.prune_when_due(state, plan, facts, ticked);
                ticked.note(pruned);
            }
        }
        Ok(())
    }

    /// Starts sending when at least one destination may have what waits for it.
    fn send_waiting(
        self: &Arc<Self>,
        state: &mut ScheduleState,
        plan: &Plan,
        waiting: &[WaitingCopy],
        ticked: &mut Ticked,
    ) -> Result<()> {
        let places = self.places_of(plan)?;
        let mut go = false;
        for copy in waiting.iter().filter(|copy| copy.plan == plan.id) {
            let Some(place) = places.iter().find(|place| place.id == copy.destination) else { continue };
            match self.upload_hold_in(state, plan, place, copy.since)? {
                None => go = true,
                Some((hold, until)) => {
                    state.uploads_held.insert((plan.id.clone(), place.id.clone()), hold);
                    ticked.until(until);
                }
            }
        }
        if !go || self.is_at_work(plan)? || !self.may_try_sending(state, plan, ticked)? {
            return Ok(());
        }
        let prepared = self.prepare(Verb::Upload, Some(plan.id.clone()))?;
        self.catalog.insert_operation(&self.cx, &prepared.operation)?;
        let request = Request::Sync { plan: Some(plan.name.clone()) };
        let operation = self.launch(prepared, request, Sending::ByRules)?;
        let failures = state.sending.get(&plan.id).map_or(0, |before| before.failures);
        let tried = SendingTry { operation: operation.clone(), failures, not_before: SignedDuration::MAX };
        state.sending.insert(plan.id.clone(), tried);
        ticked.started.push(operation);
        Ok(())
    }

    /// Whether the last try to send is long enough ago for how it went.
    fn may_try_sending(&self, state: &mut ScheduleState, plan: &Plan, ticked: &mut Ticked) -> Result<bool> {
        let reading = self.cx.reading();
        let Some(tried) = state.sending.get_mut(&plan.id) else { return Ok(true) };
        if tried.not_before == SignedDuration::MAX {
            // It has ended since, for nothing of the plan is at work.
            let operation = self.catalog.operation(tried.operation.as_str())?;
            if operation.state == OperationState::Succeeded {
                state.sending.remove(&plan.id);
                return Ok(true);
            }
            let at = usize::try_from(tried.failures).unwrap_or(usize::MAX).min(SENDING_PAUSES.len() - 1);
            tried.failures = tried.failures.saturating_add(1);
            tried.not_before = reading.steady + SignedDuration::from_mins(SENDING_PAUSES[at]);
        }
        let left = tried.not_before.saturating_sub(reading.steady);
        if left.is_positive() {
            ticked.until(reading.wall.saturating_add(left).ok());
        }
        Ok(!left.is_positive())
    }

    /// Prunes a plan at the first pruning hour after a run that succeeded.
    fn prune_when_due(
        self: &Arc<Self>,
        state: &ScheduleState,
        plan: &Plan,
        facts: &PlanFacts,
        ticked: &mut Ticked,
    ) -> Result<()> {
        let now = self.cx.now();
        let (Some(run), Some(first)) = (&facts.succeeded, plan.active_schedules().next()) else {
            return Ok(());
        };
        let paused = [facts.paused, state.pauses.all].into_iter().flatten().any(|pause| pause.holds(now));
        let doubted = state.watch.is_some_and(|watch| watch.doubt.is_some());
        let last = self.catalog.last_operation(&plan.id, Verb::Prune, false)?;
        if paused || doubted || last.is_some_and(|last| last.started_at >= run.ended_at) {
            return Ok(());
        }
        let at = self.catalog.setting(PRUNE_AT)?.unwrap_or(const { Time::constant(4, 0, 0, 0) });
        let rule = ScheduleRule::Day { at };
        let hour = Schedule { rule, zone: first.zone.clone(), kind: None, class: Class::Daily, off: false };
        let due = hour.due(run.ended_at)?.next().map(|due| due.at);
        if due.is_none_or(|due| due > now) || self.is_at_work(plan)? {
            ticked.until(due.filter(|due| *due > now));
            return Ok(());
        }
        let prepared = self.prepare(Verb::Prune, Some(plan.id.clone()))?;
        self.catalog.insert_operation(&self.cx, &prepared.operation)?;
        let request = Request::Prune { plan: plan.name.clone(), confirmed: false };
        ticked.started.push(self.launch(prepared, request, Sending::ByRules)?);
        Ok(())
    }

    /// Whether an operation of the plan is at work, here or in another program.
    fn is_at_work(&self, plan: &Plan) -> Result<bool> {
        let unfinished = self.catalog.unfinished_operations()?;
        let mut of_plan = unfinished.iter().filter(|operation| operation.plan.as_ref() == Some(&plan.id));
        Ok(of_plan.any(|operation| self.is_alive(&operation.id)))
    }

    /// Why an archive may not be sent to a destination now; `None` when it may.
    pub(crate) fn upload_hold(
        &self,
        plan: &Plan,
        place: &Place,
        made_at: Timestamp,
    ) -> Result<Option<UploadHold>> {
        let state = self.schedule();
        Ok(self.upload_hold_in(&state, plan, place, made_at)?.map(|(hold, _)| hold))
    }

    fn upload_hold_in(
        &self,
        state: &ScheduleState,
        plan: &Plan,
        place: &Place,
        waiting_since: Timestamp,
    ) -> Result<Option<(UploadHold, Option<Timestamp>)>> {
        let remote = place.adapter.info().kind != DestinationKind::Local;
        let proven = if remote { self.newest_proven(place)? } else { None };
        let facts = UploadFacts {
            remote,
            // A server is asked when something is sent, not each minute.
            present: remote || place.adapter.check(&self.cx).is_ok(),
            signed_in: true,
            paused: state.pauses.plans.get(&plan.id).copied(),
            without_copy_since: proven.unwrap_or(waiting_since),
        };
        let rules: UploadRules = self.catalog.setting(UPLOAD_RULES)?.unwrap_or_default();
        Ok(match decide_upload(&facts, &state.conditions, &rules, self.cx.now())? {
            UploadDecision::Go => None,
            UploadDecision::Hold { reason, until } => Some((reason, until)),
        })
    }

    fn newest_proven(&self, place: &Place) -> Result<Option<Timestamp>> {
        let copies = self.catalog.copies_at(&place.id)?;
        Ok(copies.into_iter().filter_map(|copy| copy.verified_at).max())
    }
}
