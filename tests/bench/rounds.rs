//! The order of the work: corpora one after the other; in each round every program in turn, before and after the change.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::corpus::{Corpus, Subject};
use crate::measure::{self, Measured};
use crate::options::Options;
use crate::results::{Program, Results, Row};
use crate::tools::{self, Place, Step, Tool};
use crate::{Outcome, check, failure, report};

/// Below the folder of all: everything of one round.
const WORK: &str = "work";

/// Linux's ext4 looks over the numbers of files deleted in the last minute each time it makes a new one: a restore
/// right after many files were deleted takes several times as long.
const DELETED_RECENTLY: Duration = Duration::from_secs(65);

/// Measures everything that was asked for.
pub(crate) fn run(options: &Options) -> Outcome<Results> {
    let temporary = match options.dir {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("resguardo-bench-").tempdir()?),
    };
    let dir = options.dir.as_deref().or(temporary.as_ref().map(|folder| folder.path()));
    let dir = dir.ok_or_else(|| failure("no folder to work in"))?;
    fs::create_dir_all(dir)?;
    let mut results = Results {
        date: jiff::Timestamp::now().to_string(),
        machine: machine(),
        scale: options.scale,
        rounds: options.rounds,
        ..Results::default()
    };
    let tools = installed(options, &mut results)?;
    for subject in &options.corpora {
        let corpus = Corpus::ready(dir, *subject, options.scale)?;
        for round in 1..=options.rounds {
            let mut work = Work { dir, corpus: &corpus, round, results: &mut results };
            let done = work.round(&tools, &options.steps_of(*subject));
            corpus.put_back()?;
            done?;
            fs::remove_dir_all(dir.join(WORK))?;
            let last = (round, Some(subject)) == (options.rounds, options.corpora.last());
            if !last && options.scale > 0.2 {
                std::thread::sleep(DELETED_RECENTLY);
            }
        }
    }
    Ok(results)
}

fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {}", model.map_or("an unknown processor", |(_, name)| name.trim()))
}

fn installed(options: &Options, results: &mut Results) -> Outcome<Vec<Box<dyn Tool>>> {
    let mut found = Vec::new();
    for tool in tools::all() {
        let name = tool.name();
        if !options.wants(&name) {
            continue;
        }
        let Some(version) = tool.version() else {
            report(&format!("{name}: not installed"));
            continue;
        };
        report(&format!("{name}: {version}{}", if tool.encrypted() { ", encrypts" } else { "" }));
        results.programs.push(Program { name, version, encrypts: tool.encrypted() });
        found.push(tool);
    }
    if found.is_empty() {
        return Err(failure("none of these programs is known and installed"));
    }
    Ok(found)
}

struct Work<'a> {
    dir: &'a Path,
    corpus: &'a Corpus,
    round: u32,
    results: &'a mut Results,
}

impl Work<'_> {
    fn round(&mut self, tools: &[Box<dyn Tool>], steps: &[Step]) -> Outcome {
        check::warm(&self.corpus.data())?;
        let changes = steps.contains(&Step::Changed);
        // A program that fails once is left out of the round: a repository half made says nothing.
        let mut alive: Vec<(&dyn Tool, Place)> = Vec::new();
        for tool in tools {
            let place = self.place(tool.name().as_str())?;
            if let Err(error) = tool.prepare(&place) {
                report(&format!("{}: {error}", tool.name()));
                continue;
            }
            let now =
                |step: &&Step| !changes || !tool.keeps_versions() || matches!(step, Step::Full | Step::None);
            let first: Vec<Step> = steps.iter().filter(now).copied().collect();
            // What comes later needs a first backup, asked for or not.
            let first = if first.contains(&Step::Full) { first } else { [vec![Step::Full], first].concat() };
            if self.steps(tool.as_ref(), &place, &first)? && changes && tool.keeps_versions() {
                alive.push((tool.as_ref(), place));
            }
        }
        if changes && !alive.is_empty() {
            report(&format!("{}: changing the corpus", self.corpus.subject.name()));
            self.corpus.change()?;
            let later = |step: &&Step| !matches!(step, Step::Full | Step::None);
            let second: Vec<Step> = steps.iter().filter(later).copied().collect();
            for (tool, place) in alive {
                self.steps(tool, &place, &second)?;
            }
        }
        Ok(())
    }

    fn place(&self, tool: &str) -> Outcome<Place> {
        let root = self.dir.join(WORK).join(self.corpus.subject.name()).join(tool);
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        let place = Place {
            data: self.corpus.data(),
            database: self.corpus.database(),
            one: self.corpus.one(),
            store: root.join("store"),
            own: root.join("own"),
            out: root.join("out"),
        };
        [&place.store, &place.own, &place.out].into_iter().try_for_each(fs::create_dir_all)?;
        Ok(place)
    }

    /// Measures steps one after the other; false when one failed.
    fn steps(&mut self, tool: &dyn Tool, place: &Place, steps: &[Step]) -> Outcome<bool> {
        for step in steps {
            let Some(command) = tool.command(*step, place) else { continue };
            let before = check::bytes_below(&place.store)?;
            settle();
            let done = measure::run(&command, &place.own.join("run"));
            let stored = check::bytes_below(&place.store)?;
            let (measured, check) = match done {
                Ok(measured) => (measured, checked(tool, *step, place)?),
                Err(error) => (Measured::default(), error.to_string()),
            };
            let row = Row {
                round: self.round,
                corpus: self.corpus.subject.name(),
                tool: tool.name(),
                step: step.name(),
                measured,
                stored,
                added: stored.saturating_sub(before),
                check,
            };
            say(&row);
            let succeeded = row.measured.succeeded;
            self.results.rows.push(row);
            if !succeeded {
                return Ok(false);
            }
            // Deleted with everything else at the end of the round, so that no step follows a deletion.
            fs::rename(&place.out, place.own.join(format!("out-{}", step.name())))?;
            fs::create_dir_all(&place.out)?;
        }
        Ok(true)
    }
}

/// Lets the disk finish what others wrote.
fn settle() {
    if cfg!(unix) {
        let _ = Command::new("sync").status();
    }
}

fn checked(tool: &dyn Tool, step: Step, place: &Place) -> Outcome<String> {
    let differences = match step {
        Step::Full | Step::None | Step::Changed => return Ok("-".to_owned()),
        Step::Restore => check::differences(&place.data, &tool.restored(place))?,
        Step::One => check::differences(&place.data.join(&place.one), &tool.restored_one(place))?,
    };
    Ok(if differences == 0 { "ok".to_owned() } else { format!("{differences} differ") })
}

fn say(row: &Row) {
    let measured = &row.measured;
    let (peak, added) = (measured.peak / 1_000_000, row.added / 1000);
    let foreign = measured.foreign.unwrap_or(0.0);
    report(&format!(
        "{} {} {}: {:.2} s, cpu {:.2} s, {peak} MB, +{added} kB, foreign {foreign:.1} s, {}",
        row.corpus, row.tool, row.step, measured.wall, measured.cpu, row.check
    ));
}

/// Corpora in the order of the results.
pub(crate) fn subjects(results: &Results) -> Vec<Subject> {
    let measured = |subject: &Subject| results.rows.iter().any(|row| row.corpus == subject.name());
    Subject::ALL.into_iter().filter(measured).collect()
}
