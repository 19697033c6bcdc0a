//! `status`: every plan in a few words.

use resguardo_api::types::PlanStatus;
use resguardo_api::{AgentShow, MetricsShow, Nothing, OfPlan, StatusShow};
use serde_json::json;

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::failure;
use crate::locale::{Locale, short};
use resguardo_words::fill;

use super::odd;
use super::schedule;
use super::snapshots::state_words;

/// `status`.
pub(crate) fn status(app: &mut App) -> Ending {
    let plans = app.api.call::<StatusShow>(Nothing {})?;
    let agent = app.api.call::<AgentShow>(OfPlan::default())?;
    app.out.object(&json!({ "plans": plans, "agent": agent }));
    if plans.is_empty() {
        app.out.say(app.locale.texts().no_plans);
    }
    for plan in &plans {
        let of_plan = agent.plans.iter().find(|schedule| schedule.plan == plan.plan);
        let below = of_plan.map(|schedule| schedule::state_lines(&app.locale, schedule)).unwrap_or_default();
        let odd = plan.flagged.iter().flat_map(|one| odd::lines(&app.locale, one));
        let odd: Vec<String> = odd.collect();
        app.out.say(&line(&app.locale, plan));
        app.out.say_all(odd);
        app.out.say_all(below);
    }
    app.out.say_all(schedule::agent_lines(&app.locale, &agent, !agent.running));
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
