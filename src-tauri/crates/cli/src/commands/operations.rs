//! `operations`: what was done, and how it ended.

use std::path::Path;

use resguardo_api::types::{Operation, Plan, SlotView};
use resguardo_api::{
    AgentShow, Nothing, OfPlan, OperationsFile, OperationsList, OperationsOf, OperationsSave, OperationsShow,
    PlansList, RecentOperations, WithName,
};
use serde_json::{Value, json};

use crate::app::{App, Ending, operation_json, report_json};
use crate::args;
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::locale::{Locale, short};
use crate::paths;
use crate::table::Table;

use super::schedule;

/// `operations`.
pub(crate) fn operations(app: &mut App, args: args::Operations) -> Ending {
    if let Some(file) = &args.csv {
        return save(app, file, args.plan);
    }
    let plans = app.api.call::<PlansList>(Nothing {})?;
    if let Some(id) = args.operation {
        let operation = app.api.call::<OperationsShow>(WithName::new(id))?;
        return show(app, &operation, &plans);
    }
    let agent = app.api.call::<AgentShow>(OfPlan { plan: args.plan.clone() })?;
    let slots: Vec<&SlotView> = agent.plans.iter().flat_map(|plan| &plan.slots).collect();
    let request = RecentOperations { plan: args.plan, limit: args.limit };
    let operations = app.api.call::<OperationsList>(request)?;
    let objects: Vec<Value> = operations.iter().map(operation_json).collect();
    app.out.object(&json!({ "operations": objects, "slots": slots }));
    let (locale, t) = (&app.locale, app.locale.texts());
    if operations.is_empty() {
        app.out.say(t.no_operations);
        return Ok(Exit::Done);
    }
    let mut table = Table::new([t.h_id, t.h_started, t.h_duration, t.h_plan, t.h_verb, t.h_state], &[]);
    for operation in &operations {
        table.row([
            short(operation.id.as_str()).to_owned(),
            locale.date(operation.started_at),
            duration(locale, operation),
            plan_name(operation, &plans),
            locale.verb(operation.verb).to_owned(),
            state(locale, operation),
        ]);
    }
    app.out.say_all(table.lines());
    app.out.say_all(schedule::slot_lines(&app.locale, &slots));
    Ok(Exit::Done)
}

/// `operations --csv`.
fn save(app: &mut App, file: &Path, plan: Option<String>) -> Ending {
    let path = paths::absolute(file)?;
    let language = Some(app.locale.language());
    let request =
        OperationsFile { file: path.clone(), of: OperationsOf { plan, ..OperationsOf::default() }, language };
    let count = app.api.call::<OperationsSave>(request)?;
    let t = app.locale.texts();
    let lines = app.locale.counted(count, t.line_one, t.line_many);
    app.say(t.operations_saved, &[("path", &path), ("lines", &lines)]);
    app.out.object(&json!({ "saved": path, "operations": count }));
    Ok(Exit::Done)
}

fn show(app: &mut App, operation: &Operation, plans: &[Plan]) -> Ending {
    app.out.object(&json!({ "operation": operation_json(operation), "report": report_json(operation) }));
    let (locale, t) = (&app.locale, app.locale.texts());
    let mut lines: Vec<String> = [
        (t.h_id, operation.id.to_string()),
        (t.h_verb, locale.verb(operation.verb).to_owned()),
        (t.h_plan, plan_name(operation, plans)),
        (t.h_snapshot, operation.snapshot.as_ref().map(ToString::to_string).unwrap_or_default()),
        (t.h_started, locale.date(operation.started_at)),
        (t.h_duration, duration(locale, operation)),
        (t.h_state, locale.operation_state(operation.state).to_owned()),
        (t.h_issues, locale.count(operation.issue_count)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(heading, value)| format!("{heading}: {value}"))
    .collect();
    lines.extend(
        operation.issues.iter().map(|issue| format!("  {}: {}", issue.path, locale.issue(issue.kind))),
    );
    app.out.say_all(lines);
    if let Some(error) = operation.error.clone() {
        Failure::running(error).tell(&mut app.out, &app.locale);
    }
    Ok(Exit::Done)
}

fn plan_name(operation: &Operation, plans: &[Plan]) -> String {
    let plan = plans.iter().find(|plan| Some(&plan.id) == operation.plan.as_ref());
    plan.map(|plan| plan.name.clone()).unwrap_or_default()
}

fn state(locale: &Locale, operation: &Operation) -> String {
    let state = locale.operation_state(operation.state);
    match &operation.error {
        Some(error) if !error.is_cancelled() => format!("{state}: {}", failure::title(error, locale)),
        _ => state.to_owned(),
    }
}

fn duration(locale: &Locale, operation: &Operation) -> String {
    let ended = operation.ended_at.map(|end| end.duration_since(operation.started_at).as_secs());
    ended.map(|seconds| locale.about(seconds.unsigned_abs())).unwrap_or_default()
}
