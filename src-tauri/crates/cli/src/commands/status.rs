//! `status`: whether the business is protected, and every plan in a few words.

use resguardo_api::types::{PlanStatus, StatusAction, StatusView};
use resguardo_api::{AgentShow, ComputersList, MetricsShow, Nothing, OfPlan, StatusShow};
use serde_json::json;

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::failure;
use crate::locale::{Locale, short};
use resguardo_words::{Words, fill};

use super::computers;
use super::odd;
use super::schedule;
use super::snapshots::state_words;

/// `status`.
pub(crate) fn status(app: &mut App) -> Ending {
    let view = app.api.call::<StatusShow>(Nothing {})?;
    let agent = app.api.call::<AgentShow>(OfPlan::default())?;
    let mut object = json!(view);
    object["agent"] = json!(agent);
    let computers = app.api.call::<ComputersList>(Nothing {})?;
    object["computers"] = json!(computers);
    app.out.object(&object);
    app.out.say_all(state_lines(&app.locale, &view));
    let plans = view.plans;
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
    app.out.say_all(computers::lines(&app.locale, &computers));
    Ok(Exit::Done)
}

/// The state, why, and what to do about the main reason.
fn state_lines(locale: &Locale, view: &StatusView) -> Vec<String> {
    let words = Words { customs: locale, names: &view.names };
    let mut lines = vec![words.title(&view.status).to_owned()];
    lines.extend(view.status.reasons.iter().map(|reason| format!("  {}", words.reason(reason))));
    let to_do = view.status.action.as_ref().map(|action| {
        let text = words.action(action);
        match command_of(locale, action, view) {
            Some(command) => {
                fill(locale.texts().status_to_do_with, &[("action", text), ("command", &command)])
            }
            None => fill(locale.texts().status_to_do, &[("action", text)]),
        }
    });
    lines.extend(to_do);
    lines.push(String::new());
    lines
}

/// The command that does an action, where there is one that needs nothing more to be said.
fn command_of(locale: &Locale, action: &StatusAction, view: &StatusView) -> Option<String> {
    let plan = |id| typed(view.names.plan(id));
    let destination = |id| typed(view.names.destination(id));
    let command = match action {
        StatusAction::MakePlan | StatusAction::ConfirmRecoverySheet => return None,
        StatusAction::BackUpNow { plan: id } => format!("backup {}", plan(id)),
        StatusAction::SeeFailure { plan: id } => format!("operations --plan {}", plan(id)),
        StatusAction::ReviewChanges { plan: id, .. } => {
            let of_plan = view.plans.iter().find(|line| line.id == *id)?;
            format!("show {}", short(of_plan.flagged.first()?.id.as_str()))
        }
        StatusAction::Reconnect { destination: id } | StatusAction::Connect { destination: id } => {
            format!("destination test {}", destination(id))
        }
        StatusAction::SendNow { .. } => "sync".to_owned(),
        StatusAction::MakeRoom { .. } | StatusAction::SeeDestinations { .. } => "destination list".to_owned(),
        StatusAction::AddDestination { plan: id } => {
            format!("plan edit {} --to {}", plan(id), locale.help().values.destination)
        }
        StatusAction::EditSchedule { plan: id } => format!("plan edit {} --daily 20:00", plan(id)),
        StatusAction::SeePlans => "plan list".to_owned(),
        StatusAction::TestRestore => "verify latest --level restored".to_owned(),
    };
    Some(format!("resguardo {command}"))
}

/// A name as it is typed at a prompt; a name holds no double quotes.
pub(super) fn typed(name: &str) -> String {
    if name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        return name.to_owned();
    }
    let quote = if name.contains(['$', '`']) { '\'' } else { '"' };
    format!("{quote}{name}{quote}")
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
