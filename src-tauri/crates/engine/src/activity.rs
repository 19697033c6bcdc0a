//! The activity and the calendar: what was done, page by page into the past, and what each day has.

mod table;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use resguardo_catalog::{ActivityFilter, CopyState, SnapshotRow};
use resguardo_domain::{ArchiveKind, Class, Error, Operation, OperationId, PlanId, Result, Verb};

use crate::Engine;
use crate::requests::{DayView, OperationPage, OperationRow};

/// Rows of one page.
const MOST_ROWS: u32 = 500;
/// Issues that stay with a row.
const SHOWN_ISSUES: usize = 3;
/// Three years and the days around them.
const MOST_DAYS: i32 = 1100;

/// Which operations are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ActivityQuery<'a> {
    /// Of this plan only.
    pub plan: Option<&'a str>,
    /// Of these verbs only; all when empty.
    pub verbs: &'a [Verb],
    /// Only those that failed, were cut off or have something worth reading.
    pub only_problems: bool,
    /// Only those in which this text stands, upper and lower case the same.
    pub search: Option<&'a str>,
}

impl Engine {
    /// A page of operations, the newest first: those that began before an operation, at most so many, 1 to 500.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan or operation; [`resguardo_domain::Kind::InvalidInput`] with the
    /// field `limit`.
    pub fn operations_page(
        &self,
        query: ActivityQuery<'_>,
        before: Option<&OperationId>,
        limit: u32,
    ) -> Result<OperationPage> {
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(Error::invalid("limit", limit, "expected 1 to 500").fact("limit", MOST_ROWS));
        }
        let mut page = OperationPage::default();
        self.each_operation(query, before, &mut |mut row| {
            if page.rows.len() >= limit as usize {
                page.more = true;
                return false;
            }
            row.operation.issues.truncate(SHOWN_ISSUES);
            page.rows.push(row);
            true
        })?;
        Ok(page)
    }

    /// Gives the operations that are asked for, the newest first, until it hears false.
    fn each_operation(
        &self,
        query: ActivityQuery<'_>,
        before: Option<&OperationId>,
        take: &mut dyn FnMut(OperationRow) -> bool,
    ) -> Result<()> {
        let plan = query.plan.map(|plan| self.plan(plan)).transpose()?.map(|plan| plan.id);
        let names: BTreeMap<PlanId, String> =
            self.plans()?.into_iter().map(|plan| (plan.id, plan.name)).collect();
        let needle = query.search.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        let filter = ActivityFilter { plan, only_problems: query.only_problems, before: before.cloned() };
        self.catalog.past_operations(&filter, &mut |operation| {
            let plan_name = operation.plan.as_ref().and_then(|plan| names.get(plan)).cloned();
            let of_verb = query.verbs.is_empty() || query.verbs.contains(&operation.verb);
            let fits = needle.as_deref().is_none_or(|text| holds(&operation, plan_name.as_deref(), text));
            !(of_verb && fits) || take(OperationRow { operation, plan_name })
        })
    }

    /// Every day from the first to the last, with what it has of a plan or of all.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan; [`resguardo_domain::Kind::InvalidInput`] with the field `zone` or
    /// `to`.
    pub fn days(&self, plan: Option<&str>, from: Date, to: Date, zone: Option<&str>) -> Result<Vec<DayView>> {
        let plan = plan.map(|plan| self.plan(plan)).transpose()?.map(|plan| plan.id);
        let zone = match zone {
            None => TimeZone::system(),
            Some(name) => TimeZone::get(name)
                .map_err(|cause| Error::invalid("zone", name, "not a known time zone").because(cause))?,
        };
        let count = from.until(to).map_or(i32::MAX, |span| span.get_days());
        if !(0..=MOST_DAYS).contains(&count) {
            return Err(
                Error::invalid("to", to, "before the first day, or too long after").fact("limit", MOST_DAYS)
            );
        }
        let mut days: BTreeMap<Date, DayView> =
            from.series(1.day()).take_while(|date| *date <= to).map(|date| (date, empty(date))).collect();
        let date_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
        for row in self.catalog.snapshots(plan.as_ref())? {
            if let Some(day) = days.get_mut(&date_of(row.manifest.created_at)) {
                add_snapshot(day, &row);
            }
        }
        let start = |date: Date| date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
        let (Ok(first), Ok(last)) = (start(from), start(to.saturating_add(1.day()))) else {
            return Err(Error::invalid("from", from, "not a day that this program knows"));
        };
        for (at, state) in self.catalog.backups_between(plan.as_ref(), first, last)? {
            let Some(day) = days.get_mut(&date_of(at)) else { continue };
            day.failed += u64::from(matches!(state.as_str(), "failed" | "interrupted"));
            day.incomplete += u64::from(state == "succeeded_with_issues");
        }
        Ok(days.into_values().collect())
    }
}

fn empty(date: Date) -> DayView {
    DayView { date, snapshots: 0, class: None, full: false, waiting: 0, failed: 0, incomplete: 0 }
}

fn add_snapshot(day: &mut DayView, row: &SnapshotRow) {
    if row.manifest.class == Class::Safety {
        return;
    }
    day.snapshots += 1;
    // Manual, daily, weekly, monthly: the order of the classes is that of their weight.
    day.class = day.class.max(Some(row.manifest.class));
    day.full |= row.manifest.kind == ArchiveKind::Full;
    day.waiting += u64::from(row.copies.iter().any(|copy| copy.state == CopyState::Waiting));
}

/// Whether a text, in lower case, stands in what an operation tells.
fn holds(operation: &Operation, plan: Option<&str>, text: &str) -> bool {
    let fits = |told: &str| told.to_lowercase().contains(text);
    let error = operation
        .error
        .iter()
        .flat_map(|error| error.facts.iter().map(|fact| fact.value.as_str()).chain(error.cause.as_deref()));
    let mut issues = operation.issues.iter();
    let result = operation.result.as_deref().and_then(|result| serde_json::from_str(result).ok());
    plan.is_some_and(fits)
        || operation.id.as_str().starts_with(text)
        || operation.snapshot.as_ref().is_some_and(|id| id.as_str().starts_with(text))
        || error.into_iter().any(fits)
        || issues.any(|issue| fits(issue.path.as_str()) || fits(&issue.detail))
        || result.is_some_and(|result| value_holds(&result, &fits))
}

/// Whether a text stands in one of the texts of a result, its field names left out.
fn value_holds(value: &serde_json::Value, fits: &dyn Fn(&str) -> bool) -> bool {
    match value {
        serde_json::Value::String(text) => fits(text),
        serde_json::Value::Array(list) => list.iter().any(|value| value_holds(value, fits)),
        serde_json::Value::Object(fields) => fields.values().any(|value| value_holds(value, fits)),
        _ => false,
    }
}
