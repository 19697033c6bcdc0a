//! `verify`, `prune`, `pin`, `unpin`, `accept`, `refuse`, `delete`: proving snapshots and letting them go.

use std::io;

use resguardo_api::types::{PruneReport, PruneRow, Refusal, Request, VerifyLevel, VerifyRow};
use resguardo_api::{
    FlagDecision, Pin, PlansPruning, Selector, SnapshotsPin, SnapshotsSettle, SnapshotsShow, WithName,
};

use crate::app::{App, Ending};
use crate::args;
use crate::ask::Asker;
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::locale::{Locale, short};
use crate::table::Table;
use resguardo_words::fill;

/// `verify`.
pub(crate) fn verify(app: &mut App, args: args::Verify) -> Ending {
    let request = Request::Verify {
        snapshots: args.snapshot.into_iter().collect(),
        level: args.level.parse::<VerifyLevel>()?,
    };
    app.run_and_judge(request, |app, rows: &Vec<VerifyRow>, _| {
        rows.iter().for_each(|row| tell_verified(app, row));
        let (locale, t) = (app.locale.clone(), app.locale.texts());
        let good = rows.iter().filter(|row| row.error.is_none()).count();
        if rows.is_empty() {
            app.out.say(t.verify_nothing);
        } else {
            let (good, all) = (locale.count(good as u64), locale.backups(rows.len() as u64));
            app.say(t.verify_summary, &[("good", &good), ("all", &all)]);
        }
        verdict(rows)
    })
}

/// A copy that could not be reached is an issue; one that is not what it should be is a failure.
fn verdict(rows: &[VerifyRow]) -> Exit {
    use resguardo_api::types::Kind;
    let errors: Vec<Kind> =
        rows.iter().filter_map(|row| row.error.as_ref()).map(|error| error.kind).collect();
    let unreached =
        |kind: &Kind| matches!(kind, Kind::DestinationAbsent | Kind::DestinationDenied | Kind::Busy);
    match errors.iter().all(unreached) {
        _ if errors.is_empty() => Exit::Done,
        true => Exit::Issues,
        false => Exit::Failed,
    }
}

fn tell_verified(app: &mut App, row: &VerifyRow) {
    let t = app.locale.texts();
    let level = row.level.map(|level| t.word("", level.as_str())).unwrap_or_default();
    match &row.error {
        None => app.say(
            t.verify_row_good,
            &[("name", &row.name), ("destination", &row.destination), ("level", level)],
        ),
        Some(error) => {
            let problem = failure::title(error, &app.locale);
            app.say(
                t.verify_row_bad,
                &[("name", &row.name), ("destination", &row.destination), ("problem", &problem)],
            );
        }
    }
}

/// `prune`.
pub(crate) fn prune(app: &mut App, args: args::Prune) -> Ending {
    if args.dry_run {
        let report = app.api.call::<PlansPruning>(WithName::new(args.name))?;
        app.object("report", &report);
        tell_pruning(app, &report, app.locale.texts().prune_would);
        return Ok(Exit::Done);
    }
    let request = Request::Prune { plan: args.name, confirmed: args.yes };
    app.run_and_judge(request, |app, report: &PruneReport, _| {
        tell_pruning(app, report, app.locale.texts().prune_done);
        match report.refusal {
            None => Exit::Done,
            Some(Refusal::MoreThanHalf) => Exit::Usage,
            Some(_) => Exit::Failed,
        }
    })
}

fn tell_pruning(app: &mut App, report: &PruneReport, template: &str) {
    let (locale, t) = (app.locale.clone(), app.locale.texts());
    let mut table = Table::new([t.h_id, t.h_date, t.h_stored, t.h_why], &[2]);
    for row in &report.rows {
        let why = why(&locale, row);
        table.row([
            short(row.id.as_str()).to_owned(),
            locale.date(row.created_at),
            locale.size(row.bytes),
            why,
        ]);
    }
    if !report.rows.is_empty() {
        app.out.say_all(table.lines());
    }
    match report.deleted {
        0 if report.refusal.is_none() => app.out.say(t.prune_none),
        0 => {}
        deleted => {
            let (backups, size) = (locale.backups(deleted), locale.size(report.freed));
            app.say(template, &[("backups", &backups), ("size", &size)]);
        }
    }
    if let Some(refusal) = report.refusal {
        app.out.say(locale.refusal(refusal));
    }
}

fn why(locale: &Locale, row: &PruneRow) -> String {
    if row.keep.is_empty() {
        return locale.texts().prune_goes.to_owned();
    }
    row.keep.iter().map(|keep| locale.keep(keep)).collect::<Vec<_>>().join(", ")
}

/// `pin`, `unpin`.
pub(crate) fn pin(app: &mut App, snapshot: String, pinned: bool) -> Ending {
    let snapshot = app.api.call::<SnapshotsPin>(Pin { snapshot, pinned })?;
    app.object("snapshot", &snapshot);
    let t = app.locale.texts();
    app.say(if pinned { t.pinned } else { t.unpinned }, &[("name", &snapshot.name)]);
    Ok(Exit::Done)
}

/// `accept`, `refuse`.
pub(crate) fn settle(app: &mut App, snapshot: String, accept: bool) -> Ending {
    let snapshot = app.api.call::<SnapshotsSettle>(FlagDecision { snapshot, accept })?;
    app.object("snapshot", &snapshot);
    let t = app.locale.texts();
    app.say(if accept { t.settled_accepted } else { t.settled_refused }, &[("name", &snapshot.name)]);
    Ok(Exit::Done)
}

/// `delete`: asks where somebody can answer; a script has said what it wants by calling it.
pub(crate) fn delete(app: &mut App, args: args::Delete) -> Ending {
    let snapshot = app.api.call::<SnapshotsShow>(Selector::new(args.snapshot))?;
    let t = app.locale.texts();
    if !args.yes && app.out.can_ask() {
        let date = app.locale.date(snapshot.created_at);
        let question = fill(t.ask_delete, &[("name", &snapshot.name), ("date", &date)]);
        let mut answers = io::stdin().lock();
        if !Asker::new(&mut answers, &mut app.out, &app.locale).yes(&question)? {
            return Err(Failure::declined(&app.locale));
        }
    }
    let request = Request::Delete { snapshot: snapshot.id.to_string() };
    app.run_and_tell(request, |app, report: &PruneReport, operation| {
        if operation.state.is_success() {
            let (backups, size) = (app.locale.backups(report.deleted), app.locale.size(report.freed));
            app.say(app.locale.texts().delete_done, &[("backups", &backups), ("size", &size)]);
        }
    })
}

#[cfg(test)]
mod tests {
    use resguardo_api::types::{Error, Kind, SnapshotId};

    use super::*;

    fn row(error: Option<Kind>) -> VerifyRow {
        VerifyRow {
            snapshot: SnapshotId::from_random(1),
            name: "backup_daily_20260912_020000".to_owned(),
            destination: "usb".to_owned(),
            level: Some(VerifyLevel::Opened),
            error: error.map(|kind| Error::new(kind, "read back")),
            healed_from: None,
        }
    }

    #[test]
    fn a_damaged_copy_fails_and_one_out_of_reach_is_an_issue() {
        assert_eq!(verdict(&[]), Exit::Done);
        assert_eq!(verdict(&[row(None)]), Exit::Done);
        assert_eq!(verdict(&[row(None), row(Some(Kind::DestinationAbsent))]), Exit::Issues);
        let rows = [row(Some(Kind::DestinationAbsent)), row(Some(Kind::ArchiveDamaged))];
        assert_eq!(verdict(&rows), Exit::Failed);
    }
}
