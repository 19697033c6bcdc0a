//! `status`: every plan in a few words.

use resguardo_api::types::PlanStatus;
use resguardo_api::{MetricsShow, Nothing, StatusShow};

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::failure;
use crate::fill::fill;
use crate::locale::{Locale, short};

use super::snapshots::state_words;

/// `status`.
pub(crate) fn status(app: &mut App) -> Ending {
    let plans = app.api.call::<StatusShow>(Nothing {})?;
    app.object("plans", &plans);
    if plans.is_empty() {
        app.out.say(app.locale.texts().no_plans);
    }
    let lines: Vec<String> = plans.iter().map(|plan| line(&app.locale, plan)).collect();
    app.out.say_all(lines);
    Ok(Exit::Done)
}

/// `metrics`: text for a collector of figures, the same in every language.
pub(crate) fn metrics(app: &mut App) -> Ending {
    let text = app.api.call::<MetricsShow>(Nothing {})?;
    if app.out.json {
        app.object("metrics", &text);
    } else {
        app.out.raw(text.as_bytes());
    }
    Ok(Exit::Done)
}

fn line(locale: &Locale, status: &PlanStatus) -> String {
    let t = locale.texts();
    let mut parts = vec![match &status.last {
        None => fill(t.status_never, &[("plan", &status.plan)]),
        Some(last) => fill(
            t.status_last,
            &[
                ("plan", &status.plan),
                ("date", &locale.date(last.created_at)),
                ("state", &state_words(locale, last)),
                ("snapshots", &locale.backups(status.snapshots)),
            ],
        ),
    }];
    if status.waiting > 0 {
        parts.push(fill(t.status_waiting, &[("n", &locale.count(status.waiting))]));
    }
    if let Some(id) = &status.running {
        parts.push(fill(t.status_running, &[("operation", short(id.as_str()))]));
    }
    if let Some(error) = &status.failure {
        parts.push(fill(t.status_failure, &[("title", &failure::title(error, locale))]));
    }
    parts.join("; ")
}
