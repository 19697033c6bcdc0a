//! The change guard at work: takes the measure of every source while it is captured, and judges it by the runs before.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use resguardo_archive::Watch;
use resguardo_catalog::{Known, SnapshotRow};
use resguardo_domain::{
    Baseline, ChangeTally, ChangeVerdict, Class, Digest, EntryPath, FlagState, Look, Manifest, Measure,
    Record, Result, SourceChanges, SourceId, SourceSummary, judge_change,
};

use super::Order;
use crate::Engine;

/// What a file was in the snapshot before.
struct Before {
    digest: Option<Digest>,
    look: Look,
}

struct State {
    tallies: Vec<ChangeTally>,
    /// Files on their way through the archive that were there before.
    on_the_way: HashMap<EntryPath, Before>,
}

/// Takes the measure of a run: told by the collector what there was, by the archive what there is.
pub(super) struct Guard {
    /// Where each source is in the snapshot.
    sources: Vec<EntryPath>,
    /// Nothing was before.
    is_first: bool,
    state: Mutex<State>,
}

impl Guard {
    pub(super) fn new(sources: Vec<EntryPath>, is_first: bool) -> Self {
        let tallies = vec![ChangeTally::default(); sources.len()];
        Self { sources, is_first, state: Mutex::new(State { tallies, on_the_way: HashMap::new() }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source_of(&self, path: &EntryPath) -> Option<usize> {
        self.sources.iter().position(|source| path.is_within(source))
    }

    /// A file that is as it was and is not read.
    pub(super) fn unchanged(&self, folder: &EntryPath, known: &Known) {
        // A source that is one file is found by that file's own path.
        let source = self.source_of(folder).or_else(|| self.source_of(&folder.join_safe(&known.name)));
        if let Some(source) = source {
            self.state().tallies[source].unchanged(known.size);
        }
    }

    /// A file that was there before and goes to the archive now.
    pub(super) fn announce(&self, path: &EntryPath, known: &Known) {
        let before = Before { digest: known.digest, look: known.look };
        self.state().on_the_way.insert(path.clone(), before);
    }

    /// A file that is gone.
    pub(super) fn removed(&self, path: &EntryPath, known: &Known) {
        if let Some(source) = self.source_of(path) {
            self.state().tallies[source].removed(path.as_str(), known.look);
        }
    }

    /// The measure of each source, once the archive is sealed.
    pub(super) fn finish(&self) -> Vec<Measure> {
        std::mem::take(&mut self.state().tallies).into_iter().map(ChangeTally::finish).collect()
    }
}

impl Watch for Guard {
    fn passed(&self, record: &Record) {
        let Some(source) = self.source_of(&record.path).filter(|_| record.tag == 'f') else { return };
        let mut state = self.state();
        let before = state.on_the_way.remove(&record.path);
        let tally = &mut state.tallies[source];
        match before {
            None if self.is_first => tally.first(record.path.as_str(), record.size),
            None => tally.added(record.path.as_str(), record.size, Look::from_number(record.look)),
            Some(before) if before.digest == record.digest => tally.unchanged(record.size),
            Some(before) => tally.changed(record.size, &before.look, &Look::from_number(record.look)),
        }
    }
}

impl Engine {
    /// Judges what a run measured and notes the findings with the sources.
    pub(super) fn judge(&self, order: &Order, manifest: &mut Manifest, measures: &[Measure]) -> Result<()> {
        let mut rows = self.catalog.deleted_snapshots(&order.plan.id)?;
        rows.extend(self.catalog.snapshots(Some(&order.plan.id))?);
        rows.retain(|row| row.manifest.class != Class::Safety);
        rows.sort_by_key(|row| row.manifest.generation);
        for (source, measure) in manifest.sources.iter_mut().zip(measures) {
            let measure = Measure { rows: source.rows.clone(), ..measure.clone() };
            source.findings = judge_change(&baseline(&rows, &source.id), &measure).findings;
            let Measure { added, changed, removed, .. } = measure;
            source.changes = Some(SourceChanges { added, changed, removed });
        }
        Ok(())
    }
}

/// What is remembered of a source's runs: the manifests have it, also after everything else was lost.
fn baseline(rows: &[SnapshotRow], source: &SourceId) -> Baseline {
    let mut baseline = Baseline::default();
    for row in rows {
        let Some(source) = row.manifest.sources.iter().find(|one| one.id == *source) else { continue };
        let verdict = ChangeVerdict { findings: source.findings.clone() };
        baseline.learn(&measure_of(source), &verdict, row.flag == Some(FlagState::Accepted));
    }
    baseline
}

fn measure_of(source: &SourceSummary) -> Measure {
    let SourceChanges { added, changed, removed } = source.changes.unwrap_or_default();
    let (files, bytes, rows) = (source.files, source.bytes, source.rows.clone());
    Measure { files, bytes, rows, added, changed, removed, ..Measure::default() }
}
