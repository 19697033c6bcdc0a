//! What the engine writes to the log: each happening once, where it ends. Paths may stand in it, contents never; secrets are
//! taken out before a line is written. Whatever is worth a line has its function here.

use resguardo_domain::{Error, InboxRow, Issue, Operation, OperationState, Plan, TickDecision};
use tracing::{error, info, warn};

use crate::Opening;

/// What opening found and mended.
pub(crate) fn opened(opening: &Opening) {
    if let Some(path) = &opening.catalog_set_aside {
        warn!(path = %path.display(), "catalog set aside");
    }
    opening.interrupted.iter().for_each(ended);
}

/// An operation began.
pub(crate) fn started(operation: &Operation) {
    let (verb, plan) = (word(operation.verb), operation.plan.as_ref().map_or("", |plan| plan.as_str()));
    info!(operation = %operation.id, verb, plan, "operation started");
}

/// The scheduler decided something for a plan that is written down or carried out; that it waits is no news.
pub(crate) fn decided(plan: &Plan, decision: &TickDecision) {
    let plan = plan.id.as_str();
    match decision {
        TickDecision::Run { slot, attempt, why, .. } => {
            info!(plan, slot = %json(slot), attempt, why = %json(why), "slot run");
        }
        TickDecision::Record { slot, fate } => {
            info!(plan, slot = %json(slot), fate = %json(fate), "slot recorded");
        }
        TickDecision::Rewind { schedule, forget_after, .. } => {
            warn!(plan, schedule = %json(schedule), forget_after = %json(forget_after), "clock went back");
        }
        TickDecision::Broken { error, .. } => warn!(plan, error = %error, "schedule can't be followed"),
        TickDecision::Hold { .. } | TickDecision::Wait { .. } => {}
    }
}

/// A tick could not do all that it should.
pub(crate) fn trouble(failure: &Error) {
    error!(error = word(failure.kind), facts = facts_of(failure), doing = failure.doing, "scheduler");
}

/// Messages could not be queued or sent, for a reason of this computer's.
pub(crate) fn untold(failure: &Error) {
    error!(error = word(failure.kind), facts = facts_of(failure), doing = failure.doing, "messages");
}

/// The watchdog could not look.
pub(crate) fn unwatched(failure: &Error) {
    error!(error = word(failure.kind), facts = facts_of(failure), doing = failure.doing, "watchdog");
}

/// A row of the inbox changed.
pub(crate) fn alert(row: &InboxRow) {
    let (key, cause) = (row.key.as_str(), json(&row.cause));
    match row.closed_at {
        None => warn!(key, cause, times = row.times, "alert"),
        Some(_) => info!(key, cause, "alert is over"),
    }
}

/// Other computers could not be looked at, or what one told could not be read.
pub(crate) fn unseen(failure: &Error) {
    warn!(error = word(failure.kind), facts = facts_of(failure), doing = failure.doing, "lookout");
}

/// A heartbeat or a status page could not be written where no operation can tell it.
pub(crate) fn status_unwritten(issue: &Issue) {
    warn!(path = %issue.path, detail = issue.detail, "status not written");
}

/// A heartbeat is written without a signature.
pub(crate) fn unsigned(failure: &Error) {
    warn!(error = word(failure.kind), facts = facts_of(failure), "heartbeat not signed");
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An operation ended, in whatever way.
pub(crate) fn ended(operation: &Operation) {
    let id = operation.id.as_str();
    let (verb, state) = (word(operation.verb), word(operation.state));
    let plan = operation.plan.as_ref().map_or("", |plan| plan.as_str());
    let ended_at = operation.ended_at.unwrap_or(operation.started_at);
    let milliseconds = ended_at.duration_since(operation.started_at).as_millis();
    let duration_ms = i64::try_from(milliseconds).unwrap_or(i64::MAX);
    let (entries, bytes) = operation.progress.as_ref().map_or((0, 0), |done| (done.entries, done.bytes));
    let issues = operation.issue_count;
    match &operation.error {
        Some(failure) => {
            let (kind, facts) = (word(failure.kind), facts_of(failure));
            let (doing, cause) = (failure.doing.as_str(), failure.cause.as_deref());
            error!(
                operation = id,
                verb,
                plan,
                state,
                duration_ms,
                entries,
                bytes,
                issues,
                error = kind,
                doing,
                facts,
                cause,
                "operation ended"
            );
        }
        None if matches!(operation.state, OperationState::Succeeded | OperationState::Cancelled) => {
            info!(operation = id, verb, plan, state, duration_ms, entries, bytes, issues, "operation ended");
        }
        None => {
            warn!(operation = id, verb, plan, state, duration_ms, entries, bytes, issues, "operation ended")
        }
    }
}

/// The facts of an error in one text; the report of a verification stands in the operation's row.
fn facts_of(error: &Error) -> String {
    let told = error.facts.iter().filter(|fact| fact.name != "report");
    told.map(|fact| format!("{}={}", fact.name, fact.value)).collect::<Vec<_>>().join("; ")
}

/// A value of the wire's words as that word.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
