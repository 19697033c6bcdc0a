//! Schedules as the owner states them: local wall time with its zone. When they are due is in [`due`].

mod due;

pub(crate) use due::wall_moment;
pub use due::{Due, DueTimes, next_dates};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ArchiveKind, Class, Error, Result};

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl std::str::FromStr for Weekday {
    type Err = Error;

    /// English or Spanish names, whole or their first three letters, any case, with or without accents.
    fn from_str(text: &str) -> Result<Self> {
        let lower = text.to_lowercase().replace('á', "a").replace('é', "e");
        let is = |names: [&str; 2]| {
            names.iter().any(|name| *name == lower || (lower.len() == 3 && name.starts_with(&lower)))
        };
        let days = [
            (["monday", "lunes"], Self::Monday),
            (["tuesday", "martes"], Self::Tuesday),
            (["wednesday", "miercoles"], Self::Wednesday),
            (["thursday", "jueves"], Self::Thursday),
            (["friday", "viernes"], Self::Friday),
            (["saturday", "sabado"], Self::Saturday),
            (["sunday", "domingo"], Self::Sunday),
        ];
        days.into_iter()
            .find_map(|(names, day)| is(names).then_some(day))
            .ok_or_else(|| Error::invalid("weekly", text, "expected a day of the week"))
    }
}

/// The repeating part of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum ScheduleRule {
    /// Each day at a time.
    Day {
        /// Local wall time.
        at: jiff::civil::Time,
    },
    /// Each week on a day at a time.
    Week {
        /// The day.
        day: Weekday,
        /// Local wall time.
        at: jiff::civil::Time,
    },
    /// Each month on a day at a time; 29 to 31 mean the last day of shorter months.
    Month {
        /// 1 to 31.
        day: u8,
        /// Local wall time.
        at: jiff::civil::Time,
    },
    /// Every so many hours, counted from a time of the day.
    Hours {
        /// 1 to 24.
        hours: u8,
        /// Local wall time from which the hours are counted.
        from: jiff::civil::Time,
    },
    /// Once.
    Once {
        /// Local wall date and time.
        at: jiff::civil::DateTime,
    },
}

/// One schedule of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Schedule {
    /// When.
    #[serde(flatten)]
    pub rule: ScheduleRule,
    /// IANA name of the zone that the wall times are in.
    pub zone: String,
    /// Archive kind; `None` chooses by the chain's state.
    #[serde(default)]
    pub kind: Option<ArchiveKind>,
    /// Class of the archives.
    pub class: Class,
    /// Kept in its plan, but never due until somebody switches it on again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub off: bool,
}

impl Schedule {
    /// Checks the ranges that the types do not, and that the zone is known.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] naming the field.
    pub fn validate(&self) -> Result<()> {
        match self.rule {
            ScheduleRule::Month { day, .. } if !(1..=31).contains(&day) => {
                return Err(Error::invalid("monthly", day, "a day of the month is 1 to 31"));
            }
            ScheduleRule::Hours { hours, .. } if !(1..=24).contains(&hours) => {
                return Err(Error::invalid("every", hours, "hours are 1 to 24"));
            }
            _ => {}
        }
        self.time_zone().map(drop)
    }

    /// As [`Schedule::validate`], and refuses a schedule that is on and will never be due again: what an owner enters must do something.
    /// Kept plans are not judged by this: a single date that has passed stays in the plan.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] naming the field.
    pub fn validate_new(&self, now: Timestamp) -> Result<()> {
        self.validate()?;
        if self.off {
            return Ok(());
        }
        match (self.due(now)?.next(), &self.rule) {
            (None, ScheduleRule::Once { at }) => {
                Err(Error::invalid("once", at, "never fires: it has passed"))
            }
            (None, _) => Err(Error::invalid("schedule", self.key(), "never fires")),
            (Some(_), _) => Ok(()),
        }
    }

    /// A text that stays the same while the schedule does: rule, zone, class and archive kind, on or off. Two schedules of one
    /// plan with the same key are one.
    pub fn key(&self) -> String {
        let rule = match &self.rule {
            ScheduleRule::Day { at } => format!("day {at}"),
            ScheduleRule::Week { day, at } => format!("week {day:?} {at}").to_lowercase(),
            ScheduleRule::Month { day, at } => format!("month {day} {at}"),
            ScheduleRule::Hours { hours, from } => format!("hours {hours} {from}"),
            ScheduleRule::Once { at } => format!("once {at}"),
        };
        let kind = self.kind.map_or_else(|| "automatic".to_owned(), |kind| kind.to_string());
        format!("{rule} {} {} {kind}", self.zone, self.class)
    }

    /// The usual distance between due times, by which lateness is judged: the longest month for a monthly schedule (nobody is
    /// late in a month that is longer than another), the stated hours for one of hours. `None` for a single date and for what is off.
    pub fn interval(&self) -> Option<SignedDuration> {
        let hours = match self.rule {
            _ if self.off => return None,
            ScheduleRule::Day { .. } => 24,
            ScheduleRule::Week { .. } => 7 * 24,
            ScheduleRule::Month { .. } => 31 * 24,
            ScheduleRule::Hours { hours, .. } => i64::from(hours),
            ScheduleRule::Once { .. } => return None,
        };
        Some(SignedDuration::from_hours(hours))
    }

    /// The zone of the wall times.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] with the field `zone` when this computer does not know it. There is no other zone to fall
    /// back to: a backup at another time than the one stated would be a lie.
    pub fn time_zone(&self) -> Result<jiff::tz::TimeZone> {
        time_zone(&self.zone)
    }
}

/// The zone of an IANA name.
pub(crate) fn time_zone(name: &str) -> Result<jiff::tz::TimeZone> {
    jiff::tz::TimeZone::get(name)
        .map_err(|cause| Error::invalid("zone", name, "not a known time zone").because(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_understood_in_both_languages() {
        for (text, day) in [
            ("Sunday", Weekday::Sunday),
            ("dom", Weekday::Sunday),
            ("Miércoles", Weekday::Wednesday),
            ("TUE", Weekday::Tuesday),
        ] {
            assert_eq!(text.parse::<Weekday>().unwrap(), day);
        }
        assert!("su".parse::<Weekday>().is_err());
    }
}
