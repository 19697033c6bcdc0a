//! The scheduler: gathers facts from the catalog, lets the domain decide, and carries it out. It sleeps until something is due,
//! but never for longer than a minute, so that a wake-up of the computer or a change of its clock is seen soon.
//!
//! While nothing is due a tick reads the catalog and a few files of the system; it writes nothing and uses no network.

mod carry_out;
mod facts;
mod proving;
mod state;
mod upkeep;
mod view;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use resguardo_domain::{
    Conditions, Context, Error, OperationId, PlanFacts, PlanId, Reading, Result, Tick, TickDecision, Watch,
    decide_tick,
};
use resguardo_platform::Surroundings;

use crate::Engine;

pub(crate) use state::ScheduleState;

/// However far away the next due time is.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// However near: a moment that was missed by the clocks' grain comes again at once, but not in a tight circle.
const SHORTEST_SLEEP: Duration = Duration::from_millis(100);

/// Runs what is due on an engine. One for each computer: whoever has it holds the lock of the home's agent.
#[derive(Debug)]
pub struct Scheduler {
    engine: Arc<Engine>,
}

/// What a tick did.
#[derive(Debug, Default)]
pub struct Ticked {
    /// What was decided, by plan.
    pub decisions: Vec<(PlanId, Vec<TickDecision>)>,
    /// Operations that were started.
    pub started: Vec<OperationId>,
    /// When something is due next, by the wall clock.
    pub next: Option<Timestamp>,
    /// The first failure of writing something down; the rest of the tick was done all the same.
    pub trouble: Option<Error>,
}

impl Ticked {
    fn note(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.trouble.get_or_insert(error);
        }
    }

    fn until(&mut self, moment: Option<Timestamp>) {
        self.next = [self.next, moment].into_iter().flatten().min();
    }
}

impl Scheduler {
    /// The scheduler of an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Ticks until somebody asks to stop; looks at the computer's surroundings with `look` each time. Ring with
    /// [`Engine::reload`] after cancelling, so that it ends at once.
    pub fn run(&self, cx: &Context, look: &dyn Fn() -> Surroundings) {
        while cx.check().is_ok() {
            let sleep = match self.tick(cx.reading(), look()) {
                Ok(ticked) => sleep_until(ticked.next, self.engine.cx.now()),
                Err(error) => {
                    self.engine.schedule().note_trouble(Some(error));
                    LONGEST_SLEEP
                }
            };
            self.engine.bell.sleep(sleep);
        }
        let mut state = self.engine.schedule();
        state.running_since = None;
        if let Some(watch) = state.watch {
            // The next start only knows a little less of how long it was away.
            let _ = self.engine.keep_watch(&mut state, watch);
        }
    }

    /// Does what is due now and tells when something is due next.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn tick(&self, reading: Reading, surroundings: Surroundings) -> Result<Ticked> {
        let engine = &self.engine;
        let mut state = engine.schedule();
        state.running_since.get_or_insert(reading.wall);
        let watch = engine.next_watch(&state, reading)?;
        let conditions = engine.conditions(&mut state, reading, surroundings)?;
        let mut ticked = Ticked::default();
        ticked.note(engine.keep_watch_when_due(&mut state, watch));
        let plans = engine.catalog.plans()?;
        let facts = plans.iter().map(|plan| engine.plan_facts(plan, &state.pauses));
        let facts: Vec<PlanFacts> = facts.collect::<Result<_>>()?;
        let computer = &engine.computer.id;
        let outcome = decide_tick(&Tick { watch: &watch, computer, conditions, plans: &facts });
        for (plan, (id, decisions)) in plans.iter().zip(outcome.plans) {
            let done = engine.carry_out(&mut state, plan, &decisions, &mut ticked);
            ticked.note(done);
            ticked.decisions.push((id, decisions));
        }
        let upkept = engine.upkeep(&mut state, &plans, &facts, &mut ticked);
        ticked.note(upkept);
        let proven = engine.prove_when_due(&mut state, &plans, &mut ticked);
        ticked.note(proven);
        state.note_trouble(ticked.trouble.clone());
        Ok(ticked)
    }
}

fn sleep_until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let wanted =
        next.map_or(LONGEST_SLEEP, |next| Duration::try_from(next.duration_since(now)).unwrap_or_default());
    wanted.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
}

impl Engine {
    /// The clocks brought up to a reading.
    fn next_watch(&self, state: &ScheduleState, reading: Reading) -> Result<Watch> {
        let before = match state.watch {
            Some(watch) => Some(watch),
            None => self.kept_watch()?,
        };
        Ok(before.map_or_else(|| Watch::start(reading), |watch| watch.tick(reading, None)))
    }

    /// What the computer is like, as the rules want to know it.
    fn conditions(
        &self,
        state: &mut ScheduleState,
        reading: Reading,
        surroundings: Surroundings,
    ) -> Result<Conditions> {
        let up_since = surroundings.network.then(|| state.network_since.unwrap_or(reading.steady));
        state.network_since = up_since;
        state.pauses = self.pauses()?;
        state.conditions = Conditions {
            battery: surroundings.battery,
            metered: surroundings.metered,
            network_up_for: up_since.map(|since| reading.steady.saturating_sub(since)),
            paused: state.pauses.all,
        };
        Ok(state.conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_ends_at_the_due_time_or_after_a_minute() {
        let now: Timestamp = "2026-09-12T02:00:00Z".parse().unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        for (next, milliseconds) in [
            (None, 60_000),
            (at("2026-09-12T02:00:07.5Z"), 7_500),
            (at("2026-09-13T02:00:00Z"), 60_000),
            (at("2026-09-12T01:00:00Z"), 100),
        ] {
            assert_eq!(sleep_until(next, now), Duration::from_millis(milliseconds));
        }
    }
}
