//! How much a backup would copy: the same walk, only counted, and broken off when time is up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use jiff::SignedDuration;
use resguardo_domain::{Batch, Collector, Context, EntryKind, Error, Issue, IssueKind, Result, Source};

/// What a walk counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Files and links.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Whether all of it was seen.
    pub complete: bool,
}

struct Counter {
    until: SignedDuration,
    files: AtomicU64,
    bytes: AtomicU64,
    late: AtomicBool,
    missed: AtomicBool,
}

impl Collector for Counter {
    fn batch(&self, cx: &Context, batch: Batch) -> Result<()> {
        for entry in &batch.entries {
            if matches!(entry.kind, EntryKind::File | EntryKind::Symlink { .. }) {
                self.files.fetch_add(1, Relaxed);
                self.bytes.fetch_add(entry.size, Relaxed);
            }
        }
        if cx.reading().steady >= self.until {
            self.late.store(true, Relaxed);
            return Err(Error::cancelled());
        }
        Ok(())
    }

    fn issue(&self, issue: Issue) {
        let unseen = matches!(issue.kind, IssueKind::PermissionDenied | IssueKind::Unreadable);
        self.missed.fetch_or(unseen, Relaxed);
    }
}

/// Counts what a source would give a backup. Looks no longer than so much time, or one folder longer.
///
/// # Errors
/// What opening the source says; [`resguardo_domain::Kind::Cancelled`] when somebody asked to stop.
pub fn measure(cx: &Context, source: &dyn Source, budget: SignedDuration) -> Result<Measured> {
    let until = cx.reading().steady.saturating_add(budget);
    let (files, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let (late, missed) = (AtomicBool::new(false), AtomicBool::new(false));
    let counter = Counter { until, files, bytes, late, missed };
    let walked = source.capture(cx, &counter);
    let late = counter.late.into_inner();
    let whole = match walked {
        Ok(report) => report.unlisted.is_empty(),
        Err(error) if error.is_cancelled() && late => false,
        Err(error) => return Err(error),
    };
    let complete = whole && !late && !counter.missed.into_inner();
    Ok(Measured { files: counter.files.into_inner(), bytes: counter.bytes.into_inner(), complete })
}
