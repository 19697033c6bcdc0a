//! Volumes of macOS: what stands in `/Volumes`.

use std::path::Path;

use super::Volume;

/// `MNT_RDONLY` and `MNT_LOCAL` of `<sys/mount.h>`.
const READ_ONLY: u32 = 0x1;
const LOCAL: u32 = 0x1000;

pub(super) fn volumes(home: &Path) -> Vec<Volume> {
    let own = disk_of(home);
    let entries = std::fs::read_dir("/Volumes").into_iter().flatten().flatten();
    let all = entries.filter_map(|entry| {
        let path = entry.path();
        let facts = rustix::fs::statfs(&path).ok()?;
        let flags = facts.f_flags;
        let writable = rustix::fs::access(&path, rustix::fs::Access::WRITE_OK).is_ok();
        // The link to the system's own volume stands there too.
        if flags & READ_ONLY != 0 || !writable || entry.file_type().ok()?.is_symlink() {
            return None;
        }
        let network = flags & LOCAL == 0;
        let same_disk = !network && disk_of(&path).is_some_and(|disk| own.as_ref() == Some(&disk));
        Some(Volume {
            label: entry.file_name().to_string_lossy().into_owned(),
            space: crate::disk::space(&path).ok()?,
            // A second disk inside is rare on these computers, and the system does not say without being asked at length.
            removable: !network && !same_disk,
            network,
            same_disk,
            path,
        })
    });
    all.collect()
}

/// `disk3` for what comes from `/dev/disk3s5`: the partitions of one container are on one disk.
fn disk_of(path: &Path) -> Option<String> {
    let facts = rustix::fs::statfs(path).ok()?;
    let bytes: Vec<u8> =
        facts.f_mntfromname.iter().map(|c| c.cast_unsigned()).take_while(|byte| *byte != 0).collect();
    let name = String::from_utf8(bytes).ok()?;
    let rest = name.strip_prefix("/dev/disk")?;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("disk{number}"))
}
