//! When an archive that is ready may be sent: hours, battery and metered networks hold uploads, never archiving, and only up to a
//! deadline.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{Conditions, Pause};
use crate::schedule::wall_moment;
use crate::{Error, Result, Weekday};

/// Hours in which the line belongs to the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHours {
    /// Days on which they begin.
    pub days: Vec<Weekday>,
    /// Local wall time at which they begin.
    pub from: Time,
    /// Local wall time at which they end; on the next day when not later than `from`.
    pub to: Time,
    /// IANA name of the zone that the wall times are in.
    pub zone: String,
}

impl OfficeHours {
    /// Checks that they name a day and a known zone.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] naming the field.
    pub fn validate(&self) -> Result<()> {
        if self.days.is_empty() {
            return Err(Error::invalid("office-hours", "", "no day is named"));
        }
        crate::schedule::time_zone(&self.zone).map(drop)
    }

    /// When the hours that hold now end; `None` outside them.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] when the zone is not known.
    pub fn end(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let zone = crate::schedule::time_zone(&self.zone)?;
        let today = zone.to_datetime(now).date();
        let begun = |date: Date| self.days.iter().any(|day| day.civil() == date.weekday());
        let ends = [today.saturating_sub(1.day()), today].into_iter().filter(|date| begun(*date)).filter_map(
            |date| {
                let last = if self.to <= self.from { date.tomorrow().ok()? } else { date };
                let begin = wall_moment(&zone, date.to_datetime(self.from))?;
                let end = wall_moment(&zone, last.to_datetime(self.to))?;
                (begin <= now && now < end).then_some(end)
            },
        );
        Ok(ends.max())
    }
}

/// What the owner said about sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadRules {
    /// Hold on battery.
    pub hold_on_battery: bool,
    /// Hold on networks with a limited amount of data.
    pub hold_on_metered: bool,
    /// Hold in these hours.
    pub office_hours: Option<OfficeHours>,
    /// After so many days without a copy there, none of these hold any more.
    pub deadline_days: u16,
    /// After the deadline, a battery below this many percent still holds.
    pub deadline_battery: u8,
}

impl Default for UploadRules {
    fn default() -> Self {
        Self {
            hold_on_battery: true,
            hold_on_metered: true,
            office_hours: None,
            deadline_days: 3,
            deadline_battery: 40,
        }
    }
}

/// A destination for which archives of a plan are ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadFacts {
    /// It is reached over the network; a folder of this computer or a drive is not.
    pub remote: bool,
    /// It is connected.
    pub present: bool,
    /// Its sign-in works, or it needs none.
    pub signed_in: bool,
    /// The plan is paused.
    pub paused: Option<Pause>,
    /// When the newest proven copy there was made; when there is none, since when the first one waits.
    pub without_copy_since: Timestamp,
}

/// Why an archive is not sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "hold", rename_all = "snake_case")]
pub enum UploadHold {
    /// The owner paused the plan or everything.
    Paused,
    /// The destination is not connected.
    DestinationAbsent,
    /// The destination wants a new sign-in.
    SignInNeeded,
    /// There is no network.
    NoNetwork,
    /// On battery.
    Battery {
        /// Percent of charge.
        percent: u8,
    },
    /// On a network with a limited amount of data.
    Metered,
    /// In the hours that belong to the business.
    OfficeHours,
}

/// Whether an archive may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum UploadDecision {
    /// Send it.
    Go,
    /// It waits.
    Hold {
        /// Why.
        reason: UploadHold,
        /// When this reason ends by itself; `None` when somebody or something must change first.
        until: Option<Timestamp>,
    },
}

/// Decides whether an archive may be sent to a destination now. What nothing can be done about comes first, then what the owner
/// must do, then the rules.
///
/// # Errors
/// [`crate::Kind::InvalidInput`] when the zone of the office hours is not known.
pub fn decide_upload(
    facts: &UploadFacts,
    conditions: &Conditions,
    rules: &UploadRules,
    now: Timestamp,
) -> Result<UploadDecision> {
    let hold = |reason, until| Ok(UploadDecision::Hold { reason, until });
    let mut pauses = [facts.paused, conditions.paused].into_iter().flatten();
    if let Some(pause) = pauses.find(|pause| pause.holds(now)) {
        return hold(UploadHold::Paused, pause.until);
    }
    if !facts.present {
        return hold(UploadHold::DestinationAbsent, None);
    }
    if !facts.remote {
        return Ok(UploadDecision::Go);
    }
    if conditions.network_up_for.is_none() {
        return hold(UploadHold::NoNetwork, None);
    }
    if !facts.signed_in {
        return hold(UploadHold::SignInNeeded, None);
    }
    by_rules(facts, conditions, rules, now)
}

fn by_rules(
    facts: &UploadFacts,
    conditions: &Conditions,
    rules: &UploadRules,
    now: Timestamp,
) -> Result<UploadDecision> {
    let patience = SignedDuration::from_hours(24 * i64::from(rules.deadline_days));
    let deadline = facts.without_copy_since.saturating_add(patience).unwrap_or(now);
    let hold = |reason, until| Ok(UploadDecision::Hold { reason, until });
    if let Some(percent) = conditions.battery.filter(|_| rules.hold_on_battery) {
        if percent < rules.deadline_battery {
            return hold(UploadHold::Battery { percent }, None);
        }
        if now < deadline {
            return hold(UploadHold::Battery { percent }, Some(deadline));
        }
    }
    if now >= deadline {
        return Ok(UploadDecision::Go);
    }
    if conditions.metered && rules.hold_on_metered {
        return hold(UploadHold::Metered, Some(deadline));
    }
    match rules.office_hours.as_ref().map(|hours| hours.end(now)).transpose()?.flatten() {
        Some(end) => hold(UploadHold::OfficeHours, Some(end.min(deadline))),
        None => Ok(UploadDecision::Go),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-03-10T12:00:00Z";

    fn now() -> Timestamp {
        NOON.parse().unwrap()
    }

    fn facts() -> UploadFacts {
        let without_copy_since = "2026-03-10T01:00:00Z".parse().unwrap();
        UploadFacts { remote: true, present: true, signed_in: true, paused: None, without_copy_since }
    }

    fn conditions() -> Conditions {
        Conditions { network_up_for: Some(SignedDuration::from_hours(1)), ..Conditions::default() }
    }

    fn hours(from: i8, to: i8) -> OfficeHours {
        let zone = "Europe/Madrid".to_owned();
        let time = |hour| jiff::civil::time(hour, 0, 0, 0);
        OfficeHours { days: vec![Weekday::Monday, Weekday::Tuesday], from: time(from), to: time(to), zone }
    }

    fn reason(facts: UploadFacts, conditions: Conditions, rules: &UploadRules) -> Option<UploadHold> {
        match decide_upload(&facts, &conditions, rules, now()).unwrap() {
            UploadDecision::Go => None,
            UploadDecision::Hold { reason, .. } => Some(reason),
        }
    }

    #[test]
    fn each_condition_holds_with_its_own_reason() {
        let rules = UploadRules { office_hours: Some(hours(9, 18)), ..UploadRules::default() };
        let paused = Some(Pause { until: None });
        let good = conditions();
        for (facts, conditions, expected) in [
            (facts(), Conditions { paused, ..good }, UploadHold::Paused),
            (UploadFacts { paused, ..facts() }, good, UploadHold::Paused),
            (UploadFacts { present: false, ..facts() }, good, UploadHold::DestinationAbsent),
            (facts(), Conditions { network_up_for: None, ..good }, UploadHold::NoNetwork),
            (UploadFacts { signed_in: false, ..facts() }, good, UploadHold::SignInNeeded),
            (facts(), Conditions { battery: Some(80), ..good }, UploadHold::Battery { percent: 80 }),
            (facts(), Conditions { metered: true, ..good }, UploadHold::Metered),
            (facts(), good, UploadHold::OfficeHours),
        ] {
            assert_eq!(reason(facts, conditions, &rules), Some(expected));
        }
        assert_eq!(reason(facts(), good, &UploadRules::default()), None);
    }

    #[test]
    fn a_drive_on_the_desk_minds_neither_battery_nor_line() {
        let drive = UploadFacts { remote: false, ..facts() };
        let worst = Conditions { battery: Some(5), metered: true, ..Conditions::default() };
        assert_eq!(reason(drive, worst, &UploadRules::default()), None);
    }

    #[test]
    fn after_three_days_without_a_copy_only_a_low_battery_holds() {
        let rules = UploadRules { office_hours: Some(hours(9, 18)), ..UploadRules::default() };
        let old = UploadFacts { without_copy_since: "2026-03-07T12:00:00Z".parse().unwrap(), ..facts() };
        let on = |percent| Conditions { battery: Some(percent), metered: true, ..conditions() };
        assert_eq!(reason(old, on(40), &rules), None);
        assert_eq!(reason(old, on(39), &rules), Some(UploadHold::Battery { percent: 39 }));
    }

    #[test]
    fn a_hold_tells_when_it_ends() {
        let until = |conditions, rules: &UploadRules| match decide_upload(&facts(), &conditions, rules, now())
            .unwrap()
        {
            UploadDecision::Go => None,
            UploadDecision::Hold { until, .. } => until.map(|until| until.to_string()),
        };
        let metered = Conditions { metered: true, ..conditions() };
        assert_eq!(until(metered, &UploadRules::default()).as_deref(), Some("2026-03-13T01:00:00Z"));
        let rules = UploadRules { office_hours: Some(hours(9, 18)), ..UploadRules::default() };
        assert_eq!(until(conditions(), &rules).as_deref(), Some("2026-03-10T17:00:00Z"));
    }

    #[test]
    fn office_hours_may_cross_midnight_and_belong_to_the_day_they_begin() {
        let night = hours(20, 6);
        for (at, end) in [
            ("2026-03-10T12:00:00Z", None),
            ("2026-03-10T19:00:00Z", Some("2026-03-11T05:00:00Z")),
            ("2026-03-11T04:59:59Z", Some("2026-03-11T05:00:00Z")),
            ("2026-03-11T05:00:00Z", None),
            ("2026-03-11T20:00:00Z", None),
        ] {
            let told = night.end(at.parse().unwrap()).unwrap().map(|end| end.to_string());
            assert_eq!(told.as_deref(), end, "{at}");
        }
        assert!(OfficeHours { days: Vec::new(), ..hours(9, 18) }.validate().is_err());
        assert!(OfficeHours { zone: "Nowhere".to_owned(), ..hours(9, 18) }.validate().is_err());
    }
}
