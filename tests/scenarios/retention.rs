//! Retention against an oracle: the rules once more, written the slow and obvious way.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use resguardo_domain::{
    Candidate, Class, PruneFacts, Refusal, Retention, SnapshotId, Verdict, decide_retention,
};
use resguardo_testkit::SeededRandom;
use resguardo_tests::figure;

struct Case {
    snapshots: Vec<Candidate>,
    rules: Retention,
    facts: PruneFacts,
}

fn date_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn random_case(random: &SeededRandom) -> Case {
    let now: Timestamp = "2026-09-12T02:00:00Z".parse().unwrap();
    let mut snapshots: Vec<Candidate> = Vec::new();
    let mut at = now - SignedDuration::from_hours(random.below(24 * 500) as i64);
    for n in 0..random.below(40) {
        // Clocks run, stand still, jump back and into the future.
        let hours = match random.below(12) {
            0 => -(random.below(200) as i64),
            1 => random.below(3000) as i64,
            _ => random.below(40) as i64,
        };
        at += SignedDuration::from_hours(hours);
        let id = SnapshotId::from_random(random.next());
        let parent = snapshots.last().filter(|_| !random.one_in(4));
        let needs = parent.map(|parent| {
            let mut needs = parent.needs.clone();
            // A differential needs the full only.
            if random.one_in(3) {
                needs.truncate(1)
            }
            if needs.is_empty() || !random.one_in(3) {
                needs.push(parent.id.clone())
            }
            needs
        });
        let classes = [Class::Manual, Class::Safety, Class::Weekly, Class::Monthly];
        snapshots.push(Candidate {
            id,
            generation: n,
            created_at: at,
            date: date_of(at),
            class: if random.one_in(4) { *random.pick(&classes) } else { Class::Daily },
            needs: needs.unwrap_or_default(),
            verified: !random.one_in(8),
            damaged: random.one_in(12),
            pinned: random.one_in(20),
            refused: false,
        });
    }
    let rule = |most: u64| random.one_in(3).then(|| 1 + random.below(most) as u32);
    let rules = Retention {
        all: random.one_in(20),
        last: rule(10),
        days: rule(60),
        daily: rule(20),
        weekly: rule(10),
        monthly: rule(6),
    };
    let facts = PruneFacts {
        now,
        today: date_of(now),
        clock_suspect: random.one_in(10),
        anomaly_open: random.one_in(10),
        listing_complete: !random.one_in(10),
        confirmed: random.one_in(2),
    };
    Case { snapshots, rules, facts }
}

fn days_old(one: &Candidate, now: Timestamp) -> i64 {
    (now.as_second() - one.created_at.as_second()).div_euclid(86_400)
}

/// How many newer countable snapshots stand in other periods than this one's, when it is the newest of its own.
fn rank(one: &Candidate, countable: &[&Candidate], period: impl Fn(Date) -> (i32, i32)) -> Option<usize> {
    let newer = countable.iter().filter(|other| other.generation > one.generation);
    let periods: BTreeSet<_> = newer.map(|other| period(other.date)).collect();
    (!periods.contains(&period(one.date))).then_some(periods.len())
}

/// What must stay by the rules alone.
fn kept_by_rules<'a>(case: &'a Case, countable: &[&'a Candidate]) -> BTreeSet<&'a SnapshotId> {
    let Case { snapshots, rules, facts } = case;
    let within = |rank: Option<usize>, count: Option<u32>| {
        count.is_some_and(|count| rank.is_some_and(|rank| rank < count as usize))
    };
    let keeps = |one: &&Candidate| {
        let age = days_old(one, facts.now);
        let future = age < -1;
        let safety = one.class == Class::Safety;
        let fixed = one.pinned
            || one.class == Class::Manual
            || future
            || (safety && age < 30)
            || (!safety && one.damaged && age < 7)
            || (!safety && !one.damaged && !one.verified);
        let counts = countable.iter().any(|other| other.id == one.id);
        let newer = countable.iter().filter(|other| other.generation > one.generation).count();
        let by_rule = counts
            && (rules.all
                || rules.last.is_some_and(|last| newer < last as usize)
                || rules.days.is_some_and(|days| age < i64::from(days))
                || within(rank(one, countable, |d| (d.year().into(), d.day_of_year().into())), rules.daily)
                || within(
                    rank(one, countable, |d| {
                        (d.iso_week_date().year().into(), d.iso_week_date().week().into())
                    }),
                    rules.weekly,
                )
                || within(rank(one, countable, |d| (d.year().into(), d.month().into())), rules.monthly));
        fixed || by_rule
    };
    snapshots.iter().filter(keeps).map(|one| &one.id).collect()
}

fn oracle(case: &Case) -> BTreeSet<&SnapshotId> {
    let countable: Vec<&Candidate> = case
        .snapshots
        .iter()
        .filter(|one| {
            one.verified && !one.damaged && one.class != Class::Safety && days_old(one, case.facts.now) >= -1
        })
        .collect();
    let mut kept = kept_by_rules(case, &countable);
    for one in countable.iter().rev() {
        if countable.iter().filter(|one| kept.contains(&one.id)).count() >= 2 {
            break;
        }
        kept.insert(&one.id);
    }
    // The closure, until nothing is added any more.
    loop {
        let needed: BTreeSet<&SnapshotId> =
            case.snapshots.iter().filter(|one| kept.contains(&one.id)).flat_map(|one| &one.needs).collect();
        if needed.is_subset(&kept) {
            return kept;
        }
        kept.extend(needed);
    }
}

#[test]
fn p24_retention_agrees_with_the_obvious_way_and_never_deletes_what_is_needed() {
    let random = SeededRandom::new(24);
    let (mut deletions, mut refusals) = (0, 0);
    for n in 0..figure(10_000, 100_000) {
        let case = random_case(&random);
        let decided = decide_retention(&case.snapshots, &case.rules, case.facts);
        let gone: BTreeSet<&SnapshotId> = decided.deletions().into_iter().collect();
        let kept = oracle(&case);
        let expected: BTreeSet<&SnapshotId> =
            case.snapshots.iter().map(|one| &one.id).filter(|id| !kept.contains(id)).collect();
        assert_eq!(gone, expected, "case {n}");
        promises_hold(&case, &gone, n);
        let doubt = case.facts.clock_suspect || case.facts.anomaly_open || !case.facts.listing_complete;
        if doubt && !gone.is_empty() {
            assert!(
                decided.refusal.is_some_and(|r| r != Refusal::MoreThanHalf),
                "case {n}: deleted under doubt"
            );
        }
        let many = gone.len() * 2 > case.snapshots.len() && !case.facts.confirmed;
        assert_eq!(decided.refusal.is_some(), !gone.is_empty() && (doubt || many), "case {n}");
        let reasoned = decided.decisions.iter().all(|decision| match &decision.verdict {
            Verdict::Keep { reasons } => !reasons.is_empty(),
            Verdict::Delete => true,
        });
        assert!(reasoned && decided.decisions.len() == case.snapshots.len(), "case {n}");
        deletions += gone.len();
        refusals += usize::from(decided.refusal.is_some());
    }
    println!("{deletions} deletions, {refusals} refusals");
    assert!(deletions > 1000 && refusals > 100);
}

/// The promises themselves, whatever the oracle thinks.
fn promises_hold(case: &Case, gone: &BTreeSet<&SnapshotId>, n: u64) {
    let stays = |id: &SnapshotId| !gone.contains(id);
    for one in case.snapshots.iter().filter(|one| stays(&one.id)) {
        assert!(one.needs.iter().all(stays), "case {n}: a kept snapshot loses what it needs");
    }
    let good = |one: &&Candidate| one.verified && !one.damaged && one.class != Class::Safety;
    let before = case.snapshots.iter().filter(good).count();
    let after = case.snapshots.iter().filter(good).filter(|one| stays(&one.id)).count();
    assert!(after >= before.min(2), "case {n}: {after} of {before} restore points are left");
}
