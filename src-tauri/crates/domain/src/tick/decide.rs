//! The decisions of a tick for each plan.

use jiff::{SignedDuration, Timestamp};

use super::{
    Decision, FailedSlot, Fate, GRACE_MIN, HoldReason, Outcome, PlanFacts, RunWhy, ScheduleFacts, SlotName,
    Tick, catch_up_grace,
};
use crate::{ArchiveKind, Class, Due, Retry, Schedule};

/// Later than this, a run is a catch-up.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// A catch-up waits for the next due time when that is nearer than this.
const NEAR: SignedDuration = SignedDuration::from_mins(30);
/// Network or not, a catch-up waits no longer than this after a wake-up: archiving does not need a line.
const NETWORK_WAIT: SignedDuration = SignedDuration::from_mins(30);
/// Something missed for this long waits no longer than it must, lest a computer that wakes for minutes only never runs it.
const PRESSING: SignedDuration = SignedDuration::from_hours(24);
/// Pauses after the first, second and third failure.
const BACK_OFF_MINUTES: [i64; 3] = [5, 15, 60];
/// Slots missed longer ago than this are not recorded one by one: a clock set to the year 9000 must not write a million rows.
/// One run serves them all the same.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Decides for every plan what is recorded and what runs.
pub fn decide(tick: &Tick<'_>) -> Outcome {
    let decisions = |facts: &PlanFacts| (facts.plan.clone(), PlanTick::new(tick, facts).decide());
    Outcome { plans: tick.plans.iter().map(decisions).collect(), clock_doubt: tick.watch.doubt }
}

/// A due time that nothing served yet.
struct Window<'a> {
    schedule: &'a Schedule,
    slot: SlotName,
}

impl Window<'_> {
    /// The most significant comes last: by class, then by kind, then the newest.
    fn rank(&self) -> (u8, u8, Due) {
        let (class, kind) = significance(self.schedule);
        (class, kind, self.slot.due)
    }
}

/// What one plan's decisions are made from.
struct PlanTick<'a> {
    tick: &'a Tick<'a>,
    facts: &'a PlanFacts,
    now: Timestamp,
    windows: Vec<Window<'a>>,
    next: Option<Timestamp>,
    decisions: Vec<Decision>,
}

impl<'a> PlanTick<'a> {
    fn new(tick: &'a Tick<'a>, facts: &'a PlanFacts) -> Self {
        let now = tick.watch.last.wall;
        Self { tick, facts, now, windows: Vec::new(), next: None, decisions: Vec::new() }
    }

    fn decide(mut self) -> Vec<Decision> {
        let facts = self.facts;
        for schedule in &facts.schedules {
            self.collect(schedule);
        }
        self.join();
        let last = self.run_or_wait();
        self.decisions.push(last);
        self.decisions
    }

    /// Finds what a schedule has due and unserved, and its next due time.
    fn collect(&mut self, facts: &'a ScheduleFacts) {
        let key = facts.schedule.key();
        let (since, latest) = self.rewound(&key, facts);
        let from = latest.map_or(since, |latest| since.max(latest.at));
        let from = if facts.schedule.interval().is_some() {
            from.max(self.now.saturating_sub(LOOK_BACK).unwrap_or(from))
        } else {
            from
        };
        let due = match facts.schedule.due(from) {
            Ok(due) => due,
            Err(error) => return self.decisions.push(Decision::Broken { schedule: key, error }),
        };
        for due in due {
            if due.at > self.now {
                self.next = Some(self.next.map_or(due.at, |next| next.min(due.at)));
                break;
            }
            self.windows
                .push(Window { schedule: &facts.schedule, slot: SlotName { schedule: key.clone(), due } });
        }
    }

    /// Slots well ahead of the clock were recorded while it was wrong: forgets them. Those less than half an interval ahead stay,
    /// for what they stand for was copied a moment ago.
    fn rewound(&mut self, key: &str, facts: &ScheduleFacts) -> (Timestamp, Option<Due>) {
        let forget_after = self.forget_after(facts);
        let ahead = facts.latest.is_some_and(|latest| latest.at > forget_after);
        if !ahead && facts.since <= forget_after {
            return (facts.since, facts.latest);
        }
        let since = facts.since.min(self.now);
        self.decisions.push(Decision::Rewind { schedule: key.to_owned(), forget_after, since });
        // Which slots are left is known at the next tick; until then nothing is due.
        (since.max(self.now), None)
    }

    fn forget_after(&self, facts: &ScheduleFacts) -> Timestamp {
        let tolerance = facts.schedule.interval().map_or(LATE, |interval| interval / 2);
        self.now.saturating_add(tolerance).unwrap_or(self.now)
    }

    /// What came due before the last good run ended, by hand or not, is served by it unless that run was less significant.
    fn join(&mut self) {
        let Some(run) = &self.facts.succeeded else { return };
        if run.ended_at > self.now {
            return;
        }
        let windows = std::mem::take(&mut self.windows);
        for window in windows {
            let served = window.slot.due.at <= run.ended_at
                && class_rank(window.schedule.class) <= class_rank(run.class);
            if served {
                let fate = Fate::Joined { operation: run.operation.clone() };
                self.decisions.push(Decision::Record { slot: window.slot, fate });
            } else {
                self.windows.push(window);
            }
        }
    }

    fn run_or_wait(&mut self) -> Decision {
        let failed = self.failed();
        let Some(best) = (0..self.windows.len()).max_by_key(|index| self.windows[*index].rank()) else {
            return match failed {
                Some((failed, schedule)) => self.retry(failed, schedule),
                None => Decision::Wait { until: self.next },
            };
        };
        if let Some(hold) = self.held().or_else(|| self.settling()) {
            return hold;
        }
        match failed {
            Some((failed, schedule))
                if class_rank(schedule.class) > class_rank(self.windows[best].schedule.class) =>
            {
                self.run(failed.slot.clone(), schedule, failed.attempts.saturating_add(1), RunWhy::Retry)
            }
            _ => {
                let window = self.windows.swap_remove(best);
                let why = if self.is_late(&window) { RunWhy::CatchUp } else { RunWhy::OnTime };
                self.run(window.slot, window.schedule, 1, why)
            }
        }
    }

    /// Begins a run; every other window collapses into it.
    fn run(&mut self, slot: SlotName, schedule: &Schedule, attempt: u32, why: RunWhy) -> Decision {
        for window in self.windows.drain(..) {
            let fate = Fate::Collapsed { into: slot.clone() };
            self.decisions.push(Decision::Record { slot: window.slot, fate });
        }
        Decision::Run { slot, kind: schedule.kind, class: schedule.class, attempt, why }
    }

    /// The failed slot, as long as its schedule is in the plan and nothing as significant succeeded since.
    fn failed(&self) -> Option<(&'a FailedSlot, &'a Schedule)> {
        let failed = self.facts.failed.as_ref()?;
        let of_plan = |facts: &&ScheduleFacts| facts.schedule.key() == failed.slot.schedule;
        let facts = self.facts.schedules.iter().find(of_plan)?;
        let schedule = &facts.schedule;
        // A slot that was forgotten, or is about to be, comes again by itself.
        let forgotten = facts.latest.is_none_or(|latest| latest.at < failed.slot.due.at)
            || failed.slot.due.at > self.forget_after(facts);
        let served = self.facts.succeeded.as_ref().is_some_and(|run| {
            run.ended_at >= failed.ended_at && class_rank(run.class) >= class_rank(schedule.class)
        });
        (!served && !forgotten).then_some((failed, schedule))
    }

    fn retry(&mut self, failed: &FailedSlot, schedule: &Schedule) -> Decision {
        let pause = match failed.retry {
            Retry::Never | Retry::AfterUser => None,
            Retry::Soon(seconds) => {
                let index = usize::try_from(failed.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
                let minutes = BACK_OFF_MINUTES.get(index).copied();
                minutes.map(|m| SignedDuration::from_mins(m).max(SignedDuration::from_secs(seconds.into())))
            }
        };
        let attempts = failed.attempts;
        let Some(pause) = pause else {
            return Decision::Hold { reason: HoldReason::GivenUp { attempts }, until: self.next };
        };
        if let Some(hold) = self.held() {
            return hold;
        }
        let until = failed.ended_at.saturating_add(pause).unwrap_or(self.now);
        // An end in the future was told by a clock that was ahead: no reason to wait for it.
        if self.now < until && failed.ended_at <= self.now {
            return Decision::Hold { reason: HoldReason::BackOff { attempts }, until: Some(until) };
        }
        self.run(failed.slot.clone(), schedule, attempts.saturating_add(1), RunWhy::Retry)
    }

    /// What holds any run.
    fn held(&self) -> Option<Decision> {
        let pauses = [self.facts.paused, self.tick.conditions.paused];
        let paused: Vec<_> = pauses.into_iter().flatten().filter(|pause| pause.holds(self.now)).collect();
        if !paused.is_empty() {
            let until = paused.iter().map(|pause| pause.until).max_by_key(|until| (until.is_none(), *until));
            return Some(Decision::Hold { reason: HoldReason::Paused, until: until.flatten() });
        }
        if let Some(operation) = self.facts.running.clone() {
            return Some(Decision::Hold { reason: HoldReason::Running { operation }, until: None });
        }
        (!self.facts.can_archive).then_some(Decision::Hold { reason: HoldReason::NoPlace, until: None })
    }

    /// What holds a catch-up. Anything on time runs at once and takes what is late with it.
    fn settling(&self) -> Option<Decision> {
        let oldest = self.windows.iter().map(|window| window.slot.due.at).min()?;
        if !self.windows.iter().all(|window| self.is_late(window)) {
            return None;
        }
        let pressing = self.now.duration_since(oldest) > PRESSING;
        let grace = if pressing { GRACE_MIN } else { catch_up_grace(self.tick.computer, &self.facts.plan) };
        let awake = self.tick.watch.awake_for();
        let network = self.tick.conditions.network_up_for;
        let connected = !self.facts.needs_network || network.is_some_and(|up| up >= grace);
        if awake < grace || (!connected && awake < NETWORK_WAIT) {
            let wait = if connected { grace } else { NETWORK_WAIT } - awake;
            let until = self.now.saturating_add(wait).ok();
            return Some(Decision::Hold { reason: HoldReason::Settling, until });
        }
        let next = self.next.filter(|next| !pressing && next.duration_since(self.now) < NEAR)?;
        Some(Decision::Hold { reason: HoldReason::NextIsNear, until: Some(next) })
    }

    fn is_late(&self, window: &Window<'_>) -> bool {
        self.now.duration_since(window.slot.due.at) > LATE
    }
}

/// How much a schedule counts among those that are due together: by class, then by kind.
pub(crate) fn significance(schedule: &Schedule) -> (u8, u8) {
    (class_rank(schedule.class), kind_rank(schedule.kind))
}

/// Monthly before weekly before daily; what was made by hand counts as daily.
fn class_rank(class: Class) -> u8 {
    match class {
        Class::Safety => 0,
        Class::Manual | Class::Daily => 1,
        Class::Weekly => 2,
        Class::Monthly => 3,
    }
}

/// A stated full archive before anything smaller.
fn kind_rank(kind: Option<ArchiveKind>) -> u8 {
    match kind {
        Some(ArchiveKind::Full) => 3,
        Some(ArchiveKind::Differential) => 2,
        None => 1,
        Some(ArchiveKind::Incremental) => 0,
    }
}
