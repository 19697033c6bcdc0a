//! Due times found without any rule about gaps and folds: walks through the minutes and watches the wall clock's furthest point.
//! A wall time is due in the minute in which that point reaches or passes it; going back moves it not at all, and a leap passes
//! everything that it leaves out.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use resguardo_domain::{Due, Schedule, ScheduleRule, Weekday};

const DAY: i64 = 1440;

/// The due times of each schedule (read in `zone`) in the minutes after `from` up to `to`.
pub(crate) fn due_times(zone: &str, schedules: &[Schedule], from: Timestamp, to: Timestamp) -> Vec<Vec<Due>> {
    let zone = TimeZone::get(zone).unwrap();
    let table = by_minute_of_day(schedules);
    let mut due = vec![Vec::new(); schedules.len()];
    // A day earlier, so that the furthest point is right when it counts.
    let first = from.as_second() / 60 - DAY;
    let mut furthest = wall(&zone, first);
    for minute in first + 1..=to.as_second() / 60 {
        let here = wall(&zone, minute);
        while furthest < here {
            furthest += 1;
            for index in &table[furthest.rem_euclid(DAY) as usize] {
                if matches(&schedules[*index].rule, furthest) && minute * 60 > from.as_second() {
                    add(&mut due[*index], minute, furthest);
                }
            }
        }
    }
    due
}

/// Minutes of the wall clock since 1970.
fn wall(zone: &TimeZone, minute: i64) -> i64 {
    let at = Timestamp::from_second(minute * 60).unwrap();
    minute + i64::from(zone.to_offset(at).seconds()).div_euclid(60)
}

/// Of several wall times in one minute the last gives its name.
fn add(due: &mut Vec<Due>, minute: i64, wall: i64) {
    let at = Timestamp::from_second(minute * 60).unwrap();
    let local = TimeZone::UTC.to_datetime(Timestamp::from_second(wall * 60).unwrap());
    if due.last().is_some_and(|last| last.at == at) {
        due.pop();
    }
    due.push(Due { at, local });
}

fn minute_of(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

/// Which schedules can be due at each minute of a day.
fn by_minute_of_day(schedules: &[Schedule]) -> Vec<Vec<usize>> {
    let mut table = vec![Vec::new(); DAY as usize];
    for (index, schedule) in schedules.iter().enumerate() {
        match &schedule.rule {
            ScheduleRule::Day { at } | ScheduleRule::Week { at, .. } | ScheduleRule::Month { at, .. } => {
                table[minute_of(*at) as usize].push(index);
            }
            ScheduleRule::Hours { hours, from } => {
                (0..24).step_by(usize::from(*hours)).for_each(|hour| {
                    table[((minute_of(*from) + hour * 60) % DAY) as usize].push(index);
                });
            }
            ScheduleRule::Once { at } => table[minute_of(at.time()) as usize].push(index),
        }
    }
    table
}

fn matches(rule: &ScheduleRule, wall: i64) -> bool {
    let days = wall.div_euclid(DAY);
    match rule {
        ScheduleRule::Day { .. } | ScheduleRule::Hours { .. } => true,
        // The 1st of January 1970 was a Thursday.
        ScheduleRule::Week { day, .. } => (days + 3).rem_euclid(7) == number(*day),
        ScheduleRule::Month { day, .. } => {
            let (year, month, of_month) = civil(days);
            of_month == i64::from(*day).min(month_length(year, month))
        }
        ScheduleRule::Once { at } => {
            (i64::from(at.year()), i64::from(at.month()), i64::from(at.day())) == civil(days)
        }
    }
}

fn number(day: Weekday) -> i64 {
    match day {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day by counting.
fn civil(mut days: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 1;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}
