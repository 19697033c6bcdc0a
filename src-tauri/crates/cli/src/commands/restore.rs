//! `restore`, `undo`, `export`: bringing things back, and taking that back.

use resguardo_api::types::{
    Error, Existing, Operation, Request, RestoreLook, RestorePreview, RestoreReport, RestoreRequest,
    RestoreTarget, UndoReport,
};
use resguardo_api::{RestorePlan, RestorePlanOf, Selector, SnapshotsShow};

use crate::app::{App, Ending};
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locale::{Locale, short};
use crate::paths;
use crate::progress::Progress;
use resguardo_words::fill;

use super::snapshots::in_snapshot;
use super::wizard;

/// `restore`.
pub(crate) fn restore(app: &mut App, args: args::Restore) -> Ending {
    let request = match request(app, &args)? {
        Some(request) => request,
        None => return wizard::restore(app),
    };
    if args.dry_run {
        let preview = preview(app, &request)?;
        app.object("preview", &preview);
        let lines = preview_lines(&app.locale, &preview);
        app.out.say_all(lines);
        app.out.say(app.locale.texts().preview_nothing_changed);
        return Ok(Exit::Done);
    }
    run(app, request)
}

/// What a restore would do; how far looking at it is shows meanwhile.
pub(crate) fn preview(app: &mut App, request: &RestoreRequest) -> Result<RestorePreview, Error> {
    let mut progress = Progress::new(&app.out);
    let preview = loop {
        let asked = RestorePlanOf { request: request.clone(), wait_ms: 500 };
        match app.api.call::<RestorePlan>(asked) {
            Ok(RestoreLook::Done { preview }) => break Ok(preview),
            Ok(RestoreLook::Looking { sample }) => progress.show(&sample, &mut app.out, &app.locale),
            Err(error) => break Err(error),
        }
    };
    progress.finish();
    preview
}

/// Runs a restore and tells what came back.
pub(crate) fn run(app: &mut App, request: RestoreRequest) -> Ending {
    app.run_and_tell(Request::Restore(request), tell_restore)
}

/// The request of the flags; `None` when nothing was said and a person can be asked.
fn request(app: &App, args: &args::Restore) -> Result<Option<RestoreRequest>, Box<Failure>> {
    let t = app.locale.texts();
    let usage = |field: &str, title: &str| {
        Failure::usage(field, "", title.to_owned(), fill(t.see_help, &[("command", "resguardo restore")]))
    };
    let Some(snapshot) = &args.snapshot else {
        let nothing_said = args.to.is_none() && !args.in_place && !args.dry_run && !app.out.json;
        return if nothing_said && app.out.can_ask() {
            Ok(None)
        } else {
            Err(usage("snapshot", t.choose_snapshot))
        };
    };
    let target = match &args.to {
        Some(folder) => RestoreTarget::Folder { path: paths::absolute(folder)? },
        None if args.in_place => RestoreTarget::InPlace,
        None => return Err(usage("to", t.choose_target)),
    };
    let paths = args.paths.iter().map(|path| in_snapshot(app, snapshot, path)).collect::<Result<_, _>>()?;
    let existing = match args.existing.as_str() {
        "missing" => Existing::Missing,
        "keep-both" => Existing::KeepBoth,
        _ => Existing::Replace,
    };
    Ok(Some(RestoreRequest { snapshot: snapshot.clone(), paths, target, existing, safety: !args.no_safety }))
}

/// What a restore would do, in sentences.
pub(crate) fn preview_lines(locale: &Locale, preview: &RestorePreview) -> Vec<String> {
    let t = locale.texts();
    let written = preview.create + preview.replace + preview.rename;
    let mut lines = vec![
        fill(t.preview_target, &[("target", target(locale, &preview.target))]),
        fill(t.preview_counts, &[("files", &locale.files(written)), ("size", &locale.size(preview.bytes))]),
    ];
    let counts = [
        (t.preview_create, preview.create),
        (t.preview_replace, preview.replace),
        (t.preview_rename, preview.rename),
        (t.preview_same, preview.same),
        (t.preview_skip, preview.skip),
    ];
    for (template, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        lines.push(format!("  {}", fill(template, &[("files", &locale.files(count))])));
    }
    if preview.databases > 0 {
        let databases = locale.counted(preview.databases, t.database_one, t.database_many);
        lines.push(format!("  {}", fill(t.preview_databases, &[("databases", &databases)])));
    }
    lines.push(fill(t.preview_archives, &[("archives", &preview.archives.join(", "))]));
    if preview.safety {
        lines.push(t.preview_safety.to_owned());
    } else if preview.replace > 0 {
        lines.push(t.preview_no_safety.to_owned());
    }
    for (path, what) in &preview.entries {
        lines.push(format!("  {}  {path}", t.word("entry_", what)));
    }
    lines
}

/// The place restored to; the engine's word for "where it came from" is empty.
fn target<'a>(locale: &Locale, target: &'a str) -> &'a str {
    if target.is_empty() { locale.texts().in_place_word } else { target }
}

fn tell_restore(app: &mut App, report: &RestoreReport, operation: &Operation) {
    let (locale, t) = (app.locale.clone(), app.locale.texts());
    let all = report.failed == 0 && operation.state.is_success();
    say_summary(app, if all { t.restore_done } else { t.restore_partly }, report);
    let counts = [
        (t.restore_same, report.same),
        (t.restore_skipped, report.skipped),
        (t.restore_renamed, report.renamed),
        (t.restore_failed, report.failed),
    ];
    for (template, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        app.say(template, &[("files", &locale.files(count))]);
    }
    if let Some(id) = &report.safety {
        app.say(t.restore_safety, &[("id", short(id.as_str()))]);
    }
    if operation.state.is_success() {
        app.say(t.restore_undo, &[("operation", short(operation.id.as_str()))]);
    }
}

/// `214 of 214 files, 1.2 GB, 1 database, 3 tables, 18,402 rows, in /full/path`.
fn say_summary(app: &mut App, template: &str, report: &RestoreReport) {
    let (locale, t) = (app.locale.clone(), app.locale.texts());
    let (restored, wanted) = (locale.count(report.restored), locale.files(report.wanted));
    let size = locale.size(report.bytes);
    let databases = [
        locale.counted(report.databases, t.database_one, t.database_many),
        locale.counted(report.tables, t.table_one, t.table_many),
        locale.counted(report.rows, t.row_one, t.row_many),
    ]
    .join(", ");
    let mut values = vec![
        ("restored", restored.as_str()),
        ("wanted", wanted.as_str()),
        ("size", size.as_str()),
        ("target", target(&locale, &report.target)),
    ];
    if report.databases > 0 {
        values.push(("databases", databases.as_str()));
    }
    app.say(template, &values);
}

/// `undo`.
pub(crate) fn undo(app: &mut App, operation: String) -> Ending {
    app.run_and_tell(Request::Undo { operation }, |app, report: &UndoReport, operation| {
        let (locale, t) = (app.locale.clone(), app.locale.texts());
        if operation.state.is_success() {
            let (put_back, removed) = (locale.files(report.put_back), locale.count(report.removed));
            app.say(t.undo_done, &[("put_back", &put_back), ("removed", &removed)]);
        }
        if report.kept > 0 {
            app.say(t.undo_kept, &[("files", &locale.files(report.kept))]);
        }
    })
}

/// `export`.
pub(crate) fn export(app: &mut App, args: args::Export) -> Ending {
    let paths =
        args.paths.iter().map(|path| in_snapshot(app, &args.snapshot, path)).collect::<Result<_, _>>()?;
    // A selector such as `latest` must mean the same for the paths above and for the work below.
    let snapshot = app.api.call::<SnapshotsShow>(Selector::new(args.snapshot))?.id.to_string();
    let request = Request::Export { snapshot, paths, to: paths::absolute(&args.to)? };
    app.run_and_tell(request, |app, report: &RestoreReport, operation| {
        let all = report.failed == 0 && operation.state.is_success();
        let t = app.locale.texts();
        say_summary(app, if all { t.export_done } else { t.restore_partly }, report);
    })
}
