//! The manifest: the small sidecar of an archive, written last and therefore the mark that the archive is complete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ArchiveKind, ChangeFinding, Class, ComputerId, Digest, Issue, PlanId, SnapshotId, SourceId};

/// The newest format of an archive that this program writes and the newest it reads. Version 2 brought content in pieces and
/// changed pages as differences.
pub const FORMAT_VERSION: u32 = 2;
/// The format of an archive that has neither, which the first programs read too.
pub const FIRST_FORMAT: u32 = 1;

/// Which computer made an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComputerInfo {
    /// The installation.
    pub id: ComputerId,
    /// Its name, as in the folder at the destination.
    pub name: String,
}

/// Which program wrote an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Writer {
    /// Always `resguardo`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PartInfo {
    /// File name beside the manifest.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the whole file.
    pub sha256: Digest,
}

/// Where the listing stands, so that it can be had with one ranged read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ListingPlace {
    /// Part, from 1.
    pub part: u32,
    /// Position of its first packed byte.
    pub offset: u64,
    /// Packed bytes.
    pub packed: u64,
    /// Unpacked bytes.
    pub size: u64,
    /// Records in it.
    pub records: u64,
    /// SHA-256 of the unpacked listing.
    pub sha256: Digest,
}

/// An earlier archive that this one needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChainLink {
    /// Its place in the plan's order.
    pub generation: u64,
    /// Its id.
    pub id: SnapshotId,
    /// File name stem, with its class folder: `daily/backup_daily_20260912_020000`.
    pub name: String,
}

/// One source of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceSummary {
    /// The source's id in the plan.
    pub id: SourceId,
    /// `folder`, `sqlite`, …
    pub kind: String,
    /// Name used in the paths of the archive.
    pub label: String,
    /// Path of the entry or folder that holds it in the archive.
    pub path: String,
    /// Where it was read from, in safe form (see [`crate::encode_name`]).
    pub origin: String,
    /// Files of this source in the snapshot.
    pub files: u64,
    /// Bytes of this source in the snapshot.
    pub bytes: u64,
    /// For a database: rows per table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, u64>,
    /// Files that differ from the snapshot before; `None` when that was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<SourceChanges>,
    /// What the change guard found odd; the snapshot is flagged when any source has something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<ChangeFinding>,
}

/// Files of a source that differ from the snapshot before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceChanges {
    /// New ones that replace none.
    pub added: u64,
    /// Ones with another content, and ones that another file replaced.
    pub changed: u64,
    /// Ones that are gone and not replaced.
    pub removed: u64,
}

/// Counts of the whole snapshot and of what this archive added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Totals {
    /// Files that the snapshot holds.
    pub files: u64,
    /// Folders that the snapshot holds.
    pub folders: u64,
    /// Bytes that a full restore writes.
    pub bytes: u64,
    /// Entries new in this archive.
    pub added: u64,
    /// Entries changed since the parent.
    pub changed: u64,
    /// Entries gone since the parent.
    pub removed: u64,
    /// Bytes of content read and packed into this archive, before packing.
    pub bytes_packed_from: u64,
    /// Objects listed but not stored (pipes, sockets, devices).
    pub skipped: u64,
}

/// The sidecar of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Manifest {
    /// Format of the archive, the least one that has all that is in it: at most [`FORMAT_VERSION`].
    pub format: u32,
    /// The snapshot.
    pub id: SnapshotId,
    /// The plan.
    pub plan: PlanId,
    /// The plan's name when the archive was written.
    pub plan_name: String,
    /// Where it was written.
    pub computer: ComputerInfo,
    /// Full, differential or incremental.
    pub kind: ArchiveKind,
    /// Daily, weekly, monthly, manual or safety.
    pub class: Class,
    /// Place in the plan's order; starts at 1 and only grows.
    pub generation: u64,
    /// File name stem of the archive.
    pub name: String,
    /// When the run began.
    pub created_at: jiff::Timestamp,
    /// When the archive was sealed.
    pub finished_at: jiff::Timestamp,
    /// Archives this one needs, the chain's full first, its parent last. Empty for a full.
    #[serde(default)]
    pub chain: Vec<ChainLink>,
    /// SHA-256 of the manifest of the plan's generation before this one, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_manifest: Option<Digest>,
    /// The sources.
    pub sources: Vec<SourceSummary>,
    /// Names of the owners by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<u32, String>,
    /// Names of the groups by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<u32, String>,
    /// Counts.
    pub totals: Totals,
    /// Problems with single entries; at most 1,000, the listing has all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
    /// Issues in all.
    #[serde(default)]
    pub issue_count: u64,
    /// The archive's files.
    pub parts: Vec<PartInfo>,
    /// Where the listing stands.
    pub listing: ListingPlace,
    /// The program.
    pub writer: Writer,
}

impl Manifest {
    /// Bytes stored: the sum of the parts.
    pub fn bytes_stored(&self) -> u64 {
        self.parts.iter().map(|part| part.size).sum()
    }

    /// Whether the change guard found something odd in any source.
    pub fn is_flagged(&self) -> bool {
        self.sources.iter().any(|source| !source.findings.is_empty())
    }

    /// The parent archive; `None` for a full.
    pub fn parent(&self) -> Option<&ChainLink> {
        self.chain.last()
    }
}
