//! The zones and schedules that are played.

use jiff::Timestamp;
use jiff::civil::{Time, time};
use resguardo_domain::{Class, Schedule, ScheduleRule, Weekday};

/// Every kind of clock change there is: half hours, midnights, left-out days, Ramadan, both hemispheres, none.
pub(crate) const ZONES: [&str; 60] = [
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Antarctica/Troll",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/St_Johns",
    "Asia/Gaza",
    "Asia/Tehran",
    "Africa/Cairo",
    "America/Asuncion",
    "America/Sao_Paulo",
    "America/Caracas",
    "Asia/Pyongyang",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Volgograd",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Damascus",
    "Asia/Jerusalem",
    "Africa/El_Aaiun",
    "Africa/Juba",
    "Africa/Windhoek",
    "Africa/Tripoli",
    "America/Godthab",
    "America/Scoresbysund",
    "Pacific/Easter",
    "Pacific/Fiji",
    "Pacific/Norfolk",
    "Pacific/Kiritimati",
    "Pacific/Tongatapu",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Asia/Colombo",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Kabul",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Asia/Ulaanbaatar",
    "Asia/Hovd",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Australia/Eucla",
    "Europe/Madrid",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "America/New_York",
    "America/Mexico_City",
    "America/Bogota",
    "America/Argentina/Buenos_Aires",
    "America/Lima",
    "America/Tijuana",
    "UTC",
];

const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn at(text: (i8, i8)) -> Time {
    time(text.0, text.1, 0, 0)
}

/// Forty schedules, most of them at hours when clocks change.
pub(crate) fn schedules(from: Timestamp, to: Timestamp) -> Vec<Schedule> {
    let schedule = |rule, class| Schedule { rule, zone: "UTC".to_owned(), kind: None, class, off: false };
    let daily = [(0, 0), (0, 1), (0, 30), (1, 30), (2, 0), (2, 15), (2, 30), (3, 0), (12, 0), (23, 45)];
    let days = daily.map(|t| schedule(ScheduleRule::Day { at: at(t) }, Class::Daily));
    let weekly = [(2, 0), (0, 0), (1, 0), (23, 30), (0, 30), (2, 30), (2, 30), (0, 0)];
    let weeks = weekly
        .into_iter()
        .enumerate()
        .map(|(n, t)| schedule(ScheduleRule::Week { day: DAYS[(n + 6) % 7], at: at(t) }, Class::Weekly));
    let monthly = [
        (1, (3, 0)),
        (1, (0, 0)),
        (15, (2, 30)),
        (28, (2, 30)),
        (29, (0, 30)),
        (30, (2, 0)),
        (31, (2, 30)),
        (31, (0, 0)),
    ];
    let months = monthly.map(|(day, t)| schedule(ScheduleRule::Month { day, at: at(t) }, Class::Monthly));
    let hourly = [
        (1, (0, 0)),
        (2, (1, 30)),
        (3, (0, 15)),
        (4, (2, 30)),
        (5, (0, 0)),
        (6, (2, 0)),
        (7, (22, 0)),
        (8, (0, 0)),
        (12, (2, 30)),
        (24, (0, 30)),
    ];
    let hours = hourly.map(|(hours, t)| schedule(ScheduleRule::Hours { hours, from: at(t) }, Class::Daily));
    let length = to.duration_since(from);
    let once = [(7, (2, 30)), (5, (0, 0)), (3, (12, 0)), (2, (23, 59))].map(|(part, t)| {
        let date = jiff::tz::TimeZone::UTC.to_datetime(from + length / part).date();
        schedule(ScheduleRule::Once { at: date.to_datetime(at(t)) }, Class::Weekly)
    });
    days.into_iter().chain(weeks).chain(months).chain(hours).chain(once).collect()
}

pub(crate) fn in_zone(schedule: &Schedule, zone: &str) -> Schedule {
    Schedule { zone: zone.to_owned(), ..schedule.clone() }
}
