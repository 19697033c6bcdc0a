//! The disks, drives and shares of this computer that copies could go to.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::path::{Path, PathBuf};

use resguardo_domain::Space;

/// A place on a disk, a drive or a share that this user can write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The folder to write below.
    pub path: PathBuf,
    /// What its owner calls it, or what the system does.
    pub label: String,
    /// Room on it.
    pub space: Space,
    /// It can be unplugged and taken away.
    pub removable: bool,
    /// It is a share of another computer.
    pub network: bool,
    /// It is on the disk of the user's own folder.
    pub same_disk: bool,
}

/// The places where copies could go, the best first: what can be taken away, then other computers, then other disks of this one,
/// at last the disk of the user's own folder itself, which protects from nothing that happens to that disk. A share that does not
/// answer can make this wait.
pub fn volumes(home: &Path) -> Vec<Volume> {
    let mut all = of_system(home);
    if !all.iter().any(|volume| home.starts_with(&volume.path) && volume.same_disk)
        && let Ok(space) = crate::disk::space(home)
    {
        let label = home.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = home.to_owned();
        all.push(Volume { path, label, space, removable: false, network: false, same_disk: true });
    }
    all.retain(|volume| volume.space.total > 0);
    all.sort_by_key(|volume| (rank(volume), std::cmp::Reverse(volume.space.free)));
    all
}

fn rank(volume: &Volume) -> u8 {
    match volume {
        Volume { same_disk: true, .. } => 3,
        Volume { removable: true, .. } => 0,
        Volume { network: true, .. } => 1,
        _ => 2,
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn of_system(home: &Path) -> Vec<Volume> {
    linux::volumes(home)
}

#[cfg(target_os = "macos")]
fn of_system(home: &Path) -> Vec<Volume> {
    macos::volumes(home)
}

#[cfg(windows)]
fn of_system(home: &Path) -> Vec<Volume> {
    windows::volumes(home)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos", windows)))]
fn of_system(_home: &Path) -> Vec<Volume> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_disk_is_a_place_of_last_resort() {
        let home = tempfile::tempdir().unwrap();
        let all = volumes(home.path());
        let own = all.iter().filter(|volume| volume.same_disk).count();
        assert!(own >= 1, "{all:?}");
        assert!(all.iter().rev().take(own).all(|volume| volume.same_disk), "they come last: {all:?}");
        assert!(all.iter().all(|volume| volume.path.is_dir() && volume.space.free <= volume.space.total));
        let mut paths: Vec<_> = all.iter().map(|volume| &volume.path).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), all.len(), "{all:?}");
    }
}
