//! `restore` without arguments: when, what, where, review, and only then the work.

use std::io;
use std::path::Path;

use resguardo_api::types::{EntryView, Existing, RestoreRequest, RestoreTarget, Result, SnapshotView};
use resguardo_api::{Api, EntriesOf, OfPlan, SnapshotsEntries, SnapshotsList};

use crate::app::{App, Ending};
use crate::ask::Asker;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locale::Locale;
use crate::paths;
use resguardo_words::fill;

use super::restore::{preview, preview_lines, run};
use super::snapshots::state_words;

/// Backups offered at first; an older one is reached with `restore SNAPSHOT`.
const SHOWN: usize = 20;
/// Entries of the top that are offered by number.
const ENTRIES_SHOWN: usize = 40;

/// Asks, shows what will happen, asks once more, restores.
pub(crate) fn restore(app: &mut App) -> Ending {
    let t = app.locale.texts();
    let mut answers = io::stdin().lock();
    let mut asker = Asker::new(&mut answers, &mut app.out, &app.locale);
    let Some(request) = asked(&mut asker, &app.api, &app.locale)? else {
        app.out.tell(t.no_backups);
        return Ok(Exit::Done);
    };
    let preview = preview(app, &request)?;
    let mut asker = Asker::new(&mut answers, &mut app.out, &app.locale);
    asker.title(t.ask_review);
    preview_lines(&app.locale, &preview).iter().for_each(|line| asker.tell(line));
    if !asker.yes(t.ask_restore_now)? {
        return Err(Failure::declined(&app.locale));
    }
    run(app, request)
}

/// The answers as a request; `None` when there is no backup yet.
fn asked(asker: &mut Asker<'_>, api: &Api, locale: &Locale) -> Result<Option<RestoreRequest>> {
    let mut snapshots = api.call::<SnapshotsList>(OfPlan::default())?;
    snapshots.reverse();
    if snapshots.is_empty() {
        return Ok(None);
    }
    let snapshot = ask_when(asker, locale, &snapshots)?;
    let request = EntriesOf { snapshot: snapshot.id.to_string(), path: String::new() };
    let entries = offered(api, api.call::<SnapshotsEntries>(request)?, snapshot)?;
    let paths = ask_what(asker, locale, &entries, &mut |path| {
        paths::in_snapshot(path, &mut || {
            let selector = resguardo_api::Selector::new(snapshot.id.as_str());
            Ok(api.call::<resguardo_api::SnapshotsManifest>(selector)?.sources)
        })
    })?;
    let target = ask_where(asker, locale)?;
    let existing = ask_existing(asker, locale)?;
    Ok(Some(RestoreRequest { snapshot: snapshot.id.to_string(), paths, target, existing, safety: true }))
}

/// The folders of the top are the same in every backup; what people know is one level below.
fn offered(api: &Api, top: Vec<EntryView>, snapshot: &SnapshotView) -> Result<Vec<EntryView>> {
    let mut entries = Vec::new();
    for entry in top {
        if entry.kind == "folder" && !entry.path.contains('/') {
            let request = EntriesOf { snapshot: snapshot.id.to_string(), path: entry.path };
            entries.extend(api.call::<SnapshotsEntries>(request)?);
        } else {
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn ask_when<'s>(
    asker: &mut Asker<'_>,
    locale: &Locale,
    newest_first: &'s [SnapshotView],
) -> Result<&'s SnapshotView> {
    let t = locale.texts();
    let mut plans: Vec<&str> = newest_first.iter().map(|snapshot| snapshot.plan.as_str()).collect();
    plans.sort_unstable();
    plans.dedup();
    let plan = if plans.len() > 1 {
        let choices: Vec<String> = plans.iter().map(|plan| (*plan).to_owned()).collect();
        plans[asker.choice(t.ask_plan, &choices, 0)?]
    } else {
        plans.first().copied().unwrap_or_default()
    };
    let of_plan: Vec<&SnapshotView> =
        newest_first.iter().filter(|snapshot| snapshot.plan == plan).take(SHOWN).collect();
    let choices: Vec<String> = of_plan.iter().map(|snapshot| choice_line(locale, snapshot)).collect();
    Ok(of_plan[asker.choice(t.ask_when, &choices, 0)?])
}

fn choice_line(locale: &Locale, snapshot: &SnapshotView) -> String {
    let (date, files) = (locale.date(snapshot.created_at), locale.files(snapshot.files));
    format!("{date}, {files}, {} ({})", locale.size(snapshot.bytes_total), state_words(locale, snapshot))
}

/// Numbers of the offered entries and paths, mixed; empty for everything.
fn ask_what(
    asker: &mut Asker<'_>,
    locale: &Locale,
    entries: &[EntryView],
    to_snapshot: &mut dyn FnMut(&Path) -> Result<String>,
) -> Result<Vec<String>> {
    let t = locale.texts();
    asker.title(t.ask_what);
    for (number, entry) in (1_usize..).zip(entries.iter().take(ENTRIES_SHOWN)) {
        asker.tell(&format!("  {number:>3}  {}", entry.path));
    }
    if let Some(more) = entries.len().checked_sub(ENTRIES_SHOWN).filter(|more| *more > 0) {
        asker.tell(&format!("       {}", fill(t.ask_what_more, &[("n", &locale.count(more as u64))])));
    }
    let answer = asker.line(">")?;
    let words = answer.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| match word.parse::<usize>().ok().and_then(|number| entries.get(number.checked_sub(1)?)) {
            Some(entry) => Ok(entry.path.clone()),
            None => to_snapshot(Path::new(word)),
        })
        .collect()
}

fn ask_where(asker: &mut Asker<'_>, locale: &Locale) -> Result<RestoreTarget> {
    let t = locale.texts();
    let choices = [t.ask_where_folder.to_owned(), t.ask_where_place.to_owned()];
    if asker.choice(t.ask_where, &choices, 0)? == 1 {
        return Ok(RestoreTarget::InPlace);
    }
    loop {
        let folder = asker.line(t.ask_folder)?;
        if !folder.is_empty() {
            return Ok(RestoreTarget::Folder { path: paths::absolute(Path::new(&folder))? });
        }
        asker.tell(t.ask_again);
    }
}

fn ask_existing(asker: &mut Asker<'_>, locale: &Locale) -> Result<Existing> {
    let t = locale.texts();
    let choices = [t.ask_existing_missing, t.ask_existing_replace, t.ask_existing_both].map(str::to_owned);
    let kinds = [Existing::Missing, Existing::Replace, Existing::KeepBoth];
    Ok(kinds[asker.choice(t.ask_existing, &choices, 0)?])
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_api::types::Error;
    use resguardo_words::Language;

    use super::*;
    use crate::output::tests::on_paper;

    fn with<T>(answers: &str, ask: impl FnOnce(&mut Asker<'_>, &Locale) -> T) -> (T, String) {
        let (mut out, _, err) = on_paper(false);
        let locale = Locale::at(Language::English, TimeZone::UTC);
        let mut answers = answers.as_bytes();
        let result = ask(&mut Asker::new(&mut answers, &mut out, &locale), &locale);
        (result, err.text())
    }

    fn entry(path: &str) -> EntryView {
        serde_json::from_value(serde_json::json!({
            "path": path, "type": "folder", "size": 0, "mtime": null, "mode": 0
        }))
        .unwrap()
    }

    #[test]
    fn what_is_chosen_by_number_and_by_path() {
        let entries = [entry("files/Documents"), entry("files/Photos")];
        let ask = |answer: &str| {
            with(answer, |asker, locale| {
                ask_what(asker, locale, &entries, &mut |path| match path.to_str() {
                    Some(path) if path.starts_with("files") => Ok(path.to_owned()),
                    _ => Err(Error::not_found("entry", path.display())),
                })
            })
            .0
        };
        assert_eq!(ask("\n").unwrap(), [] as [&str; 0]);
        assert_eq!(ask("2, files/Documents/a.txt\n").unwrap(), ["files/Photos", "files/Documents/a.txt"]);
        assert!(ask("9\n").is_err());
    }

    #[test]
    fn the_safe_answers_are_the_empty_ones() {
        let (target, text) = with("\n\n/tmp/back\n", ask_where);
        assert_eq!(target.unwrap(), RestoreTarget::Folder { path: "/tmp/back".to_owned() });
        assert!(text.contains("That is not one of the choices."));
        assert_eq!(with("\n", ask_existing).0.unwrap(), Existing::Missing);
        assert_eq!(with("2\n", ask_where).0.unwrap(), RestoreTarget::InPlace);
    }
}
