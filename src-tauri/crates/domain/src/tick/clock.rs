//! What two clocks tell together: wake-ups, and whether the wall clock can be believed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The wall clock, which anybody can set.
    pub wall: Timestamp,
    /// Time since the computer was started, sleep included; nobody can set it.
    pub steady: SignedDuration,
    /// Another number after each start of the computer: only readings with the same one have comparable `steady`.
    pub boot: u64,
}

impl Reading {
    /// Real time since an earlier reading; `None` when the computer was started in between.
    fn since(&self, earlier: &Self) -> Option<SignedDuration> {
        let passed = self.steady.checked_sub(earlier.steady)?;
        (self.boot == earlier.boot && !passed.is_negative()).then_some(passed)
    }
}

/// Why the wall clock is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum ClockDoubt {
    /// It was set forward.
    Forward {
        /// By how many seconds.
        seconds: i64,
    },
    /// It was set back.
    Backward {
        /// By how many seconds.
        seconds: i64,
    },
    /// A second source of time says something else.
    Disagrees {
        /// By how many seconds the wall clock is ahead of it.
        seconds: i64,
    },
}

/// What is remembered from tick to tick; kept in the catalog so that it outlives the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// At the last tick.
    pub last: Reading,
    /// When the wall clock was last believed.
    pub trusted: Reading,
    /// The reading of the steady clock at which the program started or the computer woke up.
    pub awake_since: SignedDuration,
    /// Why the wall clock is not believed; nothing may be deleted meanwhile.
    pub doubt: Option<ClockDoubt>,
}

/// Ticks are at most a minute apart: a longer silence was sleep, or the program did not run.
const SILENCE: SignedDuration = SignedDuration::from_mins(3);
/// Set forward by more than this, the clock is doubted.
const FORWARD: SignedDuration = SignedDuration::from_hours(24);
/// Set back by more than this, the clock is doubted.
const BACKWARD: SignedDuration = SignedDuration::from_mins(5);
/// Between two starts of the computer nothing measures the time: this much may have been spent switched off.
const SWITCHED_OFF: SignedDuration = SignedDuration::from_hours(31 * 24);
/// A second source within this distance agrees: what is decided by the clock counts in days.
const AGREES: SignedDuration = SignedDuration::from_hours(24);

impl Watch {
    /// The first tick ever: there is nothing to doubt by.
    pub fn start(now: Reading) -> Self {
        Self { last: now, trusted: now, awake_since: now.steady, doubt: None }
    }

    /// The next tick. `second` is the time by another source (a destination's date header, or a person who looked at the clock
    /// and said that it is right), when there is one now.
    pub fn tick(&self, now: Reading, second: Option<Timestamp>) -> Self {
        let doubt = match second {
            Some(second) => disagreement(now.wall, second),
            None => self.doubt_at(now),
        };
        Self {
            last: now,
            trusted: if doubt.is_none() { now } else { self.trusted },
            awake_since: if self.woke_up(&now) { now.steady } else { self.awake_since },
            doubt,
        }
    }

    /// Time since the computer woke up or the program started.
    pub fn awake_for(&self) -> SignedDuration {
        self.last.steady.saturating_sub(self.awake_since)
    }

    /// Some steady clocks stand still in sleep: then the wall clock shows the gap.
    fn woke_up(&self, now: &Reading) -> bool {
        let silence = |passed: SignedDuration| passed > SILENCE;
        now.since(&self.last).is_none_or(|passed| {
            silence(passed) || silence(now.wall.duration_since(self.last.wall).saturating_sub(passed))
        })
    }

    /// Compares with the last reading that was believed. Once the wall clock is where it should be again, it is believed again.
    fn doubt_at(&self, now: Reading) -> Option<ClockDoubt> {
        let moved = now.wall.duration_since(self.trusted.wall);
        match now.since(&self.trusted) {
            Some(passed) => shift(moved.saturating_sub(passed), FORWARD),
            None => match self.doubt {
                // Nothing measured the time since: what was set forward can't be proved right by a start of the computer.
                Some(doubt @ (ClockDoubt::Forward { .. } | ClockDoubt::Disagrees { .. })) => Some(doubt),
                _ => shift(moved, SWITCHED_OFF),
            },
        }
    }
}

fn shift(by: SignedDuration, forward: SignedDuration) -> Option<ClockDoubt> {
    if by > forward {
        Some(ClockDoubt::Forward { seconds: by.as_secs() })
    } else if by < -BACKWARD {
        Some(ClockDoubt::Backward { seconds: -by.as_secs() })
    } else {
        None
    }
}

fn disagreement(wall: Timestamp, second: Timestamp) -> Option<ClockDoubt> {
    let ahead = wall.duration_since(second);
    (ahead.abs() > AGREES).then(|| ClockDoubt::Disagrees { seconds: ahead.as_secs() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: &str, steady_minutes: i64, boot: u64) -> Reading {
        Reading { wall: wall.parse().unwrap(), steady: SignedDuration::from_mins(steady_minutes), boot }
    }

    fn watch() -> Watch {
        Watch::start(reading("2026-03-10T12:00:00Z", 1000, 1))
    }

    #[test]
    fn an_ordinary_minute_is_neither_sleep_nor_doubt() {
        let next = watch().tick(reading("2026-03-10T12:01:00Z", 1001, 1), None);
        assert_eq!((next.doubt, next.awake_for()), (None, SignedDuration::from_mins(1)));
    }

    #[test]
    fn sleep_is_seen_by_either_clock_and_is_no_doubt() {
        for steady in [1600, 1001] {
            let next = watch().tick(reading("2026-03-10T22:00:00Z", steady, 1), None);
            assert_eq!((next.doubt, next.awake_for()), (None, SignedDuration::ZERO), "{steady}");
        }
        let week_asleep = watch().tick(reading("2026-03-17T12:00:00Z", 1000 + 7 * 1440, 1), None);
        assert_eq!(week_asleep.doubt, None);
    }

    #[test]
    fn jumps_are_doubted_until_the_clock_is_back_or_somebody_agrees() {
        let forward = watch().tick(reading("2026-03-12T12:01:00Z", 1001, 1), None);
        assert_eq!(forward.doubt, Some(ClockDoubt::Forward { seconds: 2 * 86_400 }));
        assert!(forward.tick(reading("2026-03-12T12:02:00Z", 1002, 1), None).doubt.is_some());
        let back = forward.tick(reading("2026-03-10T12:03:00Z", 1003, 1), None);
        assert_eq!(back.doubt, None);
        let agreed = forward
            .tick(reading("2026-03-12T12:03:00Z", 1003, 1), Some("2026-03-12T11:00:00Z".parse().unwrap()));
        assert_eq!(agreed.doubt, None);
        assert_eq!(agreed.tick(reading("2026-03-12T12:04:00Z", 1004, 1), None).doubt, None);
    }

    #[test]
    fn the_limits_are_a_day_forward_and_five_minutes_back() {
        let doubt = |wall| watch().tick(reading(wall, 1001, 1), None).doubt;
        assert_eq!(doubt("2026-03-11T12:01:00Z"), None);
        assert_eq!(doubt("2026-03-11T12:01:01Z"), Some(ClockDoubt::Forward { seconds: 86_401 }));
        assert_eq!(doubt("2026-03-10T11:56:00Z"), None);
        assert_eq!(doubt("2026-03-10T11:55:59Z"), Some(ClockDoubt::Backward { seconds: 301 }));
    }

    #[test]
    fn a_month_switched_off_is_believed_and_a_flat_battery_is_not() {
        assert_eq!(watch().tick(reading("2026-04-09T08:00:00Z", 1, 2), None).doubt, None);
        let year = watch().tick(reading("2027-03-10T12:00:00Z", 1, 2), None);
        assert!(matches!(year.doubt, Some(ClockDoubt::Forward { .. })));
        let flat = watch().tick(reading("2000-01-01T00:00:00Z", 1, 2), None);
        assert!(matches!(flat.doubt, Some(ClockDoubt::Backward { .. })));
        // The network sets it right: no doubt is left, although the steps were large.
        assert_eq!(flat.tick(reading("2026-03-11T09:00:00Z", 2, 2), None).doubt, None);
    }

    #[test]
    fn a_start_does_not_prove_a_clock_right_that_was_set_forward() {
        let forward = watch().tick(reading("2026-03-14T12:01:00Z", 1001, 1), None);
        assert!(forward.tick(reading("2026-03-14T13:00:00Z", 1, 2), None).doubt.is_some());
        let second = Some("2026-03-10T13:00:00Z".parse().unwrap());
        let told = watch().tick(reading("2026-03-14T13:00:00Z", 1, 2), second);
        assert_eq!(told.doubt, Some(ClockDoubt::Disagrees { seconds: 4 * 86_400 }));
    }
}
