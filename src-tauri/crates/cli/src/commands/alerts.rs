//! `alerts`: what is wrong, what was lately, and when the owner wants to be told.

use resguardo_api::types::{AlertView, AlertsView, Error, Language, NoticeSettings, Result};
use resguardo_api::{AlertsList, Nothing, NoticesSave, NoticesShow};
use resguardo_words::{Words, fill};
use serde_json::json;

use crate::app::{App, Ending};
use crate::args::{AlertsSet, AlertsVerb};
use crate::exit::Exit;
use crate::locale::Locale;

/// `alerts`, `alerts set`.
pub(crate) fn alerts(app: &mut App, verb: Option<AlertsVerb>) -> Ending {
    match verb {
        Some(AlertsVerb::Set(args)) => set(app, &args),
        None => list(app),
    }
}

fn list(app: &mut App) -> Ending {
    let view = app.api.call::<AlertsList>(Nothing {})?;
    app.out.object(&json!(view));
    app.out.say_all(lines(&app.locale, &view));
    Ok(Exit::Done)
}

fn lines(locale: &Locale, view: &AlertsView) -> Vec<String> {
    let t = locale.texts();
    let words = Words { customs: locale, names: &view.names };
    let (open, over): (Vec<&AlertView>, Vec<&AlertView>) =
        view.alerts.iter().partition(|alert| alert.closed_at.is_none());
    let mut lines = Vec::new();
    if open.is_empty() {
        lines.push(t.alerts_none.to_owned());
    }
    for alert in open {
        let text = words.alert(&alert.cause);
        let since = locale.date(alert.opened_at);
        lines.push(fill(t.alerts_since, &[("title", &text.title), ("date", &since)]));
        lines.push(format!("  {}", text.body));
    }
    if !over.is_empty() {
        lines.extend([String::new(), t.alerts_over.to_owned()]);
    }
    for alert in over {
        let title = words.alert(&alert.cause).title;
        let dates = (locale.date(alert.opened_at), locale.date(alert.closed_at.unwrap_or(alert.opened_at)));
        let values = [("title", title.as_str()), ("from", &dates.0), ("to", &dates.1)];
        lines.push(format!("  {}", fill(t.alerts_over_line, &values)));
    }
    lines
}

fn set(app: &mut App, args: &AlertsSet) -> Ending {
    let mut settings = app.api.call::<NoticesShow>(Nothing {})?;
    let before = settings.clone();
    change(&mut settings, args)?;
    if settings != before {
        settings = app.api.call::<NoticesSave>(settings)?;
    }
    app.object("notices", &settings);
    let lines = settings_lines(&app.locale, &settings);
    app.out.say_all(lines);
    Ok(Exit::Done)
}

fn change(settings: &mut NoticeSettings, args: &AlertsSet) -> Result<()> {
    if let Some(hours) = &args.no_copy_hours {
        let number = |text: &str| {
            text.parse().map_err(|_| Error::invalid("no_copy_hours", text, "a number of hours, or off"))
        };
        settings.alerts.no_copy_hours = if hours == "off" { None } else { Some(number(hours)?) };
    }
    settings.alerts.stall_minutes = args.stall_minutes.unwrap_or(settings.alerts.stall_minutes);
    settings.alerts.silent_days = args.silent_days.unwrap_or(settings.alerts.silent_days);
    settings.digest = args.digest.as_ref().map_or(settings.digest, |switch| switch == "on");
    let language = args.language.as_ref().map(|code| match code.as_str() {
        "es" => Language::Spanish,
        _ => Language::English,
    });
    settings.language = language.or(settings.language);
    Ok(())
}

fn settings_lines(locale: &Locale, settings: &NoticeSettings) -> Vec<String> {
    let t = locale.texts();
    let no_copy = match settings.alerts.no_copy_hours {
        None => t.notices_by_plan.to_owned(),
        Some(hours) => fill(t.notices_no_copy, &[("n", &locale.count(hours.into()))]),
    };
    let stall = locale.count(settings.alerts.stall_minutes.into());
    vec![
        no_copy,
        fill(t.notices_stall, &[("n", &stall)]),
        fill(t.notices_silent, &[("n", &locale.count(settings.alerts.silent_days.into()))]),
        if settings.digest { t.notices_week_on } else { t.notices_week_off }.to_owned(),
    ]
}
