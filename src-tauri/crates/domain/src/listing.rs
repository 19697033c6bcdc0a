//! The listing: one record per entry of an archive, with everything a ZIP can't hold. Short field names, because an
//! archive may hold a million of them; `archive/FORMAT.md` is the specification.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::place::split;
use crate::{Digest, Entry, EntryKind, EntryPath, Piece, Place, Run, SpecialKind, Stamp, Stored, Xattr};

/// Names the bytes that an entry had in an earlier archive of the chain (or another path of this one).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Generation of the archive whose listing holds the record.
    #[serde(rename = "g")]
    pub generation: u64,
    /// The record's path there.
    #[serde(rename = "p")]
    pub path: EntryPath,
}

/// A file kept as its changed pages over an earlier version (or over zeros, for a sparse file).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// The version underneath; `None` means zeros.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Reference>,
    /// Bytes in a page.
    #[serde(rename = "y")]
    pub page: u32,
    /// Changed runs as `gap, length, gap, length, …` counted in pages, the gap from the end of the run before.
    #[serde(rename = "r")]
    pub runs: Vec<u64>,
    /// The changed pages one after another, packed; the last page of the file may be short. `None` when nothing but the length changed.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Stretches of the file whose changed pages are differences (exclusive or) from what the whole version under all deltas
    /// has there, or from zeros beyond its end: `gap, length, …` counted in [`Delta::STRETCH`].
    #[serde(rename = "df", default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<u64>,
    /// Instead of one place: where the changed pages are, when they are more than one part of the archive may hold.
    #[serde(rename = "pc", default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

impl Delta {
    /// Bytes in a stretch.
    pub const STRETCH: u64 = 1 << 20;

    /// The stretches of differences as `(start, end)` in bytes.
    pub fn difference_ranges(&self) -> Vec<(u64, u64)> {
        let mut at = 0_u64;
        let mut range = |pair: &[u64]| {
            let start = at.checked_add(pair[0].checked_mul(Self::STRETCH)?)?;
            at = start.checked_add(pair[1].checked_mul(Self::STRETCH)?)?;
            Some((start, at))
        };
        self.differences.chunks_exact(2).map_while(&mut range).collect()
    }

    /// The changed runs as byte ranges, positions among the changed pages, for a file of `size` bytes.
    pub fn ranges(&self, size: u64) -> impl Iterator<Item = Run> + '_ {
        let page = u64::from(self.page);
        let (mut at, mut packed) = (0_u64, 0_u64);
        self.runs.chunks_exact(2).filter_map(move |pair| {
            let start = at.checked_add(pair[0].checked_mul(page)?)?;
            let length = pair[1].checked_mul(page)?.min(size.saturating_sub(start));
            at = start.checked_add(pair[1].checked_mul(page)?)?;
            let from = packed;
            packed += length;
            (length > 0).then_some((start, from, length))
        })
    }
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The entry has none (a folder, a link, an empty file, a skipped object).
    None,
    /// Whole, in this archive, under the entry's own path.
    Here(Place),
    /// All of it in this archive, in pieces.
    Pieces(Vec<Piece>),
    /// The same bytes as an earlier record.
    Same(Reference),
    /// Changed pages over an earlier version.
    Delta(Delta),
}

/// One line of the listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Path in the snapshot.
    #[serde(rename = "p")]
    pub path: EntryPath,
    /// `f` file, `d` folder, `l` symbolic link, `p` pipe, `s` socket, `b`/`c` device, `-` removed since the parent.
    #[serde(rename = "t")]
    pub tag: char,
    /// Bytes of content.
    #[serde(rename = "s", default, skip_serializing_if = "is_default")]
    pub size: u64,
    /// Modification time, ns since 1970 UTC.
    #[serde(rename = "m", default, skip_serializing_if = "is_default")]
    pub mtime_ns: i64,
    /// Inode change time, ns since 1970 UTC.
    #[serde(rename = "c", default, skip_serializing_if = "is_default")]
    pub ctime_ns: i64,
    /// Inode.
    #[serde(rename = "i", default, skip_serializing_if = "is_default")]
    pub inode: u64,
    /// Size as the file system gave it, where it differs from `s` (a database's copy).
    #[serde(rename = "fs", default, skip_serializing_if = "Option::is_none")]
    pub stamp_size: Option<u64>,
    /// Fingerprint of side files.
    #[serde(rename = "w", default, skip_serializing_if = "is_default")]
    pub side: u64,
    /// Permission bits.
    #[serde(rename = "o", default, skip_serializing_if = "is_default")]
    pub mode: u32,
    /// Owner's number; the manifest has the names.
    #[serde(rename = "u", default, skip_serializing_if = "is_default")]
    pub uid: u32,
    /// Group's number; the manifest has the names.
    #[serde(rename = "gi", default, skip_serializing_if = "is_default")]
    pub gid: u32,
    /// Target of a symbolic link.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// First name met of an inode that has several, its own for that one.
    #[serde(rename = "hl", default, skip_serializing_if = "Option::is_none")]
    pub hard_link: Option<EntryPath>,
    /// Extended attributes: base64 of the name to base64 of the value.
    #[serde(rename = "x", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub xattrs: BTreeMap<String, String>,
    /// SHA-256 of the content.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Content whole in this archive.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Content in this archive in pieces, one after another, because the whole is larger than a part may be.
    #[serde(rename = "pc", default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
    /// Content equal to an earlier record's.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub same: Option<Reference>,
    /// Content as changed pages.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Delta>,
    /// The file has holes worth keeping: `start, length, …` in bytes.
    #[serde(rename = "ho", default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<u64>,
    /// Set when `h` is the digest of a sparse file (see FORMAT.md), which does not read its holes.
    #[serde(rename = "sp", default, skip_serializing_if = "is_default")]
    pub sparse_digest: bool,
    /// Set when the file kept changing while it was read.
    #[serde(rename = "ch", default, skip_serializing_if = "is_default")]
    pub changed: bool,
    /// For a database: rows per table.
    #[serde(rename = "q", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, u64>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Record {
    /// A record for an entry, its content not yet told.
    pub fn of(entry: &Entry) -> Self {
        let mut record = Self::removed(entry.path.clone());
        record.tag = entry.kind.tag();
        record.link = match &entry.kind {
            EntryKind::Symlink { target } => Some(target.clone()),
            _ => None,
        };
        record.size = entry.size;
        record.mtime_ns = entry.stamp.mtime_ns;
        record.ctime_ns = entry.stamp.ctime_ns;
        record.inode = entry.stamp.inode;
        record.side = entry.stamp.side;
        record.stamp_size = (entry.stamp.size != entry.size).then_some(entry.stamp.size);
        record.mode = entry.mode;
        record.uid = entry.uid;
        record.gid = entry.gid;
        record.hard_link = entry.hard_link.clone();
        record.xattrs = entry.xattrs.iter().map(|x| (base64_of(&x.name), base64_of(&x.value))).collect();
        record
    }

    /// The record that says "this path is gone since the parent".
    pub fn removed(path: EntryPath) -> Self {
        Self {
            path,
            tag: '-',
            size: 0,
            mtime_ns: 0,
            ctime_ns: 0,
            inode: 0,
            stamp_size: None,
            side: 0,
            mode: 0,
            uid: 0,
            gid: 0,
            link: None,
            hard_link: None,
            xattrs: BTreeMap::new(),
            digest: None,
            place: None,
            pieces: Vec::new(),
            same: None,
            delta: None,
            holes: Vec::new(),
            sparse_digest: false,
            changed: false,
            rows: BTreeMap::new(),
        }
    }

    /// Whether the record says that the path is gone.
    pub fn is_removal(&self) -> bool {
        self.tag == '-'
    }

    /// What the entry is; `None` for a removal or an unknown tag.
    pub fn kind(&self) -> Option<EntryKind> {
        match self.tag {
            'f' => Some(EntryKind::File),
            'd' => Some(EntryKind::Folder),
            'l' => Some(EntryKind::Symlink { target: self.link.clone().unwrap_or_default() }),
            'p' => Some(EntryKind::Special(SpecialKind::Fifo)),
            's' => Some(EntryKind::Special(SpecialKind::Socket)),
            'b' => Some(EntryKind::Special(SpecialKind::BlockDevice)),
            'c' => Some(EntryKind::Special(SpecialKind::CharDevice)),
            _ => None,
        }
    }

    /// What is compared to find changes.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            size: self.stamp_size.unwrap_or(self.size),
            mtime_ns: self.mtime_ns,
            ctime_ns: self.ctime_ns,
            inode: self.inode,
            side: self.side,
        }
    }

    /// Where the content is.
    pub fn content(&self) -> Content {
        match (&self.place, self.pieces.as_slice(), &self.same, &self.delta) {
            (Some(place), [], None, None) => Content::Here(place.clone()),
            (None, [_, ..], None, None) => Content::Pieces(self.pieces.clone()),
            (None, [], Some(same), None) => Content::Same(same.clone()),
            (None, [], None, Some(delta)) => Content::Delta(delta.clone()),
            _ => Content::None,
        }
    }

    /// The bytes that this archive itself has of the content, by their place in it.
    pub fn stored(&self) -> Vec<Stored> {
        let whole = |digest, place| Piece { size: self.size, digest, place };
        let mark =
            |stored: Vec<Stored>| stored.into_iter().map(|one| Stored { whole: true, ..one }).collect();
        match self.content() {
            Content::None | Content::Same(_) => Vec::new(),
            Content::Here(place) => {
                let digest = self.digest.filter(|_| !self.sparse_digest);
                mark(split(&[(0, 0, self.size)], vec![whole(digest, place)]))
            }
            Content::Pieces(pieces) => mark(split(&[(0, 0, self.size)], pieces)),
            Content::Delta(delta) => {
                let runs: Vec<Run> = delta.ranges(self.size).collect();
                let size = runs.last().map_or(0, |(_, from, length)| from + length);
                let differences = delta.difference_ranges();
                let place = delta.place.map(|place| Piece { size, ..whole(None, place) });
                let stored = split(&runs, place.into_iter().chain(delta.pieces).collect());
                let with = |one| Stored { differences: differences.clone(), ..one };
                stored.into_iter().map(with).collect()
            }
        }
    }

    /// The extended attributes, decoded; an undecodable one is left out.
    pub fn decoded_xattrs(&self) -> Vec<Xattr> {
        let decoded =
            |text: &str| base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok();
        self.xattrs
            .iter()
            .filter_map(|(n, v)| Some(Xattr { name: decoded(n)?, value: decoded(v)? }))
            .collect()
    }
}

fn base64_of(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_delta_stop_at_the_end_of_the_file() {
        let delta = Delta {
            base: None,
            page: 4096,
            runs: vec![1, 2, 3, 1],
            place: None,
            differences: Vec::new(),
            pieces: Vec::new(),
        };
        let ranges: Vec<_> = delta.ranges(6 * 4096 + 100).collect();
        assert_eq!(ranges, [(4096, 0, 8192), (6 * 4096, 8192, 100)]);
    }

    #[test]
    fn ranges_that_overflow_are_dropped_not_followed() {
        let runs = vec![u64::MAX, 2, 3, u64::MAX];
        let delta =
            Delta { base: None, page: 4096, runs, place: None, differences: Vec::new(), pieces: Vec::new() };
        assert_eq!(delta.ranges(1 << 20).next(), None);
    }

    #[test]
    fn an_entry_survives_its_record() {
        let path = EntryPath::parse("files/a/b").unwrap();
        let mut entry = Entry::plain(path, EntryKind::Symlink { target: "../x".into() }, 0, 5);
        entry.xattrs = vec![Xattr { name: b"user.n".to_vec(), value: vec![0, 255] }];
        let record = Record::of(&entry);
        assert_eq!(record.kind(), Some(entry.kind.clone()));
        assert_eq!(record.decoded_xattrs(), entry.xattrs);
        assert_eq!(record.stamp(), entry.stamp);
    }
}
