//! Where archives are: opens the archive of a generation wherever a whole copy can be read, the nearest first.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_archive::{FileParts, PartReader};
use resguardo_catalog::SnapshotRow;
use resguardo_domain::{Context, Destination, Error, Kind, ObjectKey, PlanId, Result, SnapshotId};

use crate::destinations::Place;
use crate::{Engine, names};

/// An archive that can be read.
pub(crate) struct OpenArchive {
    pub(crate) row: SnapshotRow,
    pub(crate) parts: Box<dyn PartReader>,
}

/// The archives of one plan, opened when they are needed and kept open.
pub(crate) struct Shelf<'e> {
    engine: &'e Engine,
    rows: HashMap<u64, SnapshotRow>,
    places: Vec<Place>,
    /// An archive that waits in this computer's staging folder will do.
    may_be_staged: bool,
    open: Mutex<HashMap<u64, Arc<OpenArchive>>>,
}

impl Engine {
    /// The archives of a plan.
    pub(crate) fn shelf(&self, plan: &PlanId) -> Result<Shelf<'_>> {
        let rows = self.catalog.snapshots(Some(plan))?;
        let rows = rows.into_iter().map(|row| (row.manifest.generation, row)).collect();
        let (places, open) = (self.places()?, Mutex::default());
        Ok(Shelf { engine: self, rows, places, may_be_staged: true, open })
    }

    /// The archives of a plan as one destination has them.
    pub(crate) fn shelf_at(&self, plan: &PlanId, place: &Place) -> Result<Shelf<'_>> {
        Ok(Shelf { places: vec![place.clone()], may_be_staged: false, ..self.shelf(plan)? })
    }

    /// The folder where a snapshot's archive is prepared when no destination has one.
    pub(crate) fn home_staging(&self, snapshot: &SnapshotId) -> PathBuf {
        self.home.staging().join(snapshot.as_str())
    }
}

impl Shelf<'_> {
    /// Opens the archive of a generation when a copy of it can be read without a network.
    pub(crate) fn open_nearby(&self, cx: &Context, generation: u64) -> Option<Arc<dyn PartReader>> {
        let row = self.rows.get(&generation)?;
        let key = names::part_keys(&row.manifest).ok()?.into_iter().next()?;
        let has = self.places.iter().filter(|place| row.is_at(&place.id));
        let near = has.filter(|place| place.adapter.local_path(&key).is_some());
        near.filter_map(|place| open_at(cx, place, row).ok()).map(Arc::from).next()
    }

    /// Opens the archive of a generation.
    ///
    /// # Errors
    /// [`Kind::ChainBroken`] when no copy of it can be had, with the last reason as its cause.
    pub(crate) fn open(&self, cx: &Context, generation: u64) -> Result<Arc<OpenArchive>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(archive) = open.get(&generation) {
            return Ok(Arc::clone(archive));
        }
        let row = self.rows.get(&generation).ok_or_else(|| {
            Error::new(Kind::ChainBroken, "open the archive")
                .fact("generation", generation)
                .because("it is not in the catalog")
        })?;
        let parts = self.find(cx, row)?;
        let archive = Arc::new(OpenArchive { row: row.clone(), parts });
        open.insert(generation, Arc::clone(&archive));
        Ok(archive)
    }

    fn find(&self, cx: &Context, row: &SnapshotRow) -> Result<Box<dyn PartReader>> {
        let mut reason = Error::new(Kind::ChainBroken, "open the archive").because("no destination has it");
        for place in self.places.iter().filter(|place| row.is_at(&place.id)) {
            match open_at(cx, place, row) {
                Ok(parts) => return Ok(parts),
                Err(error) => reason = error,
            }
        }
        let staged = self.engine.home_staging(&row.manifest.id);
        let staged: Vec<PathBuf> = row.manifest.parts.iter().map(|part| staged.join(&part.name)).collect();
        if self.may_be_staged && staged.iter().all(|path| path.is_file()) {
            return Ok(Box::new(FileParts::open(&staged)?));
        }
        let kind =
            if reason.kind == Kind::DestinationAbsent { Kind::DestinationAbsent } else { Kind::ChainBroken };
        Err(reason.with_kind(kind).fact("archive", &row.manifest.name))
    }
}

/// Opens the copy of an archive at one destination. Sizes are compared, bytes are not.
pub(crate) fn open_at(cx: &Context, place: &Place, row: &SnapshotRow) -> Result<Box<dyn PartReader>> {
    place.adapter.limits(cx)?;
    let keys = names::part_keys(&row.manifest)?;
    for (key, part) in keys.iter().zip(&row.manifest.parts) {
        let size = place.adapter.head(cx, key)?.map(|info| info.size);
        if size != Some(part.size) {
            let why = size.map_or_else(
                || "it is missing".to_owned(),
                |size| format!("it has {size} bytes instead of {}", part.size),
            );
            return Err(Error::new(Kind::ArchiveDamaged, "open the archive").fact("path", key).because(why));
        }
    }
    let paths: Option<Vec<PathBuf>> = keys.iter().map(|key| place.adapter.local_path(key)).collect();
    match paths {
        Some(paths) => Ok(Box::new(FileParts::open(&paths)?)),
        None => Ok(Box::new(RemoteParts { adapter: Arc::clone(&place.adapter), keys })),
    }
}

/// Parts that are read by ranges over a network.
struct RemoteParts {
    adapter: Arc<dyn Destination>,
    keys: Vec<ObjectKey>,
}

impl PartReader for RemoteParts {
    fn read_exact_at(&self, cx: &Context, part: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let key = self.keys.get((part as usize).wrapping_sub(1));
        let key = key.ok_or_else(|| {
            Error::new(Kind::ArchiveDamaged, "read the archive").because("there is no such part")
        })?;
        let bytes = self.adapter.get(cx, key, Some((offset, buffer.len() as u64)))?;
        buffer.copy_from_slice(&bytes);
        Ok(())
    }
}
