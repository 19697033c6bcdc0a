//! What the scheduler would say: when each plan is due, what holds it, what became of its last due times.

use resguardo_domain::{Conditions, Plan, Result, Tick, TickDecision, Watch, decide_tick, next_dates};

use super::ScheduleState;
use crate::Engine;
use crate::requests::{AgentView, NextDate, PlanSchedule, SlotView, UploadHeld};

/// Due times that are told in advance, and slots that are told of the past.
const DATES: usize = 5;

impl Engine {
    /// The agent of this computer as far as this engine knows: only the engine of a running agent says that one runs.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan, and when the catalog can't be read.
    pub fn agent(&self, plan: Option<&str>) -> Result<AgentView> {
        let plans = match plan {
            Some(name) => vec![self.plan(name)?],
            None => self.plans()?,
        };
        let state = self.schedule();
        let since = state.running_since;
        Ok(AgentView {
            running: since.is_some(),
            pid: since.map(|_| std::process::id()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since,
            clock_doubt: state.watch.and_then(|watch| watch.doubt),
            paused: self.pauses()?.all,
            trouble: state.trouble.clone(),
            plans: plans.iter().map(|plan| self.plan_schedule(&state, plan)).collect::<Result<_>>()?,
        })
    }

    fn plan_schedule(&self, state: &ScheduleState, plan: &Plan) -> Result<PlanSchedule> {
        let slots = self.catalog.slots(Some(&plan.id), u32::try_from(DATES).unwrap_or(u32::MAX))?;
        let next = next_dates(&plan.schedules, self.cx.now(), DATES)?;
        let held = state.uploads_held.iter().filter(|((id, _), _)| *id == plan.id);
        let places = self.place_names()?;
        let name = |id| places.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
        let uploads = held.filter_map(|((_, destination), hold)| {
            Some(UploadHeld { destination: name(destination)?, hold: *hold })
        });
        Ok(PlanSchedule {
            plan: plan.name.clone(),
            paused: self.pauses()?.plans.get(&plan.id).copied(),
            now: self.would_do(state, plan)?,
            next: next
                .into_iter()
                .map(|(due, schedule)| NextDate { due, class: schedule.class, kind: schedule.kind })
                .collect(),
            uploads: uploads.collect(),
            slots: slots
                .into_iter()
                .map(|slot| SlotView {
                    plan: plan.name.clone(),
                    slot: slot.name,
                    run: slot.run,
                    state: slot.state,
                })
                .collect(),
        })
    }

    /// What a tick would decide for a plan now; carried out it is by the agent alone.
    fn would_do(&self, state: &ScheduleState, plan: &Plan) -> Result<Option<TickDecision>> {
        let mut watch = match state.watch {
            Some(watch) => watch,
            None => self.kept_watch()?.unwrap_or_else(|| Watch::start(self.cx.reading())),
        };
        watch.last.wall = self.cx.now();
        let pauses = self.pauses()?;
        let conditions = Conditions { paused: pauses.all, ..state.conditions };
        let facts = [self.plan_facts(plan, &pauses)?];
        let outcome =
            decide_tick(&Tick { watch: &watch, computer: &self.computer.id, conditions, plans: &facts });
        let decisions = outcome.plans.into_iter().next().map(|(_, decisions)| decisions);
        Ok(decisions.and_then(|mut decisions| decisions.pop()))
    }
}
