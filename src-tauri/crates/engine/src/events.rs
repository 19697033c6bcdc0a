//! Events: whoever shows something waits here until it may look another way. Nobody waits, nothing is done.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use resguardo_domain::Result;

use crate::Engine;
use crate::requests::{Events, RunningOperation};

/// Counters are told four times a second while something is at work: quick enough for an eye.
const SAMPLE_EVERY: Duration = Duration::from_millis(250);
/// How often it is looked for other programs' writing while nothing is at work.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Nobody waits for longer: a window that is gone must not keep its place for hours.
const LONGEST: Duration = Duration::from_secs(60);

impl Engine {
    /// What has changed after a number (0: everything), and the operations at work. Waits for it, at most so long and never longer
    /// than a minute; while something is at work, a quarter of a second at most. Nothing is written.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn next_events(&self, after: u64, patience: Duration) -> Result<Events> {
        let mut left = patience.min(LONGEST);
        loop {
            self.catalog.look_for_others()?;
            // Before the change is asked for: what ends in between is told the next time.
            let running = self.running_operations()?;
            let turn = left.min(if running.is_empty() { LOOK_EVERY } else { SAMPLE_EVERY });
            let changed = self.catalog.changes().wait(after, turn);
            left = left.saturating_sub(turn);
            let over = left.is_zero() || self.closing.load(Relaxed);
            if over || !changed.topics.is_empty() || !running.is_empty() {
                let running = self.running_operations()?;
                return Ok(Events { sequence: changed.sequence, topics: changed.topics, running });
            }
        }
    }

    /// The operations at work, here or in other programs; the oldest first.
    fn running_operations(&self) -> Result<Vec<RunningOperation>> {
        let unfinished = self.catalog.unfinished_operations()?;
        let alive = unfinished.into_iter().filter(|operation| self.is_alive(&operation.id));
        let shown = alive.map(|operation| {
            let (sample, paused) = (self.progress(&operation.id), self.is_paused(&operation.id));
            RunningOperation { operation, sample, paused }
        });
        Ok(shown.collect())
    }
}
