//! Looking ahead: the runs to come as the scheduler would make them, and what retention would keep once they were made for long.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::tick::significance;
use crate::{
    ArchiveKind, Candidate, ChainFacts, ChainLimits, Class, Due, Keep, PruneFacts, Result, Retention,
    Schedule, SnapshotId, Verdict, decide_retention, next_kind,
};

/// Runs that are simulated at most.
const MOST_RUNS: i64 = 20_000;
/// Days beyond what the rules look back on, so that it is seen what goes.
const BEYOND_DAYS: i64 = 35;
/// What "everything" looks back on.
const ALL_DAYS: i64 = 366;
/// Nobody means more.
const MOST_DAYS: i64 = 40 * 366;

/// A run to come, with the places of its schedules in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAhead {
    /// When.
    pub due: Due,
    /// The schedule that runs: the most significant one of those due at that moment.
    pub schedule: usize,
    /// The others, which it serves.
    pub also: Vec<usize>,
}

/// The next runs, the earliest first, at most `count`. What is due at one moment is one run.
///
/// # Errors
/// [`crate::Kind::InvalidInput`] when a zone is not known.
pub fn next_runs(schedules: &[Schedule], now: Timestamp, count: usize) -> Result<Vec<RunAhead>> {
    let mut dates = Vec::new();
    for (at, schedule) in schedules.iter().enumerate() {
        dates.extend(schedule.due(now)?.take(count).map(|due| (due, at)));
    }
    let mut runs = merged(dates, schedules);
    runs.truncate(count);
    Ok(runs)
}

fn merged(mut dates: Vec<(Due, usize)>, schedules: &[Schedule]) -> Vec<RunAhead> {
    dates.sort_by_key(|(due, at)| (due.at, *at));
    let together = dates.chunk_by(|a, b| a.0.at == b.0.at);
    let run = |together: &[(Due, usize)]| {
        let best = together.iter().max_by_key(|(due, at)| (significance(&schedules[*at]), *due)).copied()?;
        let also = together.iter().map(|(_, at)| *at).filter(|at| *at != best.1).collect();
        Some(RunAhead { due: best.0, schedule: best.1, also })
    };
    together.filter_map(run).collect()
}

/// A snapshot as it would have been made, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// A name for it.
    pub id: SnapshotId,
    /// When it was made.
    pub at: Timestamp,
    /// Its class.
    pub class: Class,
    /// Its archive kind.
    pub kind: ArchiveKind,
    /// Why it stays; empty when it goes.
    pub keep: Vec<Keep>,
}

/// What would be there now if a plan had run for somewhat longer than its rules look back, on time and proven each time; the oldest
/// first. Empty when nothing repeats.
///
/// # Errors
/// [`crate::Kind::InvalidInput`] when a zone is not known.
pub fn simulate(
    schedules: &[Schedule],
    rules: &Retention,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<Simulated>> {
    let repeating: Vec<Schedule> = schedules.iter().filter(|s| s.interval().is_some()).cloned().collect();
    let hours: Vec<i64> =
        repeating.iter().filter_map(Schedule::interval).map(|interval| interval.as_hours().max(1)).collect();
    let Some(shortest) = hours.iter().min() else { return Ok(Vec::new()) };
    let runs_of = |days: i64| hours.iter().map(|hours| days * 24 / hours + 1).sum::<i64>();
    let mut days = look_back(rules, *shortest).clamp(1, MOST_DAYS) + BEYOND_DAYS;
    while runs_of(days) > MOST_RUNS {
        days -= days / 8 + 1;
    }
    let start = now.saturating_sub(SignedDuration::from_hours(days * 24)).unwrap_or(now);
    let mut dates = Vec::new();
    for (at, schedule) in repeating.iter().enumerate() {
        dates.extend(schedule.due(start)?.take_while(|due| due.at <= now).map(|due| (due, at)));
    }
    let made = made(&merged(dates, &repeating), &repeating, zone);
    Ok(judged(made, rules, now, zone))
}

/// Days that the rules look back on. A rule that counts days with a snapshot looks farther back when not every day has one.
fn look_back(rules: &Retention, shortest_hours: i64) -> i64 {
    let stretched = |count: Option<u32>, days: i64| {
        let every = shortest_hours.div_euclid(24).max(days);
        i64::from(count.unwrap_or(0)) * every
    };
    let last = i64::from(rules.last.unwrap_or(0)) * shortest_hours / 24;
    let all = if rules.all { ALL_DAYS } else { 0 };
    let by_age = i64::from(rules.days.unwrap_or(0));
    let counted = [stretched(rules.daily, 1), stretched(rules.weekly, 7), stretched(rules.monthly, 31)];
    counted.into_iter().chain([last, all, by_age]).max().unwrap_or(0)
}

/// The snapshots that the runs would have made, each with the one it directly needs.
fn made(runs: &[RunAhead], schedules: &[Schedule], zone: &TimeZone) -> Vec<(Candidate, ArchiveKind)> {
    let mut all: Vec<(Candidate, ArchiveKind)> = Vec::with_capacity(runs.len());
    let mut full = 0;
    for (at, run) in runs.iter().enumerate() {
        let schedule = &schedules[run.schedule];
        let chain = all.get(full).map(|(first, _)| ChainFacts {
            age_days: run.due.at.duration_since(first.created_at).as_hours() / 24,
            length: u32::try_from(at - full - 1).unwrap_or(u32::MAX),
            // What changes from day to day is not known, so it never makes a chain too heavy here.
            full_bytes: 1,
            increment_bytes: 0,
            intact: true,
        });
        let kind = next_kind(schedule.kind, chain, ChainLimits::default());
        let needs = match kind {
            ArchiveKind::Full => None,
            ArchiveKind::Differential => Some(full),
            ArchiveKind::Incremental => at.checked_sub(1),
        };
        if kind == ArchiveKind::Full {
            full = at;
        }
        let generation = at as u64 + 1;
        let candidate = Candidate {
            id: SnapshotId::from_random(generation),
            generation,
            created_at: run.due.at,
            date: run.due.at.to_zoned(zone.clone()).date(),
            class: schedule.class,
            needs: needs
                .and_then(|at| all.get(at))
                .map(|(needed, _)| needed.id.clone())
                .into_iter()
                .collect(),
            verified: true,
            damaged: false,
            pinned: false,
            refused: false,
        };
        all.push((candidate, kind));
    }
    all
}

fn judged(
    made: Vec<(Candidate, ArchiveKind)>,
    rules: &Retention,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<Simulated> {
    let (candidates, kinds): (Vec<Candidate>, Vec<ArchiveKind>) = made.into_iter().unzip();
    let today = now.to_zoned(zone.clone()).date();
    let facts = PruneFacts {
        now,
        today,
        clock_suspect: false,
        anomaly_open: false,
        listing_complete: true,
        confirmed: true,
    };
    let decided = decide_retention(&candidates, rules, facts).decisions;
    let mut verdicts: HashMap<SnapshotId, Vec<Keep>> = HashMap::with_capacity(decided.len());
    for decision in decided {
        if let Verdict::Keep { reasons } = decision.verdict {
            verdicts.insert(decision.id, reasons);
        }
    }
    let told = |(candidate, kind): (Candidate, ArchiveKind)| Simulated {
        keep: verdicts.remove(&candidate.id).unwrap_or_default(),
        id: candidate.id,
        at: candidate.created_at,
        class: candidate.class,
        kind,
    };
    candidates.into_iter().zip(kinds).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ScheduleRule, Weekday};

    fn schedule(rule: ScheduleRule, class: Class, kind: Option<ArchiveKind>) -> Schedule {
        Schedule { rule, zone: "Europe/Madrid".into(), kind, class, off: false }
    }

    /// Daily increments, a full each Sunday, another each first of the month, all at one time.
    fn office() -> Vec<Schedule> {
        let at = jiff::civil::time(20, 0, 0, 0);
        vec![
            schedule(ScheduleRule::Day { at }, Class::Daily, Some(ArchiveKind::Incremental)),
            schedule(ScheduleRule::Week { day: Weekday::Sunday, at }, Class::Weekly, Some(ArchiveKind::Full)),
            schedule(ScheduleRule::Month { day: 1, at }, Class::Monthly, Some(ArchiveKind::Full)),
        ]
    }

    fn now() -> Timestamp {
        "2026-03-12T12:00:00+01:00".parse().unwrap()
    }

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Madrid").unwrap()
    }

    #[test]
    fn what_falls_together_is_one_run_of_the_most_significant_schedule() {
        let runs = next_runs(&office(), now(), 20).unwrap();
        let days: Vec<i8> = runs.iter().map(|run| run.due.local.day()).collect();
        assert_eq!(days, (12..=31).collect::<Vec<i8>>());
        assert_eq!((runs[0].schedule, runs[0].also.len()), (0, 0));
        assert_eq!((runs[3].schedule, runs[3].also.clone()), (1, vec![0]), "Sunday the 15th");
        let all = next_runs(&office(), "2026-10-31T12:00:00Z".parse().unwrap(), 2).unwrap();
        assert_eq!((all[1].schedule, all[1].also.clone()), (2, vec![0, 1]), "Sunday the 1st of November");
        assert!(next_runs(&[], now(), 5).unwrap().is_empty());
        let unknown = Schedule { zone: "Nowhere/Atlantis".into(), ..office()[0].clone() };
        assert!(next_runs(std::slice::from_ref(&unknown), now(), 5).is_err());
        assert!(simulate(&[unknown], &Retention::default(), now(), &zone()).is_err());
    }

    fn count(rows: &[Simulated], fits: impl Fn(&Keep) -> bool) -> usize {
        rows.iter().filter(|row| row.keep.iter().any(&fits)).count()
    }

    #[test]
    fn each_rule_keeps_as_many_as_it_says_once_the_plan_has_run_for_long() {
        let rows = simulate(&office(), &Retention::default(), now(), &zone()).unwrap();
        assert_eq!(count(&rows, |keep| matches!(keep, Keep::Daily { .. })), 14);
        assert_eq!(count(&rows, |keep| matches!(keep, Keep::Weekly { .. })), 8);
        assert_eq!(count(&rows, |keep| matches!(keep, Keep::Monthly { .. })), 12);
        assert!(rows.is_sorted_by_key(|row| row.at) && rows.iter().any(|row| row.keep.is_empty()));
        let oldest = rows.iter().find(|row| !row.keep.is_empty()).unwrap();
        let age = now().duration_since(oldest.at).as_hours() / 24;
        // The newest of the eleventh month before this one, and the full that it rests on.
        assert!((312..=345).contains(&age), "most of a year back: {age} days");
    }

    #[test]
    fn what_a_kept_one_needs_is_there_and_made_before_it() {
        let rows =
            simulate(&office(), &Retention { last: Some(5), ..Retention::EMPTY }, now(), &zone()).unwrap();
        let kept: Vec<&Simulated> = rows.iter().filter(|row| !row.keep.is_empty()).collect();
        assert!(kept.len() >= 5);
        assert_eq!(kept[0].kind, ArchiveKind::Full, "the chain of the oldest one begins there");
        for row in &rows {
            for keep in &row.keep {
                if let Keep::NeededBy { id } = keep {
                    let by = rows.iter().find(|other| other.id == *id).unwrap();
                    assert!(by.at > row.at && !by.keep.is_empty());
                }
            }
        }
    }

    #[test]
    fn automatic_kinds_begin_a_new_full_as_the_real_ones_do() {
        let at = jiff::civil::time(2, 0, 0, 0);
        let daily = [schedule(ScheduleRule::Day { at }, Class::Daily, None)];
        let rows = simulate(&daily, &Retention::default(), now(), &zone()).unwrap();
        let fulls: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].kind == ArchiveKind::Full).collect();
        assert!(fulls.windows(2).all(|pair| pair[1] - pair[0] == 31), "{fulls:?}");
    }

    #[test]
    fn the_work_is_bounded_whatever_the_rules_say() {
        let from = jiff::civil::time(0, 0, 0, 0);
        let hourly = [schedule(ScheduleRule::Hours { hours: 1, from }, Class::Daily, None)];
        let long = Retention { monthly: Some(100_000), last: Some(100_000), ..Retention::EMPTY };
        let rows = simulate(&hourly, &long, now(), &zone()).unwrap();
        assert!(rows.len() > 10_000 && rows.len() <= 20_001, "{}", rows.len());
        let once = schedule(
            ScheduleRule::Once { at: jiff::civil::datetime(2027, 1, 1, 0, 0, 0, 0) },
            Class::Daily,
            None,
        );
        assert!(simulate(&[once], &Retention::default(), now(), &zone()).unwrap().is_empty());
    }
}
