//! What the next archive builds on: the parent, its chain, and the contents that need not be stored again.

use std::sync::{Mutex, OnceLock};

use resguardo_archive::Known;
use resguardo_catalog::{ContentIndex, SnapshotRow, View};
use resguardo_domain::{
    ArchiveKind, ChainFacts, ChainLimits, ChainLink, Class, Digest, Plan, Reference, Result, SnapshotId,
    next_kind,
};

use super::link_name;
use crate::Engine;

/// Archives after which everything is read again, whatever the stamps say.
const REREAD_EVERY: usize = 30;

/// The parent of an archive that is not a full.
pub(crate) struct Base {
    pub(crate) row: SnapshotRow,
    /// The parent's chain and the parent.
    pub(crate) chain: Vec<ChainLink>,
    /// Files modified from this moment on (ns since 1970) may have changed without a trace: they are read again.
    pub(crate) racy_from_ns: i64,
    /// Whether every file is read again this time.
    pub(crate) reread: bool,
}

impl Engine {
    /// Chooses the kind of the next archive and what it builds on.
    pub(super) fn base(
        &self,
        plan: &Plan,
        rows: &[SnapshotRow],
        asked: Option<ArchiveKind>,
        now: jiff::Timestamp,
    ) -> Result<(ArchiveKind, Option<Base>)> {
        let newest = rows
            .iter()
            .filter(|row| row.manifest.class != Class::Safety)
            .max_by_key(|row| row.manifest.generation);
        let Some(newest) = newest else { return Ok((ArchiveKind::Full, None)) };
        let chain = self.chain_facts(plan, rows, newest, now);
        let kind = next_kind(asked, Some(chain), ChainLimits::default());
        let parent = match kind {
            ArchiveKind::Full => return Ok((kind, None)),
            ArchiveKind::Incremental => Some(newest),
            ArchiveKind::Differential => {
                let full = newest.manifest.chain.first().map_or(&newest.manifest.id, |link| &link.id);
                rows.iter().find(|row| row.manifest.id == *full)
            }
        };
        let Some(parent) = parent else { return Ok((ArchiveKind::Full, None)) };
        let mut links = parent.manifest.chain.clone();
        links.push(ChainLink {
            generation: parent.manifest.generation,
            id: parent.manifest.id.clone(),
            name: link_name(&parent.manifest),
        });
        let racy_from = parent.manifest.created_at.as_nanosecond() - 2_000_000_000;
        let reread = links.len() % REREAD_EVERY == 0;
        let racy_from_ns = i64::try_from(racy_from).unwrap_or(i64::MIN);
        Ok((kind, Some(Base { row: parent.clone(), chain: links, racy_from_ns, reread })))
    }

    fn chain_facts(
        &self,
        plan: &Plan,
        rows: &[SnapshotRow],
        newest: &SnapshotRow,
        now: jiff::Timestamp,
    ) -> ChainFacts {
        let row = |id: &SnapshotId| rows.iter().find(|row| row.manifest.id == *id);
        let links: Vec<Option<&SnapshotRow>> =
            newest.manifest.chain.iter().map(|link| row(&link.id)).chain([Some(newest)]).collect();
        let whole: Vec<&SnapshotRow> = links.iter().flatten().copied().collect();
        let full = whole.first().copied().unwrap_or(newest);
        // A renamed plan has another folder: its chain links would lead nowhere for whoever restores by hand.
        let intact = whole.len() == links.len()
            && whole
                .iter()
                .all(|row| row.manifest.plan_name == plan.name && !row.damaged && self.has_copy(row))
            && whole.iter().all(|row| row.manifest.computer.name == self.computer.name);
        ChainFacts {
            age_days: now.duration_since(full.manifest.created_at).as_secs().div_euclid(86_400),
            length: u32::try_from(links.len() - 1).unwrap_or(u32::MAX),
            full_bytes: full.manifest.bytes_stored(),
            increment_bytes: whole.iter().skip(1).map(|row| row.manifest.bytes_stored()).sum(),
            intact,
        }
    }

    /// Whether a copy is known somewhere, here while it waits included.
    fn has_copy(&self, row: &SnapshotRow) -> bool {
        row.is_anywhere() || self.home_staging(&row.manifest.id).is_dir()
    }
}

/// The contents of the parent, read when the first new file asks for them.
pub(super) struct Contents {
    view: Mutex<Option<View>>,
    index: OnceLock<Option<Mutex<ContentIndex>>>,
}

impl Contents {
    pub(super) fn new(view: Result<View>) -> Self {
        Self { view: Mutex::new(view.ok()), index: OnceLock::new() }
    }

    /// The index; without one (the catalog could not be read) nothing is recognised and everything is stored, which is
    /// never wrong.
    fn index(&self) -> Option<std::sync::MutexGuard<'_, ContentIndex>> {
        let build = || {
            let view = self.view.lock().ok()?.take()?;
            view.content_index().ok().map(Mutex::new)
        };
        self.index.get_or_init(build).as_ref()?.lock().ok()
    }
}

impl Known for Contents {
    fn has_size(&self, size: u64) -> bool {
        self.index().is_some_and(|index| index.has_size(size))
    }

    fn find(&self, size: u64, digest: &Digest) -> Option<Reference> {
        self.index()?.find(size, digest).ok().flatten()
    }
}
