//! `backup`, `list`, `show`, `ls`, `find`: snapshots, and what they hold.

use resguardo_api::types::{
    ArchiveKind, BackUpReport, Class, CopyView, EntryView, FlagState, FoundView, Request, SnapshotView,
    Waiting,
};
use resguardo_api::{
    EntriesOf, FindNames, OfPlan, Selector, SnapshotsEntries, SnapshotsFind, SnapshotsList,
    SnapshotsManifest, SnapshotsShow,
};
use serde_json::json;

use super::odd;
use crate::app::{App, Ending};
use crate::args;
use crate::exit::Exit;
use crate::failure;
use crate::locale::{Locale, short};
use crate::paths;
use crate::table::Table;

/// `backup`.
pub(crate) fn back_up(app: &mut App, args: args::Backup) -> Ending {
    let kind = match args.kind.as_str() {
        "auto" => None,
        kind => Some(kind.parse::<ArchiveKind>()?),
    };
    let request = Request::BackUp { plan: args.name, kind, class: args.class.parse::<Class>()? };
    app.run_and_judge(request, |app, report: &BackUpReport, operation| {
        if operation.state.is_success() {
            tell_backup(app, report);
        }
        // Archived, but not yet everywhere it should be, or oddly different from before: worth a script's attention.
        if report.waiting.is_empty() && report.odd.is_empty() { Exit::Done } else { Exit::Issues }
    })
}

fn tell_backup(app: &mut App, report: &BackUpReport) {
    let (locale, t) = (app.locale.clone(), app.locale.texts());
    let kind = t.word("", report.kind.as_str());
    let (files, size) = (locale.files(report.files), locale.size(report.bytes_stored));
    app.say(t.backup_done, &[("files", &files), ("size", &size), ("kind", kind)]);
    if report.added + report.changed + report.removed == 0 {
        app.out.say(t.backup_same);
    } else {
        let counts = [report.added, report.changed, report.removed].map(|count| locale.count(count));
        app.say(t.backup_changes, &[("added", &counts[0]), ("changed", &counts[1]), ("removed", &counts[2])]);
    }
    if !report.present.is_empty() {
        app.say(t.backup_present, &[("destinations", &report.present.join(", "))]);
    }
    for Waiting { destination, error, .. } in &report.waiting {
        let reason = failure::title(error, &locale);
        app.say(t.backup_waiting, &[("destination", destination), ("reason", &reason)]);
    }
    app.out.say(&format!("{}: {}", t.h_id, report.snapshot));
    if !report.odd.is_empty() {
        app.out.say(t.odd_backup);
        app.out.say_all(odd::findings(&locale, &report.odd).iter().map(|line| format!("  {line}")));
        app.out.say(&odd::decide(&locale, report.snapshot.as_str()));
    }
}

/// `list`.
pub(crate) fn list(app: &mut App, plan: Option<String>) -> Ending {
    let snapshots = app.api.call::<SnapshotsList>(OfPlan { plan })?;
    app.object("snapshots", &snapshots);
    let (locale, t) = (&app.locale, app.locale.texts());
    if snapshots.is_empty() {
        app.out.say(t.no_backups);
        return Ok(Exit::Done);
    }
    let headings = [
        t.h_id,
        t.h_plan,
        t.h_date,
        t.h_kind,
        t.h_class,
        t.h_files,
        t.h_size,
        t.h_stored,
        t.h_state,
        t.h_destinations,
    ];
    let mut table = Table::new(headings, &[5, 6, 7]);
    for snapshot in &snapshots {
        table.row([
            short(snapshot.id.as_str()).to_owned(),
            snapshot.plan.clone(),
            locale.date(snapshot.created_at),
            t.word("", snapshot.kind.as_str()).to_owned(),
            t.word("", snapshot.class.as_str()).to_owned(),
            locale.count(snapshot.files),
            locale.size(snapshot.bytes_total),
            locale.size(snapshot.bytes_stored),
            state_words(locale, snapshot),
            copies_words(locale, &snapshot.destinations),
        ]);
    }
    app.out.say_all(table.lines());
    let open = snapshots.iter().filter(|snapshot| snapshot.flag == Some(FlagState::Open));
    let lines: Vec<String> = open.flat_map(|snapshot| odd::lines(locale, snapshot)).collect();
    app.out.say_all(lines);
    Ok(Exit::Done)
}

/// The state, and the furthest that any copy was proven.
pub(crate) fn state_words(locale: &Locale, snapshot: &SnapshotView) -> String {
    let t = locale.texts();
    let proven = snapshot.destinations.iter().filter_map(|copy| copy.verified).max();
    let mut words = vec![t.word("state_", snapshot.state.as_str())];
    words.extend(proven.map(|level| t.word("", level.as_str())));
    if snapshot.pinned {
        words.push(t.is_pinned);
    }
    words.extend(snapshot.flag.map(|flag| t.word("flag_", flag.as_str())));
    words.join(", ")
}

fn copies_words(locale: &Locale, copies: &[CopyView]) -> String {
    let words = copies.iter().map(|copy| match copy.state.as_str() {
        "present" => copy.destination.clone(),
        state => format!("{} ({})", copy.destination, locale.texts().word("", state)),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `show`.
pub(crate) fn show(app: &mut App, selector: &str) -> Ending {
    let snapshot = app.api.call::<SnapshotsShow>(Selector::new(selector))?;
    let manifest = app.api.call::<SnapshotsManifest>(Selector::new(snapshot.id.as_str()))?;
    app.out.object(&json!({ "snapshot": snapshot, "manifest": manifest }));
    let (locale, t) = (&app.locale, app.locale.texts());
    let (added, changed, removed) = snapshot.changes;
    let counts = [added, changed, removed].map(|count| locale.count(count));
    let changes = resguardo_words::fill(
        t.changes_line,
        &[("added", &counts[0]), ("changed", &counts[1]), ("removed", &counts[2])],
    );
    let needs: Vec<&str> = snapshot.needs.iter().map(|id| short(id.as_str())).collect();
    let kind = format!("{}, {}", t.word("", snapshot.kind.as_str()), t.word("", snapshot.class.as_str()));
    let mut lines: Vec<String> = [
        (t.h_id, snapshot.id.to_string()),
        (t.h_plan, snapshot.plan.clone()),
        (t.h_date, locale.date(snapshot.created_at)),
        (t.h_kind, kind),
        (t.h_state, state_words(locale, &snapshot)),
        (t.h_files, locale.count(snapshot.files)),
        (t.h_size, locale.size(snapshot.bytes_total)),
        (t.h_stored, locale.size(snapshot.bytes_stored)),
        (t.h_changes, changes),
        (t.h_issues, locale.count(snapshot.issues)),
        (t.h_needs, needs.join(", ")),
        (t.h_archive, snapshot.name.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(heading, value)| format!("{heading}: {value}"))
    .collect();
    lines.extend(odd::lines(locale, &snapshot));
    lines.push(format!("{}:", t.h_sources));
    lines.extend(manifest.sources.iter().map(|source| {
        format!(
            "  {}: {}, {} ({})",
            source.path,
            locale.files(source.files),
            locale.size(source.bytes),
            source.origin
        )
    }));
    lines.push(format!("{}:", t.h_destinations));
    lines.extend(snapshot.destinations.iter().map(|copy| format!("  {}", copy_line(locale, copy))));
    lines.extend(
        manifest.issues.iter().map(|issue| format!("  {}: {}", issue.path, locale.issue(issue.kind))),
    );
    app.out.say_all(lines);
    Ok(Exit::Done)
}

fn copy_line(locale: &Locale, copy: &CopyView) -> String {
    let t = locale.texts();
    let mut line = format!("{}: {}", copy.destination, t.word("", &copy.state));
    if let Some(level) = copy.verified {
        line.push_str(&format!(", {}", t.word("", level.as_str())));
    }
    if let Some(at) = copy.verified_at {
        line.push_str(&format!(" ({})", locale.date(at)));
    }
    line
}

/// `ls`.
pub(crate) fn entries(app: &mut App, args: &args::Ls) -> Ending {
    let path = match &args.path {
        Some(path) => in_snapshot(app, &args.snapshot, path)?,
        None => String::new(),
    };
    let request = EntriesOf { snapshot: args.snapshot.clone(), path };
    let entries = app.api.call::<SnapshotsEntries>(request)?;
    app.object("entries", &entries);
    if app.out.json {
        return Ok(Exit::Done);
    }
    let (locale, t) = (&app.locale, app.locale.texts());
    let mut table = Table::new([t.h_type, t.h_size, t.h_modified, t.h_path], &[1]);
    for entry in &entries {
        table.row(entry_row(locale, entry));
    }
    app.out.say_all(table.lines());
    Ok(Exit::Done)
}

fn entry_row(locale: &Locale, entry: &EntryView) -> [String; 4] {
    let t = locale.texts();
    let rows: u64 = entry.rows.values().sum();
    let tables = locale.counted(entry.rows.len() as u64, t.table_one, t.table_many);
    let database = format!("  ({tables}, {})", locale.counted(rows, t.row_one, t.row_many));
    [
        t.word("kind_", &entry.kind).to_owned(),
        if entry.kind == "folder" { String::new() } else { locale.size(entry.size) },
        entry.mtime.map(|at| locale.date(at)).unwrap_or_default(),
        if entry.rows.is_empty() { entry.path.clone() } else { format!("{}{database}", entry.path) },
    ]
}

/// A path as people type it, as a path of the snapshot.
pub(crate) fn in_snapshot(
    app: &App,
    selector: &str,
    path: &std::path::Path,
) -> resguardo_api::types::Result<String> {
    paths::in_snapshot(path, &mut || Ok(app.api.call::<SnapshotsManifest>(Selector::new(selector))?.sources))
}

/// `find`.
pub(crate) fn find(app: &mut App, args: args::Find) -> Ending {
    let limit = args.limit;
    let request = FindNames { pattern: args.pattern, plan: args.plan, limit };
    let found = app.api.call::<SnapshotsFind>(request)?;
    app.object("found", &found);
    let (locale, t) = (&app.locale, app.locale.texts());
    if found.is_empty() {
        app.out.say(t.not_found_any);
        return Ok(Exit::Done);
    }
    let headings = [t.h_snapshot, t.h_plan, t.h_size, t.h_first, t.h_last, t.h_current, t.h_path];
    let mut table = Table::new(headings, &[2]);
    for one in &found {
        table.row(found_row(locale, one));
    }
    app.out.say_all(table.lines());
    if found.len() >= limit {
        let limit = app.locale.count(limit as u64);
        app.out.tell(&resguardo_words::fill(t.found_more, &[("n", &limit)]));
    }
    Ok(Exit::Done)
}

fn found_row(locale: &Locale, found: &FoundView) -> [String; 7] {
    let t = locale.texts();
    [
        short(found.snapshot.as_str()).to_owned(),
        found.plan.clone(),
        locale.size(found.size),
        locale.date(found.first),
        locale.date(found.last),
        if found.current { t.still_there } else { t.gone }.to_owned(),
        found.path.clone(),
    ]
}
