//! What the rest of the crate asks of the operating system: folder handles, facts of files, attributes. No policy.

#[cfg(unix)]
mod attributes;
#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod write;

#[cfg(unix)]
pub(crate) use attributes::{of_child as child_xattrs, of_file as file_xattrs};
#[cfg(not(unix))]
pub(crate) use other::{
    Folder, ListBuffer, Name, NameBuf, child_xattrs, data_ranges, effective_user, facts_of, file_xattrs,
    name_of, path_of, raw, read_at, set_metadata, write_at,
};
#[cfg(unix)]
pub(crate) use unix::{
    Folder, ListBuffer, Name, NameBuf, data_ranges, effective_user, facts_of, name_of, path_of, raw, read_at,
    write_at,
};
#[cfg(unix)]
pub(crate) use write::set_metadata;

use resguardo_domain::{SpecialKind, Stamp};

/// What an object of the file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), allow(dead_code, reason = "there are no special files"))]
pub(crate) enum Type {
    File,
    Folder,
    Symlink,
    Special(SpecialKind),
}

/// What one `stat` call tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) kind: Type,
    pub(crate) size: u64,
    pub(crate) mtime_ns: i64,
    pub(crate) ctime_ns: i64,
    pub(crate) dev: u64,
    pub(crate) inode: u64,
    pub(crate) links: u64,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Bytes that take up room on the disk.
    pub(crate) allocated: u64,
}

impl Facts {
    /// The part that tells whether the file changed.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            size: self.size,
            mtime_ns: self.mtime_ns,
            ctime_ns: self.ctime_ns,
            inode: self.inode,
            side: 0,
        }
    }
}

/// Whether an existing object may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// An existing object stays and the call fails with [`resguardo_domain::Kind::AlreadyExists`].
    Never,
    /// An existing file or link is replaced in one step.
    Replace,
}

/// Metadata as numbers of this computer, ready to be set.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(unix), allow(dead_code, reason = "owners and attributes can't be set"))]
pub(crate) struct Settings<'a> {
    pub(crate) mode: u32,
    /// Owner and group to set; `None` when this process may not give files away.
    pub(crate) owner: Option<(u32, u32)>,
    pub(crate) mtime_ns: i64,
    pub(crate) xattrs: &'a [resguardo_domain::Xattr],
}
