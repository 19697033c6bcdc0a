//! Due times around gaps, folds and short months.

use super::*;
use crate::{Class, Kind};

fn schedule(zone: &str, rule: ScheduleRule) -> Schedule {
    Schedule { rule, zone: zone.to_owned(), kind: None, class: Class::Daily, off: false }
}

fn at(hour: i8, minute: i8) -> jiff::civil::Time {
    jiff::civil::time(hour, minute, 0, 0)
}

fn times(schedule: &Schedule, after: &str, count: usize) -> Vec<String> {
    let after: Timestamp = after.parse().unwrap();
    schedule.due(after).unwrap().take(count).map(|due| format!("{} = {}", due.local, due.at)).collect()
}

fn locals(schedule: &Schedule, after: &str, count: usize) -> Vec<String> {
    let after: Timestamp = after.parse().unwrap();
    schedule
        .due(after)
        .unwrap()
        .take(count)
        .map(|due| due.local.strftime("%m-%d %H:%M").to_string())
        .collect()
}

#[test]
fn a_time_in_the_spring_gap_is_due_at_its_end() {
    let daily = schedule("Europe/Berlin", ScheduleRule::Day { at: at(2, 30) });
    assert_eq!(
        times(&daily, "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T02:30:00 = 2026-03-29T01:00:00Z", "2026-03-30T02:30:00 = 2026-03-30T00:30:00Z"]
    );
}

#[test]
fn a_time_in_the_autumn_fold_is_due_once_at_its_first_occurrence() {
    let daily = schedule("Europe/Berlin", ScheduleRule::Day { at: at(2, 30) });
    assert_eq!(
        times(&daily, "2026-10-24T12:00:00Z", 2),
        ["2026-10-25T02:30:00 = 2026-10-25T00:30:00Z", "2026-10-26T02:30:00 = 2026-10-26T01:30:00Z"]
    );
    // Asked between the two occurrences, the day is over.
    assert_eq!(times(&daily, "2026-10-25T00:45:00Z", 1), ["2026-10-26T02:30:00 = 2026-10-26T01:30:00Z"]);
}

#[test]
fn half_hours_of_lord_howe_and_midnights_of_havana() {
    let lord_howe = schedule("Australia/Lord_Howe", ScheduleRule::Day { at: at(2, 15) });
    assert_eq!(times(&lord_howe, "2026-10-03T00:00:00Z", 1), ["2026-10-04T02:15:00 = 2026-10-03T15:30:00Z"]);
    let havana = schedule("America/Havana", ScheduleRule::Day { at: at(0, 0) });
    assert_eq!(times(&havana, "2026-03-07T12:00:00Z", 1), ["2026-03-08T00:00:00 = 2026-03-08T05:00:00Z"]);
}

#[test]
fn a_day_that_a_country_left_out_is_served_at_the_next_midnight() {
    let apia = schedule("Pacific/Apia", ScheduleRule::Day { at: at(2, 0) });
    assert_eq!(
        times(&apia, "2011-12-29T12:30:00Z", 2),
        ["2011-12-30T02:00:00 = 2011-12-30T10:00:00Z", "2011-12-31T02:00:00 = 2011-12-30T12:00:00Z"]
    );
}

#[test]
fn hours_swallowed_by_a_gap_are_one_due_time() {
    let hourly = schedule("Europe/Berlin", ScheduleRule::Hours { hours: 1, from: at(0, 0) });
    assert_eq!(
        times(&hourly, "2026-03-29T00:00:00Z", 2),
        ["2026-03-29T03:00:00 = 2026-03-29T01:00:00Z", "2026-03-29T04:00:00 = 2026-03-29T02:00:00Z"]
    );
    assert_eq!(
        times(&hourly, "2026-10-24T23:30:00Z", 2),
        ["2026-10-25T02:00:00 = 2026-10-25T00:00:00Z", "2026-10-25T03:00:00 = 2026-10-25T02:00:00Z"]
    );
}

#[test]
fn hours_that_do_not_divide_a_day_begin_anew_at_the_base() {
    let five = schedule("America/Bogota", ScheduleRule::Hours { hours: 5, from: at(22, 0) });
    assert_eq!(
        locals(&five, "2026-05-02T02:30:00Z", 7),
        [
            "05-01 22:00",
            "05-02 03:00",
            "05-02 08:00",
            "05-02 13:00",
            "05-02 18:00",
            "05-02 22:00",
            "05-03 03:00"
        ]
    );
    let daily = schedule("America/Bogota", ScheduleRule::Hours { hours: 24, from: at(1, 0) });
    assert_eq!(locals(&daily, "2026-05-02T12:00:00Z", 2), ["05-03 01:00", "05-04 01:00"]);
}

#[test]
fn days_that_a_month_lacks_are_its_last_day() {
    for (day, expected) in [
        (31, ["01-31 03:00", "02-28 03:00", "03-31 03:00", "04-30 03:00"]),
        (29, ["01-29 03:00", "02-28 03:00", "03-29 03:00", "04-29 03:00"]),
        (1, ["02-01 03:00", "03-01 03:00", "04-01 03:00", "05-01 03:00"]),
    ] {
        let monthly = schedule("Europe/Madrid", ScheduleRule::Month { day, at: at(3, 0) });
        assert_eq!(locals(&monthly, "2026-01-10T00:00:00Z", 4), expected);
    }
    let leap = schedule("Europe/Madrid", ScheduleRule::Month { day: 30, at: at(3, 0) });
    assert_eq!(locals(&leap, "2028-02-10T00:00:00Z", 2), ["02-29 03:00", "03-30 03:00"]);
}

#[test]
fn a_week_has_one_day() {
    let weekly = schedule("Europe/Madrid", ScheduleRule::Week { day: Weekday::Sunday, at: at(2, 30) });
    assert_eq!(locals(&weekly, "2026-09-12T00:00:00Z", 2), ["09-13 02:30", "09-20 02:30"]);
    // On the day itself, before and after its time.
    assert_eq!(locals(&weekly, "2026-09-13T00:29:59Z", 1), ["09-13 02:30"]);
    assert_eq!(locals(&weekly, "2026-09-13T00:30:00Z", 1), ["09-20 02:30"]);
}

#[test]
fn what_is_off_is_never_due_and_may_stay_in_its_plan() {
    let now: Timestamp = "2026-09-12T00:00:00Z".parse().unwrap();
    let passed = ScheduleRule::Once { at: jiff::civil::date(2020, 1, 1).at(2, 0, 0, 0) };
    for rule in [ScheduleRule::Day { at: at(2, 0) }, ScheduleRule::Hours { hours: 6, from: at(8, 0) }, passed]
    {
        let off = Schedule { off: true, ..schedule("Europe/Madrid", rule) };
        assert_eq!((off.due(now).unwrap().next(), off.interval()), (None, None));
        off.validate_new(now).unwrap();
        let kept: Schedule = serde_json::from_value(serde_json::to_value(&off).unwrap()).unwrap();
        assert_eq!(kept, off);
    }
    let on = schedule("Europe/Madrid", ScheduleRule::Day { at: at(2, 0) });
    assert!(
        serde_json::to_value(&on).unwrap().get("off").is_none(),
        "plans of before stay as they are written"
    );
    let unknown = Schedule { off: true, zone: "Nowhere/Atlantis".into(), ..on };
    assert!(unknown.validate_new(now).is_err());
}

#[test]
fn what_never_fires_or_has_no_known_zone_is_refused() {
    let now: Timestamp = "2026-09-12T00:00:00Z".parse().unwrap();
    let once = |date| schedule("Europe/Madrid", ScheduleRule::Once { at: date });
    once(jiff::civil::date(2026, 9, 12).at(2, 1, 0, 0)).validate_new(now).unwrap();
    let passed = once(jiff::civil::date(2026, 9, 12).at(2, 0, 0, 0));
    passed.validate().unwrap();
    let refused = passed.validate_new(now).unwrap_err();
    assert_eq!((refused.kind, refused.get("field")), (Kind::InvalidInput, Some("once")));

    let nowhere = schedule("Europe/Atlantis", ScheduleRule::Day { at: at(2, 0) });
    for refused in [nowhere.validate().unwrap_err(), nowhere.due(now).unwrap_err()] {
        assert_eq!((refused.kind, refused.get("field")), (Kind::InvalidInput, Some("zone")));
    }
}

#[test]
fn the_end_of_the_calendar_ends_the_due_times() {
    let daily = schedule("UTC", ScheduleRule::Day { at: at(2, 0) });
    let near: Timestamp = "9999-12-28T00:00:00Z".parse().unwrap();
    assert!(daily.due(near).unwrap().count() <= 4);
    assert!(daily.due(Timestamp::MIN).unwrap().next().is_some());
}

#[test]
fn next_dates_are_merged() {
    let schedules = [
        schedule("Europe/Madrid", ScheduleRule::Month { day: 1, at: at(3, 0) }),
        schedule("Europe/Madrid", ScheduleRule::Day { at: at(2, 0) }),
    ];
    let now: Timestamp = "2026-09-29T12:00:00Z".parse().unwrap();
    let dates = next_dates(&schedules, now, 4).unwrap();
    let words: Vec<String> =
        dates.iter().map(|(due, _)| due.local.strftime("%m-%d %H:%M").to_string()).collect();
    assert_eq!(words, ["09-30 02:00", "10-01 02:00", "10-01 03:00", "10-02 02:00"]);
}

#[test]
fn keys_name_what_makes_a_schedule_another_one() {
    let base = schedule("Europe/Madrid", ScheduleRule::Week { day: Weekday::Sunday, at: at(2, 30) });
    assert_eq!(base.key(), "week sunday 02:30:00 Europe/Madrid daily automatic");
    let others = [
        schedule("Europe/Paris", base.rule.clone()),
        schedule("Europe/Madrid", ScheduleRule::Day { at: at(2, 30) }),
        Schedule { class: Class::Weekly, ..base.clone() },
        Schedule { kind: Some(crate::ArchiveKind::Full), ..base.clone() },
    ];
    assert!(others.iter().all(|other| other.key() != base.key()));
}
