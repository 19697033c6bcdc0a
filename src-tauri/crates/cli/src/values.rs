//! Values as people type them: times, days, schedules, keep rules, sizes. Ranges are judged where the domain judges them.

use jiff::civil::{DateTime, Time};
use resguardo_api::types::{Class, Error, Result, Retention, Schedule, ScheduleRule};

use crate::args::{Keeping, Schedules};

/// The schedules of the flags, in the order daily, weekly, monthly, hours, once. `zone` is the zone of their times.
pub(crate) fn schedules(flags: &Schedules, zone: &str) -> Result<Vec<Schedule>> {
    let mut rules: Vec<(ScheduleRule, Class)> = Vec::new();
    for at in &flags.daily {
        rules.push((ScheduleRule::Day { at: time("daily", at)? }, Class::Daily));
    }
    for (day, at) in pairs(&flags.weekly) {
        rules.push((ScheduleRule::Week { day: day.parse()?, at: time("weekly", at)? }, Class::Weekly));
    }
    for (day, at) in pairs(&flags.monthly) {
        rules.push((ScheduleRule::Month { day: month_day(day)?, at: time("monthly", at)? }, Class::Monthly));
    }
    if let Some(every) = &flags.every {
        let from = flags.from.as_deref().map_or(Ok(Time::midnight()), |from| time("from", from))?;
        let hours =
            every.parse().map_err(|_| Error::invalid("every", every, "expected a number of hours"))?;
        rules.push((ScheduleRule::Hours { hours, from }, Class::Daily));
    }
    for at in &flags.once {
        rules.push((ScheduleRule::Once { at: date_time("once", at)? }, Class::Daily));
    }
    let schedules: Vec<Schedule> = rules
        .into_iter()
        .map(|(rule, class)| Schedule { rule, zone: zone.to_owned(), kind: None, class, off: false })
        .collect();
    schedules.iter().try_for_each(Schedule::validate)?;
    Ok(schedules)
}

/// Switches every schedule of a kind, which is named as the flag that makes it, on or off.
///
/// # Errors
/// [`Kind::InvalidInput`] with the flag when there is none.
pub(crate) fn switch(flag: &str, kind: &str, schedules: &mut [Schedule], off: bool) -> Result<()> {
    let mut of_kind = schedules.iter_mut().filter(|schedule| flag_of(&schedule.rule) == kind).peekable();
    if of_kind.peek().is_none() {
        return Err(Error::invalid(flag, kind, "the plan has no such schedule"));
    }
    of_kind.for_each(|schedule| schedule.off = off);
    Ok(())
}

fn flag_of(rule: &ScheduleRule) -> &'static str {
    match rule {
        ScheduleRule::Day { .. } => "daily",
        ScheduleRule::Week { .. } => "weekly",
        ScheduleRule::Month { .. } => "monthly",
        ScheduleRule::Hours { .. } => "every",
        ScheduleRule::Once { .. } => "once",
    }
}

/// The keep rules of the flags; `None` when there is none.
pub(crate) fn retention(flags: &Keeping) -> Option<Retention> {
    let rules = Retention {
        all: flags.keep_all,
        last: flags.keep_last,
        days: flags.keep_days,
        daily: flags.keep_daily,
        weekly: flags.keep_weekly,
        monthly: flags.keep_monthly,
    };
    (rules != Retention::EMPTY).then_some(rules)
}

/// A size: a number, with a comma or a point, and a unit of 1000 (`KB`) or 1024 (`K`, `KiB`).
pub(crate) fn size(field: &str, text: &str) -> Result<u64> {
    let bad = || Error::invalid(field, text, "expected a size such as 500M or 4G");
    let trimmed = text.trim();
    let digits =
        trimmed.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let factor = unit_factor(unit.trim()).ok_or_else(bad)?;
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    if fraction.len() > 6 {
        return Err(bad());
    }
    let scale = 10_u64.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let fraction: u64 = fraction.parse().map_err(|_| bad())?;
    let bytes = u128::from(whole) * u128::from(factor)
        + u128::from(fraction) * u128::from(factor) / u128::from(scale);
    match u64::try_from(bytes) {
        Ok(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(bad()),
    }
}

fn unit_factor(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_uppercase();
    let power = |letter| "KMGT".find(letter).and_then(|at| u32::try_from(at + 1).ok());
    let mut letters = unit.chars();
    let Some(first) = letters.next() else { return Some(1) };
    match (power(first), letters.as_str()) {
        (Some(power), "" | "IB") => Some(1024_u64.pow(power)),
        (Some(power), "B") => Some(1000_u64.pow(power)),
        (None, "") if first == 'B' => Some(1),
        _ => None,
    }
}

/// The parser sees to it that the values come in pairs.
fn pairs(values: &[String]) -> impl Iterator<Item = (&str, &str)> {
    values.as_chunks::<2>().0.iter().map(|[day, at]| (day.as_str(), at.as_str()))
}

fn time(field: &str, text: &str) -> Result<Time> {
    let parse = || {
        let (hour, minute) = text.split_once(':')?;
        let digits =
            |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(hour) || minute.len() != 2 || !digits(minute) {
            return None;
        }
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    parse().ok_or_else(|| Error::invalid(field, text, "expected a time as HH:MM"))
}

pub(crate) fn date_time(field: &str, text: &str) -> Result<DateTime> {
    let parse = || {
        let (date, at) = text.trim().split_once([' ', 'T'])?;
        let date: jiff::civil::Date = date.parse().ok()?;
        Some(date.to_datetime(time(field, at).ok()?))
    };
    parse().ok_or_else(|| Error::invalid(field, text, "expected YYYY-MM-DD HH:MM"))
}

/// 29 to 31 mean the last day of shorter months, so the last day is 31.
fn month_day(text: &str) -> Result<u8> {
    match text.to_lowercase().as_str() {
        "last" | "último" | "ultimo" => Ok(31),
        day => {
            day.parse().map_err(|_| Error::invalid("monthly", text, "a day of the month is 1 to 31, or last"))
        }
    }
}

#[cfg(test)]
mod tests {
    use resguardo_api::types::Weekday;

    use super::*;

    fn texts(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn every_kind_of_schedule_is_understood_at_once() {
        let flags = Schedules {
            daily: texts(&["02:00", "13:30"]),
            weekly: texts(&["domingo", "02:30", "wed", "9:05"]),
            monthly: texts(&["31", "03:00", "último", "04:00"]),
            every: Some("6".to_owned()),
            from: Some("08:00".to_owned()),
            once: texts(&["2026-12-24 18:00"]),
        };
        let found = schedules(&flags, "America/Bogota").unwrap();
        let at = |hour, minute| jiff::civil::time(hour, minute, 0, 0);
        let rules: Vec<ScheduleRule> = found.iter().map(|schedule| schedule.rule.clone()).collect();
        assert_eq!(
            rules,
            [
                ScheduleRule::Day { at: at(2, 0) },
                ScheduleRule::Day { at: at(13, 30) },
                ScheduleRule::Week { day: Weekday::Sunday, at: at(2, 30) },
                ScheduleRule::Week { day: Weekday::Wednesday, at: at(9, 5) },
                ScheduleRule::Month { day: 31, at: at(3, 0) },
                ScheduleRule::Month { day: 31, at: at(4, 0) },
                ScheduleRule::Hours { hours: 6, from: at(8, 0) },
                ScheduleRule::Once { at: jiff::civil::datetime(2026, 12, 24, 18, 0, 0, 0) },
            ]
        );
        assert!(found.iter().all(|schedule| schedule.zone == "America/Bogota" && schedule.kind.is_none()));
        let classes: Vec<Class> = found.iter().map(|schedule| schedule.class).collect();
        assert_eq!(classes[1..4], [Class::Daily, Class::Weekly, Class::Weekly]);
    }

    #[test]
    fn a_slip_in_a_schedule_names_its_field() {
        let daily = |at: &str| Schedules { daily: texts(&[at]), ..Schedules::default() };
        let weekly = |day: &str| Schedules { weekly: texts(&[day, "02:00"]), ..Schedules::default() };
        let monthly = |day: &str| Schedules { monthly: texts(&[day, "02:00"]), ..Schedules::default() };
        let every = |hours: &str| Schedules { every: Some(hours.to_owned()), ..Schedules::default() };
        let once = |at: &str| Schedules { once: texts(&[at]), ..Schedules::default() };
        for (flags, field) in [
            (daily("24:00"), "daily"),
            (daily("2"), "daily"),
            (daily("02:5"), "daily"),
            (daily("-1:00"), "daily"),
            (weekly("someday"), "weekly"),
            (monthly("0"), "monthly"),
            (monthly("32"), "monthly"),
            (every("0"), "every"),
            (every("x"), "every"),
            (once("2026-02-30 10:00"), "once"),
            (once("tomorrow"), "once"),
        ] {
            let error = schedules(&flags, "UTC").unwrap_err();
            assert_eq!(error.get("field"), Some(field), "{flags:?}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("1000", 1_000),
            ("4G", 4 << 30),
            ("500M", 500 << 20),
            ("500MB", 500_000_000),
            ("1,5 GiB", 3 << 29),
            ("1.5k", 1_536),
            ("7b", 7),
        ] {
            assert_eq!(size("part-size", text).unwrap(), bytes, "{text}");
        }
        for text in ["", "G", "4X", "-1", "0", "1.2.3", "99999999999T", "4 G G"] {
            assert_eq!(size("part-size", text).unwrap_err().get("field"), Some("part-size"), "{text}");
        }
    }

    #[test]
    fn keep_rules_stand_only_for_what_was_said() {
        assert_eq!(retention(&Keeping::default()), None);
        let flags = Keeping { keep_last: Some(3), ..Keeping::default() };
        assert_eq!(retention(&flags), Some(Retention { last: Some(3), ..Retention::EMPTY }));
    }
}
