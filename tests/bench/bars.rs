//! The bars that the project set itself, and which of them this run reached.

use std::fmt::Write;

use crate::corpus::Subject;
use crate::results::Results;
use crate::table::{megabytes, ratio};
use crate::tools::Step;

const FAST: &str = "resguardo-fast";
const NORMAL: &str = "resguardo-normal";

const THREE: [Subject; 3] = [Subject::Office, Subject::Source, Subject::Db];

struct Bar {
    text: String,
    value: Option<f64>,
    limit: f64,
}

/// A list of bars with what was measured: reached, not reached, or not measured.
pub(crate) fn judged(results: &Results) -> String {
    let mut text = String::from("\n**Bars**\n\n| bar | limit | measured | |\n|---|---|---|---|\n");
    let bars = Judge(results);
    let all = [bars.full(), bars.again(), bars.changed(), bars.back(), bars.memory()].concat_bars();
    for bar in all {
        let verdict = match bar.value {
            None => "not measured",
            Some(value) if value <= bar.limit => "reached",
            Some(_) => "NOT reached",
        };
        let value = bar.value.map_or_else(String::new, |value| format!("{value:.2}"));
        let _ = writeln!(text, "| {} | {:.2} | {value} | {verdict} |", bar.text, bar.limit);
    }
    if results.scale < 1.0 {
        text.push_str("\nBars in seconds and megabytes are meant for scale 1.\n");
    }
    text
}

trait Concat {
    fn concat_bars(self) -> Vec<Bar>;
}

impl<const N: usize> Concat for [Vec<Bar>; N] {
    fn concat_bars(self) -> Vec<Bar> {
        self.into_iter().flatten().collect()
    }
}

struct Judge<'a>(&'a Results);

impl Judge<'_> {
    fn wall(&self, subject: Subject, tool: &str, step: Step) -> Option<f64> {
        Some(self.0.median(subject, tool, step)?.measured.wall)
    }

    fn added(&self, subject: Subject, tool: &str, step: Step) -> Option<u64> {
        Some(self.0.median(subject, tool, step)?.added)
    }

    /// Other backup programs, or all others.
    fn peers(&self, archivers: bool) -> impl Iterator<Item = &str> {
        let names = self.0.programs.iter().map(|program| program.name.as_str());
        names.filter(move |name| {
            !name.starts_with("resguardo") && (archivers || !matches!(*name, "zip" | "7z"))
        })
    }

    fn best_wall(&self, subject: Subject, step: Step) -> Option<f64> {
        self.peers(true).filter_map(|peer| self.wall(subject, peer, step)).min_by(f64::total_cmp)
    }

    fn against(&self, subject: Subject, tool: &str, peer: &str, limit: f64) -> Bar {
        let text = format!("first full, {tool}, {}: wall / {peer}", subject.name());
        Bar { text, value: self.0.wall_ratio(subject, Step::Full, (tool, peer)), limit }
    }

    fn bytes(&self, subject: Subject, tool: &str, limit: f64) -> Bar {
        let ours = self.added(subject, tool, Step::Full);
        let restic = self.added(subject, "restic", Step::Full);
        let value = ours.zip(restic).map(|(ours, restic)| ratio(ours, restic));
        Bar { text: format!("first full, {tool}, {}: bytes / restic", subject.name()), value, limit }
    }

    fn full(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for subject in THREE {
            bars.push(self.against(subject, FAST, "restic", 0.3));
            bars.push(self.against(subject, FAST, "bupstash", 0.5));
            bars.push(self.bytes(subject, FAST, 1.15));
        }
        for subject in THREE {
            bars.push(self.against(subject, NORMAL, "restic", 0.6));
            bars.push(self.bytes(subject, NORMAL, if subject == Subject::Db { 1.11 } else { 1.05 }));
        }
        let ours = self.wall(Subject::Office, NORMAL, Step::Full);
        let value = ours.zip(self.best_wall(Subject::Office, Step::Full)).map(|(ours, best)| ours / best);
        let text = "first full, resguardo-normal, office: wall / fastest other".to_owned();
        bars.push(Bar { text, value, limit: 1.0 });
        for tool in [FAST, NORMAL] {
            let text = format!("a million files, first, {tool}: seconds");
            bars.push(Bar { text, value: self.wall(Subject::Many, tool, Step::Full), limit: 12.0 });
        }
        bars
    }

    fn again(&self) -> Vec<Bar> {
        let bar = |(subject, limit): (Subject, f64)| {
            let text = format!("nothing changed, {}: seconds", subject.name());
            Bar { text, value: self.wall(subject, NORMAL, Step::None), limit }
        };
        [(Subject::Source, 0.5), (Subject::Many, 3.0)].into_iter().map(bar).collect()
    }

    fn changed(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for subject in [Subject::Office, Subject::Source] {
            let ours = self.wall(subject, NORMAL, Step::Changed);
            let value = ours.zip(self.best_wall(subject, Step::Changed)).map(|(ours, best)| ours / best);
            let text = format!("1 % changed, {}: wall / fastest other", subject.name());
            bars.push(Bar { text, value, limit: 1.0 });
            let ours = self.added(subject, NORMAL, Step::Changed);
            let best = self.peers(false).filter_map(|peer| self.added(subject, peer, Step::Changed)).min();
            let value = ours.zip(best).map(|(ours, best)| ratio(ours, best));
            let text = format!("1 % changed, {}: bytes / smallest other", subject.name());
            bars.push(Bar { text, value, limit: 1.0 });
        }
        let value = self.added(Subject::Db, NORMAL, Step::Changed).map(megabytes);
        bars.push(Bar { text: "1 % of rows changed, db: MB (pages)".to_owned(), value, limit: 90.0 });
        bars.push(Bar { text: "1 % of rows changed, db: MB (inside pages)".to_owned(), value, limit: 25.0 });
        let value = self.0.wall_ratio(Subject::Db, Step::Changed, (NORMAL, "restic"));
        bars.push(Bar { text: "1 % of rows changed, db: wall / restic".to_owned(), value, limit: 0.5 });
        bars
    }

    fn back(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for subject in THREE {
            let ours = self.wall(subject, NORMAL, Step::Restore);
            let value = ours.zip(self.best_wall(subject, Step::Restore)).map(|(ours, best)| ours / best);
            let text = format!("full restore, {}: wall / fastest other", subject.name());
            bars.push(Bar { text, value, limit: 0.7 });
        }
        for subject in [Subject::Office, Subject::Source, Subject::Many] {
            let text = format!("one file, {}: seconds", subject.name());
            bars.push(Bar { text, value: self.wall(subject, NORMAL, Step::One), limit: 0.1 });
        }
        bars
    }

    fn memory(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for (subject, limit) in [(Subject::Source, 150.0), (Subject::Many, 250.0)] {
            for step in [Step::Full, Step::None] {
                let row = self.0.median(subject, NORMAL, step);
                let value = row.map(|row| megabytes(row.measured.peak));
                let text = format!("peak memory, {}, {}: MB", subject.name(), step.name());
                bars.push(Bar { text, value, limit });
            }
        }
        bars
    }
}
