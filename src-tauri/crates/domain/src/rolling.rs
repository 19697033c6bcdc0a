//! Rolling verification: every copy at every destination is read back again in time, a share each day.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::SnapshotId;

/// What the owner can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RollingRules {
    /// Every copy is read back at least once in so many days.
    pub within_days: u16,
    /// Bytes that are read at one destination in a day; `None` lets the rule find them. Fewer than the days allow for are raised.
    pub daily_bytes: Option<u64>,
}

impl Default for RollingRules {
    fn default() -> Self {
        Self { within_days: 90, daily_bytes: None }
    }
}

/// A copy at the destination that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyAge {
    /// Of which snapshot.
    pub snapshot: SnapshotId,
    /// Bytes of its archive.
    pub bytes: u64,
    /// When it was last proven; `None` when it never was or is known to be damaged: such a copy comes first.
    pub proven_at: Option<Timestamp>,
}

/// However little lies there: small archives are not worth a day each.
const LEAST_DAILY: u64 = 1 << 30;

/// Chooses what to read back today at one destination, the oldest proof first. Copies proven in the first third of the time wait;
/// the budget of each day is what all copies need to be done in the other two. The first one is taken whatever its size.
pub fn choose(copies: &[CopyAge], rules: &RollingRules, now: Timestamp) -> Vec<SnapshotId> {
    let days = i64::from(rules.within_days.max(3));
    let rest = SignedDuration::from_hours(days * 24 / 3);
    let fresh = |at: Timestamp| {
        let age = now.duration_since(at);
        // A proof from the future was noted by a wrong clock: it says nothing.
        age < rest && !age.is_negative()
    };
    let mut due: Vec<&CopyAge> = copies.iter().filter(|copy| !copy.proven_at.is_some_and(fresh)).collect();
    due.sort_by(|a, b| a.proven_at.cmp(&b.proven_at).then_with(|| a.snapshot.cmp(&b.snapshot)));
    let all = copies.iter().map(|copy| copy.bytes).fold(0_u64, u64::saturating_add);
    let least = (all / u64::try_from(days * 2 / 3).unwrap_or(1).max(1)).saturating_add(1);
    let mut left = rules.daily_bytes.unwrap_or(LEAST_DAILY).max(least);
    let mut chosen = Vec::new();
    for copy in due {
        if copy.bytes > left && !chosen.is_empty() {
            break;
        }
        left = left.saturating_sub(copy.bytes);
        chosen.push(copy.snapshot.clone());
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        "2026-01-01T03:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(day * 24)
    }

    fn copy(number: u64, bytes: u64, proven: Option<i64>) -> CopyAge {
        CopyAge { snapshot: SnapshotId::from_random(number), bytes, proven_at: proven.map(at) }
    }

    #[test]
    fn nothing_is_read_again_in_the_first_third_of_the_time() {
        let copies = [copy(1, 10, Some(0)), copy(2, 10, Some(5))];
        let rules = RollingRules::default();
        assert!(choose(&copies, &rules, at(29)).is_empty());
        assert_eq!(choose(&copies, &rules, at(30)), [copies[0].snapshot.clone()]);
    }

    #[test]
    fn what_was_never_proven_or_in_the_future_comes_at_once() {
        let copies = [copy(1, 10, Some(50)), copy(2, 10, None), copy(3, 10, Some(0))];
        let chosen = choose(&copies, &RollingRules::default(), at(10));
        assert_eq!(chosen, [copies[1].snapshot.clone(), copies[0].snapshot.clone()]);
    }

    #[test]
    fn an_archive_larger_than_a_day_is_read_alone() {
        let copies = [copy(1, 900 << 30, None), copy(2, 1, None)];
        let rules = RollingRules { daily_bytes: Some(1), ..RollingRules::default() };
        assert_eq!(choose(&copies[..1], &rules, at(0)).len(), 1);
        let first = choose(&copies, &rules, at(0));
        assert_eq!(first.len(), 1, "one too large for the day fills it");
    }

    /// Years of days: archives of all sizes come and go, the computer is off at times, and every copy is read in time.
    #[test]
    fn every_copy_is_read_back_within_its_days_whatever_the_budget() {
        for (seed, daily) in [(1_u64, None), (2, Some(1)), (3, Some(5 << 30)), (4, None)] {
            let mut random = seed;
            let mut below = |limit: u64| {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) % limit
            };
            let rules = RollingRules { daily_bytes: daily, ..RollingRules::default() };
            let mut copies: Vec<CopyAge> = Vec::new();
            let mut oldest = 0;
            for day in 0..1500_i64 {
                if day % 3 == 0 && copies.len() < 150 {
                    copies.push(copy(day as u64 + 1, below(40 << 30), Some(day)));
                }
                if copies.len() > 120 {
                    copies.remove(below(100) as usize);
                }
                // Every seventh day the computer stays off.
                if day % 7 == 6 {
                    continue;
                }
                for id in choose(&copies, &rules, at(day)) {
                    copies.iter_mut().find(|copy| copy.snapshot == id).unwrap().proven_at = Some(at(day));
                }
                let ages =
                    copies.iter().map(|copy| at(day).duration_since(copy.proven_at.unwrap()).as_hours() / 24);
                oldest = ages.max().unwrap_or(0).max(oldest);
            }
            assert!((30..=90).contains(&oldest), "seed {seed}: a copy waited {oldest} days");
        }
    }
}
