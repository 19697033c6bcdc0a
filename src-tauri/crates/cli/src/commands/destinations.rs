//! `destination`, `sync`, `uploads`, `adopt`, `rebuild`: where archives are kept, and what is on its way there.

use std::ffi::OsStr;

use resguardo_api::types::{
    DestinationView, Nearness, RebuildProblem, RebuildReport, Request, SyncReport, Waiting,
};
use resguardo_api::{
    DestinationDraft, DestinationEdit, DestinationsAdd, DestinationsAdopt, DestinationsEdit,
    DestinationsList, DestinationsRemove, DestinationsTest, Nothing, UploadsList, WithName,
};
use serde_json::json;

use crate::app::{App, Ending};
use crate::args;
use crate::exit::Exit;
use crate::failure;
use crate::locale::{Locale, short};
use crate::paths;
use crate::table::Table;
use resguardo_words::fill;

/// `destination add`.
pub(crate) fn add(app: &mut App, args: args::DestinationAdd) -> Ending {
    let folder = paths::absolute(&args.local)?;
    let request = DestinationDraft { name: Some(args.name), folder, nearness: nearness(&args.nearness) };
    let view = app.api.call::<DestinationsAdd>(request)?;
    told(app, app.locale.texts().destination_added, &view)
}

/// `destination test`.
pub(crate) fn test(app: &mut App, name: String) -> Ending {
    let view = app.api.call::<DestinationsTest>(WithName { name })?;
    told(app, app.locale.texts().destination_ok, &view)
}

/// `destination edit`.
pub(crate) fn edit(app: &mut App, args: args::DestinationEdit) -> Ending {
    let folder = args.local.map(|folder| paths::absolute(&folder)).transpose()?;
    let nearness = nearness(&args.nearness);
    let request = DestinationEdit { name: args.name, new_name: args.rename, folder, nearness };
    let view = app.api.call::<DestinationsEdit>(request)?;
    told(app, app.locale.texts().destination_edited, &view)
}

fn nearness(args: &args::NearOrAway) -> Option<Nearness> {
    match (args.near, args.away) {
        (true, _) => Some(Nearness::Near),
        (_, true) => Some(Nearness::Away),
        _ => None,
    }
}

fn nearness_word(locale: &Locale, nearness: Nearness) -> &'static str {
    match nearness {
        Nearness::Near => locale.texts().near,
        Nearness::Away => locale.texts().away,
    }
}

fn told(app: &mut App, template: &str, view: &DestinationView) -> Ending {
    app.object("destination", view);
    let name = app.locale.quoted(&view.name);
    app.say(template, &[("name", &name), ("root", &view.root)]);
    let word = nearness_word(&app.locale, view.nearness);
    app.say(app.locale.texts().nearness_line, &[("nearness", word)]);
    if let Some(space) = &view.space {
        let (free, total) = (app.locale.size(space.free), app.locale.size(space.total));
        app.say(app.locale.texts().space_left, &[("free", &free), ("total", &total)]);
    }
    Ok(Exit::Done)
}

/// `destination list`.
pub(crate) fn list(app: &mut App) -> Ending {
    let views = app.api.call::<DestinationsList>(Nothing {})?;
    app.object("destinations", &views);
    let (locale, t) = (&app.locale, app.locale.texts());
    if views.is_empty() {
        app.out.say(t.no_destinations);
        return Ok(Exit::Done);
    }
    let mut table =
        Table::new([t.h_name, t.h_nearness, t.h_state, t.h_free, t.h_waiting, t.h_plans, t.h_path], &[4]);
    for view in &views {
        table.row([
            view.name.clone(),
            nearness_word(locale, view.nearness).to_owned(),
            if view.connected { t.connected } else { t.disconnected }.to_owned(),
            space(locale, view),
            locale.count(view.waiting),
            view.plans.join(", "),
            view.root.clone(),
        ]);
    }
    app.out.say_all(table.lines());
    Ok(Exit::Done)
}

fn space(locale: &Locale, view: &DestinationView) -> String {
    let Some(space) = &view.space else { return String::new() };
    let (free, total) = (locale.size(space.free), locale.size(space.total));
    fill(locale.texts().space_of, &[("free", &free), ("total", &total)])
}

/// `destination remove`.
pub(crate) fn remove(app: &mut App, name: String) -> Ending {
    app.api.call::<DestinationsRemove>(WithName::new(name.as_str()))?;
    let quoted = app.locale.quoted(&name);
    app.say(app.locale.texts().destination_removed, &[("name", &quoted)]);
    app.out.object(&json!({ "removed": name }));
    Ok(Exit::Done)
}

/// `sync`.
pub(crate) fn sync(app: &mut App, plan: Option<String>) -> Ending {
    app.run_and_judge(Request::Sync { plan }, |app, report: &SyncReport, _| {
        let t = app.locale.texts();
        for (name, destination) in &report.sent {
            app.say(t.sync_sent, &[("name", name), ("destination", destination)]);
        }
        for Waiting { name, destination, error } in &report.waiting {
            let reason = failure::title(error, &app.locale);
            app.say(t.sync_waiting, &[("name", name), ("destination", destination), ("reason", &reason)]);
        }
        if report.waiting.is_empty() {
            app.out.say(t.sync_nothing);
            Exit::Done
        } else {
            Exit::Issues
        }
    })
}

/// `uploads`.
pub(crate) fn uploads(app: &mut App) -> Ending {
    let uploads = app.api.call::<UploadsList>(Nothing {})?;
    app.object("uploads", &uploads);
    let (locale, t) = (&app.locale, app.locale.texts());
    if uploads.is_empty() {
        app.out.say(t.uploads_none);
        return Ok(Exit::Done);
    }
    let mut table =
        Table::new([t.h_snapshot, t.h_name, t.h_destination, t.h_sent, t.h_size, t.h_error], &[3, 4]);
    for upload in &uploads {
        table.row([
            short(upload.snapshot.as_str()).to_owned(),
            upload.name.clone(),
            upload.destination.clone(),
            locale.percent(upload.sent, upload.size),
            locale.size(upload.size),
            upload.error.as_ref().map_or_else(String::new, |error| failure::title(error, locale)),
        ]);
    }
    app.out.say_all(table.lines());
    Ok(Exit::Done)
}

/// `adopt`: a name, or the folder of a destination.
pub(crate) fn adopt(app: &mut App, word: &OsStr) -> Ending {
    let views = app.api.call::<DestinationsList>(Nothing {})?;
    let names: Vec<String> = views.into_iter().map(|view| view.name).collect();
    let name = paths::destination(word, &names)?;
    let report = app.api.call::<DestinationsAdopt>(WithName { name })?;
    app.object("report", &report);
    Ok(tell_rebuild(app, &report))
}

/// `rebuild`.
pub(crate) fn rebuild(app: &mut App, destination: Option<String>) -> Ending {
    app.run_and_judge(Request::Rebuild { destination }, |app, report: &RebuildReport, _| {
        tell_rebuild(app, report)
    })
}

fn tell_rebuild(app: &mut App, report: &RebuildReport) -> Exit {
    let t = app.locale.texts();
    let (snapshots, found) = (app.locale.backups(report.snapshots), app.locale.count(report.found));
    app.say(t.rebuild_done, &[("snapshots", &snapshots), ("found", &found)]);
    if !report.plans.is_empty() {
        app.say(t.rebuild_plans, &[("plans", &report.plans.join(", "))]);
    }
    for RebuildProblem { name, error } in &report.problems {
        let reason = failure::title(error, &app.locale);
        app.say(t.rebuild_problem, &[("name", name), ("reason", &reason)]);
    }
    if report.problems.is_empty() { Exit::Done } else { Exit::Issues }
}
