//! Volumes from the kernel's table of mounts and its tree of devices.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Volume;

/// File systems of disks and drives.
const OF_DISKS: [&str; 18] = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "bcachefs", "zfs", "vfat", "exfat",
    "ntfs", "ntfs3", "fuseblk", "hfsplus", "apfs", "udf",
];
/// File systems of other computers.
const OF_NETWORK: [&str; 13] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "fuse.smbnetfs",
    "fuse.davfs",
    "davfs",
    "ceph",
    "fuse.glusterfs",
    "afs",
    "fuse.curlftpfs",
];
/// Folders of the system: what is mounted there is its business. Drives that a user plugs in appear below `/run/media`.
const OF_SYSTEM: [&str; 9] = ["/boot", "/efi", "/snap", "/var", "/proc", "/sys", "/dev", "/usr", "/run"];

/// A line of the table of mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mount {
    device: (u32, u32),
    point: PathBuf,
    read_only: bool,
    kind: String,
    source: String,
}

impl Mount {
    fn is_network(&self) -> bool {
        OF_NETWORK.contains(&self.kind.as_str())
    }

    fn is_ordinary(&self) -> bool {
        let known = OF_DISKS.contains(&self.kind.as_str()) || self.is_network();
        let of_system = OF_SYSTEM.iter().any(|folder| self.point.starts_with(folder))
            && !self.point.starts_with("/run/media");
        known && !self.read_only && !of_system && self.point != Path::new("/")
    }
}

/// The mounts of `/proc/self/mountinfo`: number, parent, device, root, point, options, optional fields, `-`, kind, source, options.
fn parse(table: &str) -> Vec<Mount> {
    table.lines().filter_map(line_of).collect()
}

fn line_of(line: &str) -> Option<Mount> {
    let (front, back) = line.split_once(" - ")?;
    let front: Vec<&str> = front.split(' ').collect();
    let mut back = back.split(' ');
    let (major, minor) = front.get(2)?.split_once(':')?;
    let (kind, source, options) = (back.next()?, back.next()?, back.next().unwrap_or_default());
    let read_only = |options: &str| options.split(',').any(|option| option == "ro");
    Some(Mount {
        device: (major.parse().ok()?, minor.parse().ok()?),
        point: PathBuf::from(unescaped(front.get(4)?, "\\")),
        read_only: read_only(front.get(5)?) || read_only(options),
        kind: kind.to_owned(),
        source: unescaped(source, "\\"),
    })
}

/// Spaces and the like stand as a mark and a number: `\040` (octal) in the table of mounts, `\x20` in the names of labels.
fn unescaped(text: &str, mark: &str) -> String {
    let base = if mark == "\\x" { 16 } else { 8 };
    let digits = if base == 16 { 2 } else { 3 };
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let number = rest.get(at + mark.len()..at + mark.len() + digits);
        match number.and_then(|number| u8::from_str_radix(number, base).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[at + mark.len() + digits..];
            }
            None => {
                bytes.extend_from_slice(mark.as_bytes());
                rest = &rest[at + mark.len()..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where the kernel shows what it knows.
struct System<'a> {
    /// `/sys/dev/block`.
    devices: &'a Path,
    /// `/dev/disk/by-label`.
    labels: &'a Path,
}

impl System<'_> {
    /// The whole disks under a device: a partition's disk, the disks under an encrypted or joined volume.
    fn disks(&self, device: (u32, u32)) -> BTreeSet<PathBuf> {
        let link = self.devices.join(format!("{}:{}", device.0, device.1));
        let mut disks = BTreeSet::new();
        if let Ok(folder) = link.canonicalize() {
            collect_disks(&folder, 0, &mut disks);
        }
        disks
    }

    /// The label under which the system knows a device file.
    fn label(&self, source: &str) -> Option<String> {
        let device = Path::new(source).canonicalize().ok()?;
        let entries = fs::read_dir(self.labels).ok()?;
        let entry =
            entries.flatten().find(|entry| entry.path().canonicalize().is_ok_and(|path| path == device))?;
        Some(unescaped(&entry.file_name().to_string_lossy(), "\\x"))
    }
}

fn collect_disks(folder: &Path, depth: u32, disks: &mut BTreeSet<PathBuf>) {
    let below: Vec<PathBuf> = fs::read_dir(folder.join("slaves"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    if !below.is_empty() && depth < 8 {
        for path in below.iter().filter_map(|path| path.canonicalize().ok()) {
            collect_disks(&path, depth + 1, disks);
        }
    } else if folder.join("partition").exists() {
        disks.extend(folder.parent().map(Path::to_owned));
    } else {
        disks.insert(folder.to_owned());
    }
}

/// A disk says itself whether its medium is removable; one in a case is a fixed disk behind a USB bridge.
fn is_removable(disk: &Path) -> bool {
    let says = fs::read_to_string(disk.join("removable")).is_ok_and(|text| text.trim() == "1");
    says || disk.components().any(|part| part.as_os_str().to_string_lossy().starts_with("usb"))
}

pub(super) fn volumes(home: &Path) -> Vec<Volume> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let system = System { devices: Path::new("/sys/dev/block"), labels: Path::new("/dev/disk/by-label") };
    let mounts = parse(&table);
    let own = mount_of(&mounts, home).map(|mount| system.disks(device_of(mount))).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for mount in mounts.iter().filter(|mount| mount.is_ordinary()) {
        // The same volume may be mounted at several points; what holds the user's own folder is told as that.
        let first = seen.insert((mount.device, mount.source.clone()));
        if first && !home.starts_with(&mount.point) && is_writable(&mount.point) {
            all.extend(volume(mount, &system, &own));
        }
    }
    all
}

fn volume(mount: &Mount, system: &System<'_>, own: &BTreeSet<PathBuf>) -> Option<Volume> {
    let space = crate::disk::space(&mount.point).ok()?;
    let disks = if mount.is_network() { BTreeSet::new() } else { system.disks(device_of(mount)) };
    let name = || mount.point.file_name().map(|name| name.to_string_lossy().into_owned());
    let label = if mount.is_network() {
        Some(mount.source.clone())
    } else {
        system.label(&mount.source).or_else(name)
    };
    Some(Volume {
        path: mount.point.clone(),
        label: label.unwrap_or_else(|| mount.source.clone()),
        space,
        removable: disks.iter().any(|disk| is_removable(disk)),
        network: mount.is_network(),
        same_disk: !disks.is_disjoint(own),
    })
}

/// The mount that a path lies on: the last one of the longest point, which covers those before it.
fn mount_of<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    let holds = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    holds.max_by_key(|mount| mount.point.components().count())
}

/// The number of the device; some file systems have one of their own, behind which the device file is.
fn device_of(mount: &Mount) -> (u32, u32) {
    if mount.device.0 != 0 {
        return mount.device;
    }
    let device = fs::metadata(&mount.source).map(|facts| facts.rdev()).unwrap_or_default();
    (rustix::fs::major(device), rustix::fs::minor(device))
}

fn is_writable(folder: &Path) -> bool {
    folder.is_dir() && rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n\
        23 22 0:21 / /proc rw,nosuid - proc proc rw\n\
        24 22 8:1 / /boot/efi rw - vfat /dev/sda1 rw\n\
        25 22 8:17 / /run/media/ana/Copias\\040de\\040casa rw,nosuid shared:9 - vfat /dev/sdb1 rw,uid=1000\n\
        26 22 0:50 / /mnt/nas rw - cifs //nas/copias rw,vers=3.0\n\
        27 22 8:33 / /media/cd ro - udf /dev/sdc1 ro\n\
        28 22 0:60 / /run/user/1000/doc rw - fuse.portal portal rw\n\
        nonsense\n";

    #[test]
    fn drives_and_shares_are_ordinary_and_the_systems_own_mounts_are_not() {
        let mounts = parse(TABLE);
        assert_eq!(mounts.len(), 7);
        let ordinary: Vec<_> = mounts.iter().filter(|mount| mount.is_ordinary()).collect();
        let points: Vec<_> = ordinary.iter().map(|mount| mount.point.to_str().unwrap()).collect();
        assert_eq!(points, ["/run/media/ana/Copias de casa", "/mnt/nas"]);
        assert_eq!((ordinary[0].device, ordinary[0].is_network()), ((8, 17), false));
        assert!(ordinary[1].is_network());
        assert_eq!(mount_of(&mounts, Path::new("/home/ana")).unwrap().source, "/dev/sda2");
        assert_eq!(mount_of(&mounts, Path::new("/mnt/nas/x")).unwrap().source, "//nas/copias");
    }

    fn link(target: &Path, at: &Path) {
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, at).unwrap();
    }

    #[test]
    fn disks_are_found_below_partitions_and_encrypted_volumes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let disk = root.join("devices/pci/ata1/block/sda");
        let stick = root.join("devices/pci/usb1/1-2/block/sdb");
        let dark = root.join("devices/virtual/block/dm-0");
        for (path, removable) in [(&disk, "0\n"), (&stick, "0\n"), (&dark, "0\n")] {
            fs::create_dir_all(path).unwrap();
            fs::write(path.join("removable"), removable).unwrap();
        }
        for partition in [disk.join("sda2"), stick.join("sdb1")] {
            fs::create_dir(&partition).unwrap();
            fs::write(partition.join("partition"), "1\n").unwrap();
        }
        link(&disk.join("sda2"), &dark.join("slaves/sda2"));
        let devices = root.join("dev");
        link(&disk.join("sda2"), &devices.join("8:2"));
        link(&stick.join("sdb1"), &devices.join("8:17"));
        link(&dark, &devices.join("254:0"));
        let system = System { devices: &devices, labels: &root };
        assert_eq!(system.disks((8, 2)), BTreeSet::from([disk.clone()]));
        assert_eq!(
            system.disks((254, 0)),
            BTreeSet::from([disk.clone()]),
            "an encrypted volume is on its disk"
        );
        assert_eq!(system.disks((8, 17)), BTreeSet::from([stick.clone()]));
        assert_eq!(system.disks((9, 9)), BTreeSet::new());
        assert!(is_removable(&stick) && !is_removable(&disk));
    }

    #[test]
    fn labels_are_read_as_their_owner_wrote_them() {
        let folder = tempfile::tempdir().unwrap();
        let device = folder.path().join("sdb1");
        fs::write(&device, "").unwrap();
        let labels = folder.path().join("by-label");
        link(&device, &labels.join("Copias\\x20de\\x20Ana"));
        let system = System { devices: folder.path(), labels: &labels };
        assert_eq!(system.label(device.to_str().unwrap()).unwrap(), "Copias de Ana");
        assert_eq!(system.label("/dev/none"), None);
        assert_eq!(unescaped("a\\x", "\\x"), "a\\x");
        assert_eq!(unescaped("a\\134b\\9", "\\"), "a\\b\\9");
    }
}
