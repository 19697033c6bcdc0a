//! Measures the walk: `walk FOLDER [THREADS]` prints how many entries a second are found when nobody does anything with them.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use resguardo_domain::{
    Batch, Clock, Collector, Context, FolderFilter, Issue, Random, Source, SourceConfig, SourceSpec,
};
use resguardo_sources::FolderSource;

struct System;

impl Clock for System {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

impl Random for System {
    fn bits(&self) -> u64 {
        jiff::Timestamp::now().as_nanosecond() as u64
    }
}

#[derive(Default)]
struct Counter {
    entries: AtomicU64,
    issues: AtomicU64,
}

impl Collector for Counter {
    fn batch(&self, _: &Context, batch: Batch) -> resguardo_domain::Result<()> {
        self.entries.fetch_add(batch.entries.len() as u64, Relaxed);
        Ok(())
    }

    fn issue(&self, _: Issue) {
        self.issues.fetch_add(1, Relaxed);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().ok_or("which folder?")?);
    let threads = words.next().map_or(Ok(2), |text| text.parse())?;
    let filter = FolderFilter::default();
    let config = SourceConfig::Folder { path: SourceConfig::encode_path(&folder), filter: filter.clone() };
    let spec =
        SourceSpec { id: resguardo_domain::SourceId::from_random(1), label: "walk".to_owned(), config };
    let source = FolderSource::new(&spec, folder, &filter, Vec::new(), std::env::temp_dir(), threads)?;
    let cx = Context::new(Arc::new(System), Arc::new(System));
    for _ in 0..5 {
        let counter = Counter::default();
        let start = Instant::now();
        source.capture(&cx, &counter)?;
        let seconds = start.elapsed().as_secs_f64();
        let (entries, issues) = (counter.entries.into_inner(), counter.issues.into_inner());
        let speed = entries as f64 / seconds;
        writeln!(
            std::io::stdout(),
            "{entries} entries, {issues} issues, {seconds:.2} s, {speed:.0} a second"
        )?;
    }
    Ok(())
}
