//! What a failed call on the destination's file system means for its owner.

use std::io;
use std::path::Path;

use resguardo_domain::{Error, Kind};

use super::{LocalDestination, system};

impl LocalDestination {
    /// The error of a failed call. When the drive itself has gone, that is what is told, whatever the call said.
    pub(super) fn failed(&self, cause: &io::Error, doing: &str, path: &Path) -> Error {
        use io::ErrorKind as E;
        let kind = match cause.kind() {
            E::StorageFull | E::QuotaExceeded => Kind::DestinationFull,
            E::FileTooLarge => Kind::ObjectTooLarge,
            E::PermissionDenied | E::ReadOnlyFilesystem => Kind::DestinationDenied,
            _ => match self.present() {
                Err(absent) => return absent.because(cause),
                Ok(()) => Kind::Io,
            },
        };
        Error::new(kind, doing)
            .fact("destination", self.root.display())
            .fact("path", path.display())
            .because(cause)
    }

    /// "It is not connected."
    pub(super) fn absent(&self, why: &str) -> Error {
        Error::new(Kind::DestinationAbsent, "find the destination")
            .fact("destination", self.root.display())
            .because(why)
    }

    /// The error of a root that can't be looked at: refused, or (a dead network mount, a pulled drive) as good as absent.
    pub(super) fn unreachable(&self, cause: &io::Error) -> Error {
        let kind = match cause.kind() {
            io::ErrorKind::PermissionDenied => Kind::DestinationDenied,
            _ => Kind::DestinationAbsent,
        };
        Error::new(kind, "find the destination").fact("destination", self.root.display()).because(cause)
    }

    /// "There is no room for that many bytes."
    pub(super) fn full(&self, needed: u64, free: u64) -> Error {
        Error::new(Kind::DestinationFull, "check the room at the destination")
            .fact("destination", self.root.display())
            .fact("needed", needed)
            .fact("free", free)
    }

    /// Adds how much was needed and how much is free to an error that says that the destination is full.
    pub(super) fn with_room(&self, error: Error, needed: u64) -> Error {
        if error.kind != Kind::DestinationFull || error.get("needed").is_some() {
            return error;
        }
        let free = system::space(&self.root).map_or(0, |space| space.free);
        error.fact("needed", needed).fact("free", free)
    }
}
