//! A computer as owners have them: it sleeps, hibernates, is switched off, gets its clock set wrong and right again, and the program
//! on it is killed. What the ticks decide is carried out on a model of the catalog that refuses what must never happen.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    Class, ComputerId, Conditions, Due, FailedSlot, Fate, HoldReason, OperationId, PlanFacts, PlanId,
    Reading, Retry, RunWhy, Schedule, ScheduleFacts, SlotName, SucceededRun, Tick, TickDecision, Watch,
    decide_tick,
};
use resguardo_testkit::SeededRandom;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// What happened in all worlds together.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) ticks: u64,
    pub(crate) runs: u64,
    pub(crate) catch_ups: u64,
    pub(crate) retries: u64,
    pub(crate) collapsed: u64,
    pub(crate) joined: u64,
    pub(crate) rewinds: u64,
    pub(crate) kills: u64,
    pub(crate) sleeps: u64,
    pub(crate) jumps: u64,
    pub(crate) doubts: u64,
}

pub(crate) struct Chance(SeededRandom);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next()
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low) as u64) as i64
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Row {
    Claimed,
    Done,
    Failed,
    Served,
}

struct Run {
    slot: Option<SlotName>,
    class: Class,
    attempt: u32,
    ends: i64,
    fails: bool,
}

struct Table<'a> {
    schedule: &'a Schedule,
    key: String,
    oracle: &'a [Due],
    since: Timestamp,
    rows: BTreeMap<DateTime, (Timestamp, Row)>,
    /// Successful runs of each due time since it was last forgotten.
    served: BTreeMap<Timestamp, u32>,
}

pub(crate) struct World<'a> {
    random: Chance,
    computer: ComputerId,
    plan: PlanId,
    tables: Vec<Table<'a>>,
    start: i64,
    end: i64,
    /// True time, in seconds since 1970.
    now: i64,
    /// The wall clock is ahead by so many seconds.
    error: i64,
    booted: i64,
    boot: u64,
    network_since: i64,
    watch: Option<Watch>,
    run: Option<Run>,
    succeeded: Option<SucceededRun>,
    failed: Option<FailedSlot>,
    operations: u64,
    next_trouble: i64,
    calm_since: i64,
    /// Since when a catch-up is left to the next slot.
    near_since: Option<i64>,
}

fn stamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

impl<'a> World<'a> {
    pub(crate) fn new(plan: &[&'a (Schedule, Vec<Due>)], from: Timestamp, to: Timestamp, seed: u64) -> Self {
        let mut random = Chance::new(seed);
        let start = from.as_second();
        let table = |(schedule, oracle): &&'a (Schedule, Vec<Due>)| Table {
            schedule,
            key: schedule.key(),
            oracle,
            since: from,
            rows: BTreeMap::new(),
            served: BTreeMap::new(),
        };
        let next_trouble = start + random.between(HOUR, DAY);
        Self {
            computer: ComputerId::from_random(random.next()),
            plan: PlanId::from_random(random.next()),
            tables: plan.iter().map(table).collect(),
            random,
            start,
            end: to.as_second(),
            now: start,
            error: 0,
            booted: start - HOUR,
            boot: 1,
            network_since: start - HOUR,
            watch: None,
            run: None,
            succeeded: None,
            failed: None,
            operations: 0,
            next_trouble,
            calm_since: start,
            near_since: None,
        }
    }

    pub(crate) fn play(mut self, tally: &mut Tally) {
        while self.now < self.end {
            let idle = self.tick(tally);
            if self.now >= self.next_trouble {
                self.check();
                self.trouble(tally);
            } else {
                self.step(idle);
            }
        }
        self.error = 0;
        self.next_trouble = i64::MAX;
        self.calm_since = self.now;
        let end = self.now + 6 * HOUR;
        while self.now < end {
            let idle = self.tick(tally);
            self.step(idle);
        }
        self.check();
    }

    fn wall(&self) -> Timestamp {
        stamp(self.now + self.error)
    }

    fn reading(&self) -> Reading {
        Reading {
            wall: self.wall(),
            steady: SignedDuration::from_secs(self.now - self.booted),
            boot: self.boot,
        }
    }

    /// Goes on: a minute while something is pending, otherwise to the next minute in which something can happen. The ticks in
    /// between, which have nothing to decide, are only noted in the watch.
    fn step(&mut self, idle: bool) {
        let minute = self.now + MINUTE - self.random.between(0, 20);
        if !idle {
            self.now = minute;
            return;
        }
        let wall = self.wall();
        let next_due = self.tables.iter().filter_map(|table| {
            let index = table.oracle.partition_point(|due| due.at <= wall);
            table.oracle.get(index).map(|due| due.at.as_second() - self.error + self.late())
        });
        let run_end = self.run.as_ref().map(|run| run.ends);
        let next = next_due.chain(run_end).chain([self.next_trouble, self.now + 9 * HOUR]).min().unwrap();
        self.now = next.max(minute);
        if let Some(watch) = &mut self.watch {
            let (wall, steady) =
                (stamp(self.now + self.error - 30), SignedDuration::from_secs(self.now - self.booted - 30));
            watch.last = Reading { wall, steady, ..watch.last };
            if watch.doubt.is_none() {
                watch.trusted = watch.last;
            }
        }
    }

    /// The tick comes some seconds after the due time; the same for all that is due then.
    fn late(&self) -> i64 {
        self.now % 50
    }

    /// One tick; true when nothing is pending.
    fn tick(&mut self, tally: &mut Tally) -> bool {
        tally.ticks += 1;
        self.finish_run();
        let reading = self.reading();
        let second = self.second_source();
        let watch = self.watch.map_or_else(|| Watch::start(reading), |watch| watch.tick(reading, second));
        tally.doubts += u64::from(watch.doubt.is_some());
        self.watch = Some(watch);
        let plans = [self.facts()];
        let network_up_for = (self.now >= self.network_since)
            .then(|| SignedDuration::from_secs(self.now - self.network_since));
        let conditions = Conditions { network_up_for, ..Conditions::default() };
        let outcome =
            decide_tick(&Tick { watch: &watch, computer: &self.computer, conditions, plans: &plans });
        let decisions = outcome.plans.into_iter().next().unwrap().1;
        if self.random.below(400) == 0 {
            // Killed before anything was written.
            self.kill(tally);
            return false;
        }
        self.carry_out(decisions, tally)
    }

    /// Now and then a destination tells the time.
    fn second_source(&mut self) -> Option<Timestamp> {
        (self.random.below(100) == 0).then(|| stamp(self.now))
    }

    fn facts(&self) -> PlanFacts {
        let schedules = self.tables.iter().map(|table| ScheduleFacts {
            schedule: table.schedule.clone(),
            since: table.since,
            latest: table.rows.iter().map(|(local, (at, _))| Due { at: *at, local: *local }).next_back(),
        });
        PlanFacts {
            plan: self.plan.clone(),
            schedules: schedules.collect(),
            running: self.run.as_ref().map(|_| OperationId::from_random(self.operations)),
            succeeded: self.succeeded.clone(),
            failed: self.failed.clone(),
            paused: None,
            can_archive: true,
            needs_network: true,
        }
    }

    fn carry_out(&mut self, decisions: Vec<TickDecision>, tally: &mut Tally) -> bool {
        let last = decisions.len() - 1;
        for (number, decision) in decisions.into_iter().enumerate() {
            let ends = matches!(
                decision,
                TickDecision::Run { .. } | TickDecision::Hold { .. } | TickDecision::Wait { .. }
            );
            assert_eq!(ends, number == last, "{decision:?}");
            match decision {
                TickDecision::Record { slot, fate } => self.record(&slot, &fate, tally),
                TickDecision::Rewind { schedule, forget_after, since } => {
                    tally.rewinds += 1;
                    let table = self.table(&schedule);
                    table.since = since;
                    table.rows.retain(|_, (at, _)| *at <= forget_after);
                    table.served.retain(|at, _| *at <= forget_after);
                }
                TickDecision::Run { slot, class, attempt, why, .. } => {
                    self.start(slot, class, attempt, why, tally)
                }
                TickDecision::Hold { reason, .. } => {
                    if reason != HoldReason::NextIsNear {
                        self.near_since = None;
                    } else {
                        let since = *self.near_since.get_or_insert(self.now);
                        assert!(
                            self.now - since.max(self.calm_since) <= HOUR / 2,
                            "left to the next slot for too long"
                        );
                    }
                    return matches!(reason, HoldReason::GivenUp { .. } | HoldReason::Running { .. });
                }
                TickDecision::Wait { until } => {
                    self.near_since = None;
                    return until.is_none_or(|until| until > self.wall());
                }
                TickDecision::Broken { error, .. } => panic!("{error}"),
            }
        }
        // A run began: sometimes the owner is at it at once, sometimes the power goes.
        true
    }

    fn table(&mut self, key: &str) -> &mut Table<'a> {
        self.tables.iter_mut().find(|table| table.key == key).unwrap()
    }

    /// A row for a due time that really is one, has come, and has none yet.
    fn insert(&mut self, slot: &SlotName, row: Row) {
        let wall = self.wall();
        let table = self.table(&slot.schedule);
        assert!(table.oracle.binary_search(&slot.due).is_ok(), "{slot:?} was never due");
        assert!(slot.due.at <= wall, "{slot:?} is early at {wall}");
        let before = table.rows.insert(slot.due.local, (slot.due.at, row));
        assert_eq!(before, None, "{slot:?} has a row already");
    }

    fn record(&mut self, slot: &SlotName, fate: &Fate, tally: &mut Tally) {
        match fate {
            Fate::Collapsed { .. } => tally.collapsed += 1,
            Fate::Joined { .. } => tally.joined += 1,
        }
        self.insert(slot, Row::Served);
    }

    fn start(&mut self, slot: SlotName, class: Class, attempt: u32, why: RunWhy, tally: &mut Tally) {
        assert!(self.run.is_none(), "two runs of one plan");
        match why {
            RunWhy::Retry => {
                tally.retries += 1;
                let row = self
                    .table(&slot.schedule)
                    .rows
                    .get_mut(&slot.due.local)
                    .expect("a failed slot has a row");
                assert_eq!(row.1, Row::Failed);
                row.1 = Row::Claimed;
            }
            why => {
                tally.runs += 1;
                tally.catch_ups += u64::from(why == RunWhy::CatchUp);
                assert_eq!(attempt, 1);
                self.insert(&slot, Row::Claimed);
            }
        }
        self.near_since = None;
        self.begin(Some(slot), class, attempt);
    }

    fn begin(&mut self, slot: Option<SlotName>, class: Class, attempt: u32) {
        self.operations += 1;
        let minutes = if self.random.below(20) == 0 { 200 } else { 12 };
        let ends = self.now + self.random.between(1, minutes * MINUTE);
        self.run = Some(Run { slot, class, attempt, ends, fails: self.random.below(12) == 0 });
    }

    fn finish_run(&mut self) {
        if self.run.as_ref().is_some_and(|run| run.ends <= self.now) {
            let run = self.run.take().unwrap();
            if run.fails { self.fail(run) } else { self.succeed(run) }
        }
    }

    fn succeed(&mut self, run: Run) {
        let operation = OperationId::from_random(self.operations);
        self.succeeded = Some(SucceededRun { operation, class: run.class, ended_at: self.wall() });
        self.failed = None;
        let Some(slot) = run.slot else { return };
        let table = self.table(&slot.schedule);
        // A clock set back may have made the tick forget the slot of a run at work.
        let Some(row) = table.rows.get_mut(&slot.due.local) else { return };
        row.1 = Row::Done;
        let served = table.served.entry(slot.due.at).or_default();
        *served += 1;
        assert_eq!(*served, 1, "{slot:?} ran twice");
    }

    fn fail(&mut self, run: Run) {
        let Some(slot) = run.slot else { return };
        let Some(row) = self.table(&slot.schedule).rows.get_mut(&slot.due.local) else { return };
        row.1 = Row::Failed;
        self.failed =
            Some(FailedSlot { slot, attempts: run.attempt, ended_at: self.wall(), retry: Retry::Soon(60) });
    }

    /// `kill -9`: the run is found dead at the next start, some minutes later.
    fn kill(&mut self, tally: &mut Tally) {
        tally.kills += 1;
        if let Some(run) = self.run.take() {
            self.fail(run);
        }
        self.now += self.random.between(1, 15 * MINUTE);
        self.calm_since = self.now;
    }

    fn trouble(&mut self, tally: &mut Tally) {
        self.next_trouble = self.now + self.random.between(HOUR, 8 * DAY);
        match self.random.below(10) {
            0..=3 => self.sleep(HOUR / 2, 14 * HOUR, tally),
            4 => self.sleep(DAY, 12 * DAY, tally),
            5 => {
                self.sleep(HOUR, 20 * DAY, tally);
                self.kill(tally);
                (self.booted, self.boot) = (self.now - 30, self.boot + 1);
            }
            6 => self.kill(tally),
            7 => {
                if self.run.is_none() {
                    self.begin(None, Class::Manual, 1);
                }
            }
            _ => self.jump(tally),
        }
    }

    fn sleep(&mut self, low: i64, high: i64, tally: &mut Tally) {
        tally.sleeps += 1;
        let slept = self.random.between(low, high);
        self.now += slept;
        if let Some(run) = &mut self.run {
            run.ends += slept;
        }
        // Most networks are up in a minute, some come back in hours.
        let wait = if self.random.below(5) == 0 { 3 * HOUR } else { MINUTE };
        self.network_since = self.now + self.random.between(0, wait);
        self.calm_since = self.now;
    }

    /// Sets the clock wrong, or right when it is wrong.
    fn jump(&mut self, tally: &mut Tally) {
        tally.jumps += 1;
        if self.error == 0 {
            let size = [10 * MINUTE, 5 * HOUR, 3 * DAY, 300 * DAY][self.random.below(4) as usize];
            self.error = self.random.between(-size, size);
            self.next_trouble = self.now + self.random.between(MINUTE, 2 * DAY);
        } else {
            self.error = 0;
        }
        self.calm_since = self.now;
    }

    /// After two calm hours with the right time, everything that came due up to an hour ago has its row.
    fn check(&mut self) {
        if self.error != 0
            || self.now - self.calm_since < 2 * HOUR
            || self.run.is_some()
            || self.near_since.is_some()
        {
            return;
        }
        let until = stamp(self.now - HOUR);
        for table in &self.tables {
            let first = table.oracle.partition_point(|due| due.at <= stamp(self.start));
            let last = table.oracle.partition_point(|due| due.at <= until).max(first);
            let recent =
                if self.next_trouble == i64::MAX { first } else { first.max(last.saturating_sub(60)) };
            for due in &table.oracle[recent..last] {
                assert!(
                    table.rows.contains_key(&due.local),
                    "{} of {} is lost at {}",
                    due.local,
                    table.key,
                    self.wall()
                );
            }
        }
    }
}
