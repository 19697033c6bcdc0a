//! The contract of every place where archives are kept.
//!
//! The verbs block: an archive is sent by a thread of its own for each destination, and an adapter over an asynchronous
//! library drives it from inside. Written once above these verbs: the connection test, retries, resuming, verification.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Context, DestinationId, Digest, Error, Result};

/// The kinds of destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// A folder: this computer, a USB drive, a network share.
    Local,
}

/// What a destination is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationInfo {
    /// Its id.
    pub id: DestinationId,
    /// Its kind.
    pub kind: DestinationKind,
    /// Its root, in words a person recognises (a folder, a URL without secrets).
    pub root: String,
}

/// The name of an object below the destination's root: components joined by `/`, no `..`, nothing empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Takes a safe relative name.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] for anything that could leave the root.
    pub fn new(key: impl Into<String>) -> Result<Self> {
        let key = key.into();
        match crate::EntryPath::parse(&key) {
            Some(path) if !path.is_root() => Ok(Self(key)),
            _ => Err(Error::invalid("object", key, "not a safe relative name")),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, name)| name)
    }

    /// A sibling in the same folder.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] for an unsafe name.
    pub fn sibling(&self, name: &str) -> Result<Self> {
        match self.0.rsplit_once('/') {
            Some((folder, _)) => Self::new(format!("{folder}/{name}")),
            None => Self::new(name),
        }
    }
}

impl std::fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object as a listing or a question about it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its name.
    pub key: ObjectKey,
    /// Its bytes.
    pub size: u64,
}

/// A finished file on this computer that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBody {
    /// Where it lies.
    pub path: PathBuf,
    /// Its bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// What is uploaded: today always a file.
pub type Body = FileBody;

/// How far an upload got, in a form the adapter understands; the catalog keeps it so that a restart can go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Bytes that the destination acknowledged.
    pub acknowledged: u64,
    /// What else the adapter must remember; never a secret in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// What a destination can't do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Largest object in bytes; `None` for no known limit.
    pub max_object: Option<u64>,
}

/// Room at the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Space {
    /// Bytes free for us.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
}

/// A place where archives are kept. Objects are visible whole or not at all, and at once after success; absence is
/// `None`; deleting nothing succeeds; cancelling leaves nothing visible; no secret stands in an error or in `Debug`.
pub trait Destination: Send + Sync {
    /// What it is.
    fn info(&self) -> DestinationInfo;

    /// Whether it is connected and is the one we know, before anything is written.
    ///
    /// # Errors
    /// [`crate::Kind::DestinationAbsent`], [`crate::Kind::DestinationForeign`], [`crate::Kind::DestinationDenied`].
    fn check(&self, cx: &Context) -> Result<()>;

    /// What it can't do.
    ///
    /// # Errors
    /// As [`Destination::check`].
    fn limits(&self, cx: &Context) -> Result<Limits>;

    /// Room left, where it can be known.
    ///
    /// # Errors
    /// As [`Destination::check`].
    fn space(&self, cx: &Context) -> Result<Option<Space>>;

    /// A folder of this computer on the destination's own file system where an archive can be prepared, so that
    /// [`Destination::upload`] need not copy it. `None` for anything remote.
    ///
    /// # Errors
    /// As [`Destination::check`].
    fn staging(&self, cx: &Context) -> Result<Option<PathBuf>>;

    /// Writes a small object whole, replacing one of that name.
    ///
    /// # Errors
    /// [`crate::Kind::DestinationFull`], [`crate::Kind::DestinationDenied`], [`crate::Kind::Io`].
    fn put(&self, cx: &Context, key: &ObjectKey, bytes: &[u8]) -> Result<()>;

    /// Sends a large object, going on from `session`. `acknowledged` is called whenever the session moved on.
    /// A body that lies in [`Destination::staging`] may be moved instead of copied. An object that is there already
    /// with the same size and bytes counts as sent.
    ///
    /// # Errors
    /// As [`Destination::put`], and [`crate::Kind::ObjectTooLarge`].
    fn upload(
        &self,
        cx: &Context,
        key: &ObjectKey,
        body: &Body,
        session: Session,
        acknowledged: &mut dyn FnMut(&Session) -> Result<()>,
    ) -> Result<()>;

    /// Reads `range` of an object (start and length in bytes), or all of it.
    ///
    /// # Errors
    /// [`crate::Kind::NotFound`] when it is not there; [`crate::Kind::Io`] when fewer bytes come than asked for.
    fn get(&self, cx: &Context, key: &ObjectKey, range: Option<(u64, u64)>) -> Result<Vec<u8>>;

    /// Asks for an object's size; `None` when it is not there.
    ///
    /// # Errors
    /// Anything but absence.
    fn head(&self, cx: &Context, key: &ObjectKey) -> Result<Option<ObjectInfo>>;

    /// Lists every object whose name starts with `prefix` (which ends in `/` or is empty), sorted by name. Unfinished
    /// uploads are never among them.
    ///
    /// # Errors
    /// When the listing is not complete.
    fn list(&self, cx: &Context, prefix: &str) -> Result<Vec<ObjectInfo>>;

    /// Deletes an object; one that is not there counts as deleted.
    ///
    /// # Errors
    /// [`crate::Kind::DestinationDenied`], [`crate::Kind::Io`].
    fn delete(&self, cx: &Context, key: &ObjectKey) -> Result<()>;

    /// Removes what uploads that were broken off long ago left, and never what may still go on; tells how many objects.
    ///
    /// # Errors
    /// As [`Destination::list`] and [`Destination::delete`].
    fn clean(&self, cx: &Context) -> Result<u64> {
        cx.check().map(|()| 0)
    }

    /// The object as a file of this computer, when it is one: read directly instead of through [`Destination::get`].
    fn local_path(&self, key: &ObjectKey) -> Option<PathBuf> {
        let _ = key;
        None
    }

    /// Folders of this computer that must never be part of a source.
    fn own_folders(&self) -> Vec<&Path> {
        Vec::new()
    }
}
