//! The watchdog: looks at the state of the business once a minute and right after an operation ends, compares the causes of alerts
//! with the inbox, and queues what is to be told. It has a thread of its own, apart from the scheduler's and the operations', so
//! that whatever is stuck there is noticed here. While nothing changes it writes nothing.

mod inbox;
mod stalls;
mod week;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use resguardo_domain::{
    AlertFacts, AlertStep, Cause, Channel, Context, Reading, Result, alert_causes, decide_alerts,
};
use resguardo_notices::ChannelConfig;

use crate::Engine;
use crate::messages::ChannelRow;

pub use inbox::{AlertView, AlertsView};
use stalls::Stalls;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A computer that was just started or has just woken up makes up for what it missed before anybody is told that it is late.
const GRACE: SignedDuration = SignedDuration::from_mins(30);
/// Looks that are farther apart have a sleep between them.
const SLEPT: SignedDuration = SignedDuration::from_mins(15);

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
    awake_since: SignedDuration,
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
        let (running, settled) = self.since_last(reading);
        let report = engine.status_report()?;
        let settings = engine.notice_settings()?;
        let computers = engine.seen_computers()?;
        let more = AlertFacts { running, computers, ..AlertFacts::default() };
        let inbox = engine.catalog.inbox()?;
        let mut causes = alert_causes(&report.facts, &more, &settings.alerts);
        let open = |cause: &Cause| inbox.iter().any(|row| row.closed_at.is_none() && row.key == cause.key());
        let is_seen = |cause: &Cause| match cause {
            Cause::Silent { computer, .. } => engine.looked_lately(computer, &more.computers),
            _ => settled || !is_of_age(cause),
        };
        causes.retain(|cause| is_seen(cause) || open(cause));
        let channels = engine.channel_rows()?;
        let now = report.facts.now;
        let steps = decide_alerts(&causes, &inbox, &remote(&channels), now);
        if !steps.is_empty() {
            engine.carry_out_alerts(inbox, &steps, &channels, now)?;
        }
        if settings.digest {
            engine.tell_week(&report, &channels)?;
        }
        Ok(Watched { causes, steps })
    }

    /// Notes the time: which operations stand still since when, and whether what was missed had its time to be made up for.
    fn since_last(&self, reading: Reading) -> (Vec<resguardo_domain::Stall>, bool) {
        let mut memory = self.memory();
        let passed = memory.last.map(|last| reading.steady.saturating_sub(last));
        // A steady clock that goes back is another start of the computer.
        if passed.is_none_or(|passed| passed.is_negative() || passed > SLEPT) {
            memory.awake_since = reading.steady;
        }
        memory.last = Some(reading.steady);
        let running = memory.stalls.look(&self.engine.samples(), reading);
        let at_work = self.engine.backs_up_now() && running.iter().all(|one| !is_long(one, reading));
        let awake = reading.steady.saturating_sub(memory.awake_since);
        (running, awake >= GRACE && !at_work)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a running operation has stood still for so long that it is no reason to wait any more.
fn is_long(stall: &resguardo_domain::Stall, reading: Reading) -> bool {
    reading.wall.duration_since(stall.progress_at) >= GRACE
}

/// Whether a backup that is made meanwhile ends the cause.
fn is_of_age(cause: &Cause) -> bool {
    matches!(cause, Cause::Late { .. } | Cause::NoCopy { .. } | Cause::NoCopyFor { .. })
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
