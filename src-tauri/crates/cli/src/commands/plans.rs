//! `plan add`, `plan edit`, `plan remove`: from flags to drafts and edits.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use resguardo_api::types::{Level, PlanDraft, PlanEdit, Result, Retention, Schedule};
use resguardo_api::{
    DestinationsList, Nothing, PlanChange, PlanRemoval, PlansAdd, PlansEdit, PlansRemove, PlansShow, WithName,
};
use serde_json::json;

use crate::app::{App, Ending};
use crate::args;
use crate::ask::Asker;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::paths;
use crate::values;
use resguardo_words::fill;

/// `plan add`.
pub(crate) fn add(app: &mut App, args: args::PlanAdd) -> Ending {
    let draft = draft(app, args)?;
    let plan = app.api.call::<PlansAdd>(draft)?;
    let name = app.locale.quoted(&plan.name);
    let t = app.locale.texts();
    app.say(t.plan_added, &[("name", &name)]);
    app.say(t.plan_next, &[("name", &shown_name(&plan.name))]);
    super::plans_show::tell(app, &plan)?;
    Ok(Exit::Done)
}

fn draft(app: &App, args: args::PlanAdd) -> Result<PlanDraft> {
    Ok(PlanDraft {
        name: args.name,
        folders: absolute(&args.folders)?,
        sqlite: absolute(&args.sqlite)?,
        exclude: args.exclude,
        include: args.include,
        default_excludes: args.no_default_excludes.then_some(false),
        one_file_system: args.cross_file_systems.then_some(false),
        max_size: args.max_size.map(|text| values::size("max-size", &text)).transpose()?,
        max_age_days: args.max_age,
        to: destinations(app, &args.to)?,
        schedules: schedules(&args.schedules)?,
        retention: retention(&args.keeping)?,
        level: args.level.map(|text| text.parse::<Level>()).transpose()?,
        part_size: args.part_size.map(|text| values::size("part-size", &text)).transpose()?,
    })
}

/// `plan edit`.
pub(crate) fn edit(app: &mut App, args: args::PlanEdit) -> Ending {
    let request = PlanChange { name: args.name.clone(), edit: changes(app, args)? };
    let plan = app.api.call::<PlansEdit>(request)?;
    let name = app.locale.quoted(&plan.name);
    app.say(app.locale.texts().plan_edited, &[("name", &name)]);
    super::plans_show::tell(app, &plan)?;
    Ok(Exit::Done)
}

fn changes(app: &App, args: args::PlanEdit) -> Result<PlanEdit> {
    let replaced = |values: Vec<String>, none: bool| (none || !values.is_empty()).then_some(values);
    let schedules = changed_schedules(app, &args)?;
    Ok(PlanEdit {
        name: args.rename,
        add_folders: absolute(&args.folders)?,
        add_sqlite: absolute(&args.sqlite)?,
        remove_sources: args.remove_source.into_iter().map(source_word).collect::<Result<_>>()?,
        exclude: replaced(args.exclude, args.no_exclude),
        include: replaced(args.include, args.no_include),
        add_to: destinations(app, &args.to)?,
        remove_to: args.remove_to,
        schedules,
        retention: retention(&args.keeping)?,
        level: args.level.map(|text| text.parse::<Level>()).transpose()?,
        part_size: match args.part_size.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(text) => Some(Some(values::size("part-size", text)?)),
        },
    })
}

/// The schedules that take the place of the plan's: others, or the same switched on and off.
fn changed_schedules(app: &App, args: &args::PlanEdit) -> Result<Option<Vec<Schedule>>> {
    if args.switch_off.is_empty() && args.switch_on.is_empty() {
        let schedules = schedules(&args.schedules)?;
        return Ok((args.no_schedule || !schedules.is_empty()).then_some(schedules));
    }
    let mut plan = app.api.call::<PlansShow>(WithName::new(args.name.clone()))?;
    for (flag, words, off) in [("switch-off", &args.switch_off, true), ("switch-on", &args.switch_on, false)]
    {
        for word in words {
            values::switch(flag, word, &mut plan.schedules, off)?;
        }
    }
    Ok(Some(plan.schedules))
}

/// `plan remove`.
pub(crate) fn remove(app: &mut App, args: &args::PlanRemove) -> Ending {
    let t = app.locale.texts();
    let name = app.locale.quoted(&args.name);
    if args.delete_archives && !args.yes && app.out.can_ask() {
        let question = fill(t.remove_question, &[("name", &name)]);
        let mut answers = io::stdin().lock();
        if !Asker::new(&mut answers, &mut app.out, &app.locale).yes(&question)? {
            return Err(Failure::declined(&app.locale));
        }
    }
    let request = PlanRemoval { name: args.name.clone(), delete_archives: args.delete_archives };
    let deleted = app.api.call::<PlansRemove>(request)?;
    if args.delete_archives {
        let backups = app.locale.backups(deleted);
        app.say(t.plan_removed_archives, &[("name", &name), ("backups", &backups)]);
    } else {
        app.say(t.plan_removed, &[("name", &name)]);
    }
    app.out.object(&json!({ "removed": args.name, "deleted": deleted }));
    Ok(Exit::Done)
}

fn absolute(paths: &[PathBuf]) -> Result<Vec<String>> {
    paths.iter().map(|path| paths::absolute(path)).collect()
}

/// A source is named by its label, or by its path.
fn source_word(word: OsString) -> Result<String> {
    match word.into_string() {
        Ok(text) if !text.contains(std::path::MAIN_SEPARATOR) => Ok(text),
        Ok(text) => paths::absolute(text.as_ref()),
        Err(word) => paths::absolute(word.as_ref()),
    }
}

fn destinations(app: &App, words: &[OsString]) -> Result<Vec<String>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = app
        .api
        .call::<DestinationsList>(Nothing {})?
        .into_iter()
        .map(|destination| destination.name)
        .collect();
    words.iter().map(|word| paths::destination(word, &names)).collect()
}

fn schedules(flags: &args::Schedules) -> Result<Vec<Schedule>> {
    let zone = resguardo_platform::time_zone_name().unwrap_or_else(|| "UTC".to_owned());
    values::schedules(flags, &zone)
}

fn retention(flags: &args::Keeping) -> Result<Option<Retention>> {
    let rules = values::retention(flags);
    rules.as_ref().map_or(Ok(()), Retention::validate)?;
    Ok(rules)
}

/// A name as it is typed in a shell.
fn shown_name(name: &str) -> String {
    if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() }
}
