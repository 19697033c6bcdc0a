//! When schedules are due.
//!
//! A wall time that a day does not have (clocks go forward) is due at the first moment after the gap; one that a day has twice
//! (clocks go back) is due the first time only. Wall times that fall on one moment, because a gap swallowed all but the last of
//! them, are one due time under the name of the last.
//!
//! Hours are counted afresh each local day: `from`, `from` + n hours and so on by the wall clock, until the next day's `from`
//! ends the count. With 24 divisible by n the distance is always n hours of wall time; otherwise the last one of a day is
//! shorter (every 5 hours from 00:00 is 00, 05, 10, 15, 20 and again 00). On the days when clocks change, the two due times
//! around the change are an hour nearer or farther apart in real time, never doubled and never left out.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{Schedule, ScheduleRule, Weekday};
use crate::Result;

/// A moment at which a schedule is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Due {
    /// The moment.
    pub at: Timestamp,
    /// The wall time it stands for, in the schedule's zone: with the schedule's key, the name of the slot.
    pub local: DateTime,
}

impl Schedule {
    /// The due times later than a moment, the earliest first; none while it is off.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] when the zone is not known.
    pub fn due(&self, after: Timestamp) -> Result<DueTimes> {
        let zone = self.time_zone()?;
        let passed = zone.to_datetime(after);
        // A count of hours begins the day before.
        let start = passed.date().saturating_sub(1.day());
        let walls = if self.off { WallTimes::Once(None) } else { WallTimes::new(&self.rule, start) };
        let mut due = DueTimes { zone, walls, held: None, after, passed };
        due.held = due.resolve();
        Ok(due)
    }
}

/// The due times of a schedule, ascending; see [`Schedule::due`].
#[derive(Debug, Clone)]
pub struct DueTimes {
    zone: TimeZone,
    walls: WallTimes,
    /// Resolved already, but held back until it is known whether the next one falls on the same moment.
    held: Option<Due>,
    after: Timestamp,
    /// The same on the wall: no wall time up to here is due later, so most are left out without asking the zone.
    passed: DateTime,
}

impl DueTimes {
    /// The next wall time with its moment, leaving out what is not after the start.
    fn resolve(&mut self) -> Option<Due> {
        loop {
            let local = self.walls.next()?;
            if local <= self.passed {
                continue;
            }
            // Wall times at the very ends of the calendar have no moment.
            if let Some(at) = wall_moment(&self.zone, local).filter(|at| *at > self.after) {
                return Some(Due { at, local });
            }
        }
    }
}

impl Iterator for DueTimes {
    type Item = Due;

    fn next(&mut self) -> Option<Due> {
        loop {
            let due = self.held?;
            self.held = self.resolve();
            if self.held.is_none_or(|next| next.at != due.at) {
                return Some(due);
            }
        }
    }
}

/// The moment of a wall time: the first one where there are two, the end of the gap where there is none.
pub(crate) fn wall_moment(zone: &TimeZone, local: DateTime) -> Option<Timestamp> {
    let AmbiguousOffset::Gap { after, .. } = zone.to_ambiguous_timestamp(local).offset() else {
        return zone.to_ambiguous_timestamp(local).earlier().ok();
    };
    // Read with the offset that holds after the gap, a wall time inside it lies before the change.
    let before_change = after.to_timestamp(local).ok()?;
    zone.following(before_change).find(|change| change.offset() == after).map(|change| change.timestamp())
}

/// The wall times of a rule, whatever the zone makes of them.
#[derive(Debug, Clone)]
enum WallTimes {
    /// Every so many days or months; the day of the month is bent to the month's length.
    Dates { next: Option<Date>, step: Span, day: Option<i8>, at: jiff::civil::Time },
    /// Hours of a day, counted from its base.
    Hours { next: Option<Date>, count: i64, hours: i64, from: jiff::civil::Time },
    /// One.
    Once(Option<DateTime>),
}

impl WallTimes {
    fn new(rule: &ScheduleRule, start: Date) -> Self {
        match *rule {
            ScheduleRule::Day { at } => Self::Dates { next: Some(start), step: 1.day(), day: None, at },
            ScheduleRule::Week { day, at } => {
                let ahead = start.weekday().until(day.civil());
                let next = start.checked_add(i64::from(ahead).days()).ok();
                Self::Dates { next, step: 1.week(), day: None, at }
            }
            ScheduleRule::Month { day, at } => Self::Dates {
                next: Some(start.first_of_month()),
                step: 1.month(),
                day: Some(i8::try_from(day.clamp(1, 31)).unwrap_or(31)),
                at,
            },
            // Outside 1 to 24 is refused by `validate`; here it only must not hang.
            ScheduleRule::Hours { hours, from } => {
                Self::Hours { next: Some(start), count: 0, hours: i64::from(hours.clamp(1, 24)), from }
            }
            ScheduleRule::Once { at } => Self::Once(Some(at)),
        }
    }
}

impl Iterator for WallTimes {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        match self {
            Self::Dates { next, step, day, at } => {
                let date = (*next)?;
                *next = date.checked_add(*step).ok();
                let bent = day.map_or(Ok(date), |day| date.with().day(day.min(date.days_in_month())).build());
                bent.ok().map(|date| date.to_datetime(*at))
            }
            Self::Hours { next, count, hours, from } => {
                let date = (*next)?;
                let passed = SignedDuration::from_hours(*count * *hours);
                *count += 1;
                if *count * *hours >= 24 {
                    *count = 0;
                    *next = date.tomorrow().ok();
                }
                date.to_datetime(*from).checked_add(passed).ok()
            }
            Self::Once(at) => at.take(),
        }
    }
}

impl Weekday {
    /// The same day in the calendar's words.
    pub(crate) fn civil(self) -> jiff::civil::Weekday {
        use jiff::civil::Weekday as W;
        match self {
            Self::Monday => W::Monday,
            Self::Tuesday => W::Tuesday,
            Self::Wednesday => W::Wednesday,
            Self::Thursday => W::Thursday,
            Self::Friday => W::Friday,
            Self::Saturday => W::Saturday,
            Self::Sunday => W::Sunday,
        }
    }
}

/// The next due times of several schedules together, the earliest first, at most `count`. What falls on one moment is listed once
/// for each schedule.
///
/// # Errors
/// [`crate::Kind::InvalidInput`] when a zone is not known.
pub fn next_dates(schedules: &[Schedule], now: Timestamp, count: usize) -> Result<Vec<(Due, &Schedule)>> {
    let mut dates = Vec::new();
    for schedule in schedules {
        dates.extend(schedule.due(now)?.take(count).map(|due| (due, schedule)));
    }
    dates.sort_by_key(|(due, _)| *due);
    dates.truncate(count);
    Ok(dates)
}

#[cfg(test)]
mod tests;
