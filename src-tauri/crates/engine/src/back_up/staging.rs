//! Where an archive is prepared: on the destination's own file system when it can be, so that nothing is copied twice.

use std::path::{Path, PathBuf};
use std::{fs, io};

use resguardo_domain::{Context, Error, Kind, Plan, Result, SnapshotId};
use resguardo_platform::durable;

use crate::Engine;

/// A folder in which one archive is prepared.
#[derive(Debug, Clone)]
pub(crate) struct Staging {
    folder: PathBuf,
    /// The destination it lies at, when it does.
    destination: Option<String>,
    part_limit: Option<u64>,
}

impl Engine {
    /// Places to try in order. The home is one of them when an archive would have to wait anyway or is sent from here;
    /// a full drive must not fill the system's disk too.
    pub(super) fn staging_candidates(
        &self,
        cx: &Context,
        plan: &Plan,
        snapshot: &SnapshotId,
    ) -> Result<Vec<Staging>> {
        let mut candidates = Vec::new();
        let (mut limit, mut home_needed) = (None, false);
        for place in self.places_of(plan)? {
            let reachable = place.adapter.check(cx).and_then(|()| place.adapter.staging(cx));
            let max = place.adapter.limits(cx).ok().and_then(|limits| limits.max_object);
            limit = [limit, max].into_iter().flatten().min();
            match reachable {
                Ok(Some(folder)) => {
                    candidates.push((folder.join(snapshot.as_str()), place.adapter.info().root))
                }
                Ok(None) | Err(Error { kind: Kind::DestinationAbsent, .. }) => home_needed = true,
                // Told when the archive is sent there.
                Err(_) => {}
            }
        }
        let staging = |(folder, root)| Staging { folder, destination: Some(root), part_limit: limit };
        let mut all: Vec<Staging> = candidates.into_iter().map(staging).collect();
        if home_needed || all.is_empty() {
            all.push(Staging { folder: self.home_staging(snapshot), destination: None, part_limit: limit });
        }
        Ok(all)
    }

    /// Staging for an archive that must be durable on this computer whatever the destinations do.
    pub(crate) fn own_staging(&self, cx: &Context, snapshot: &SnapshotId) -> Result<Staging> {
        Staging { folder: self.home_staging(snapshot), destination: None, part_limit: None }.make(cx)
    }
}

impl Staging {
    pub(super) fn make(self, cx: &Context) -> Result<Self> {
        cx.step("make staging folder")?;
        self.make_folder().map_err(|cause| {
            self.explain(Error::io(&cause, "make the staging folder", self.folder.display()))
        })?;
        // A sealed archive outlives a power cut only if the folder it lies in does.
        if let Some(above) = self.folder.parent() {
            durable::sync_folder(above).map_err(|error| self.explain(error))?;
        }
        Ok(self)
    }

    /// At a destination nothing above its own staging folder is ever made: the drive may have been unplugged just now.
    fn make_folder(&self) -> io::Result<()> {
        let (Some(_), Some(staging)) = (&self.destination, self.folder.parent()) else {
            return fs::create_dir_all(&self.folder);
        };
        match fs::create_dir(&self.folder) {
            // Another run that ended just now has removed the empty staging folder.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => match fs::create_dir(staging) {
                Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
                _ => fs::create_dir(&self.folder),
            },
            made => made,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn part_limit(&self) -> Option<u64> {
        self.part_limit
    }

    /// Removes the folder and what is in it: nothing of it was promised to anybody yet.
    pub(crate) fn clear(&self) {
        let _ = fs::remove_dir_all(&self.folder);
        remove_if_empty(self.folder.parent());
    }

    /// Names the destination in the failure of a disk that is one.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let Some(root) = &self.destination else { return error };
        let gone = !Path::new(root).join(resguardo_destinations::MARKER_NAME).exists();
        match error.kind {
            Kind::DiskFull => error.with_kind(Kind::DestinationFull).fact("destination", root),
            Kind::PermissionDenied => error.with_kind(Kind::DestinationDenied).fact("destination", root),
            Kind::Io if gone => error.with_kind(Kind::DestinationAbsent).fact("destination", root),
            _ => error,
        }
    }
}

/// The staging folder at a destination is there only while something is in it.
pub(crate) fn remove_if_empty(folder: Option<&Path>) {
    if let Some(folder) = folder.filter(|folder| folder.ends_with(resguardo_destinations::STAGING_NAME)) {
        let _ = fs::remove_dir(folder);
    }
}
