//! Operations that stand still: their counters are compared from look to look. Only time in which the computer was awake counts.

use std::collections::HashMap;

use jiff::SignedDuration;
use resguardo_domain::{OperationId, Reading, Sample, Stall};

/// A gap between two looks counts for no more than this: the rest was slept through.
const LONGEST: SignedDuration = SignedDuration::from_mins(2);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Stalls {
    seen: HashMap<OperationId, Still>,
    last: Option<SignedDuration>,
}

/// Counters and for how long they have not moved.
#[derive(Debug, Clone)]
struct Still {
    sample: Sample,
    time: SignedDuration,
}

impl Stalls {
    /// Looks at the counters of all operations at work, and tells since when each of them stands.
    pub(super) fn look(&mut self, samples: &[(OperationId, Sample)], reading: Reading) -> Vec<Stall> {
        let passed = self.last.map_or(SignedDuration::ZERO, |last| reading.steady.saturating_sub(last));
        let passed = passed.clamp(SignedDuration::ZERO, LONGEST);
        self.last = Some(reading.steady);
        let before = std::mem::take(&mut self.seen);
        let mut stalls = Vec::new();
        for (id, sample) in samples {
            let still = before.get(id).filter(|still| still.sample == *sample);
            let time = still.map_or(SignedDuration::ZERO, |still| still.time.saturating_add(passed));
            self.seen.insert(id.clone(), Still { sample: sample.clone(), time });
            let progress_at = reading.wall.saturating_sub(time).unwrap_or(reading.wall);
            stalls.push(Stall { operation: id.clone(), progress_at });
        }
        stalls
    }
}

#[cfg(test)]
mod tests {
    use resguardo_domain::Progress;

    use super::*;

    #[test]
    fn only_waking_time_without_a_move_counts() {
        let (id, progress) = (OperationId::from_random(1), Progress::default());
        let mut stalls = Stalls::default();
        let mut steady = SignedDuration::ZERO;
        let mut look = |minutes: i64, progress: &Progress| {
            steady += SignedDuration::from_mins(minutes);
            let wall = jiff::Timestamp::UNIX_EPOCH.saturating_add(steady).unwrap();
            let reading = Reading { wall, steady, boot: 1 };
            let found = stalls.look(&[(id.clone(), progress.sample())], reading);
            wall.duration_since(found[0].progress_at).as_mins()
        };
        assert_eq!([look(0, &progress), look(1, &progress), look(1, &progress)], [0, 1, 2]);
        // A night asleep.
        assert_eq!(look(600, &progress), 4);
        progress.advance(1, 0);
        assert_eq!(look(1, &progress), 0);
        assert_eq!(look(1, &progress), 1);
    }
}
