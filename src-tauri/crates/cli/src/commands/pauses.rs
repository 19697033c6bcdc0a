//! `pause`, `resume`: not now, for one plan or for everything.

use jiff::{SignedDuration, Timestamp};
use resguardo_api::types::{Error, Result};
use resguardo_api::{OfPlan, PauseRequest, SchedulesPause, SchedulesResume};

use crate::app::{App, Ending};
use crate::args::Pause;
use crate::exit::Exit;
use crate::values;

/// `pause`.
pub(crate) fn pause(app: &mut App, args: &Pause) -> Ending {
    let until = until(args, Timestamp::now())?;
    let request = PauseRequest { plan: args.name.clone(), until };
    let pauses = app.api.call::<SchedulesPause>(request)?;
    app.object("pauses", &pauses);
    let t = app.locale.texts();
    let template = if args.name.is_some() { t.paused_plan } else { t.paused_all };
    let name = app.locale.quoted(args.name.as_deref().unwrap_or_default());
    let date = until.map(|until| app.locale.date(until));
    let mut blanks = vec![("name", name.as_str())];
    blanks.extend(date.as_deref().map(|date| ("date", date)));
    app.say(template, &blanks);
    Ok(Exit::Done)
}

/// `resume`.
pub(crate) fn resume(app: &mut App, name: Option<String>) -> Ending {
    let pauses = app.api.call::<SchedulesResume>(OfPlan { plan: name.clone() })?;
    app.object("pauses", &pauses);
    let t = app.locale.texts();
    let quoted = app.locale.quoted(name.as_deref().unwrap_or_default());
    app.say(if name.is_some() { t.resumed_plan } else { t.resumed_all }, &[("name", &quoted)]);
    Ok(Exit::Done)
}

fn until(args: &Pause, now: Timestamp) -> Result<Option<Timestamp>> {
    if let Some(text) = &args.duration {
        let bad = || Error::invalid("for", text, "expected a time such as 30m, 2h or 3d");
        return now.checked_add(duration(text).ok_or_else(bad)?).map(Some).map_err(|_| bad());
    }
    let Some(text) = &args.until else { return Ok(None) };
    let at = values::date_time("until", text)?;
    let at = at.to_zoned(jiff::tz::TimeZone::system()).map(|zoned| zoned.timestamp());
    match at {
        Ok(at) if at > now => Ok(Some(at)),
        _ => Err(Error::invalid("until", text, "it has passed")),
    }
}

/// `30m`, `2h`, `3d`.
fn duration(text: &str) -> Option<SignedDuration> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    let number: u32 = number.trim().parse().ok().filter(|number| *number > 0)?;
    Some(SignedDuration::from_mins(i64::from(number) * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_letter() {
        for (text, minutes) in [("30m", 30), ("1h", 60), ("3 d", 4320)] {
            assert_eq!(duration(text).map(|duration| duration.as_mins()), Some(minutes));
        }
        for text in ["", "h", "0h", "-1h", "1 week", "1ñ", "4294967296m"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_pause_that_ends_in_the_past_is_refused() {
        let now: Timestamp = "2026-09-12T02:00:00Z".parse().unwrap();
        let args = |until: &str| Pause { name: None, duration: None, until: Some(until.to_owned()) };
        assert_eq!(until(&args("2020-01-01 10:00"), now).unwrap_err().get("field"), Some("until"));
        assert!(until(&args("2030-01-01 10:00"), now).unwrap().is_some_and(|at| at > now));
    }
}
