//! A restore looked at file by file before it is done: what is there now, what comes back, page by page. The spots of the last look
//! are kept for a while, so that a page does not read all files again.

use std::sync::{Arc, PoisonError};

use jiff::SignedDuration;
use resguardo_catalog::SnapshotRow;
use resguardo_domain::{Error, Reading, Result, SnapshotId, SourceConfig};

use super::lines::Deed;
use super::mapping::{Mapping, Root};
use super::plan::{Spot, Survey};
use crate::Engine;
use crate::browse::moment;
use crate::requests::{FileFacts, RestoreDeed, RestoreEntries, RestoreEntry, RestoreRequest};

/// Spots that are kept.
pub(super) const MOST_SPOTS: usize = 500_000;
/// Rows of one page.
const MOST_ROWS: u64 = 1000;
/// So long a look is good for: pages join, and agree with the counts that were told with them.
const FRESH: SignedDuration = SignedDuration::from_mins(30);

/// The spots of a look.
pub(crate) struct Previewed {
    request: RestoreRequest,
    snapshot: SnapshotId,
    at: Reading,
    spots: Arc<Vec<Spot>>,
    cut: bool,
}

impl Engine {
    /// What a restore would do to each file and link, with what is there now and what comes back.
    ///
    /// # Errors
    /// As [`Engine::plan_restore`]; [`resguardo_domain::Kind::InvalidInput`] with the field `limit`.
    pub fn restore_entries(
        &self,
        request: &RestoreRequest,
        offset: u64,
        limit: u64,
        only: Option<RestoreDeed>,
    ) -> Result<RestoreEntries> {
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(Error::invalid("limit", limit, "expected 1 to 1000").fact("limit", MOST_ROWS));
        }
        let row = self.select(&request.snapshot)?;
        let (spots, cut) = match self.fresh_spots(request, &row) {
            Some(spots) => spots,
            None => {
                self.plan_restore(request)?;
                self.fresh_spots(request, &row).unwrap_or_default()
            }
        };
        let mapping = Mapping::new(&self.cx.fresh(), &row.manifest, &request.target)?;
        let wanted = || spots.iter().filter(|spot| only.is_none_or(|only| deed_of(spot.deed) == only));
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let page = wanted().skip(skipped).take(usize::try_from(limit).unwrap_or(usize::MAX));
        let rows = page.map(|spot| entry(spot, &mapping.roots)).collect::<Result<_>>()?;
        Ok(RestoreEntries { total: wanted().count() as u64, cut, rows })
    }

    /// Keeps the spots of a look for the pages that are asked for next.
    pub(super) fn remember_spots(
        &self,
        request: &RestoreRequest,
        snapshot: &SnapshotId,
        survey: &mut Survey,
    ) {
        let spots = Arc::new(std::mem::take(&mut survey.spots));
        let cut = survey.wanted() > spots.len() as u64;
        let (request, snapshot, at) = (request.clone(), snapshot.clone(), self.cx.reading());
        let previewed = Previewed { request, snapshot, at, spots, cut };
        *self.previewed.lock().unwrap_or_else(PoisonError::into_inner) = Some(previewed);
    }

    fn fresh_spots(&self, request: &RestoreRequest, row: &SnapshotRow) -> Option<(Arc<Vec<Spot>>, bool)> {
        let now = self.cx.reading();
        let kept = self.previewed.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref()?;
        let age = now.steady.checked_sub(kept.at.steady)?;
        let is_fresh = now.boot == kept.at.boot && !age.is_negative() && age < FRESH;
        let is_it = kept.request == *request && kept.snapshot == row.manifest.id;
        (is_fresh && is_it).then(|| (Arc::clone(&kept.spots), kept.cut))
    }
}

fn entry(spot: &Spot, roots: &[Root]) -> Result<RestoreEntry> {
    let root = roots.get(spot.root).ok_or_else(|| Error::internal("look at a restore's folder"))?;
    let there = spot.origin.as_ref().unwrap_or(&spot.place);
    let found = match &root.target {
        Some(target) if !matches!(spot.deed, Deed::Create | Deed::Folder) => target.kind_of(there)?,
        _ => None,
    };
    Ok(RestoreEntry {
        path: spot.path.to_string(),
        target: root.folder.join(SourceConfig::decode_path(spot.place.as_str())).display().to_string(),
        deed: deed_of(spot.deed),
        now: found.map(|found| FileFacts { size: found.size, mtime: moment(found.mtime_ns) }),
        back: FileFacts { size: spot.size, mtime: moment(spot.mtime_ns) },
    })
}

fn deed_of(deed: Deed) -> RestoreDeed {
    match deed {
        Deed::Create | Deed::Folder => RestoreDeed::Create,
        Deed::Replace | Deed::Exchange => RestoreDeed::Replace,
        Deed::Same => RestoreDeed::Same,
        Deed::Skip => RestoreDeed::Skip,
        Deed::Rename => RestoreDeed::Rename,
    }
}
