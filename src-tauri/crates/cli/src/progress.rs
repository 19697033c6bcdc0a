//! Progress while an operation runs: one line drawn over itself on a terminal, a few plain lines elsewhere.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use resguardo_api::types::{Phase, Sample};

use crate::locale::Locale;
use crate::output::Output;
use resguardo_words::fill;

/// Plain lines come at a new phase and at most this often.
const PLAIN_EVERY: Duration = Duration::from_secs(10);
/// The speed is the mean over this long.
const WINDOW: Duration = Duration::from_secs(10);
/// A time left is not told before this much is known.
const SETTLED: Duration = Duration::from_secs(3);

/// The progress of one operation.
#[derive(Debug)]
pub(crate) struct Progress {
    line: Option<ProgressBar>,
    quiet: bool,
    pace: Pace,
    told: Option<Instant>,
}

impl Progress {
    /// Fit for where the run's stderr goes.
    pub(crate) fn new(out: &Output) -> Self {
        let line = (out.is_terminal() && !out.quiet).then(|| {
            let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            // A template without placeholders of its own can't be refused; the default would do as well.
            line.set_style(
                ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            line
        });
        Self { line, quiet: out.quiet, pace: Pace::default(), told: None }
    }

    /// Shows a sample.
    pub(crate) fn show(&mut self, sample: &Sample, out: &mut Output, locale: &Locale) {
        if self.quiet {
            return;
        }
        let now = Instant::now();
        let is_new = self.pace.add(now, sample);
        let text = line(sample, &self.pace, locale);
        if let Some(line) = &self.line {
            line.set_message(text);
        } else if is_new || self.told.is_none_or(|told| now.duration_since(told) >= PLAIN_EVERY) {
            self.told = Some(now);
            out.tell(&text);
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

/// Bytes over time in the present phase.
#[derive(Debug, Default)]
struct Pace {
    phase: Option<Phase>,
    points: VecDeque<(Instant, u64)>,
    began: Option<Instant>,
}

impl Pace {
    /// Takes a sample; says whether its phase is a new one.
    fn add(&mut self, now: Instant, sample: &Sample) -> bool {
        let is_new = self.phase != Some(sample.phase);
        if is_new {
            *self = Self { phase: Some(sample.phase), points: VecDeque::new(), began: Some(now) };
        }
        self.points.push_back((now, sample.bytes));
        while self.points.len() > 2
            && self.points.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.points.pop_front();
        }
        is_new
    }

    /// Bytes in a second.
    fn speed(&self) -> Option<u64> {
        let ((first, before), (last, after)) = (self.points.front()?, self.points.back()?);
        let millis =
            u64::try_from(last.duration_since(*first).as_millis()).ok().filter(|millis| *millis > 0)?;
        Some(after.saturating_sub(*before).saturating_mul(1000) / millis).filter(|speed| *speed > 0)
    }

    /// Seconds left, when the total is known and the speed has settled.
    fn left(&self, sample: &Sample) -> Option<u64> {
        let (last, _) = self.points.back()?;
        let settled = last.duration_since(self.began?) >= SETTLED;
        let missing =
            sample.total_bytes.checked_sub(sample.bytes).filter(|missing| *missing > 0 && settled)?;
        Some(missing / self.speed()?)
    }
}

/// `Backing up: 1,284 of 5,000 files, 3.2 GB of 37.6 GB, 120 MB per second, about 2 minutes left`.
fn line(sample: &Sample, pace: &Pace, locale: &Locale) -> String {
    let t = locale.texts();
    let of = |done: String, total: Option<String>| match total {
        Some(total) => fill(t.progress_of, &[("done", &done), ("total", &total)]),
        None => done,
    };
    let mut parts = Vec::new();
    // Totals are what the backup before had: once they are passed, they say nothing.
    let knows_entries = sample.total_entries >= sample.entries && sample.total_entries > 0;
    let knows_bytes = sample.total_bytes >= sample.bytes && sample.total_bytes > 0;
    if knows_entries {
        parts.push(of(locale.count(sample.entries), Some(locale.files(sample.total_entries))));
    } else if sample.entries > 0 {
        parts.push(locale.files(sample.entries));
    }
    if sample.bytes > 0 || sample.total_bytes > 0 {
        let total = knows_bytes.then(|| locale.size(sample.total_bytes));
        parts.push(of(locale.size(sample.bytes), total));
    }
    if let Some(speed) = pace.speed() {
        parts.push(fill(t.progress_speed, &[("size", &locale.size(speed))]));
    }
    if let Some(left) = pace.left(sample) {
        parts.push(fill(t.progress_left, &[("time", &locale.about(left))]));
    }
    let phase = locale.phase(sample.phase);
    if parts.is_empty() { format!("{phase}…") } else { format!("{phase}: {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_words::Language;

    use super::*;
    use crate::output::tests::on_paper;

    fn sample(phase: Phase, entries: u64, bytes: u64) -> Sample {
        Sample {
            phase,
            entries,
            bytes,
            total_entries: 5_000,
            total_bytes: 40_000_000_000,
            issues: 0,
            current: String::new(),
        }
    }

    #[test]
    fn the_line_tells_phase_files_bytes_speed_and_time_left() {
        let mut pace = Pace::default();
        let start = Instant::now();
        for second in 0..=5 {
            let at = start + Duration::from_secs(second);
            pace.add(at, &sample(Phase::Archive, 1_284, second * 200_000_000));
        }
        let now = sample(Phase::Archive, 1_284, 1_000_000_000);
        let text = |language| line(&now, &pace, &Locale::at(language, TimeZone::UTC));
        assert_eq!(
            text(Language::English),
            "Backing up: 1,284 of 5,000 files, 1.0 GB of 40.0 GB, 200 MB per second, about 3 minutes left"
        );
        assert_eq!(
            text(Language::Spanish),
            "Copiando: 1.284 de 5.000 archivos, 1,0 GB de 40,0 GB, 200 MB por segundo, faltan unos 3 minutos"
        );
    }

    #[test]
    fn a_total_that_was_passed_is_not_told() {
        let now = Sample { total_entries: 2, total_bytes: 9, ..sample(Phase::Archive, 5, 700_000_000) };
        let text = line(&now, &Pace::default(), &Locale::at(Language::Spanish, TimeZone::UTC));
        assert_eq!(text, "Copiando: 5 archivos, 700 MB");
    }

    #[test]
    fn without_a_terminal_a_phase_is_told_once() {
        let (mut out, _, err) = on_paper(false);
        let locale = Locale::at(Language::English, TimeZone::UTC);
        let mut progress = Progress::new(&out);
        for phase in [Phase::Prepare, Phase::Archive, Phase::Archive, Phase::Archive, Phase::Publish] {
            let sample = Sample { total_entries: 0, total_bytes: 0, ..sample(phase, 0, 0) };
            progress.show(&sample, &mut out, &locale);
        }
        assert_eq!(err.text(), "Preparing…\nBacking up…\nSending to the destination…\n");
    }

    #[test]
    fn quiet_tells_nothing() {
        let (mut out, _, err) = on_paper(false);
        out.quiet = true;
        let mut progress = Progress::new(&out);
        progress.show(&sample(Phase::Archive, 1, 1), &mut out, &Locale::at(Language::English, TimeZone::UTC));
        assert_eq!(err.text(), "");
    }
}
