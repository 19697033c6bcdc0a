//! Stories of the inbox, and the causes one by one.

use super::*;
use crate::{
    DestinationId, DestinationStatus, LastDrill, Nearness, OperationId, PlanId, PlanStatus, ProvenCopy,
    RecoverySheet, SourceId, SourceStatus, Space, StatusFacts,
};

fn start() -> Timestamp {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

fn at(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

fn place() -> DestinationId {
    DestinationId::from_random(1)
}

fn facts(interval_hours: i64, age_hours: i64) -> StatusFacts {
    let copy = ProvenCopy { destination: place(), at: start() - SignedDuration::from_hours(age_hours) };
    let plan = PlanStatus {
        plan: PlanId::from_random(1),
        active: true,
        interval: Some(SignedDuration::from_hours(interval_hours)),
        first_due: at(-2000),
        failures: 0,
        destinations: vec![place()],
        sources: vec![SourceStatus { source: SourceId::from_random(1), copies: vec![copy], flagged: false }],
    };
    let destination = DestinationStatus {
        destination: place(),
        nearness: Nearness::Away,
        signed_in: true,
        absent_since: None,
        behind: 0,
        behind_since: None,
        space: None,
    };
    StatusFacts {
        now: start(),
        plans: vec![plan],
        destinations: vec![destination],
        drill: Some(LastDrill { at: at(-10), succeeded: true }),
        first_snapshot: Some(at(-2000)),
        recovery: RecoverySheet::NotNeeded,
    }
}

fn names(facts: &StatusFacts, more: &AlertFacts, settings: &AlertSettings) -> Vec<String> {
    let name = |cause: Cause| serde_json::to_value(cause).unwrap()["cause"].as_str().unwrap().to_owned();
    causes(facts, more, settings).into_iter().map(name).collect()
}

#[test]
fn lateness_by_interval() {
    for (interval, age, expected) in [
        (24, 36, None),
        (24, 37, Some("late")),
        (24, 48, Some("late")),
        (24, 49, Some("no_copy")),
        (1, 1, None),
        (1, 2, Some("late")),
        (1, 49, Some("no_copy")),
        (168, 252, None),
        (168, 253, Some("late")),
        (168, 337, Some("no_copy")),
    ] {
        let told = names(&facts(interval, age), &AlertFacts::default(), &AlertSettings::default());
        assert_eq!(told.first().map(String::as_str), expected, "{interval} {age}");
    }
}

#[test]
fn every_cause_from_its_fact() {
    let with = |change: &dyn Fn(&mut StatusFacts)| {
        let mut facts = facts(24, 1);
        change(&mut facts);
        names(&facts, &AlertFacts::default(), &AlertSettings::default())
    };
    assert_eq!(with(&|_| {}), Vec::<String>::new());
    assert_eq!(with(&|f| f.plans[0].failures = 3), ["runs_fail"]);
    assert_eq!(with(&|f| f.plans[0].failures = 2), Vec::<String>::new());
    assert_eq!(with(&|f| f.plans[0].sources[0].flagged = true), ["flagged"]);
    assert_eq!(with(&|f| f.destinations[0].signed_in = false), ["signed_out"]);
    assert_eq!(with(&|f| f.destinations[0].space = Some(Space { free: 9, total: 100 })), ["space_low"]);
    assert_eq!(with(&|f| f.drill = Some(LastDrill { at: at(-721), succeeded: true })), ["drill_overdue"]);
    assert_eq!(with(&|f| f.drill = Some(LastDrill { at: at(-721), succeeded: false })), ["drill_failed"]);
    assert_eq!(with(&|f| f.plans[0].active = false), Vec::<String>::new());

    let operation = OperationId::from_random(1);
    let stalled =
        AlertFacts { running: vec![Stall { operation, progress_at: at(-1) }], ..AlertFacts::default() };
    assert_eq!(names(&facts(24, 1), &stalled, &AlertSettings::default()), ["stalled"]);
    let patient = AlertSettings { stall_minutes: 61, ..AlertSettings::default() };
    assert_eq!(names(&facts(24, 1), &stalled, &patient), Vec::<String>::new());
    let ends = |hours| AlertFacts {
        sign_ins: vec![SignInExpiry { destination: place(), at: at(hours) }],
        ..AlertFacts::default()
    };
    assert_eq!(names(&facts(24, 1), &ends(167), &AlertSettings::default()), ["sign_in_expires"]);
    assert_eq!(names(&facts(24, 1), &ends(168), &AlertSettings::default()), Vec::<String>::new());
    let day = AlertSettings { no_copy_hours: Some(24), ..AlertSettings::default() };
    assert_eq!(names(&facts(24, 25), &AlertFacts::default(), &day), ["no_copy_for"]);
    assert_eq!(names(&facts(168, 25), &AlertFacts::default(), &day), Vec::<String>::new());
}

/// The inbox as the engine keeps it, with what was told.
#[derive(Default)]
struct Inbox {
    rows: Vec<InboxRow>,
    told: Vec<(Timestamp, String, Vec<Channel>)>,
    good: Vec<Timestamp>,
}

impl Inbox {
    fn tick(&mut self, causes: &[Cause], now: Timestamp) {
        for step in decide(causes, &self.rows, &[Channel::Email, Channel::Webhook], now) {
            self.carry_out(step, now);
        }
    }

    fn row(&mut self, key: &str) -> &mut InboxRow {
        self.rows.iter_mut().find(|row| row.key == key).unwrap()
    }

    fn carry_out(&mut self, step: AlertStep, now: Timestamp) {
        match step {
            AlertStep::Open { cause } => match self.rows.iter_mut().find(|row| row.key == cause.key()) {
                Some(row) => {
                    assert!(row.closed_at.is_some());
                    (row.cause, row.opened_at, row.closed_at) = (cause, now, None);
                }
                None => self.rows.push(InboxRow {
                    key: cause.key(),
                    cause,
                    opened_at: now,
                    closed_at: None,
                    told: None,
                    times: 0,
                }),
            },
            AlertStep::Update { cause } => self.row(&cause.key()).cause.clone_from(&cause),
            AlertStep::Tell { cause, channels } => {
                let row = self.row(&cause.key());
                assert!(row.closed_at.is_none());
                (row.told, row.times) =
                    (Some(Told { at: now, channel: *channels.last().unwrap() }), row.times + 1);
                self.told.push((now, cause.key(), channels));
            }
            AlertStep::Close { key } => {
                let row = self.row(&key);
                assert!(row.closed_at.is_none());
                row.closed_at = Some(now);
            }
            AlertStep::AllGood { keys, .. } => {
                keys.iter().for_each(|key| self.row(key).times = 0);
                self.good.push(now);
            }
        }
    }

    fn told_hours(&self) -> Vec<(i64, Channel)> {
        let hours = |at: &Timestamp| at.duration_since(start()).as_hours();
        self.told.iter().map(|(at, _, channels)| (hours(at), *channels.last().unwrap())).collect()
    }
}

fn full() -> Cause {
    Cause::SpaceLow { destination: place(), percent: 5 }
}

#[test]
fn a_cause_climbs_from_the_tray_to_the_desktop_to_mail_and_then_once_a_week() {
    let mut inbox = Inbox::default();
    (0..24 * 20).for_each(|hour| inbox.tick(&[full()], at(hour)));
    let expected = [
        (0, Channel::Tray),
        (24, Channel::Desktop),
        (48, Channel::Webhook),
        (216, Channel::Webhook),
        (384, Channel::Webhook),
    ];
    assert_eq!(inbox.told_hours(), expected);
    assert_eq!(inbox.told[2].2, [Channel::Tray, Channel::Desktop, Channel::Email, Channel::Webhook]);
    inbox.tick(&[], at(500));
    inbox.tick(&[], at(501));
    assert_eq!(inbox.good, [at(500)]);
}

#[test]
fn an_alarm_begins_on_the_desktop_and_a_graver_figure_is_the_same_cause() {
    let (plan, last) = (PlanId::from_random(1), None);
    let late = Cause::Late { plan: plan.clone(), last };
    let alarm = Cause::NoCopy { plan, last };
    let mut inbox = Inbox::default();
    inbox.tick(&[late], at(0));
    (1..30).for_each(|hour| inbox.tick(std::slice::from_ref(&alarm), at(hour)));
    assert_eq!(inbox.told_hours(), [(0, Channel::Tray), (24, Channel::Desktop)]);
    assert_eq!((inbox.rows.len(), &inbox.rows[0].cause), (1, &alarm));
    let mut sudden = Inbox::default();
    sudden.tick(&[alarm], at(0));
    assert_eq!(sudden.told_hours(), [(0, Channel::Desktop)]);
}

#[test]
fn a_cause_that_comes_and_goes_is_told_once_a_day() {
    let mut inbox = Inbox::default();
    for hour in 0..24 {
        let causes = if hour % 2 == 0 { vec![full()] } else { Vec::new() };
        inbox.tick(&causes, at(hour));
    }
    assert_eq!((inbox.told.len(), inbox.good.len()), (1, 1));
}

#[test]
fn all_good_waits_until_everything_is_over() {
    let other = Cause::SignedOut { destination: DestinationId::from_random(2) };
    let mut inbox = Inbox::default();
    inbox.tick(&[full(), other.clone()], at(0));
    inbox.tick(&[other], at(1));
    assert!(inbox.good.is_empty());
    inbox.tick(&[], at(2));
    assert_eq!(inbox.good, [at(2)]);
}

#[test]
fn a_notice_dated_far_ahead_does_not_silence_the_next() {
    let told = Some(Told { at: at(24 * 300), channel: Channel::Tray });
    let row =
        InboxRow { key: full().key(), cause: full(), opened_at: at(0), closed_at: None, told, times: 1 };
    assert!(matches!(decide(&[full()], &[row], &[], at(0))[..], [AlertStep::Tell { .. }]));
}

#[test]
fn never_more_than_one_notice_of_a_cause_a_day_and_one_all_good_for_each_trouble() {
    let mut seed = 7_u64;
    let mut random = move |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % limit
    };
    let all = [full(), Cause::SignedOut { destination: place() }, Cause::DrillOverdue { last: None }];
    for _ in 0..200 {
        let (mut inbox, mut holding, mut minute) = (Inbox::default(), [false; 3], 0);
        // Troubles that were told and not followed by "all good" yet.
        let (mut owed, mut expected_good) = (false, 0);
        for _ in 0..400 {
            minute += 1 + random(900) as i64;
            let changed = random(3) as usize;
            holding[changed] = random(3) == 0;
            let causes: Vec<Cause> =
                all.iter().zip(holding).filter(|(_, holds)| *holds).map(|(c, _)| c.clone()).collect();
            let before = inbox.told.len();
            inbox.tick(&causes, start() + SignedDuration::from_mins(minute));
            owed |= inbox.told.len() > before;
            if causes.is_empty() && std::mem::take(&mut owed) {
                expected_good += 1;
            }
            assert_eq!(inbox.good.len(), expected_good);
        }
        for key in all.iter().map(Cause::key) {
            let times: Vec<Timestamp> =
                inbox.told.iter().filter(|told| told.1 == key).map(|told| told.0).collect();
            assert!(times.windows(2).all(|pair| pair[1].duration_since(pair[0]) >= DAY), "{key}");
            assert!(times.len() > 3);
        }
    }
}
