//! Places to copy to with room to spare, whatever the disk of the computer that runs the tests looks like.

use std::path::PathBuf;

use resguardo_domain::{Class, Schedule, ScheduleRule};

/// A folder on a file system of its own where there is one: how full the tests' disk is must not change what they see.
pub(crate) struct Roomy(tempfile::TempDir);

impl Roomy {
    pub(crate) fn new() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let place = Self(folder.unwrap());
        std::fs::create_dir(place.path()).unwrap();
        place
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("drive")
    }

    /// The drive is unplugged.
    pub(crate) fn hide(&self) {
        std::fs::rename(self.path(), self.0.path().join("unplugged")).unwrap();
    }

    /// And plugged in again.
    pub(crate) fn show(&self) {
        std::fs::rename(self.0.path().join("unplugged"), self.path()).unwrap();
    }
}

/// Every day at a full hour of UTC.
pub(crate) fn daily(hour: i8) -> Schedule {
    let rule = ScheduleRule::Day { at: jiff::civil::time(hour, 0, 0, 0) };
    Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Daily, off: false }
}
