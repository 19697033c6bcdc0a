//! Healing: a sound copy at one destination takes the place of a damaged one at another.

use resguardo_archive::manifest_to_bytes;
use resguardo_catalog::{CopyState, SnapshotRow};
use resguardo_domain::{
    Context, Digest, Manifest, ObjectKey, PartInfo, Plan, Result, SnapshotId, VerifyLevel, without_secrets,
};
use sha2::{Digest as _, Sha256};

use crate::destinations::Place;
use crate::requests::{SyncReport, Waiting};
use crate::verify::is_damage;
use crate::{Engine, names};

impl Engine {
    /// Puts the copy at a destination right. Returns the name of the destination whose copy was taken; `None` when there is no
    /// sound one, or nothing to heal any more.
    ///
    /// What is damaged is removed first; a run that is cut off there finds the copy lost still. Then it counts as waiting, so that
    /// one that is cut off later is finished by the next sending.
    pub(crate) fn heal(&self, cx: &Context, id: &SnapshotId, place: &Place) -> Result<Option<String>> {
        let Some(row) = self.catalog.snapshot(id)? else { return Ok(None) };
        let _lock = self.plan_lock(cx, &row.manifest.plan)?;
        let (row, plan) = (self.catalog.snapshot(id)?, self.catalog.plan(&row.manifest.plan)?);
        match (row, plan) {
            (Some(row), Some(plan)) => self.heal_copy(cx, &plan, &row, place),
            _ => Ok(None),
        }
    }

    /// Puts every copy of a plan right that is known to be damaged, for whoever has the plan's lock. What can't be healed now is
    /// told with its reason, unless it is only that no other destination has it.
    pub(crate) fn heal_plan(&self, cx: &Context, plan: &Plan, report: &mut SyncReport) -> Result<()> {
        let (rows, places) = (self.catalog.snapshots(Some(&plan.id))?, self.places_of(plan)?);
        for row in &rows {
            for place in &places {
                let (name, destination) = (row.manifest.name.clone(), place.name.clone());
                match self.heal_copy(cx, plan, row, place) {
                    Ok(Some(_)) => report.sent.push((name, destination)),
                    Ok(None) => {}
                    Err(error) if error.is_cancelled() => return Err(error),
                    Err(error) => {
                        let error = without_secrets(error);
                        report.waiting.push(Waiting { name, destination, error });
                    }
                }
            }
        }
        self.mark_damage(cx, &rows)
    }

    fn heal_copy(
        &self,
        cx: &Context,
        plan: &Plan,
        row: &SnapshotRow,
        place: &Place,
    ) -> Result<Option<String>> {
        let id = &row.manifest.id;
        if !plan.destinations.contains(&place.id) || row.copy_at(&place.id) != Some(CopyState::Lost) {
            return Ok(None);
        }
        let Some(sound) = self.sound_copy(cx, row)? else { return Ok(None) };
        remove_damaged(cx, &row.manifest, place)?;
        self.catalog.set_copy(cx, id, &place.id, CopyState::Waiting)?;
        self.publish_at(cx, &row.manifest, place)?;
        Ok(Some(sound.name))
    }

    /// A destination whose copy was read back just now.
    fn sound_copy(&self, cx: &Context, row: &SnapshotRow) -> Result<Option<Place>> {
        for place in self.places()? {
            if !row.is_at(&place.id) {
                continue;
            }
            match self.prove(cx, row, &place, VerifyLevel::Checked) {
                Ok(()) => {
                    let at = cx.now();
                    self.catalog.set_verified(cx, &row.manifest.id, &place.id, VerifyLevel::Checked, at)?;
                    return Ok(Some(place));
                }
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) if is_damage(error.kind) => {
                    self.catalog.set_copy(cx, &row.manifest.id, &place.id, CopyState::Lost)?;
                }
                Err(_) => {}
            }
        }
        Ok(None)
    }
}

/// Read at once.
const STEP: u64 = 8 << 20;

/// Removes every object of an archive that is not what was written; before any part the manifest, so that the archive does not
/// count meanwhile.
fn remove_damaged(cx: &Context, manifest: &Manifest, place: &Place) -> Result<()> {
    place.adapter.check(cx)?;
    let mut damaged = Vec::new();
    for (key, part) in names::part_keys(manifest)?.into_iter().zip(&manifest.parts) {
        if !is_sound(cx, place, &key, part)? {
            damaged.push(key);
        }
    }
    let key = names::manifest_key(manifest)?;
    if !damaged.is_empty() || !has_manifest(cx, place, manifest, &key)? {
        damaged.insert(0, key);
    }
    damaged.iter().try_for_each(|key| place.adapter.delete(cx, key))
}

fn has_manifest(cx: &Context, place: &Place, manifest: &Manifest, key: &ObjectKey) -> Result<bool> {
    let bytes = manifest_to_bytes(manifest)?;
    let size = place.adapter.head(cx, key)?.map(|info| info.size);
    Ok(size == Some(bytes.len() as u64) && place.adapter.get(cx, key, None)? == bytes)
}

fn is_sound(cx: &Context, place: &Place, key: &ObjectKey, part: &PartInfo) -> Result<bool> {
    if place.adapter.head(cx, key)?.map(|info| info.size) != Some(part.size) {
        return Ok(false);
    }
    let (mut sha, mut at) = (Sha256::new(), 0);
    while at < part.size {
        cx.check()?;
        let count = STEP.min(part.size - at);
        sha.update(place.adapter.get(cx, key, Some((at, count)))?);
        at += count;
    }
    Ok(Digest(sha.finalize().into()) == part.sha256)
}
