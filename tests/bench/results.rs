//! The figures: one row for each program, step and round; medians; the file they are kept in.

use std::path::Path;

use serde::Serialize;

use crate::Outcome;
use crate::corpus::Subject;
use crate::measure::Measured;
use crate::tools::Step;

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) round: u32,
    pub(crate) corpus: &'static str,
    pub(crate) tool: String,
    pub(crate) step: &'static str,
    #[serde(flatten)]
    pub(crate) measured: Measured,
    /// Bytes at the destination after the step.
    pub(crate) stored: u64,
    /// Bytes that the step added there.
    pub(crate) added: u64,
    /// `ok`, `-` where nothing was to check, or what is wrong.
    pub(crate) check: String,
}

/// A program that was asked for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) encrypts: bool,
}

/// Everything measured in one run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Results {
    pub(crate) date: String,
    pub(crate) machine: String,
    pub(crate) scale: f64,
    pub(crate) rounds: u32,
    pub(crate) programs: Vec<Program>,
    pub(crate) rows: Vec<Row>,
}

impl Results {
    /// The medians of a program's step; `None` when it was not measured or always failed.
    pub(crate) fn median(&self, subject: Subject, tool: &str, step: Step) -> Option<Row> {
        let all: Vec<&Row> = self.all(subject, tool, step).filter(|row| row.measured.succeeded).collect();
        let mut row = (*all.first()?).clone();
        let of = |value: fn(&Row) -> f64| middle(all.iter().map(|row| value(row)).collect());
        row.measured.wall = of(|row| row.measured.wall);
        row.measured.cpu = of(|row| row.measured.cpu);
        row.measured.foreign = row.measured.foreign.map(|_| of(|row| row.measured.foreign.unwrap_or(0.0)));
        row.measured.peak = middle_of(all.iter().map(|row| row.measured.peak).collect());
        row.stored = middle_of(all.iter().map(|row| row.stored).collect());
        row.added = middle_of(all.iter().map(|row| row.added).collect());
        if let Some(bad) = all.iter().find(|row| !matches!(row.check.as_str(), "ok" | "-")) {
            row.check.clone_from(&bad.check);
        }
        Some(row)
    }

    /// A step's measurements, round by round.
    pub(crate) fn all(&self, subject: Subject, tool: &str, step: Step) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(move |row| row.corpus == subject.name() && row.tool == tool && row.step == step.name())
    }

    /// How a program's wall compares with another's: the median of the ratios of each round.
    pub(crate) fn wall_ratio(&self, subject: Subject, step: Step, tools: (&str, &str)) -> Option<f64> {
        let ratios = self.all(subject, tools.0, step).filter_map(|row| {
            let other = self.all(subject, tools.1, step).find(|other| other.round == row.round)?;
            let both = row.measured.succeeded && other.measured.succeeded;
            both.then_some(row.measured.wall / other.measured.wall)
        });
        let ratios: Vec<f64> = ratios.collect();
        (!ratios.is_empty()).then(|| middle(ratios))
    }

    /// Writes everything down as JSON.
    pub(crate) fn keep(&self, file: &Path) -> Outcome {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, serde_json::to_vec_pretty(self)?)?)
    }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() % 2 {
        0 => f64::midpoint(values[half - 1], values[half]),
        _ => values[half],
    }
}

fn middle_of(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}
