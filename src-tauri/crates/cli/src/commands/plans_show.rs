//! `plan list`, `plan show`: plans in words.

use resguardo_api::types::{
    DestinationId, DestinationView, FolderFilter, Plan, PlanOptions, Result, Retention, Schedule,
    ScheduleRule, SourceConfig, SourceSpec, Weekday,
};
use resguardo_api::{DestinationsList, Nothing, PlansList, PlansShow, WithName};
use serde_json::{Value, json};

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::locale::Locale;
use crate::table::Table;
use resguardo_words::fill;

/// `plan list`.
pub(crate) fn list(app: &mut App) -> Ending {
    let plans = app.api.call::<PlansList>(Nothing {})?;
    let known = app.api.call::<DestinationsList>(Nothing {})?;
    let objects: Vec<Value> = plans.iter().map(|plan| plan_json(plan, &known)).collect();
    app.object("plans", objects);
    let t = app.locale.texts();
    if plans.is_empty() {
        app.out.say(t.no_plans);
        return Ok(Exit::Done);
    }
    let mut table = Table::new([t.h_name, t.h_sources, t.h_schedule, t.h_keep, t.h_destinations], &[]);
    for plan in &plans {
        let sources: Vec<String> = plan.sources.iter().map(|source| source.label.clone()).collect();
        table.row([
            plan.name.clone(),
            sources.join(", "),
            schedules(&app.locale, &plan.schedules),
            keeping(&app.locale, &plan.retention),
            names(plan, &known).join(", "),
        ]);
    }
    app.out.say_all(table.lines());
    Ok(Exit::Done)
}

/// `plan show`.
pub(crate) fn show(app: &mut App, name: &str) -> Ending {
    let plan = app.api.call::<PlansShow>(WithName::new(name))?;
    app.out.say(&plan.name);
    tell(app, &plan)?;
    Ok(Exit::Done)
}

/// Tells all of a plan, below a heading that was said already.
pub(crate) fn tell(app: &mut App, plan: &Plan) -> Result<()> {
    let known = app.api.call::<DestinationsList>(Nothing {})?;
    let schedule = super::schedule::of_plan(app, &plan.name)?;
    let mut object = plan_json(plan, &known);
    if let Value::Object(fields) = &mut object {
        fields.insert("next".to_owned(), json!(schedule.next));
    }
    app.object("plan", object);
    let (locale, t) = (&app.locale, app.locale.texts());
    let mut lines = vec![format!("  {}:", t.h_sources)];
    lines.extend(plan.sources.iter().map(|source| format!("    {}", source_line(locale, source))));
    lines.push(format!("  {}: {}", t.h_schedule, schedules(locale, &plan.schedules)));
    lines.extend(super::schedule::next_lines(locale, &schedule.next));
    lines.push(format!("  {}: {}", t.h_keep, keeping(locale, &plan.retention)));
    lines.push(format!("  {}: {}", t.h_destinations, names(plan, &known).join(", ")));
    lines.push(format!("  {}: {}", t.h_options, options(locale, &plan.options)));
    app.out.say_all(lines);
    Ok(())
}

/// The plan, and the names of its destinations beside their ids.
fn plan_json(plan: &Plan, known: &[DestinationView]) -> Value {
    let mut value = json!(plan);
    if let Value::Object(fields) = &mut value {
        fields.insert("to".to_owned(), names(plan, known).into());
    }
    value
}

fn names(plan: &Plan, known: &[DestinationView]) -> Vec<String> {
    let name = |id: &DestinationId| known.iter().find(|view| view.id == *id).map(|view| view.name.clone());
    plan.destinations.iter().filter_map(name).collect()
}

fn source_line(locale: &Locale, source: &SourceSpec) -> String {
    let t = locale.texts();
    let kind = t.word("src_", source.config.kind());
    let path = source.config.path();
    let filter = match &source.config {
        SourceConfig::Folder { filter, .. } => filter_words(locale, filter),
        SourceConfig::Sqlite { .. } => String::new(),
    };
    format!("{} ({kind}): {}{filter}", source.label, path.display())
}

fn filter_words(locale: &Locale, filter: &FolderFilter) -> String {
    let t = locale.texts();
    let mut words = String::new();
    for (template, patterns) in [(t.excluding, &filter.exclude), (t.only, &filter.include)] {
        if !patterns.is_empty() {
            words.push_str(&format!("; {}", fill(template, &[("patterns", &patterns.join(", "))])));
        }
    }
    words
}

fn schedules(locale: &Locale, schedules: &[Schedule]) -> String {
    let words = |schedule: &Schedule| match (schedule_words(locale, &schedule.rule), schedule.off) {
        (words, false) => words,
        (words, true) => fill(locale.texts().schedule_off, &[("schedule", &words)]),
    };
    let words: Vec<String> = schedules.iter().map(words).collect();
    if words.is_empty() { locale.texts().no_schedule.to_owned() } else { words.join("; ") }
}

fn schedule_words(locale: &Locale, rule: &ScheduleRule) -> String {
    let t = locale.texts();
    match rule {
        ScheduleRule::Day { at } => fill(t.every_day, &[("time", &locale.time(*at))]),
        ScheduleRule::Week { day, at } => {
            fill(t.every_week, &[("day", weekday(locale, *day)), ("time", &locale.time(*at))])
        }
        ScheduleRule::Month { day: 31, at } => fill(t.last_day, &[("time", &locale.time(*at))]),
        ScheduleRule::Month { day, at } => {
            fill(t.every_month, &[("day", &day.to_string()), ("time", &locale.time(*at))])
        }
        ScheduleRule::Hours { hours, from } => {
            fill(t.every_hours, &[("n", &hours.to_string()), ("time", &locale.time(*from))])
        }
        ScheduleRule::Once { at } => fill(t.once_at, &[("date", &locale.wall_date(*at))]),
    }
}

pub(super) fn weekday(locale: &Locale, day: Weekday) -> &'static str {
    let t = locale.texts();
    match day {
        Weekday::Monday => t.monday,
        Weekday::Tuesday => t.tuesday,
        Weekday::Wednesday => t.wednesday,
        Weekday::Thursday => t.thursday,
        Weekday::Friday => t.friday,
        Weekday::Saturday => t.saturday,
        Weekday::Sunday => t.sunday,
    }
}

fn keeping(locale: &Locale, rules: &Retention) -> String {
    let t = locale.texts();
    if rules.all {
        return t.keep_rule_all.to_owned();
    }
    let counted = [
        (t.keep_rule_last, rules.last),
        (t.keep_rule_days, rules.days),
        (t.keep_rule_daily, rules.daily),
        (t.keep_rule_weekly, rules.weekly),
        (t.keep_rule_monthly, rules.monthly),
    ];
    let words = counted.into_iter().filter_map(|(template, count)| {
        count.map(|count| fill(template, &[("n", &locale.count(u64::from(count)))]))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn options(locale: &Locale, options: &PlanOptions) -> String {
    let t = locale.texts();
    let mut words = fill(t.level_line, &[("level", &options.level.to_string())]);
    if let Some(size) = options.part_size {
        words.push_str(&format!("; {}", fill(t.part_size_line, &[("size", &locale.size(size))])));
    }
    words
}

#[cfg(test)]
mod tests {
    use jiff::civil::{datetime, time};
    use jiff::tz::TimeZone;
    use resguardo_words::Language;

    use super::*;

    #[test]
    fn schedules_and_keep_rules_read_as_sentences() {
        let [es, en] =
            [Language::Spanish, Language::English].map(|language| Locale::at(language, TimeZone::UTC));
        let at = time(20, 0, 0, 0);
        for (rule, spanish, english) in [
            (ScheduleRule::Day { at }, "cada día a las 20:00", "every day at 8:00 PM"),
            (
                ScheduleRule::Week { day: Weekday::Sunday, at },
                "cada domingo a las 20:00",
                "every Sunday at 8:00 PM",
            ),
            (
                ScheduleRule::Month { day: 31, at },
                "el último día de cada mes a las 20:00",
                "on the last day of each month at 8:00 PM",
            ),
            (
                ScheduleRule::Once { at: datetime(2026, 12, 24, 18, 0, 0, 0) },
                "una vez, el 24 dic 2026 18:00",
                "once, on Dec 24, 2026 6:00 PM",
            ),
        ] {
            assert_eq!(
                (schedule_words(&es, &rule).as_str(), schedule_words(&en, &rule).as_str()),
                (spanish, english)
            );
        }
        assert_eq!(schedules(&es, &[]), "solo a mano");
        assert_eq!(keeping(&es, &Retention::default()), "14 diarias, 8 semanales, 12 mensuales");
        assert_eq!(keeping(&en, &Retention { last: Some(3), ..Retention::EMPTY }), "the last 3");
    }
}
