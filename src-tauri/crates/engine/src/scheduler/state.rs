//! What the scheduler remembers from tick to tick, and the part of it that outlives the program.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    ClockDoubt, Conditions, DestinationId, Error, HoldReason, OperationId, PlanId, Result, UploadHold, Watch,
};

use crate::Engine;
use crate::pauses::Pauses;

const WATCH: &str = "clock-watch";
/// The watch is written down at least this often, lest a long quiet time look like one spent switched off.
const KEEP_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Slots are remembered for so long.
const SLOT_MEMORY: SignedDuration = SignedDuration::from_hours(400 * 24);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct ScheduleState {
    /// Since when somebody schedules here; `None` when nobody does.
    pub(crate) running_since: Option<Timestamp>,
    pub(crate) watch: Option<Watch>,
    /// As the catalog has it.
    pub(super) kept: Option<Watch>,
    pub(super) network_since: Option<SignedDuration>,
    pub(super) pauses: Pauses,
    pub(crate) conditions: Conditions,
    /// What held a plan's due slot last.
    pub(super) held: BTreeMap<PlanId, HoldReason>,
    /// Why archives of a plan are not sent to a destination now.
    pub(super) uploads_held: BTreeMap<(PlanId, DestinationId), UploadHold>,
    /// Sending that was started or did not help.
    pub(super) sending: BTreeMap<PlanId, SendingTry>,
    /// When it was last looked, by the steady clock, whether copies are to be proven.
    pub(super) looked_at_proofs: Option<SignedDuration>,
    /// What kept the last tick from doing all it should.
    pub(crate) trouble: Option<Error>,
}

/// One plan's tries to send what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SendingTry {
    pub(super) operation: OperationId,
    /// Tries in a row that left something waiting.
    pub(super) failures: u32,
    /// Not before this reading of the steady clock.
    pub(super) not_before: SignedDuration,
}

impl ScheduleState {
    /// Keeps what the last tick could not do, and logs it when it is another thing than before.
    pub(super) fn note_trouble(&mut self, trouble: Option<Error>) {
        let kind = |error: &Option<Error>| error.as_ref().map(|error| error.kind);
        if let Some(error) = trouble.as_ref().filter(|error| kind(&self.trouble) != Some(error.kind)) {
            crate::log::trouble(error);
        }
        self.trouble = trouble;
    }
}

impl Engine {
    pub(crate) fn schedule(&self) -> MutexGuard<'_, ScheduleState> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The watch as the catalog has it.
    pub(super) fn kept_watch(&self) -> Result<Option<Watch>> {
        self.catalog.setting(WATCH)
    }

    /// Why the clock is not believed, as far as anybody noticed: nothing may be deleted meanwhile.
    pub(crate) fn clock_doubt(&self) -> Result<Option<ClockDoubt>> {
        let here = self.schedule().watch;
        let watch = here.map_or_else(|| self.kept_watch(), |watch| Ok(Some(watch)))?;
        Ok(watch.and_then(|watch| watch.doubt))
    }

    /// A person has looked at the computer's clock and says that it is right.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn trust_clock(&self) -> Result<()> {
        let reading = self.cx.reading();
        let mut state = self.schedule();
        let watch = self.next_watch(&state, reading)?.tick(reading, Some(reading.wall));
        state.watch = state.running_since.map(|_| watch);
        self.keep_watch(&mut state, watch)
    }

    /// Writes the watch down when something about it must outlive the program: a doubt that came or went, a start of the
    /// computer, a day that passed.
    pub(super) fn keep_watch_when_due(&self, state: &mut ScheduleState, watch: Watch) -> Result<()> {
        if state.kept.is_none() {
            state.kept = self.kept_watch()?;
        }
        state.watch = Some(watch);
        let due = state.kept.is_none_or(|kept| {
            let passed = watch.last.steady.saturating_sub(kept.last.steady);
            kept.doubt != watch.doubt || kept.last.boot != watch.last.boot || passed >= KEEP_EVERY
        });
        if !due {
            return Ok(());
        }
        self.keep_watch(state, watch)?;
        match watch.last.wall.checked_sub(SLOT_MEMORY) {
            Ok(before) if watch.doubt.is_none() => self.catalog.forget_slots(&self.cx, before).map(drop),
            _ => Ok(()),
        }
    }

    pub(super) fn keep_watch(&self, state: &mut ScheduleState, watch: Watch) -> Result<()> {
        self.catalog.set_setting(&self.cx, WATCH, &watch)?;
        state.kept = Some(watch);
        Ok(())
    }
}
