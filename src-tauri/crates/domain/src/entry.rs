//! One object of a file system as a source sees it: names, metadata and the stamp that says whether it changed.

use crate::EntryPath;

/// What kind of object an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file, or the self-contained copy of a database.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, kept as a link; the target is in safe form (see [`crate::encode_name`]).
    Symlink {
        /// Where it points, as written in the link.
        target: String,
    },
    /// Listed, never read.
    Special(SpecialKind),
}

/// Objects that hold no data of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialKind {
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A block device.
    BlockDevice,
    /// A character device.
    CharDevice,
}

impl EntryKind {
    /// The letter that stands for it in a listing.
    pub fn tag(&self) -> char {
        match self {
            Self::File => 'f',
            Self::Folder => 'd',
            Self::Symlink { .. } => 'l',
            Self::Special(SpecialKind::Fifo) => 'p',
            Self::Special(SpecialKind::Socket) => 's',
            Self::Special(SpecialKind::BlockDevice) => 'b',
            Self::Special(SpecialKind::CharDevice) => 'c',
        }
    }
}

/// What is compared to tell "unchanged" without opening a file: any inequality means "look", never "newer".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Bytes as the file system reports them (a database's copy may have another size).
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Change time of the inode, nanoseconds since 1970 UTC; 0 where the platform has none.
    pub ctime_ns: i64,
    /// Inode or file index; 0 where the platform has none.
    pub inode: u64,
    /// A fingerprint of side files that belong to the content (a database's `-wal`); 0 for none.
    pub side: u64,
}

/// An extended attribute: raw name and raw value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Xattr {
    /// Its full name, such as `user.comment` or `system.posix_acl_access`.
    pub name: Vec<u8>,
    /// Its value, byte for byte.
    pub value: Vec<u8>,
}

/// One object found by a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the snapshot.
    pub path: EntryPath,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of its content; 0 for what has none.
    pub size: u64,
    /// What tells whether it changed.
    pub stamp: Stamp,
    /// Permission bits (the low 12 bits of a Unix mode).
    pub mode: u32,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// Extended attributes, access control lists among them; sorted by name.
    pub xattrs: Vec<Xattr>,
    /// For the names of an inode that has several: the path of the name met first, its own for that one.
    pub hard_link: Option<EntryPath>,
}

impl Entry {
    /// An entry without metadata, as a database copy or a synthetic folder has.
    pub fn plain(path: EntryPath, kind: EntryKind, size: u64, mtime_ns: i64) -> Self {
        let mode = if kind == EntryKind::Folder { 0o755 } else { 0o644 };
        let stamp = Stamp { size, mtime_ns, ..Stamp::default() };
        Self { path, kind, size, stamp, mode, uid: 0, gid: 0, xattrs: Vec::new(), hard_link: None }
    }

    /// Whether the entry has bytes to store.
    pub fn has_content(&self) -> bool {
        self.kind == EntryKind::File
    }
}
