//! The tables that a person reads.

use std::fmt::Write;

use crate::corpus::Subject;
use crate::results::Results;
use crate::rounds::subjects;
use crate::tools::Step;

/// One table for each corpus, with the ratios to restic.
pub(crate) fn tables(results: &Results) -> String {
    let mut text = String::new();
    let scale = results.scale;
    let _ = writeln!(
        text,
        "{}, {}, scale {scale}, {} rounds (medians)\n",
        results.date, results.machine, results.rounds
    );
    for program in &results.programs {
        let note = if program.encrypts { " (encrypts)" } else { "" };
        let _ = writeln!(text, "- {}: {}{note}", program.name, program.version);
    }
    for subject in subjects(results) {
        one(&mut text, results, subject);
    }
    text
}

fn one(text: &mut String, results: &Results, subject: Subject) {
    let _ = write!(
        text,
        "\n**{}**\n\n| tool | step | wall s | cpu s | peak MB | stored MB | added MB | foreign cpu s | wall/restic \
         | bytes/restic | check |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
        subject.name()
    );
    for program in &results.programs {
        for step in Step::ALL {
            let Some(row) = results.median(subject, &program.name, step) else {
                failed(text, results, subject, &program.name, step);
                continue;
            };
            let measured = row.measured;
            let wall = results.wall_ratio(subject, step, (&program.name, "restic"));
            let restic = results.median(subject, "restic", step);
            let writes = matches!(step, Step::Full | Step::Changed);
            let bytes = restic.filter(|_| writes).map(|restic| ratio(row.added, restic.added));
            let _ = writeln!(
                text,
                "| {} | {} | {:.2} | {:.2} | {:.0} | {:.1} | {:.1} | {} | {} | {} | {} |",
                program.name,
                step.name(),
                measured.wall,
                measured.cpu,
                megabytes(measured.peak),
                megabytes(row.stored),
                megabytes(row.added),
                measured.foreign.map_or_else(|| "?".to_owned(), |seconds| format!("{seconds:.1}")),
                optional(wall),
                optional(bytes),
                row.check
            );
        }
    }
}

fn failed(text: &mut String, results: &Results, subject: Subject, tool: &str, step: Step) {
    if let Some(row) = results.all(subject, tool, step).next() {
        let reason: String = row.check.chars().take(120).map(|c| if c == '\n' { ' ' } else { c }).collect();
        let _ = writeln!(text, "| {tool} | {} | failed: {reason} |", step.name());
    }
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.3}"))
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

pub(crate) fn ratio(one: u64, other: u64) -> f64 {
    megabytes(one) / megabytes(other).max(1e-9)
}
