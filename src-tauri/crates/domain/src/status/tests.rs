//! Every cell of the state table, and that worse facts never look better.

use super::*;

fn now() -> Timestamp {
    "2026-03-31T12:00:00Z".parse().unwrap()
}

fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn id(number: u64) -> DestinationId {
    DestinationId::from_random(number)
}

const NEAR: u64 = 1;
const AWAY: u64 = 2;

fn copies(near: Option<i64>, away: Option<i64>) -> Vec<ProvenCopy> {
    let copy = |number, hours: Option<i64>| {
        hours.map(|hours| ProvenCopy { destination: id(number), at: ago(hours) })
    };
    [copy(NEAR, near), copy(AWAY, away)].into_iter().flatten().collect()
}

fn plan(interval_hours: i64, near: Option<i64>, away: Option<i64>) -> PlanStatus {
    PlanStatus {
        plan: PlanId::from_random(1),
        active: true,
        interval: Some(SignedDuration::from_hours(interval_hours)),
        first_due: ago(2000),
        failures: 0,
        destinations: vec![id(NEAR), id(AWAY)],
        sources: vec![SourceStatus {
            source: SourceId::from_random(1),
            copies: copies(near, away),
            flagged: false,
        }],
    }
}

fn destination(number: u64, nearness: Nearness) -> DestinationStatus {
    DestinationStatus {
        destination: id(number),
        nearness,
        signed_in: true,
        absent_since: None,
        behind: 0,
        behind_since: None,
        space: Some(Space { free: 50, total: 100 }),
    }
}

fn facts(plan: PlanStatus) -> StatusFacts {
    StatusFacts {
        now: now(),
        plans: vec![plan],
        destinations: vec![destination(NEAR, Nearness::Near), destination(AWAY, Nearness::Away)],
        drill: Some(LastDrill { at: ago(100), succeeded: true }),
        first_snapshot: Some(ago(2000)),
        recovery: RecoverySheet::Confirmed,
    }
}

/// State and the main reason's name.
fn told(facts: &StatusFacts) -> (State, String) {
    let status = judge(facts);
    let name = status
        .reason
        .as_ref()
        .map(|reason| serde_json::to_value(reason).unwrap()["reason"].as_str().unwrap().to_owned());
    assert_eq!(status.reason.as_ref(), status.reasons.first());
    assert_eq!(status.action, status.reason.as_ref().map(Reason::action));
    (status.state, name.unwrap_or_default())
}

#[test]
fn ages_of_copies_by_interval() {
    use State::{NeedsAttention as Amber, NotProtected as Red, Protected as Green};
    for (interval, near, away, state, reason) in [
        (24, Some(48), Some(48), Green, ""),
        (24, Some(1), Some(49), Amber, "not_away"),
        (24, Some(1), None, Amber, "not_away"),
        (24, Some(1), Some(1500), Amber, "not_away"),
        (24, Some(49), Some(1), Amber, "not_near"),
        (24, Some(49), Some(49), Red, "no_copy"),
        (1, Some(25), Some(25), Green, ""),
        (1, Some(26), Some(26), Amber, "late"),
        (1, Some(48), Some(48), Amber, "late"),
        (1, Some(49), Some(60), Red, "no_copy"),
        (168, Some(192), Some(192), Green, ""),
        (168, Some(193), Some(193), Amber, "late"),
        (168, Some(336), Some(336), Amber, "late"),
        (168, Some(337), Some(337), Red, "no_copy"),
        (744, Some(768), Some(700), Green, ""),
        (744, Some(1489), None, Red, "no_copy"),
        // Dated in the future: the age is not known.
        (24, Some(-20), Some(-20), Green, ""),
        (24, Some(-30), Some(-30), Amber, "late"),
    ] {
        let facts = facts(plan(interval, near, away));
        assert_eq!(told(&facts), (state, reason.to_owned()), "{interval} {near:?} {away:?}");
    }
}

#[test]
fn what_needs_attention_although_copies_are_good() {
    let good = || facts(plan(24, Some(1), Some(1)));
    let with = |change: &dyn Fn(&mut StatusFacts)| {
        let mut facts = good();
        change(&mut facts);
        told(&facts)
    };
    let amber = |reason: &str| (State::NeedsAttention, reason.to_owned());
    let green = (State::Protected, String::new());
    assert_eq!(with(&|f| f.destinations[1].signed_in = false), amber("signed_out"));
    assert_eq!(with(&|f| f.destinations[0].absent_since = Some(ago(24))), green);
    assert_eq!(with(&|f| f.destinations[0].absent_since = Some(ago(25))), amber("absent"));
    assert_eq!(with(&|f| f.destinations[0].space = Some(Space { free: 10, total: 100 })), green);
    assert_eq!(with(&|f| f.destinations[0].space = Some(Space { free: 9, total: 100 })), amber("space_low"));
    assert_eq!(with(&|f| f.destinations[0].space = Some(Space { free: 0, total: 0 })), green);
    let behind = |f: &mut StatusFacts, hours| {
        (f.destinations[1].behind, f.destinations[1].behind_since) = (2, Some(ago(hours)))
    };
    assert_eq!(with(&|f| behind(f, 20)), green);
    assert_eq!(with(&|f| behind(f, 25)), amber("behind"));
    assert_eq!(with(&|f| f.drill = Some(LastDrill { at: ago(720), succeeded: true })), green);
    assert_eq!(
        with(&|f| f.drill = Some(LastDrill { at: ago(721), succeeded: true })),
        amber("drill_overdue")
    );
    assert_eq!(with(&|f| f.drill = Some(LastDrill { at: ago(1), succeeded: false })), amber("drill_failed"));
    assert_eq!(with(&|f| f.drill = None), amber("drill_overdue"));
    assert_eq!(with(&|f| (f.drill, f.first_snapshot) = (None, Some(ago(700)))), green);
    assert_eq!(with(&|f| f.recovery = RecoverySheet::Unconfirmed), amber("recovery_unconfirmed"));
    assert_eq!(with(&|f| f.recovery = RecoverySheet::NotNeeded), green);
    assert_eq!(with(&|f| f.plans[0].sources[0].flagged = true), amber("flagged"));
    assert_eq!(with(&|f| f.plans[0].destinations = vec![id(NEAR)]), amber("no_away_destination"));
    assert_eq!(with(&|f| f.plans[0].destinations = vec![id(AWAY)]), amber("no_near_destination"));
    assert_eq!(with(&|f| f.plans[0].interval = None), amber("not_scheduled"));
    assert_eq!(with(&|f| f.plans[0].active = false), amber("nothing_active"));
    assert_eq!(with(&|f| f.plans[0].failures = 2), green);
    assert_eq!(with(&|f| f.plans[0].failures = 3), (State::NotProtected, "runs_fail".to_owned()));
}

/// The names of all reasons, the main one first.
fn all_told(facts: &StatusFacts) -> Vec<String> {
    let name = |reason| serde_json::to_value(reason).unwrap()["reason"].as_str().unwrap().to_owned();
    judge(facts).reasons.iter().map(name).collect()
}

#[test]
fn one_cause_is_said_once() {
    let with = |change: &dyn Fn(&mut StatusFacts)| {
        let mut facts = facts(plan(24, Some(1), Some(60)));
        change(&mut facts);
        (all_told(&facts).join(" "), judge(&facts).lacking)
    };
    let waits =
        |f: &mut StatusFacts| (f.destinations[1].behind, f.destinations[1].behind_since) = (2, Some(ago(50)));
    let away = Some(Nearness::Away);
    assert_eq!(with(&|_| ()), ("not_away".to_owned(), away));
    assert_eq!(with(&waits), ("behind".to_owned(), away));
    let gone = |f: &mut StatusFacts| {
        waits(f);
        f.destinations[1].absent_since = Some(ago(60));
    };
    assert_eq!(with(&gone), ("absent".to_owned(), away));
    assert_eq!(
        with(&|f| {
            gone(f);
            f.destinations[1].signed_in = false;
        }),
        ("signed_out".to_owned(), away)
    );
    // Another destination away takes copies, and has none: that is not the first one's fault.
    assert_eq!(
        with(&|f| {
            gone(f);
            f.destinations.push(destination(9, Nearness::Away));
            f.plans[0].destinations.push(id(9));
        }),
        ("absent not_away".to_owned(), away)
    );
    let fails = |f: &mut StatusFacts, near, away| {
        f.plans[0] = PlanStatus { failures: 3, ..plan(24, near, away) };
    };
    assert_eq!(with(&|f| fails(f, Some(60), Some(60))), ("no_copy".to_owned(), None));
    assert_eq!(with(&|f| fails(f, Some(48 + 1), None)), ("no_copy".to_owned(), None));
    assert_eq!(with(&|f| fails(f, Some(1), Some(1))), ("runs_fail".to_owned(), None));
    assert_eq!(
        with(&|f| f.plans[0] = PlanStatus { failures: 3, ..plan(48, Some(80), Some(80)) }),
        ("runs_fail".to_owned(), None)
    );
}

#[test]
fn sources_that_lack_the_same_are_said_together() {
    let mut facts = facts(plan(24, Some(60), Some(60)));
    let source = |number, near| SourceStatus {
        source: SourceId::from_random(number),
        copies: copies(near, near),
        flagged: false,
    };
    facts.plans[0].sources =
        vec![source(3, Some(60)), source(1, Some(60)), source(2, None), source(4, Some(1))];
    let plan = PlanId::from_random(1);
    let no_copy = |numbers: &[u64], last| Reason::NoCopy {
        plan: plan.clone(),
        sources: numbers.iter().map(|number| SourceId::from_random(*number)).collect(),
        last,
        failures: 0,
    };
    assert_eq!(judge(&facts).reasons, [no_copy(&[2], None), no_copy(&[3, 1], Some(ago(60)))]);
    assert_eq!(judge(&facts).action, Some(Action::BackUpNow { plan: plan.clone() }));
    facts.plans[0].failures = 1;
    assert_eq!(judge(&facts).action, Some(Action::SeeFailure { plan }));
}

#[test]
fn without_a_plan_there_is_everything_to_start() {
    let mut none = facts(plan(24, None, None));
    none.plans.clear();
    none.drill = None;
    assert_eq!(told(&none), (State::ToStart, "no_plan".to_owned()));
}

#[test]
fn a_new_plan_is_not_red_before_its_first_run_had_its_time() {
    let new = |hours| facts(PlanStatus { first_due: ago(hours), ..plan(24, None, None) });
    for hours in [-200, -1, 0, 48] {
        assert_eq!(told(&new(hours)), (State::NeedsAttention, "first_copy_pending".to_owned()), "{hours}");
    }
    assert_eq!(told(&new(49)), (State::NotProtected, "no_copy".to_owned()));
}

#[test]
fn a_destination_of_no_active_plan_troubles_nobody() {
    let mut facts = facts(plan(24, Some(1), Some(1)));
    facts.destinations.push(DestinationStatus { signed_in: false, ..destination(3, Nearness::Away) });
    assert_eq!(judge(&facts).state, State::Protected);
}

#[test]
fn the_worst_wins_and_the_cause_is_said_instead_of_what_follows() {
    let mut facts = facts(plan(24, Some(1), Some(100)));
    facts.destinations[1].signed_in = false;
    facts.recovery = RecoverySheet::Unconfirmed;
    assert_eq!(told(&facts), (State::NeedsAttention, "signed_out".to_owned()));
    assert_eq!(all_told(&facts), ["signed_out", "recovery_unconfirmed"]);
    facts.plans.push(PlanStatus { plan: PlanId::from_random(2), ..plan(24, None, None) });
    assert_eq!(told(&facts), (State::NotProtected, "no_copy".to_owned()));
}

/// SplitMix64, enough to walk through combinations.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 7
}

fn any_facts(seed: &mut u64) -> StatusFacts {
    let mut pick = |choices: &[i64]| choices[random(seed) as usize % choices.len()];
    let mut all = facts(plan(24, Some(1), Some(1)));
    all.plans = (0..pick(&[1, 2]))
        .map(|number| {
            let ages = [None, Some(pick(&[1, 30, 50, 200, 400])), Some(pick(&[1, 47, 100, 1600]))];
            let (near, away) = (ages[pick(&[0, 1, 2]) as usize], ages[pick(&[0, 1, 2]) as usize]);
            let mut plan = plan(pick(&[1, 24, 168, 744]), near, away);
            plan.plan = PlanId::from_random(number as u64);
            plan.first_due = ago(pick(&[-10, 1, 60, 2000]));
            plan.failures = pick(&[0, 0, 1, 2, 3]) as u32;
            plan.sources[0].flagged = pick(&[0, 0, 0, 1]) == 1;
            plan
        })
        .collect();
    all.destinations[0].absent_since = [None, Some(ago(2)), Some(ago(30))][pick(&[0, 0, 1, 2]) as usize];
    all.destinations[1].signed_in = pick(&[0, 1, 1]) == 1;
    all.drill = [None, Some(LastDrill { at: ago(10), succeeded: true })][pick(&[0, 1, 1]) as usize];
    all.recovery = [RecoverySheet::Confirmed, RecoverySheet::Unconfirmed][pick(&[0, 0, 1]) as usize];
    all
}

/// Makes one fact worse.
fn worsen(facts: &mut StatusFacts, what: u64, seed: &mut u64) {
    let plan_index = random(seed) as usize % facts.plans.len();
    let place = random(seed) as usize % 2;
    let plan = &mut facts.plans[plan_index];
    let there = &mut facts.destinations[place];
    match what {
        0 => plan.failures += 1,
        1 => plan.sources[0].copies.iter_mut().for_each(|copy| copy.at -= SignedDuration::from_hours(30)),
        2 => plan.sources[0].copies.truncate(1),
        3 => plan.sources[0].flagged = true,
        4 => there.signed_in = false,
        5 => {
            there.absent_since =
                Some(there.absent_since.map_or(ago(20), |since| since - SignedDuration::from_hours(20)))
        }
        6 => (there.behind, there.behind_since) = (there.behind + 1, Some(ago(30))),
        7 => there.space = Some(Space { free: 1, total: 100 }),
        8 => facts.drill = facts.drill.map(|drill| LastDrill { succeeded: false, ..drill }),
        9 => {
            facts.drill =
                facts.drill.map(|drill| LastDrill { at: drill.at - SignedDuration::from_hours(900), ..drill })
        }
        10 => facts.recovery = RecoverySheet::Unconfirmed,
        11 => drop(plan.destinations.pop()),
        _ => plan.first_due -= SignedDuration::from_hours(50),
    }
}

#[test]
fn a_worse_fact_never_makes_a_better_state() {
    let mut seed = 1;
    let mut worse = 0;
    for _ in 0..20_000 {
        let mut facts = any_facts(&mut seed);
        let before = judge(&facts).state;
        let what = random(&mut seed) % 13;
        worsen(&mut facts, what, &mut seed);
        let after = judge(&facts).state;
        assert!(after >= before, "fact {what}: {before:?} became {after:?} with {facts:?}");
        worse += u32::from(after > before);
    }
    assert!(worse > 500, "only {worse} changes mattered");
}
