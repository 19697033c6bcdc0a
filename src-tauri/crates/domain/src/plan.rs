//! A plan: what is copied, when, where to, how long it is kept. Validation that needs no I/O lives here.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{DestinationId, Error, PlanId, Result, Retention, Schedule, SourceId};
#[cfg(unix)]
use crate::{decode_name, encode_name};

/// How hard archives are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The fastest Deflate there is.
    Fast,
    /// The best trade of time and size with Deflate.
    #[default]
    Normal,
    /// Zstandard: smaller, opens with Resguardo or a current 7-Zip only.
    Small,
    /// As in zip tools: 0 stores, 9 packs hardest.
    Number(u8),
}

impl std::str::FromStr for Level {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "fast" => Ok(Self::Fast),
            "normal" => Ok(Self::Normal),
            "small" => Ok(Self::Small),
            digit => match digit.parse() {
                Ok(number @ 0..=9) => Ok(Self::Number(number)),
                _ => Err(Error::invalid("level", text, "expected fast, normal, small or 0 to 9")),
            },
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fast => f.write_str("fast"),
            Self::Normal => f.write_str("normal"),
            Self::Small => f.write_str("small"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// What of a folder is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct FolderFilter {
    /// Left out: patterns as in `.gitignore`, relative to the folder.
    pub exclude: Vec<String>,
    /// When not empty, only what matches one of these is taken (same syntax).
    pub include: Vec<String>,
    /// Leave out the well-known rubbish too (see the sources crate for the list and the words that explain it).
    pub default_excludes: bool,
    /// Do not enter other file systems.
    pub one_file_system: bool,
    /// Leave out files larger than this many bytes.
    pub max_size: Option<u64>,
    /// Leave out files not modified for this many days.
    pub max_age_days: Option<u32>,
}

impl Default for FolderFilter {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            include: Vec::new(),
            default_excludes: true,
            one_file_system: true,
            max_size: None,
            max_age_days: None,
        }
    }
}

/// What kind of source, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceConfig {
    /// A folder with everything below it.
    Folder {
        /// Absolute path in safe form (see [`SourceConfig::encode_path`]).
        path: String,
        /// What of it is taken.
        #[serde(default)]
        filter: FolderFilter,
    },
    /// A SQLite database file.
    Sqlite {
        /// Absolute path in safe form.
        path: String,
    },
}

impl SourceConfig {
    /// A path of this computer as text that survives JSON: names that are not UTF-8 are escaped reversibly.
    pub fn encode_path(path: &Path) -> String {
        #[cfg(unix)]
        return encode_name(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()));
        #[cfg(not(unix))]
        return path.to_string_lossy().into_owned();
    }

    /// The path of this computer that a safe text stands for.
    pub fn decode_path(text: &str) -> PathBuf {
        #[cfg(unix)]
        return PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(
            decode_name(text),
        ));
        #[cfg(not(unix))]
        return PathBuf::from(text);
    }

    /// The path it reads from.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Folder { path, .. } | Self::Sqlite { path } => Self::decode_path(path),
        }
    }

    /// `folder` or `sqlite`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::Sqlite { .. } => "sqlite",
        }
    }
}

/// One source of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceSpec {
    /// Stays the same when the rest is edited.
    pub id: SourceId,
    /// Its name in the archive's paths; unique among the plan's sources of one kind.
    pub label: String,
    /// What and where.
    #[serde(flatten)]
    pub config: SourceConfig,
}

/// Everything else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct PlanOptions {
    /// How hard archives are packed.
    pub level: Level,
    /// Largest size of one archive file in bytes; a larger archive is split into parts.
    pub part_size: Option<u64>,
}

/// Sources, schedules, retention, destinations and options, named by the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// The owner's name for it; also the folder at the destinations.
    pub name: String,
    /// What is copied.
    pub sources: Vec<SourceSpec>,
    /// Where to.
    pub destinations: Vec<DestinationId>,
    /// When.
    #[serde(default)]
    pub schedules: Vec<Schedule>,
    /// How long it is kept.
    #[serde(default)]
    pub retention: Retention,
    /// The rest.
    #[serde(default)]
    pub options: PlanOptions,
}

impl Plan {
    /// The schedules that are on.
    pub fn active_schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.schedules.iter().filter(|schedule| !schedule.off)
    }
}

/// Files that lie beside the plans' folders at every destination.
const BESIDE_PLANS: [&str; 3] = ["resguardo-config.json", "heartbeat.json", "ESTADO-STATUS.html"];

/// Accepts a name that works as a folder on every file system and service: 1 to 64 characters, none of `/ \ : * ? " < > | @`
/// or control characters, no space or dot at either end, no name reserved by Windows or had by a file beside the plans' folders.
///
/// # Errors
/// [`crate::Kind::InvalidInput`] with the field `name` and the reason.
pub fn validate_plan_name(name: &str) -> Result<()> {
    let bad = |why| Err(Error::invalid("name", name, why));
    let length = name.chars().count();
    if length == 0 || length > 64 {
        return bad("a name has 1 to 64 characters");
    }
    if name.chars().any(|c| c.is_control() || "/\\:*?\"<>|@\u{FFFD}".contains(c)) {
        return bad("a name holds none of / \\ : * ? \" < > | @");
    }
    if name.starts_with([' ', '.', '-']) || name.ends_with([' ', '.']) {
        return bad("a name does not start with a space, dot or dash nor end in a space or dot");
    }
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    if reserved {
        return bad("Windows reserves this name");
    }
    let beside = BESIDE_PLANS.iter().any(|taken| taken.eq_ignore_ascii_case(name));
    if beside { bad("a file beside the plans' folders has this name") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_file_system_minds_are_accepted() {
        for good in ["Clínica", "shop 2026", "a", "Contabilidad (2)"] {
            validate_plan_name(good).unwrap();
        }
        for bad in [
            "",
            " a",
            "a.",
            "a/b",
            "a\\b",
            "con",
            "COM1.x",
            "-a",
            "a@b",
            "x\n",
            "Heartbeat.json",
            &"n".repeat(65),
        ] {
            assert!(validate_plan_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn levels_parse() {
        assert_eq!("7".parse::<Level>().unwrap(), Level::Number(7));
        assert!("10".parse::<Level>().is_err());
    }
}
