//! Promise 25: every schedule is served at the right time, once.
//!
//! The due times are compared with an oracle that walks through every minute and knows nothing of gaps and folds; the decisions of
//! the ticks are played in a world that sleeps, is switched off, sets its clock wrong and kills the program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test and its tools"
)]

mod corpus;
mod oracle;
mod world;

use corpus::{ZONES, schedules};
use jiff::Timestamp;

/// The first minute of the oracle is this much earlier, so that clocks set back find due times too.
const MARGIN_DAYS: i64 = 500;

fn nightly() -> bool {
    std::env::var("RESGUARDO_TESTS").is_ok_and(|value| value == "nightly")
}

/// The days that are played: one year with the day that Samoa left out, or thirty.
fn span() -> (Timestamp, Timestamp) {
    let (from, to) = if nightly() { ("2006-07-01", "2036-07-01") } else { ("2011-07-01", "2012-07-01") };
    let midnight = |date: &str| format!("{date}T00:00:00Z").parse().unwrap();
    (midnight(from), midnight(to))
}

#[test]
fn p25_due_times_agree_with_a_walk_through_every_minute() {
    let (from, to) = span();
    let schedules = schedules(from, to);
    assert_eq!((ZONES.len(), schedules.len()), (60, 40));
    let mut compared = 0;
    for zone in ZONES {
        let expected = oracle::due_times(zone, &schedules, from, to);
        for (schedule, expected) in schedules.iter().zip(&expected) {
            let schedule = corpus::in_zone(schedule, zone);
            let told: Vec<_> = schedule.due(from).unwrap().take_while(|due| due.at <= to).collect();
            if told != *expected {
                let at = told
                    .iter()
                    .zip(expected)
                    .position(|(a, b)| a != b)
                    .unwrap_or(told.len().min(expected.len()));
                panic!("{}: {:?} instead of {:?}", schedule.key(), told.get(at), expected.get(at));
            }
            compared += told.len();
        }
    }
    println!("p25: {compared} due times of {} schedules in {} zones agree", schedules.len(), ZONES.len());
    assert!(compared > 1_000_000);
}

#[test]
fn p25_sleep_jumps_and_kills_lose_no_window_and_double_no_run() {
    let (from, to) = span();
    let schedules = schedules(from, to);
    let margin = jiff::SignedDuration::from_hours(24 * MARGIN_DAYS);
    let mut tally = world::Tally::default();
    for (number, zone) in ZONES.iter().enumerate() {
        let due = oracle::due_times(zone, &schedules, from - margin, to + margin);
        let all: Vec<_> = schedules.iter().zip(due).map(|(s, due)| (corpus::in_zone(s, zone), due)).collect();
        // Plans of one to three schedules of every kind; the pairs differ from zone to zone.
        let mut order: Vec<usize> = (0..all.len()).collect();
        let mut random = world::Chance::new(number as u64);
        (1..order.len()).rev().for_each(|last| order.swap(last, random.below(last as u64 + 1) as usize));
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(1 + random.below(3) as usize));
            let plan: Vec<_> = now.iter().map(|index| &all[*index]).collect();
            world::World::new(&plan, from, to, random.next()).play(&mut tally);
            rest = later;
        }
    }
    println!("p25: {tally:?}");
    assert!(
        tally.runs > 100_000 && tally.catch_ups > 5_000 && tally.collapsed > 10_000 && tally.joined > 100
    );
    assert!(tally.rewinds > 100 && tally.kills > 1_000 && tally.retries > 1_000 && tally.doubts > 100);
}
