//! The watchdog: looks at the state of the business once a minute and right after an operation ends, compares the causes of alerts
//! with the inbox, and queues what is to be told. It has a thread of its own, apart from the scheduler's and the operations', so
//! that whatever is stuck there is noticed here. While nothing changes it writes nothing.

mod inbox;
mod stalls;
mod week;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    AlertFacts, AlertStep, Cause, Channel, Context, Reading, Result, Stall, Status, Topic, alert_causes,
    decide_alerts,
};
use resguardo_notices::ChannelConfig;

use crate::Engine;
use crate::messages::ChannelRow;

pub use inbox::{AlertView, AlertsView};
use stalls::Stalls;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A computer that was off or asleep makes up for what it missed before anybody is told that it is late: a cause must hold for so
/// much waking time before it is opened.
const GRACE: SignedDuration = SignedDuration::from_mins(30);
/// Looks that are farther apart have a sleep between them.
const SLEPT: SignedDuration = SignedDuration::from_mins(15);
/// A copy as old as this is told of at once: the computer may never be awake for long.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// See the module. One for each computer, beside the scheduler.
#[derive(Debug)]
pub struct Watchdog {
    engine: Arc<Engine>,
    memory: Mutex<Memory>,
}

/// What is remembered from look to look.
#[derive(Debug, Default)]
struct Memory {
    stalls: Stalls,
    last: Option<SignedDuration>,
    /// Waking time for which a late copy has been held back.
    held: Option<SignedDuration>,
    /// The state at the last look.
    status: Option<Status>,
}

/// What a look found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// What is wrong now.
    pub causes: Vec<Cause>,
    /// What changed in the inbox.
    pub steps: Vec<AlertStep>,
}

impl Watchdog {
    /// The watchdog of an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, memory: Mutex::default() }
    }

    /// Looks until somebody asks to stop; [`Engine::wake`] makes it look at once.
    pub fn run(&self, cx: &Context) {
        let mut trouble = None;
        while cx.check().is_ok() {
            let kind = self.tick(cx.reading()).err().map(|error| {
                if trouble != Some(error.kind) {
                    crate::log::unwatched(&error);
                }
                error.kind
            });
            trouble = kind;
            self.engine.watch.sleep(LOOK_EVERY);
        }
    }

    /// One look.
    ///
    /// # Errors
    /// When the catalog can't be read or written.
    pub fn tick(&self, reading: Reading) -> Result<Watched> {
        let engine = &self.engine;
        let (running, passed) = self.since_last(reading);
        let at_work = engine.backs_up_now() && running.iter().all(|one| !is_long(one, reading));
        let report = engine.status_report()?;
        self.tell_status(&report.status);
        let settings = engine.notice_settings()?;
        let computers = engine.seen_computers()?;
        let more = AlertFacts { running, computers, ..AlertFacts::default() };
        let inbox = engine.catalog.inbox()?;
        let mut causes = alert_causes(&report.facts, &more, &settings.alerts);
        let now = report.facts.now;
        let open = |cause: &Cause| inbox.iter().any(|row| row.closed_at.is_none() && row.key == cause.key());
        // Who was not looked for lately may have spoken since.
        let unseen = |cause: &Cause| match cause {
            Cause::Silent { computer, .. } => {
                !engine.looked_lately(computer, &more.computers) && !open(cause)
            }
            _ => false,
        };
        causes.retain(|cause| !unseen(cause));
        let fresh = |cause: &Cause| may_be_made_up(cause, now) && !open(cause);
        if self.hold_back(causes.iter().any(fresh), passed) || at_work {
            causes.retain(|cause| !fresh(cause));
        }
        let channels = engine.channel_rows()?;
        let steps = decide_alerts(&causes, &inbox, &remote(&channels), now);
        if !steps.is_empty() {
            engine.carry_out_alerts(inbox, &steps, &channels, now)?;
        }
        if settings.digest {
            engine.tell_week(&report, &channels)?;
        }
        Ok(Watched { causes, steps })
    }

    /// Notes the time: since when each operation stands still, and the waking time since the last look.
    fn since_last(&self, reading: Reading) -> (Vec<Stall>, SignedDuration) {
        let mut memory = self.memory();
        let passed = memory.last.map_or(SignedDuration::ZERO, |last| reading.steady.saturating_sub(last));
        memory.last = Some(reading.steady);
        let running = memory.stalls.look(&self.engine.samples(), reading);
        // A steady clock that goes back is another start of the computer.
        let awake = !passed.is_negative() && passed <= SLEPT;
        (running, if awake { passed } else { SignedDuration::ZERO })
    }

    /// Time alone makes another state of the same facts: no table shows that.
    fn tell_status(&self, status: &Status) {
        let mut memory = self.memory();
        if memory.status.as_ref() != Some(status) {
            memory.status = Some(status.clone());
            self.engine.catalog.changes().note(&[Topic::Status]);
        }
    }

    /// Whether a late copy is to be held back still.
    fn hold_back(&self, any: bool, passed: SignedDuration) -> bool {
        let mut memory = self.memory();
        let before = memory.held.map(|held| held.saturating_add(passed));
        memory.held = any.then(|| before.unwrap_or_default());
        memory.held.is_some_and(|held| held < GRACE)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a running operation has stood still for so long that it is no reason to wait any more.
fn is_long(stall: &Stall, reading: Reading) -> bool {
    reading.wall.duration_since(stall.progress_at) >= GRACE
}

/// Whether a backup that is made in the next minutes ends the cause.
fn may_be_made_up(cause: &Cause, now: Timestamp) -> bool {
    match cause {
        Cause::Late { last, .. } | Cause::NoCopy { last, .. } | Cause::NoCopyFor { last, .. } => {
            last.is_none_or(|last| now.duration_since(last) < TOO_OLD)
        }
        _ => false,
    }
}

/// The channels beyond this computer that are set up.
fn remote(channels: &[ChannelRow]) -> Vec<Channel> {
    let has = |wanted: Channel| channels.iter().any(|row| row.on && rung(&row.config) == Some(wanted));
    [Channel::Email, Channel::Webhook].into_iter().filter(|channel| has(*channel)).collect()
}

/// The rung of the ladder that a channel stands on; watchers get signs of life only.
fn rung(config: &ChannelConfig) -> Option<Channel> {
    match config {
        ChannelConfig::Desktop => Some(Channel::Desktop),
        ChannelConfig::Email(_) => Some(Channel::Email),
        ChannelConfig::Webhook(_) => Some(Channel::Webhook),
        ChannelConfig::Ping(_) => None,
    }
}
