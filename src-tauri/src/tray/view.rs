//! What the icon and its menu show, as a value: decided here, drawn elsewhere.

use jiff::Timestamp;
use resguardo_api::types::{
    AgentView, Operation, Pause, ProtectionState, Sample, StatusView, TickDecision, Verb,
};
use resguardo_words::{Customs, Words, fill};

use crate::texts::{Texts, texts};

/// The five icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Protected,
    Copying,
    Attention,
    Unprotected,
    /// Paused, and not begun yet.
    Paused,
}

/// What is known; nothing at first, and after the agent went away.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The state and the schedules.
    pub(crate) known: Option<(StatusView, AgentView)>,
    /// What is at work, with its counters.
    pub(crate) running: Vec<(Operation, Option<Sample>)>,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) face: Face,
    /// The state in a few words.
    pub(crate) state: String,
    /// What is at work, or what comes next.
    pub(crate) next: String,
    /// Whether everything is paused, so that the menu offers to go on.
    pub(crate) paused: bool,
}

impl View {
    /// Judges the facts; `now` decides which pauses have ended.
    pub(crate) fn of(facts: &Facts, customs: &Customs, now: Timestamp) -> Self {
        let t = texts(customs);
        let Some((status, agent)) = &facts.known else {
            let state = t.unreachable.to_owned();
            return Self { face: Face::Paused, state, next: String::new(), paused: false };
        };
        let words = Words { customs, names: &status.names };
        let pause = agent.paused.as_ref().filter(|pause| pause.until.is_none_or(|until| until > now));
        let work = facts.running.iter().find(|(operation, _)| template(operation.verb, t).is_some());
        let next = match (work, pause) {
            (Some((operation, sample)), _) => at_work(operation, sample.as_ref(), &words, t),
            (None, Some(pause)) => paused(pause, customs, t),
            (None, None) => next(agent, customs, t),
        };
        Self {
            face: face(status.status.state, work.is_some(), pause.is_some()),
            state: words.title(&status.status).to_owned(),
            next,
            paused: pause.is_some(),
        }
    }
}

/// A pause does not hide that nothing is protected; work in progress shows that something is being done about it.
fn face(state: ProtectionState, working: bool, paused: bool) -> Face {
    match state {
        _ if working => Face::Copying,
        ProtectionState::NotProtected => Face::Unprotected,
        _ if paused => Face::Paused,
        ProtectionState::ToStart => Face::Paused,
        ProtectionState::NeedsAttention => Face::Attention,
        ProtectionState::Protected => Face::Protected,
    }
}

/// How work is told of; proofs and tidying are nobody's concern.
fn template(verb: Verb, t: &Texts) -> Option<&'static str> {
    match verb {
        Verb::BackUp => Some(t.copying),
        Verb::Upload => Some(t.sending),
        Verb::Restore | Verb::Undo | Verb::Export => Some(t.restoring),
        Verb::Verify | Verb::Drill | Verb::Prune | Verb::Rebuild => None,
    }
}

fn at_work(operation: &Operation, sample: Option<&Sample>, words: &Words<'_>, t: &Texts) -> String {
    let plan = operation.plan.as_ref().map(|plan| words.customs.quoted(words.names.plan(plan)));
    let percent = sample
        .filter(|sample| sample.total_bytes > 0)
        .map(|sample| words.customs.percent(sample.bytes, sample.total_bytes));
    let values = [("plan", plan), ("percent", percent)];
    let values: Vec<(&str, &str)> =
        values.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
    fill(template(operation.verb, t).unwrap_or_default(), &values)
}

fn paused(pause: &Pause, customs: &Customs, t: &Texts) -> String {
    match pause.until {
        Some(until) => fill(t.paused_until, &[("date", &customs.date(until))]),
        None => t.paused.to_owned(),
    }
}

fn next(agent: &AgentView, customs: &Customs, t: &Texts) -> String {
    let due_now = |now: &Option<TickDecision>| matches!(now, Some(TickDecision::Run { .. }));
    if agent.plans.iter().any(|plan| due_now(&plan.now)) {
        return t.next_now.to_owned();
    }
    let running = agent.plans.iter().filter(|plan| plan.paused.is_none());
    match running.filter_map(|plan| plan.next.first()).map(|date| date.due.at).min() {
        Some(at) => fill(t.next, &[("date", &customs.date(at))]),
        None => t.no_next.to_owned(),
    }
}

#[cfg(test)]
mod tests;
