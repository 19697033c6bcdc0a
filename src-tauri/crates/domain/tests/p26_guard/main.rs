//! Promise 26: ransomware is noticed at the first backup, and what people and programs do to many files at once is not taken for it.
//!
//! Attacks and storms change the bytes of a small office; the guard sees what a run would show it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test and its tools"
)]

mod attacks;
mod office;
mod storms;

use office::{Chance, Office};
use resguardo_domain::{Baseline, ChangeVerdict, judge_change};

/// An office after some ordinary days.
fn settled(seed: u64) -> (Office, Baseline, Chance) {
    let mut chance = Chance::new(seed);
    let mut office = Office::new(&mut chance);
    let mut baseline = Baseline::default();
    baseline.learn(&office::measure(&Office::default(), &office), &ChangeVerdict::default(), false);
    for _ in 0..6 {
        let before = office.clone();
        office.ordinary_day(seed.is_multiple_of(2), &mut chance);
        let measure = office::measure(&before, &office);
        let verdict = judge_change(&baseline, &measure);
        assert!(!verdict.is_flagged(), "an ordinary day: {verdict:?}");
        baseline.learn(&measure, &verdict, false);
    }
    (office, baseline, chance)
}

type Change = fn(&mut Office, &mut Chance);

/// Runs every change on every office; the names of those that were flagged, and how many there were.
fn flagged(changes: &[(&'static str, Change)], offices: u64) -> (Vec<String>, usize) {
    let mut flagged = Vec::new();
    for seed in 0..offices {
        let (office, baseline, mut chance) = settled(seed);
        for (name, change) in changes {
            let mut after = office.clone();
            change(&mut after, &mut chance);
            assert_ne!(after.files, office.files, "{name} changed nothing");
            let verdict = judge_change(&baseline, &office::measure(&office, &after));
            if verdict.is_flagged() {
                flagged.push(format!("{name} {seed}: {:?}", verdict.findings));
            }
        }
    }
    (flagged, changes.len() * offices as usize)
}

#[test]
fn p26_fast_attacks_are_flagged_at_the_first_backup() {
    assert_eq!(attacks::ALL.len(), 20);
    let (flagged, all) = flagged(&attacks::ALL, 5);
    let missed: Vec<_> = attacks::ALL
        .iter()
        .map(|(name, _)| {
            (name, 5 - flagged.iter().filter(|line| line.starts_with(&format!("{name} "))).count())
        })
        .filter(|(_, missed)| *missed > 0)
        .collect();
    println!("p26: {} of {all} attacks flagged; missed {missed:?}", flagged.len());
    assert!(flagged.len() * 100 >= all * 95, "missed {missed:?}");
}

#[test]
fn p26_benign_storms_are_not() {
    assert_eq!(storms::ALL.len(), 50);
    let (flagged, all) = flagged(&storms::ALL, 5);
    println!("p26: {} of {all} storms flagged; {flagged:#?}", flagged.len());
    assert!(flagged.len() * 100 <= all * 2, "{flagged:#?}");
}
