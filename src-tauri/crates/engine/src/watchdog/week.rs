//! The week in one message: on Monday at nine in the computer's time zone, or when the computer is on again after that.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use resguardo_catalog::{Draft, OperationFilter};
use resguardo_domain::{Class, OperationState, Plan, Result, Verb};
use resguardo_words::{PlanWeek, Week};

use crate::messages::{ChannelRow, Notice, draft};
use crate::{Engine, StatusReport};

const KEY: &str = "week";
const HOUR: i8 = 9;
/// Later than this after its time it is left out.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Engine {
    /// Queues the message of the week when it is due: to everybody far away, or to the desktop when there is nobody.
    pub(super) fn tell_week(&self, report: &StatusReport, channels: &[ChannelRow]) -> Result<()> {
        let now = report.facts.now;
        let Some(due) = last_monday(&now.to_zoned(TimeZone::system())) else { return Ok(()) };
        let told = self.catalog.last_told(KEY)?;
        if now.duration_since(due) > PATIENCE || told.is_some_and(|told| told >= due) {
            return Ok(());
        }
        let plans = self.catalog.plans()?;
        // The week in which the first plan came to be is not over yet.
        let old = plans.iter().map(|plan| self.catalog.plan_made_at(&plan.id)).collect::<Result<Vec<_>>>()?;
        if !old.into_iter().flatten().any(|made_at| made_at < due) {
            return Ok(());
        }
        let receivers = receivers(channels);
        if receivers.is_empty() {
            return Ok(());
        }
        let plans = plans.iter().map(|plan| self.plan_week(plan, now)).collect::<Result<_>>()?;
        let notice = Notice::Week { week: Box::new(Week { status: report.status.clone(), plans }) };
        let drafts = receivers.into_iter().map(|row| draft(row, KEY, &notice, now));
        let drafts: Vec<Draft> = drafts.collect::<Result<_>>()?;
        self.catalog.queue_messages(&self.cx.fresh(), &drafts)?;
        self.mail.ring();
        Ok(())
    }

    fn plan_week(&self, plan: &Plan, now: Timestamp) -> Result<PlanWeek> {
        let filter = OperationFilter { plan: Some(plan.id.clone()), limit: None };
        let operations = self.catalog.operations(&filter)?;
        let recent =
            operations.iter().filter(|o| o.verb == Verb::BackUp && now.duration_since(o.started_at) < WEEK);
        let count = |wanted: fn(OperationState) -> bool| {
            u32::try_from(recent.clone().filter(|o| wanted(o.state)).count()).unwrap_or(u32::MAX)
        };
        let failed = |state| matches!(state, OperationState::Failed | OperationState::Interrupted);
        let snapshots = self.catalog.snapshots(Some(&plan.id))?;
        let newest = snapshots.iter().rev().find(|row| row.manifest.class != Class::Safety);
        Ok(PlanWeek {
            plan: plan.id.clone(),
            good: count(OperationState::is_success),
            failed: count(failed),
            newest: newest.map(|row| row.manifest.created_at),
            size: newest.map_or(0, |row| row.manifest.totals.bytes),
            stored: snapshots.iter().map(|row| row.manifest.bytes_stored()).sum(),
        })
    }
}

fn receivers(channels: &[ChannelRow]) -> Vec<&ChannelRow> {
    let on = |wanted: fn(&ChannelRow) -> bool| -> Vec<&ChannelRow> {
        channels.iter().filter(|row| row.on && wanted(row)).collect()
    };
    let far =
        on(|row| super::rung(&row.config).is_some_and(|rung| rung > resguardo_domain::Channel::Desktop));
    if far.is_empty() { on(|row| super::rung(&row.config).is_some()) } else { far }
}

/// The last Monday at nine that has come.
fn last_monday(now: &Zoned) -> Option<Timestamp> {
    let since = now.weekday().since(Weekday::Monday);
    let monday = now.date().checked_sub(jiff::Span::new().days(since)).ok()?;
    let at = |date: jiff::civil::Date| {
        Some(date.at(HOUR, 0, 0, 0).to_zoned(now.time_zone().clone()).ok()?.timestamp())
    };
    let this = at(monday)?;
    if this <= now.timestamp() {
        Some(this)
    } else {
        at(monday.checked_sub(jiff::Span::new().days(7)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_ends_on_monday_at_nine_local_time() {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        // The 14th of September 2026 is a Monday.
        for (now, expected) in [
            ("2026-09-14T13:59:00Z", "2026-09-07T14:00:00Z"),
            ("2026-09-14T14:00:00Z", "2026-09-14T14:00:00Z"),
            ("2026-09-21T03:00:00Z", "2026-09-14T14:00:00Z"),
        ] {
            let now: Timestamp = now.parse().unwrap();
            assert_eq!(last_monday(&now.to_zoned(zone.clone())).unwrap().to_string(), expected);
        }
    }
}
