//! What the change guard found odd, in words with figures.

use resguardo_api::types::{ChangeFinding, FlagState, OddSource, SnapshotView};

use crate::locale::{Locale, short};
use resguardo_words::fill;

/// One line for each finding: the source, what is odd, and its figures.
pub(crate) fn findings(locale: &Locale, odd: &[OddSource]) -> Vec<String> {
    let line = |source: &OddSource, finding| format!("{}: {}", source.label, words(locale, finding));
    odd.iter().flat_map(|source| source.findings.iter().map(move |finding| line(source, finding))).collect()
}

/// What is to be told beside a snapshot: the findings, and while nobody decided, what to do.
pub(crate) fn lines(locale: &Locale, snapshot: &SnapshotView) -> Vec<String> {
    let mut lines = findings(locale, &snapshot.odd);
    if snapshot.flag == Some(FlagState::Open) {
        lines.push(decide(locale, snapshot.id.as_str()));
    }
    lines
}

/// How to decide about a flagged snapshot.
pub(crate) fn decide(locale: &Locale, id: &str) -> String {
    fill(locale.texts().odd_decide, &[("id", short(id))])
}

fn words(locale: &Locale, finding: &ChangeFinding) -> String {
    let t = locale.texts();
    let count = |number: &u64| locale.count(*number);
    match finding {
        ChangeFinding::FilesGone { before, after } => {
            fill(t.odd_files, &[("before", &count(before)), ("after", &count(after))])
        }
        ChangeFinding::BytesGone { before, after } => {
            fill(t.odd_bytes, &[("before", &locale.size(*before)), ("after", &locale.size(*after))])
        }
        ChangeFinding::RowsGone { table, before, after } => {
            fill(t.odd_rows, &[("table", table), ("before", &count(before)), ("after", &count(after))])
        }
        ChangeFinding::Unreadable { changed_percent, unreadable_percent } => fill(
            t.odd_unreadable,
            &[("changed", &changed_percent.to_string()), ("unreadable", &unreadable_percent.to_string())],
        ),
        ChangeFinding::RansomNames { files } => fill(t.odd_names, &[("n", &count(files))]),
        ChangeFinding::RansomNote { name } => fill(t.odd_note, &[("name", name)]),
    }
}
