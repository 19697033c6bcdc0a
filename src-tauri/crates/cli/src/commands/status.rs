//! `status`: every plan in a few words.

use resguardo_api::types::PlanStatus;
use resguardo_api::{Nothing, StatusShow};

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::failure;
use crate::fill::fill;
use crate::locale::{Locale, short};

use super::odd;
use super::snapshots::state_words;

/// `status`.
pub(crate) fn status(app: &mut App) -> Ending {
    let plans = app.api.call::<StatusShow>(Nothing {})?;
    app.object("plans", &plans);
    if plans.is_empty() {
        app.out.say(app.locale.texts().no_plans);
    }
    let locale = &app.locale;
    let odd =
        |plan: &PlanStatus| plan.flagged.iter().flat_map(|one| odd::lines(locale, one)).collect::<Vec<_>>();
    let lines: Vec<String> =
        plans.iter().flat_map(|plan| [vec![line(locale, plan)], odd(plan)].concat()).collect();
    app.out.say_all(lines);
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
