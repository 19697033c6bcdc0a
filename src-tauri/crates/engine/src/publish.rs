//! Sending: each destination gets the parts, then the manifest, which is what makes the archive count there. One failing
//! destination never fails the others.

use std::path::PathBuf;

use resguardo_archive::{RESTORE_PY, manifest_to_bytes, parse_manifest, readme};
use resguardo_catalog::{CopyState, SnapshotRow, UploadRow, UploadState};
use resguardo_domain::{
    ArchiveName, Context, Error, FileBody, Kind, Manifest, ObjectKey, Phase, Plan, Result, Session,
    SnapshotId, VerifyLevel, without_secrets,
};

use crate::back_up::remove_if_empty;
use crate::destinations::Place;
use crate::operations::Outcome;
use crate::requests::{SyncReport, UploadView, Waiting};
use crate::{Engine, names};

/// On whose word an archive is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Somebody asked for it now.
    Asked,
    /// The scheduler does it: hours, battery and metered networks may hold it.
    ByRules,
}

/// What became of an archive at its destinations.
#[derive(Default)]
pub(crate) struct Published {
    pub(crate) present: Vec<String>,
    pub(crate) waiting: Vec<Waiting>,
    /// Destinations for which the owner's rules hold it now.
    pub(crate) held: Vec<String>,
    /// The first failure that is more than an absent drive.
    pub(crate) failure: Option<Error>,
}

impl Engine {
    /// Sends a snapshot to every destination of its plan. The one on whose disk it was prepared comes last: there it is moved.
    pub(crate) fn publish(
        &self,
        cx: &Context,
        manifest: &Manifest,
        plan: &Plan,
        sending: Sending,
    ) -> Result<Published> {
        let mut places = self.places_of(plan)?;
        for place in &places {
            let known =
                self.catalog.copies(&manifest.id)?.into_iter().find(|copy| copy.destination == place.id);
            if known.is_none() {
                self.catalog.set_copy(cx, &manifest.id, &place.id, CopyState::Waiting)?;
            }
        }
        let staged_at = self.staged_at(cx, &manifest.id, &places);
        places.sort_by_key(|place| staged_at.as_ref() == Some(&place.name));
        let mut published = Published::default();
        for place in places {
            if sending == Sending::ByRules && self.upload_hold(plan, &place, manifest.created_at)?.is_some() {
                published.held.push(place.name);
                continue;
            }
            match self.publish_at(cx, manifest, &place) {
                Ok(()) => published.present.push(place.name),
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => {
                    let error = without_secrets(error);
                    let (name, destination) = (manifest.name.clone(), place.name.clone());
                    let named = if error.get("destination").is_some() {
                        error.clone()
                    } else {
                        error.clone().fact("destination", &destination)
                    };
                    published.waiting.push(Waiting { name, destination, error: named });
                    if error.kind != Kind::DestinationAbsent {
                        published.failure.get_or_insert(error);
                    }
                }
            }
        }
        self.clear_staging(cx, &manifest.id, plan)?;
        Ok(published)
    }

    pub(crate) fn publish_at(&self, cx: &Context, manifest: &Manifest, place: &Place) -> Result<()> {
        let copies = self.catalog.copies(&manifest.id)?;
        if copies.iter().any(|copy| copy.destination == place.id && copy.state != CopyState::Waiting) {
            return Ok(());
        }
        cx.progress().enter(Phase::Publish, 0, manifest.bytes_stored());
        cx.progress().current(&place.name);
        place.adapter.check(cx)?;
        for (number, part) in (1..).zip(&manifest.parts) {
            let key = names::part_key(manifest, number)?;
            let path = self.local_part(cx, manifest, number)?;
            let body = FileBody { path, size: part.size, sha256: part.sha256 };
            self.upload(cx, manifest, place, &key, &body)?;
        }
        let bytes = manifest_to_bytes(manifest)?;
        self.put_companions(cx, manifest, place)?;
        place.adapter.put(cx, &names::manifest_key(manifest)?, &bytes)?;
        // The archive is there and counts: nothing from here on may be lost to a cancellation.
        let cx = &self.cx.fresh();
        self.catalog.set_copy(cx, &manifest.id, &place.id, CopyState::Present)?;
        self.catalog.set_verified(cx, &manifest.id, &place.id, VerifyLevel::Checked, cx.now())?;
        self.catalog.remove_uploads(cx, &manifest.id, &place.id)
    }

    fn upload(
        &self,
        cx: &Context,
        manifest: &Manifest,
        place: &Place,
        key: &ObjectKey,
        body: &FileBody,
    ) -> Result<()> {
        let known = self.catalog.uploads(&manifest.id)?;
        let known = known.into_iter().find(|row| row.destination == place.id && row.object == *key);
        let mut row = known.unwrap_or_else(|| {
            UploadRow::new(manifest.id.clone(), place.id.clone(), key.clone(), body.size, body.sha256)
        });
        row.attempts += 1;
        row.state = UploadState::Sending;
        self.catalog.save_upload(cx, &row)?;
        let session = std::mem::take(&mut row.session);
        let mut told = session.acknowledged;
        let mut acknowledged = |session: &Session| {
            cx.progress().advance(0, session.acknowledged.saturating_sub(told));
            told = session.acknowledged;
            self.catalog.set_session(cx, &manifest.id, &place.id, key, session)
        };
        let sent = place.adapter.upload(cx, key, body, session, &mut acknowledged);
        if let Err(error) = &sent {
            row.session = Session { acknowledged: told, token: None };
            row.state = UploadState::Waiting;
            row.last_error = Some(without_secrets(error.clone()));
            self.catalog.save_upload(&self.cx.fresh(), &row)?;
        }
        sent
    }

    /// The text for people and the script, beside the archives of every plan; and this computer's configuration.
    fn put_companions(&self, cx: &Context, manifest: &Manifest, place: &Place) -> Result<()> {
        let folder = names::plan_folder(&manifest.computer.name, &manifest.plan_name);
        let text = readme(&manifest.plan_name, &manifest.computer.name, None);
        for (name, text) in [("LEEME-README.txt", text.as_str()), ("restore.py", RESTORE_PY)] {
            let key = ObjectKey::new(format!("{folder}/{name}"))?;
            put_if_other(cx, place, &key, text.as_bytes())?;
        }
        let config = serde_json::to_vec_pretty(&self.export_config()?)
            .map_err(|cause| Error::internal("write the configuration").because(cause))?;
        put_if_other(cx, place, &names::config_key(&manifest.computer.name)?, &config)
    }

    /// A file of this computer that holds a part: in staging, or at a destination that is a folder.
    fn local_part(&self, cx: &Context, manifest: &Manifest, number: u32) -> Result<PathBuf> {
        let part = manifest
            .parts
            .get(number as usize - 1)
            .ok_or_else(|| Error::internal("send a part that is not there"))?;
        let key = names::part_key(manifest, number)?;
        let copies = self.catalog.copies(&manifest.id)?;
        let (mut paths, mut doubtful) = (vec![self.home_staging(&manifest.id).join(&part.name)], Vec::new());
        for place in self.places()? {
            if let Ok(Some(staging)) = place.adapter.staging(cx) {
                paths.push(staging.join(manifest.id.as_str()).join(&part.name));
            }
            let known = copies.iter().find(|copy| copy.destination == place.id).map(|copy| copy.state);
            match known {
                Some(CopyState::Present) => paths.extend(place.adapter.local_path(&key)),
                // A move that was interrupted before its row was written.
                Some(CopyState::Waiting) | None => doubtful.extend(place.adapter.local_path(&key)),
                Some(CopyState::Lost | CopyState::Deleted) => {}
            }
        }
        paths.append(&mut doubtful);
        let found = paths
            .into_iter()
            .find(|path| std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() == part.size));
        found.ok_or_else(|| {
            Error::new(Kind::DestinationAbsent, "find the archive to send")
                .fact("archive", &manifest.name)
                .because("no copy can be read now")
        })
    }

    /// The destination on whose disk a snapshot was prepared.
    fn staged_at(&self, cx: &Context, id: &SnapshotId, places: &[Place]) -> Option<String> {
        let staged = |place: &&Place| {
            place.adapter.staging(cx).ok().flatten().is_some_and(|staging| staging.join(id.as_str()).is_dir())
        };
        places.iter().find(staged).map(|place| place.name.clone())
    }

    /// Removes what is left in staging once every destination has the archive, or once another copy can be read: only the
    /// last copy of an archive waits at home.
    pub(crate) fn clear_staging(&self, cx: &Context, id: &SnapshotId, plan: &Plan) -> Result<()> {
        let copies = self.catalog.copies(id)?;
        let present = copies.iter().any(|copy| copy.state == CopyState::Present);
        let all = copies.iter().all(|copy| copy.state == CopyState::Present);
        for place in self.places_of(plan)? {
            if let (true, Ok(Some(staging))) = (present, place.adapter.staging(cx)) {
                remove_staged(&staging.join(id.as_str()));
                remove_if_empty(Some(&staging));
            }
        }
        if present && (all || copies.iter().all(|copy| copy.state != CopyState::Waiting)) {
            remove_staged(&self.home_staging(id));
        }
        Ok(())
    }

    /// Sends what waits, of one plan or of all.
    pub(crate) fn sync(&self, cx: &Context, plan: Option<&str>, sending: Sending) -> Result<Outcome> {
        let plans = match plan {
            Some(name) => vec![self.plan(name)?],
            None => self.catalog.plans()?,
        };
        let mut report = SyncReport::default();
        let (mut failure, mut brought) = (None, Vec::new());
        for plan in plans {
            let sent = report.sent.len();
            let _lock = self.plan_lock(cx, &plan.id)?;
            if sending == Sending::Asked {
                self.heal_plan(cx, &plan, &mut report)?;
            }
            for row in self.pending(&plan)? {
                let before = self.present_names(&row)?;
                let published = self.publish(cx, &row.manifest, &plan, sending)?;
                let name = &row.manifest.name;
                let fresh = published.present.into_iter().filter(|place| !before.contains(place));
                report.sent.extend(fresh.map(|place| (name.clone(), place)));
                report.waiting.extend(published.waiting);
                failure = failure.or(published.failure);
            }
            if report.sent.len() > sent {
                brought.push(plan);
            }
        }
        let issues = self.tell_after_sending(cx, &brought, sending)?;
        match failure {
            Some(error) => Err(error),
            None => Ok(Outcome { issues, with_issues: !report.waiting.is_empty(), ..Outcome::of(&report)? }),
        }
    }

    fn present_names(&self, row: &SnapshotRow) -> Result<Vec<String>> {
        let places = self.places()?;
        let present = row.copies.iter().filter(|copy| copy.state == CopyState::Present);
        Ok(present
            .filter_map(|copy| Some(places.iter().find(|p| p.id == copy.destination)?.name.clone()))
            .collect())
    }

    /// Snapshots of a plan that a destination of it does not have yet, oldest first.
    pub(crate) fn pending(&self, plan: &Plan) -> Result<Vec<SnapshotRow>> {
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        let waits = |row: &SnapshotRow| {
            row.copies
                .iter()
                .any(|copy| copy.state == CopyState::Waiting && plan.destinations.contains(&copy.destination))
        };
        Ok(rows.into_iter().filter(waits).collect())
    }

    /// Before a run: what earlier runs could not send or delete is done, as far as it can be now. Failures wait for the next time;
    /// the run's own sending will tell them.
    pub(crate) fn finish_pending(&self, cx: &Context, plan: &Plan, sending: Sending) -> Result<()> {
        self.resume_staged(cx, plan, sending)?;
        if let Err(error) = self.finish_deletions(cx, &plan.id)
            && error.is_cancelled()
        {
            return Err(error);
        }
        for row in self.pending(plan)? {
            match self.publish(cx, &row.manifest, plan, sending) {
                Err(error) if error.is_cancelled() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Archives on their way or waiting.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn uploads(&self) -> Result<Vec<UploadView>> {
        let places = self.places()?;
        let mut views = Vec::new();
        for row in self.catalog.snapshots(None)? {
            for copy in row.copies.iter().filter(|copy| copy.state == CopyState::Waiting) {
                let uploads = self.catalog.uploads(&row.manifest.id)?;
                let uploads: Vec<_> =
                    uploads.into_iter().filter(|upload| upload.destination == copy.destination).collect();
                let last = uploads.iter().filter_map(|upload| upload.last_error.as_ref()).next_back();
                views.push(UploadView {
                    snapshot: row.manifest.id.clone(),
                    name: row.manifest.name.clone(),
                    destination: places
                        .iter()
                        .find(|p| p.id == copy.destination)
                        .map_or_else(String::new, |p| p.name.clone()),
                    sent: uploads.iter().map(|upload| upload.session.acknowledged).sum(),
                    size: row.manifest.bytes_stored(),
                    error: last.cloned(),
                });
            }
        }
        Ok(views)
    }

    /// Finishes snapshots whose archive was sealed when the program died, and removes what never came so far.
    pub(crate) fn resume_staged(&self, cx: &Context, plan: &Plan, sending: Sending) -> Result<()> {
        let mut folders = vec![self.home.staging()];
        for place in self.places_of(plan)? {
            folders.extend(place.adapter.staging(cx).ok().flatten());
        }
        for folder in folders {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
                let id = entry.file_name().to_str().and_then(SnapshotId::parse);
                if let Some(id) = id {
                    self.resume_one(cx, plan, &id, &entry.path(), sending)?;
                }
            }
            remove_if_empty(Some(&folder));
        }
        Ok(())
    }

    /// A staged folder without a manifest belongs to a run that died (this plan's lock is ours), if the operation that made
    /// it was of this plan; one with a manifest is a snapshot that the catalog may not know yet.
    fn resume_one(
        &self,
        cx: &Context,
        plan: &Plan,
        id: &SnapshotId,
        folder: &std::path::Path,
        sending: Sending,
    ) -> Result<()> {
        let known = self.catalog.snapshot(id)?;
        if let Some(row) = known {
            if row.manifest.plan != plan.id {
                return Ok(());
            }
            // Taken into the catalog by a run that died before it could say where the archive must go.
            let unsent = row.deleted_at.is_none() && row.copies.is_empty();
            return if unsent {
                self.publish(cx, &row.manifest, plan, sending).map(drop)
            } else {
                self.clear_staging(cx, id, plan)
            };
        }
        let Some(bytes) = staged_manifest(folder) else {
            if self.belongs_to_dead_run(plan, id)? {
                remove_staged(folder);
            }
            return Ok(());
        };
        let Ok(manifest) = parse_manifest(&bytes) else {
            return Ok(());
        };
        if manifest.plan != plan.id || manifest.id != *id {
            return Ok(());
        }
        self.take_in(cx, folder, &manifest, resguardo_archive::manifest_digest(&bytes))?;
        self.publish(cx, &manifest, plan, sending).map(drop)
    }

    fn belongs_to_dead_run(&self, plan: &Plan, id: &SnapshotId) -> Result<bool> {
        let filter = resguardo_catalog::OperationFilter { plan: Some(plan.id.clone()), limit: None };
        let operations = self.catalog.operations(&filter)?;
        let mut of_it =
            operations.iter().filter(|operation| operation.snapshot.as_ref() == Some(id)).peekable();
        Ok(of_it.peek().is_some() && of_it.all(|operation| operation.state.is_final()))
    }
}

/// The manifest in a staged folder: what makes the archive in it count.
pub(crate) fn staged_manifest(folder: &std::path::Path) -> Option<Vec<u8>> {
    let entries = std::fs::read_dir(folder).ok()?;
    let manifest = entries.flatten().find(|entry| {
        entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.ends_with("_manifest.json") && name.starts_with("backup_"))
    })?;
    std::fs::read(manifest.path()).ok()
}

/// Removes a snapshot's staging folder: the archive's own files by their names, then the folder.
fn remove_staged(folder: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("backup_")
                && ArchiveName::parse(name.split('.').next().unwrap_or_default()).is_ok()
        });
        if ours {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    let _ = std::fs::remove_dir(folder);
}

fn put_if_other(cx: &Context, place: &Place, key: &ObjectKey, bytes: &[u8]) -> Result<()> {
    let size = place.adapter.head(cx, key)?.map(|info| info.size);
    if size == Some(bytes.len() as u64) && place.adapter.get(cx, key, None)? == bytes {
        return Ok(());
    }
    place.adapter.put(cx, key, bytes)
}
