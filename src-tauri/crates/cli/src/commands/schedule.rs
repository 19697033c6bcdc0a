//! Schedules in words: the next dates, what holds what is due, what became of the last dates.

use jiff::civil::DateTime;
use resguardo_api::types::{
    AgentView, HoldReason, NextDate, PlanSchedule, Result, RunWhy, SlotState, SlotView, TickDecision,
    UploadHold, Weekday,
};
use resguardo_api::{AgentShow, OfPlan};

use super::plans_show::weekday;
use crate::app::App;
use crate::failure;
use crate::locale::{Locale, short};
use resguardo_words::fill;

/// Slots told below `status`; all others are in `operations`.
const SLOTS_IN_STATUS: usize = 1;

/// What is known of one plan's schedules.
pub(crate) fn of_plan(app: &App, plan: &str) -> Result<PlanSchedule> {
    let agent = app.api.call::<AgentShow>(OfPlan { plan: Some(plan.to_owned()) })?;
    let found = agent.plans.into_iter().next();
    found.ok_or_else(|| resguardo_api::types::Error::not_found("plan", plan))
}

/// The next dates, below a plan.
pub(crate) fn next_lines(locale: &Locale, next: &[NextDate]) -> Vec<String> {
    if next.is_empty() {
        return Vec::new();
    }
    let t = locale.texts();
    let mut lines = vec![format!("  {}:", t.next_dates)];
    for date in next {
        let class = date.class.to_string();
        let kind = date.kind.map(|kind| kind.to_string()).unwrap_or_default();
        let words = [t.word("", &class), t.word("", &kind)].join(", ");
        let words = words.trim_end_matches(", ").to_owned();
        lines.push(format!("    {} ({words})", dated(locale, date.due.local)));
    }
    lines
}

/// A wall time with its day of the week.
fn dated(locale: &Locale, at: DateTime) -> String {
    use jiff::civil::Weekday as W;
    let day = match at.weekday() {
        W::Monday => Weekday::Monday,
        W::Tuesday => Weekday::Tuesday,
        W::Wednesday => Weekday::Wednesday,
        W::Thursday => Weekday::Thursday,
        W::Friday => Weekday::Friday,
        W::Saturday => Weekday::Saturday,
        W::Sunday => Weekday::Sunday,
    };
    format!("{} {}", weekday(locale, day), locale.wall_date(at))
}

/// What a plan does next, or what it waits for; below its line in `status`.
pub(crate) fn state_lines(locale: &Locale, schedule: &PlanSchedule) -> Vec<String> {
    let t = locale.texts();
    let mut lines = Vec::new();
    let next = || {
        let date = schedule.next.first().map(|date| dated(locale, date.due.local))?;
        Some(fill(t.next_at, &[("date", &date)]))
    };
    match &schedule.now {
        Some(TickDecision::Hold { reason, until }) => {
            let reason = hold(locale, reason);
            let reason = match until {
                Some(until) => fill(t.held_until, &[("reason", &reason), ("date", &locale.date(*until))]),
                None => reason,
            };
            lines.push(fill(t.held_now, &[("reason", &reason)]));
        }
        Some(TickDecision::Run { .. }) => lines.push(t.next_now.to_owned()),
        _ => lines.extend(next()),
    }
    for held in &schedule.uploads {
        let values = [("destination", held.destination.as_str()), ("reason", upload_hold(locale, held.hold))];
        lines.push(fill(t.upload_held, &values));
    }
    let slots: Vec<&SlotView> = schedule.slots.iter().take(SLOTS_IN_STATUS).collect();
    lines.extend(slots.into_iter().map(|slot| slot_line(locale, slot)));
    lines.into_iter().map(|line| format!("  {line}")).collect()
}

/// The last dates of several plans, with a heading.
pub(crate) fn slot_lines(locale: &Locale, slots: &[&SlotView]) -> Vec<String> {
    if slots.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), locale.texts().last_dates.to_owned()];
    lines.extend(slots.iter().map(|slot| format!("  {}  {}", slot.plan, slot_line(locale, slot))));
    lines
}

fn slot_line(locale: &Locale, slot: &SlotView) -> String {
    let t = locale.texts();
    let state = slot_words(locale, slot);
    let state = match slot.run.as_ref().and_then(|run| run.held.as_ref()) {
        Some(reason) => fill(t.slot_held, &[("state", &state), ("reason", &hold(locale, reason))]),
        None => state,
    };
    format!("{}: {state}", dated(locale, slot.slot.due.local))
}

fn slot_words(locale: &Locale, slot: &SlotView) -> String {
    let t = locale.texts();
    match &slot.state {
        SlotState::Claimed => t.slot_claimed.to_owned(),
        SlotState::Done { .. } => match &slot.run {
            Some(run) if run.why == RunWhy::CatchUp => t.slot_late.to_owned(),
            Some(run) if run.attempts > 1 => {
                fill(t.slot_retried, &[("n", &locale.count(u64::from(run.attempts)))])
            }
            _ => t.slot_done.to_owned(),
        },
        SlotState::Failed { error: Some(error), .. } => {
            fill(t.slot_failed, &[("title", &failure::title(error, locale))])
        }
        SlotState::Failed { error: None, .. } => t.slot_cut_off.to_owned(),
        SlotState::Skipped { .. } => t.slot_skipped.to_owned(),
        SlotState::Collapsed { into } => fill(t.slot_collapsed, &[("date", &dated(locale, into.due.local))]),
        SlotState::Joined { operation } => fill(t.slot_joined, &[("operation", short(operation.as_str()))]),
    }
}

fn hold(locale: &Locale, reason: &HoldReason) -> String {
    let t = locale.texts();
    let tries = |template: &str, attempts: u32| fill(template, &[("n", &locale.count(u64::from(attempts)))]);
    match reason {
        HoldReason::Paused => t.hold_paused.to_owned(),
        HoldReason::Running { .. } => t.hold_running.to_owned(),
        HoldReason::NoPlace => t.hold_no_place.to_owned(),
        HoldReason::Settling => t.hold_settling.to_owned(),
        HoldReason::NextIsNear => t.hold_next_is_near.to_owned(),
        HoldReason::BackOff { attempts } => tries(t.hold_back_off, *attempts),
        HoldReason::GivenUp { attempts } => tries(t.hold_given_up, *attempts),
    }
}

fn upload_hold(locale: &Locale, hold: UploadHold) -> &'static str {
    let t = locale.texts();
    match hold {
        UploadHold::Paused => t.send_paused,
        UploadHold::DestinationAbsent => t.send_destination_absent,
        UploadHold::SignInNeeded => t.send_sign_in_needed,
        UploadHold::NoNetwork => t.send_no_network,
        UploadHold::Battery { .. } => t.send_battery,
        UploadHold::Metered => t.send_metered,
        UploadHold::OfficeHours => t.send_office_hours,
    }
}

/// What is to be said of the agent; `all` also says that it runs, or that it does not although something is scheduled.
pub(crate) fn agent_lines(locale: &Locale, agent: &AgentView, all: bool) -> Vec<String> {
    let t = locale.texts();
    let mut lines = Vec::new();
    let scheduled = agent.plans.iter().any(|plan| !plan.next.is_empty());
    match (agent.since, agent.pid) {
        (Some(since), Some(pid)) if all => {
            let values = [("date", locale.date(since)), ("pid", pid.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            lines.push(fill(t.agent_running, &values));
        }
        (None, _) if all && scheduled => lines.push(t.agent_absent.to_owned()),
        _ => {}
    }
    if agent.paused.is_some() {
        lines.push(t.agent_paused.to_owned());
    }
    if agent.clock_doubt.is_some() {
        lines.push(t.agent_clock.to_owned());
    }
    if let Some(error) = &agent.trouble {
        lines.push(fill(t.agent_trouble, &[("title", &failure::title(error, locale))]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use resguardo_api::types::{Class, Due, OperationId, SlotName, SlotRun};
    use resguardo_words::Language;

    use super::*;

    fn both() -> [Locale; 2] {
        [Language::Spanish, Language::English].map(|language| Locale::at(language, TimeZone::UTC))
    }

    fn due(day: i8) -> Due {
        let local = date(2026, 9, day).at(2, 0, 0, 0);
        Due { at: local.to_zoned(TimeZone::UTC).unwrap().timestamp(), local }
    }

    fn slot(run: Option<SlotRun>, state: SlotState) -> SlotView {
        let name = SlotName { schedule: "day".into(), due: due(14) };
        SlotView { plan: "Shop".into(), slot: name, run, state }
    }

    #[test]
    fn dates_to_come_have_their_day_and_their_class() {
        let [es, en] = both();
        let next = [NextDate { due: due(14), class: Class::Daily, kind: None }];
        assert_eq!(next_lines(&es, &next), ["  Próximas fechas:", "    lunes 14 sep 2026 02:00 (diaria)"]);
        assert_eq!(next_lines(&en, &next), ["  Next dates:", "    Monday Sep 14, 2026 2:00 AM (daily)"]);
        assert!(next_lines(&en, &[]).is_empty());
    }

    #[test]
    fn a_missed_date_says_what_stands_for_it_and_what_it_waited_for() {
        let [es, en] = both();
        let ended_at = due(15).at;
        let into = SlotName { schedule: "day".into(), due: due(16) };
        let missed = slot(None, SlotState::Collapsed { into });
        assert_eq!(
            slot_line(&en, &missed),
            "Monday Sep 14, 2026 2:00 AM: missed; the backup of Wednesday Sep 16, 2026 2:00 AM stands for it"
        );
        let run = SlotRun {
            operation: OperationId::from_random(1),
            attempts: 1,
            why: RunWhy::CatchUp,
            held: Some(HoldReason::Settling),
        };
        let late = slot(Some(run), SlotState::Done { ended_at });
        assert_eq!(
            slot_line(&es, &late),
            "lunes 14 sep 2026 02:00: no se hizo a su hora; hecha después; había esperado: el equipo acaba de despertar \
             o la red acaba de volver"
        );
    }
}
