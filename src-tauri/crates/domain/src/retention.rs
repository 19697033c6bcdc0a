//! Retention: a pure function from what there is to what goes, with a reason for everything that stays.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Class, Error, Result, SnapshotId};

/// The keep rules of a plan; a rule that is `None` keeps nothing by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Retention {
    /// Keep everything; the other rules do not matter.
    pub all: bool,
    /// Keep the newest so many.
    pub last: Option<u32>,
    /// Keep everything of the last so many days.
    pub days: Option<u32>,
    /// Keep the newest of each of so many days that have one.
    pub daily: Option<u32>,
    /// Keep the newest of each of so many ISO weeks that have one.
    pub weekly: Option<u32>,
    /// Keep the newest of each of so many months that have one.
    pub monthly: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { all: false, last: None, days: None, daily: Some(14), weekly: Some(8), monthly: Some(12) }
    }
}

impl Retention {
    /// No rule at all: the base to set single rules on.
    pub const EMPTY: Self =
        Self { all: false, last: None, days: None, daily: None, weekly: None, monthly: None };

    /// Refuses rules under which nothing would be kept, and zeros, which are always a slip.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] naming the rule.
    pub fn validate(&self) -> Result<()> {
        let rules = [
            ("keep-last", self.last),
            ("keep-days", self.days),
            ("keep-daily", self.daily),
            ("keep-weekly", self.weekly),
            ("keep-monthly", self.monthly),
        ];
        if let Some((name, value)) =
            rules.iter().find(|(_, value)| value.is_some_and(|n| n == 0 || n > 100_000))
        {
            return Err(Error::invalid(name, value.unwrap_or(0), "expected 1 to 100000"));
        }
        if !self.all && rules.iter().all(|(_, value)| value.is_none()) {
            return Err(Error::invalid("retention", "", "no rule would keep anything"));
        }
        Ok(())
    }
}

/// Days after which a safety snapshot expires.
pub const SAFETY_DAYS: i64 = 30;
/// Days after which a damaged archive is deleted.
const DAMAGED_DAYS: i64 = 7;
/// Restore points that are never gone below.
const MIN_RESTORE_POINTS: usize = 2;

/// A snapshot as retention sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: SnapshotId,
    /// Its place in the plan's order.
    pub generation: u64,
    /// When it was made.
    pub created_at: jiff::Timestamp,
    /// The same as a date of the owner's zone.
    pub date: jiff::civil::Date,
    /// Its class.
    pub class: Class,
    /// Snapshots whose archives it needs.
    pub needs: Vec<SnapshotId>,
    /// Whether its archive was verified.
    pub verified: bool,
    /// Whether it, or something it needs, is known to be damaged.
    pub damaged: bool,
    /// Whether somebody pinned it.
    pub pinned: bool,
    /// Whether it was flagged and a person said that it is not as it should be.
    pub refused: bool,
}

/// Why a snapshot stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Keep {
    /// Every snapshot is kept.
    All,
    /// One of the newest; counted from 1.
    Last {
        /// Which.
        number: u32,
    },
    /// Younger than the rule's days.
    Days,
    /// Newest of its day; counted from 1.
    Daily {
        /// Which.
        number: u32,
    },
    /// Newest of its week; counted from 1.
    Weekly {
        /// Which.
        number: u32,
    },
    /// Newest of its month; counted from 1.
    Monthly {
        /// Which.
        number: u32,
    },
    /// Pinned.
    Pinned,
    /// Made by hand.
    Manual,
    /// A safety snapshot younger than 30 days.
    Safety,
    /// Not verified yet, so it is not counted and not deleted.
    NotVerified,
    /// Damaged, but not for long: it may heal from another copy.
    Damaged,
    /// Refused by a person, but not for long: that may be thought over.
    Refused,
    /// Dated in the future: the clock was wrong, so it is not judged.
    Future,
    /// One of the last restore points.
    LastRestorePoint,
    /// A kept snapshot needs it.
    NeededBy {
        /// Which.
        id: SnapshotId,
    },
}

/// What becomes of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It stays, for these reasons.
    Keep {
        /// At least one.
        reasons: Vec<Keep>,
    },
    /// It goes.
    Delete,
}

/// A snapshot and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The snapshot.
    pub id: SnapshotId,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Why nothing may be deleted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The clock jumped or disagrees with the newest snapshot.
    ClockSuspect,
    /// A snapshot shrank or changed abnormally and nobody decided yet.
    AnomalyOpen,
    /// A destination's listing failed or is incomplete.
    ListingIncomplete,
    /// More than half would go and nobody confirmed it.
    MoreThanHalf,
}

/// What retention must know besides the snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PruneFacts {
    /// The time.
    pub now: jiff::Timestamp,
    /// Today in the owner's zone.
    pub today: jiff::civil::Date,
    /// See [`Refusal::ClockSuspect`].
    pub clock_suspect: bool,
    /// See [`Refusal::AnomalyOpen`].
    pub anomaly_open: bool,
    /// See [`Refusal::ListingIncomplete`].
    pub listing_complete: bool,
    /// A person confirmed that more than half may go.
    pub confirmed: bool,
}

/// Decisions for every snapshot, and whether they may be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPlan {
    /// By generation, oldest first.
    pub decisions: Vec<Decision>,
    /// Why nothing may be deleted now, if so. The decisions still say what would be.
    pub refusal: Option<Refusal>,
}

impl RetentionPlan {
    /// What goes, children before the archives they need.
    pub fn deletions(&self) -> Vec<&SnapshotId> {
        self.decisions.iter().rev().filter(|d| d.verdict == Verdict::Delete).map(|d| &d.id).collect()
    }
}

/// Decides what goes. Order is by generation, never by clock; only verified, undamaged archives count towards a rule; what a
/// kept snapshot needs is kept; at least two verified restore points stay.
pub fn decide(snapshots: &[Candidate], rules: &Retention, facts: PruneFacts) -> RetentionPlan {
    let mut newest_first: Vec<&Candidate> = snapshots.iter().collect();
    newest_first.sort_by_key(|s| std::cmp::Reverse(s.generation));
    let mut reasons = Reasons::default();
    for snapshot in &newest_first {
        fixed_reasons(snapshot, facts, &mut reasons);
    }
    let counted: Vec<&Candidate> = newest_first.iter().copied().filter(|s| counts(s, facts)).collect();
    rule_reasons(&counted, rules, facts, &mut reasons);
    floor_reasons(&counted, &mut reasons);
    needed_reasons(&newest_first, &mut reasons);
    verdicts(&newest_first, reasons, facts)
}

type Reasons = BTreeMap<SnapshotId, Vec<Keep>>;

fn add(reasons: &mut Reasons, id: &SnapshotId, keep: Keep) {
    reasons.entry(id.clone()).or_default().push(keep);
}

fn age_days(snapshot: &Candidate, facts: PruneFacts) -> i64 {
    facts.now.duration_since(snapshot.created_at).as_secs().div_euclid(86_400)
}

fn is_future(snapshot: &Candidate, facts: PruneFacts) -> bool {
    age_days(snapshot, facts) < -1
}

/// Whether a snapshot counts towards the rules.
fn counts(snapshot: &Candidate, facts: PruneFacts) -> bool {
    snapshot.verified
        && !snapshot.damaged
        && !snapshot.refused
        && snapshot.class != Class::Safety
        && !is_future(snapshot, facts)
}

fn fixed_reasons(snapshot: &Candidate, facts: PruneFacts, reasons: &mut Reasons) {
    if snapshot.pinned {
        add(reasons, &snapshot.id, Keep::Pinned);
    }
    if snapshot.class == Class::Manual {
        add(reasons, &snapshot.id, Keep::Manual);
    }
    if is_future(snapshot, facts) {
        add(reasons, &snapshot.id, Keep::Future);
    } else if snapshot.class == Class::Safety {
        if age_days(snapshot, facts) < SAFETY_DAYS {
            add(reasons, &snapshot.id, Keep::Safety);
        }
    } else if snapshot.damaged && age_days(snapshot, facts) < DAMAGED_DAYS {
        add(reasons, &snapshot.id, Keep::Damaged);
    } else if snapshot.refused {
        if age_days(snapshot, facts) < DAMAGED_DAYS {
            add(reasons, &snapshot.id, Keep::Refused);
        }
    } else if !snapshot.damaged && !snapshot.verified {
        add(reasons, &snapshot.id, Keep::NotVerified);
    }
}

fn rule_reasons(counted: &[&Candidate], rules: &Retention, facts: PruneFacts, reasons: &mut Reasons) {
    for (number, snapshot) in (1_u32..).zip(counted) {
        if rules.all {
            add(reasons, &snapshot.id, Keep::All);
        }
        if rules.last.is_some_and(|last| number <= last) {
            add(reasons, &snapshot.id, Keep::Last { number });
        }
        if rules.days.is_some_and(|days| age_days(snapshot, facts) < i64::from(days)) {
            add(reasons, &snapshot.id, Keep::Days);
        }
    }
    by_period(
        counted,
        rules.daily,
        |date| (date.year(), date.day_of_year()),
        |number| Keep::Daily { number },
        reasons,
    );
    by_period(counted, rules.weekly, iso_week, |number| Keep::Weekly { number }, reasons);
    by_period(
        counted,
        rules.monthly,
        |date| (date.year(), i16::from(date.month())),
        |number| Keep::Monthly { number },
        reasons,
    );
}

fn iso_week(date: jiff::civil::Date) -> (i16, i16) {
    let week = date.iso_week_date();
    (week.year(), i16::from(week.week()))
}

/// The newest snapshot of each of the newest `count` periods that have one.
fn by_period(
    counted: &[&Candidate],
    count: Option<u32>,
    period: fn(jiff::civil::Date) -> (i16, i16),
    keep: fn(u32) -> Keep,
    reasons: &mut Reasons,
) {
    let mut seen = BTreeSet::new();
    for snapshot in counted {
        if seen.len() >= count.unwrap_or(0) as usize {
            return;
        }
        if seen.insert(period(snapshot.date)) {
            add(reasons, &snapshot.id, keep(u32::try_from(seen.len()).unwrap_or(u32::MAX)));
        }
    }
}

/// Never fewer than two verified restore points, whatever the rules say.
fn floor_reasons(counted: &[&Candidate], reasons: &mut Reasons) {
    let kept = counted.iter().filter(|s| reasons.contains_key(&s.id)).count();
    let missing = MIN_RESTORE_POINTS.saturating_sub(kept);
    let rescued: Vec<SnapshotId> =
        counted.iter().filter(|s| !reasons.contains_key(&s.id)).take(missing).map(|s| s.id.clone()).collect();
    for id in rescued {
        add(reasons, &id, Keep::LastRestorePoint);
    }
}

/// The closure over "needs": newest first, so that a chain is followed to its full in one pass.
fn needed_reasons(newest_first: &[&Candidate], reasons: &mut Reasons) {
    for snapshot in newest_first {
        if !reasons.contains_key(&snapshot.id) {
            continue;
        }
        for needed in &snapshot.needs {
            let list = reasons.entry(needed.clone()).or_default();
            if !list.iter().any(|keep| matches!(keep, Keep::NeededBy { .. })) {
                list.push(Keep::NeededBy { id: snapshot.id.clone() });
            }
        }
    }
}

fn verdicts(newest_first: &[&Candidate], mut reasons: Reasons, facts: PruneFacts) -> RetentionPlan {
    let decisions: Vec<Decision> = newest_first
        .iter()
        .rev()
        .map(|s| match reasons.remove(&s.id) {
            Some(reasons) => Decision { id: s.id.clone(), verdict: Verdict::Keep { reasons } },
            None => Decision { id: s.id.clone(), verdict: Verdict::Delete },
        })
        .collect();
    let gone = decisions.iter().filter(|d| d.verdict == Verdict::Delete).count();
    let refusal = refusal(gone, decisions.len(), facts);
    RetentionPlan { decisions, refusal }
}

fn refusal(gone: usize, all: usize, facts: PruneFacts) -> Option<Refusal> {
    if gone == 0 {
        None
    } else if facts.clock_suspect {
        Some(Refusal::ClockSuspect)
    } else if facts.anomaly_open {
        Some(Refusal::AnomalyOpen)
    } else if !facts.listing_complete {
        Some(Refusal::ListingIncomplete)
    } else if gone * 2 > all && !facts.confirmed {
        Some(Refusal::MoreThanHalf)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(generation: u64, day: i64, needs: &[u64]) -> Candidate {
        let created_at = start().checked_add(jiff::SignedDuration::from_hours(day * 24)).unwrap();
        Candidate {
            id: id(generation),
            generation,
            created_at,
            date: created_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            class: Class::Daily,
            needs: needs.iter().map(|&n| id(n)).collect(),
            verified: true,
            damaged: false,
            pinned: false,
            refused: false,
        }
    }

    fn id(n: u64) -> SnapshotId {
        SnapshotId::from_random(n)
    }

    fn start() -> jiff::Timestamp {
        "2026-01-01T02:00:00Z".parse().unwrap()
    }

    fn facts(day: i64) -> PruneFacts {
        let now = start().checked_add(jiff::SignedDuration::from_hours(day * 24)).unwrap();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        PruneFacts {
            now,
            today,
            clock_suspect: false,
            anomaly_open: false,
            listing_complete: true,
            confirmed: true,
        }
    }

    fn deleted(snapshots: &[Candidate], rules: &Retention, facts: PruneFacts) -> Vec<u64> {
        let plan = decide(snapshots, rules, facts);
        plan.deletions().iter().map(|id| u64::from_str_radix(id.as_str(), 16).unwrap()).collect()
    }

    #[test]
    fn what_a_kept_snapshot_needs_is_kept() {
        let chain = [snapshot(1, 0, &[]), snapshot(2, 1, &[1]), snapshot(3, 2, &[1, 2]), snapshot(4, 3, &[])];
        let rules = Retention { last: Some(2), ..Retention::EMPTY };
        assert_eq!(deleted(&chain, &rules, facts(4)), [] as [u64; 0]);
        let all_fulls = [snapshot(1, 0, &[]), snapshot(2, 1, &[]), snapshot(3, 2, &[]), snapshot(4, 3, &[])];
        assert_eq!(deleted(&all_fulls, &rules, facts(4)), [2, 1]);
    }

    #[test]
    fn two_restore_points_stay_whatever_the_rules_say() {
        let snapshots = [snapshot(1, 0, &[]), snapshot(2, 1, &[]), snapshot(3, 2, &[])];
        let rules = Retention { days: Some(1), ..Retention::EMPTY };
        assert_eq!(deleted(&snapshots, &rules, facts(400)), [1]);
    }

    #[test]
    fn manual_pinned_and_young_safety_snapshots_are_not_expired_by_rule() {
        let mut snapshots: Vec<_> = (1..=6).map(|n| snapshot(n, n.cast_signed(), &[])).collect();
        snapshots[0].class = Class::Manual;
        snapshots[1].pinned = true;
        snapshots[2].class = Class::Safety;
        let rules = Retention { last: Some(2), ..Retention::EMPTY };
        assert_eq!(deleted(&snapshots, &rules, facts(10)), [4]);
        assert_eq!(deleted(&snapshots, &rules, facts(40)), [4, 3]);
    }

    #[test]
    fn a_refused_snapshot_counts_towards_no_rule_and_goes_after_a_week() {
        let mut snapshots: Vec<_> = (1..=4).map(|n| snapshot(n, n.cast_signed(), &[])).collect();
        snapshots[3].refused = true;
        let rules = Retention { last: Some(2), ..Retention::EMPTY };
        assert_eq!(deleted(&snapshots, &rules, facts(5)), [1]);
        assert_eq!(deleted(&snapshots, &rules, facts(20)), [4, 1]);
    }

    #[test]
    fn nothing_goes_while_there_is_doubt() {
        let snapshots: Vec<_> = (1..=9).map(|n| snapshot(n, n.cast_signed(), &[])).collect();
        let rules = Retention { last: Some(8), ..Retention::EMPTY };
        let sure = facts(10);
        assert_eq!(decide(&snapshots, &rules, sure).refusal, None);
        let doubts = [
            (PruneFacts { clock_suspect: true, ..sure }, Refusal::ClockSuspect),
            (PruneFacts { anomaly_open: true, ..sure }, Refusal::AnomalyOpen),
            (PruneFacts { listing_complete: false, ..sure }, Refusal::ListingIncomplete),
        ];
        for (facts, refusal) in doubts {
            assert_eq!(decide(&snapshots, &rules, facts).refusal, Some(refusal));
        }
        let few = Retention { last: Some(2), ..Retention::EMPTY };
        let unconfirmed = PruneFacts { confirmed: false, ..sure };
        assert_eq!(decide(&snapshots, &few, unconfirmed).refusal, Some(Refusal::MoreThanHalf));
    }

    #[test]
    fn rules_that_keep_nothing_are_refused() {
        assert!(Retention::EMPTY.validate().is_err());
        assert!(Retention { last: Some(0), ..Retention::EMPTY }.validate().is_err());
        Retention::default().validate().unwrap();
    }
}
