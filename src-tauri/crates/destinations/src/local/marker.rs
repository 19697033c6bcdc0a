//! The marker file by which a destination is recognised.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use resguardo_domain::{DestinationId, Error, Kind, Result};
use serde::{Deserialize, Serialize};

/// The marker's file name in the destination's folder.
pub const MARKER_NAME: &str = "resguardo-destination.json";

const FORMAT: u32 = 1;
/// Far more than a marker needs; whatever is larger is something else.
const MAX_SIZE: u64 = 64 * 1024;

/// What stands in a marker file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The version of its format; 1 today.
    pub format: u32,
    /// The destination's id.
    pub id: DestinationId,
    /// When the folder became a destination.
    pub created_at: Timestamp,
}

/// Only the number, readable whatever a newer version adds or changes.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Marker {
    pub(super) fn new(id: DestinationId, created_at: Timestamp) -> Self {
        Self { format: FORMAT, id, created_at }
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|cause| Error::internal("write the marker as JSON").because(cause))?;
        json.push(b'\n');
        Ok(json)
    }

    fn from_json(json: &[u8]) -> std::result::Result<Self, Kind> {
        let format = serde_json::from_slice::<FormatOnly>(json).map_err(|_| Kind::DestinationForeign)?.format;
        if format > FORMAT {
            return Err(Kind::NewerFormat);
        }
        let marker: Self = serde_json::from_slice(json).map_err(|_| Kind::DestinationForeign)?;
        // The id's own reading accepts any text.
        DestinationId::parse(marker.id.as_str()).ok_or(Kind::DestinationForeign)?;
        Ok(marker)
    }
}

/// Reads a folder's marker; `None` when the folder or the marker is not there.
///
/// # Errors
/// [`Kind::DestinationForeign`] for a marker that is none, [`Kind::NewerFormat`], [`Kind::DestinationDenied`], and
/// [`Kind::DestinationAbsent`] when the drive does not answer.
pub fn marker_of(root: &Path) -> Result<Option<Marker>> {
    let path = root.join(MARKER_NAME);
    let error = |kind| Error::new(kind, "read the destination's marker").fact("destination", root.display());
    let mut json = Vec::new();
    match File::open(&path).and_then(|file| file.take(MAX_SIZE).read_to_end(&mut json)) {
        Ok(_) => Marker::from_json(&json).map(Some).map_err(error),
        Err(cause) if super::is_absence(&cause) => Ok(None),
        Err(cause) if cause.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(error(Kind::DestinationDenied).because(cause))
        }
        Err(cause) => Err(error(Kind::DestinationAbsent).because(cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_comes_back_and_others_are_told_apart() {
        let marker = Marker::new(DestinationId::from_random(7), Timestamp::UNIX_EPOCH);
        assert_eq!(Marker::from_json(&marker.to_json().unwrap()), Ok(marker));
        let foreign = Err(Kind::DestinationForeign);
        for json in [
            "",
            "{}",
            "[1]",
            r#"{"format":1}"#,
            "\0\0\0",
            r#"{"format":1,"id":"x","created_at":"1970-01-01T00:00:00Z"}"#,
        ] {
            assert_eq!(Marker::from_json(json.as_bytes()), foreign, "{json}");
        }
        assert_eq!(Marker::from_json(br#"{"format":2,"anything":{}}"#), Err(Kind::NewerFormat));
    }

    #[test]
    fn no_folder_and_no_marker_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(marker_of(folder.path()), Ok(None));
        assert_eq!(marker_of(&folder.path().join("missing/too")), Ok(None));
        std::fs::write(folder.path().join(MARKER_NAME), "garbage").unwrap();
        assert_eq!(marker_of(folder.path()).unwrap_err().kind, Kind::DestinationForeign);
    }
}
