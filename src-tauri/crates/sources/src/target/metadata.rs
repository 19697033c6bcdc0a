//! What is set on a restored entry besides its content.

use std::collections::BTreeMap;

use resguardo_domain::{Entry, Xattr};

use crate::os::Settings;
use crate::owners::Owners;

/// Metadata of a restored entry, with the owner as the computer it comes from knew it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Permission bits (the low 12 bits of a Unix mode).
    pub mode: u32,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// Owner's name; where this computer knows it, it counts more than the number.
    pub user_name: Option<String>,
    /// Group's name.
    pub group_name: Option<String>,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Extended attributes, access control lists among them.
    pub xattrs: Vec<Xattr>,
}

impl Metadata {
    /// The metadata of an entry, with the names of the manifest.
    pub fn of(entry: &Entry, users: &BTreeMap<u32, String>, groups: &BTreeMap<u32, String>) -> Self {
        Self {
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            user_name: users.get(&entry.uid).cloned(),
            group_name: groups.get(&entry.gid).cloned(),
            mtime_ns: entry.stamp.mtime_ns,
            xattrs: entry.xattrs.clone(),
        }
    }

    /// In numbers of this computer. Only root may give files away; others set the group of what is theirs.
    pub(super) fn settings(&self, owners: &Owners, user: u32) -> Settings<'_> {
        let uid = owners.user(self.user_name.as_deref(), self.uid);
        let gid = owners.group(self.group_name.as_deref(), self.gid);
        Settings {
            mode: self.mode & 0o7777,
            owner: (user == 0 || user == uid).then_some((uid, gid)),
            mtime_ns: self.mtime_ns,
            xattrs: &self.xattrs,
        }
    }
}
