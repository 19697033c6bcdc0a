//! What a snapshot and its archive are called and which states they have.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ArchiveKind {
    /// Everything.
    Full,
    /// What changed since the chain's full.
    Differential,
    /// What changed since the archive before.
    Incremental,
}

/// Which schedule an archive belongs to; also its folder and part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Made by hand.
    Manual,
    /// By the daily schedule.
    Daily,
    /// By the weekly schedule.
    Weekly,
    /// By the monthly schedule.
    Monthly,
    /// Before a restore.
    Safety,
}

macro_rules! words {
    ($name:ident, $what:literal: $($variant:ident = $word:literal),*) => {
        impl $name {
            /// The word used in file names, on the command line and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(Error::invalid($what, text, concat!("expected one of:" $(, " ", $word)*))),
                }
            }
        }
    };
}

words!(ArchiveKind, "kind": Full = "full", Differential = "differential", Incremental = "incremental");
words!(Class, "class": Manual = "manual", Daily = "daily", Weekly = "weekly", Monthly = "monthly", Safety = "safety");
words!(VerifyLevel, "level": Checked = "checked", Opened = "opened", Restored = "restored");
words!(SnapshotState, "state": Complete = "complete", Waiting = "waiting", Damaged = "damaged", Deleted = "deleted");

/// How far a snapshot was proven to be restorable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VerifyLevel {
    /// The object at the destination has the hash of the manifest.
    Checked,
    /// Every entry was read and compared, databases passed their integrity check.
    Opened,
    /// Restored into a scratch place and compared.
    Restored,
}

/// The state of a snapshot as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SnapshotState {
    /// Its archive is at one destination at least.
    Complete,
    /// Its archive is on this computer only, waiting for a destination.
    Waiting,
    /// No copy of its archive, or of one it needs, is whole.
    Damaged,
    /// Deleted by retention or by hand.
    Deleted,
}

/// The file name stem of an archive: `backup_daily_20260912_020000`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArchiveName(String);

impl ArchiveName {
    /// The name for a class and a time (in UTC); `again` counts up from 0 when the second is taken already.
    pub fn new(class: Class, at: jiff::Timestamp, again: u32) -> Self {
        let at = at.to_zoned(jiff::tz::TimeZone::UTC);
        let time = at.strftime("%Y%m%d_%H%M%S");
        match again {
            0 => Self(format!("backup_{class}_{time}")),
            n => Self(format!("backup_{class}_{time}_{}", n + 1)),
        }
    }

    /// Takes a stem as found in a manifest.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] when it holds anything but letters, digits, `_` and `-`.
    pub fn parse(text: &str) -> Result<Self> {
        let fits =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid("name", text, "not an archive's name"))
        }
    }

    /// The stem.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// File name of a part: `.zip` for the first, `_part2.zip` and so on.
    pub fn part(&self, number: u32) -> String {
        if number <= 1 { format!("{}.zip", self.0) } else { format!("{}_part{number}.zip", self.0) }
    }

    /// File name of the sidecar manifest.
    pub fn manifest(&self) -> String {
        format!("{}_manifest.json", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utc_and_count_up() {
        let at: jiff::Timestamp = "2026-09-12T04:00:00+02:00".parse().unwrap();
        let name = ArchiveName::new(Class::Daily, at, 0);
        assert_eq!(name.part(1), "backup_daily_20260912_020000.zip");
        assert_eq!(name.part(3), "backup_daily_20260912_020000_part3.zip");
        assert_eq!(name.manifest(), "backup_daily_20260912_020000_manifest.json");
        assert_eq!(ArchiveName::new(Class::Daily, at, 1).as_str(), "backup_daily_20260912_020000_2");
        assert!(ArchiveName::parse("../x").is_err());
    }

    #[test]
    fn words_parse_back() {
        assert_eq!("full".parse::<ArchiveKind>().unwrap(), ArchiveKind::Full);
        assert!("Full".parse::<ArchiveKind>().is_err());
        assert_eq!(format!("{:>8}", Class::Daily), "   daily");
    }
}
