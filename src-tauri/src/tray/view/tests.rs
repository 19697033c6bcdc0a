//! What the tray shows for each state of affairs, in both languages.

use jiff::tz::TimeZone;
use resguardo_api::types::{
    ClockDoubt, Names, NextDate, OperationId, OperationState, Phase, PlanId, PlanSchedule, Status,
    StatusReason,
};
use resguardo_words::Language;

use super::*;

const NOW: &str = "2026-03-12T15:58:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn plan() -> PlanId {
    serde_json::from_str("\"00000000000000000000000000000001\"").unwrap()
}

fn status(state: ProtectionState, reason: Option<StatusReason>) -> StatusView {
    let names = Names { plans: [(plan(), "Consultorio".to_owned())].into(), ..Names::default() };
    let reasons = reason.clone().into_iter().collect();
    let status = Status { state, reason, action: None, reasons, lacking: None };
    StatusView { status, names, plans: Vec::new() }
}

fn schedule(next: Option<&str>) -> PlanSchedule {
    let date = next.map(|text| {
        let due = serde_json::json!({ "at": text, "local": text.trim_end_matches('Z') });
        serde_json::from_value::<NextDate>(serde_json::json!({ "due": due, "class": "daily", "kind": null }))
            .unwrap()
    });
    PlanSchedule {
        plan: "Consultorio".to_owned(),
        paused: None,
        now: None,
        next: date.into_iter().collect(),
        uploads: Vec::new(),
        slots: Vec::new(),
    }
}

fn agent(paused: Option<Pause>, plans: Vec<PlanSchedule>) -> AgentView {
    AgentView {
        running: true,
        pid: Some(1),
        version: "1".to_owned(),
        since: None,
        clock_doubt: None::<ClockDoubt>,
        paused,
        trouble: None,
        plans,
    }
}

fn operation(verb: Verb) -> Operation {
    let id: OperationId = serde_json::from_str("\"00000000000000000000000000000009\"").unwrap();
    Operation {
        run: serde_json::from_str("\"00000000000000000000000000000008\"").unwrap(),
        id,
        verb,
        plan: Some(plan()),
        snapshot: None,
        state: OperationState::Running,
        started_at: at(NOW),
        ended_at: None,
        progress: None,
        error: None,
        issues: Vec::new(),
        issue_count: 0,
        result: None,
    }
}

fn sample(bytes: u64, total_bytes: u64) -> Sample {
    Sample {
        phase: Phase::Archive,
        entries: 0,
        bytes,
        total_entries: 0,
        total_bytes,
        issues: 0,
        current: String::new(),
    }
}

fn seen(facts: &Facts, language: Language) -> View {
    View::of(facts, &Customs::at(language, TimeZone::UTC), at(NOW))
}

fn facts(state: ProtectionState, paused: Option<Pause>) -> Facts {
    let plans = vec![schedule(Some("2026-03-13T02:00:00Z"))];
    Facts { known: Some((status(state, None), agent(paused, plans))), running: Vec::new() }
}

#[test]
fn each_state_has_its_icon() {
    use ProtectionState as S;
    let face = |state, paused| seen(&facts(state, paused), Language::English).face;
    assert_eq!(face(S::Protected, None), Face::Protected);
    assert_eq!(face(S::NeedsAttention, None), Face::Attention);
    assert_eq!(face(S::NotProtected, None), Face::Unprotected);
    assert_eq!(face(S::ToStart, None), Face::Paused);
    let pause = || Some(Pause { until: None });
    assert_eq!(face(S::Protected, pause()), Face::Paused);
    assert_eq!(face(S::NotProtected, pause()), Face::Unprotected);
}

#[test]
fn the_next_copy_is_the_earliest_of_all_plans_that_are_not_paused() {
    let mut facts = facts(ProtectionState::Protected, None);
    let paused =
        PlanSchedule { paused: Some(Pause { until: None }), ..schedule(Some("2026-03-12T16:00:00Z")) };
    let (_, agent) = facts.known.as_mut().unwrap();
    agent.plans.extend([schedule(Some("2026-03-12T20:00:00Z")), paused, schedule(None)]);
    assert_eq!(seen(&facts, Language::Spanish).next, "Próxima copia: 12 mar 2026 20:00");
    assert_eq!(seen(&facts, Language::English).next, "Next backup: Mar 12, 2026 8:00 PM");
    facts.known.as_mut().unwrap().1.plans.clear();
    assert_eq!(seen(&facts, Language::Spanish).next, "Ninguna copia programada");
}

#[test]
fn work_is_told_with_its_plan_and_how_far_it_is() {
    let mut facts = facts(ProtectionState::NeedsAttention, None);
    facts.running = vec![(operation(Verb::Verify), None)];
    assert_eq!(seen(&facts, Language::English).face, Face::Attention);
    facts.running.push((operation(Verb::BackUp), Some(sample(65, 100))));
    let view = seen(&facts, Language::Spanish);
    assert_eq!((view.face, view.next.as_str()), (Face::Copying, "Copiando «Consultorio»: 65 %"));
    facts.running = vec![(operation(Verb::Upload), Some(sample(0, 0)))];
    assert_eq!(seen(&facts, Language::English).next, "Uploading “Consultorio”");
}

#[test]
fn a_pause_says_its_end_and_is_over_then() {
    let pause = |until: &str| Some(Pause { until: Some(at(until)) });
    let view = seen(&facts(ProtectionState::Protected, pause("2026-03-12T17:00:00Z")), Language::Spanish);
    assert!(view.paused);
    assert_eq!(view.next, "Copias en pausa hasta el 12 mar 2026 17:00");
    let over = seen(&facts(ProtectionState::Protected, pause("2026-03-12T15:00:00Z")), Language::Spanish);
    assert!(!over.paused && over.next.starts_with("Próxima copia"));
    let for_good = seen(&facts(ProtectionState::Protected, Some(Pause { until: None })), Language::English);
    assert_eq!(for_good.next, "Backups are paused");
}

#[test]
fn before_anything_is_known_nothing_is_claimed() {
    let view = seen(&Facts::default(), Language::English);
    assert_eq!((view.face, view.state.as_str()), (Face::Paused, "Looking for the state of your backups"));
}
