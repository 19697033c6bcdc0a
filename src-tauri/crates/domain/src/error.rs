//! Errors: what a caller can do about them, whether trying again helps, and the facts. Sentences for people are written
//! by the command line and the window from `kind` and `facts`; none stand here.

use serde::{Deserialize, Serialize};

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What went wrong, named by what a caller can do about it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every kind, for the completeness tests of the translations.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

kinds! {
    /// Somebody asked to stop. Not a failure.
    Cancelled,
    /// A mistake in this program.
    Internal,
    /// A value that can't be accepted; the fact `field` names it.
    InvalidInput,
    /// A thing asked for by name does not exist; `what` and `name` say which.
    NotFound,
    /// A name that is taken already.
    AlreadyExists,
    /// A short id or a name that fits several things.
    Ambiguous,
    /// The same plan is at work, or another program holds what is needed.
    Busy,
    /// A source that is not there.
    SourceMissing,
    /// A source of which nothing can be read.
    SourceUnreadable,
    /// A source that holds nothing: never counted as a good copy.
    SourceEmpty,
    /// A destination lies inside a source (or the other way round).
    DestinationInsideSource,
    /// A destination that is not connected now; its archives wait.
    DestinationAbsent,
    /// The destination's folder is there but its marker says it is another one.
    DestinationForeign,
    /// No room left at the destination.
    DestinationFull,
    /// The destination refuses to be written or read.
    DestinationDenied,
    /// The destination can't hold a file of this size.
    ObjectTooLarge,
    /// No room left on this computer.
    DiskFull,
    /// The operating system refused access.
    PermissionDenied,
    /// Any other failure of reading or writing.
    Io,
    /// An archive's bytes are not what was written.
    ArchiveDamaged,
    /// A sidecar manifest is not what was written, or not a manifest.
    ManifestDamaged,
    /// An archive that a snapshot depends on is missing or damaged.
    ChainBroken,
    /// Written by a newer version of this program.
    NewerFormat,
    /// An archive that tries to write outside its place, or lies about its sizes.
    ArchiveHostile,
    /// The catalog is damaged and must be rebuilt.
    CatalogDamaged,
    /// The catalog belongs to a newer version of this program.
    CatalogNewer,
    /// A database is locked by another program for too long.
    DatabaseBusy,
    /// A database fails its own integrity check.
    DatabaseDamaged,
    /// Nothing was restored.
    NothingRestored,
    /// What was written does not read back as it should.
    VerifyFailed,
    /// The safety snapshot can't be made, so nothing was changed.
    SafetyImpossible,
    /// Needs a person's confirmation before it goes on.
    ConfirmationNeeded,
    /// The operation can't be undone (any more).
    CannotUndo,
    /// The system's key store is locked, or not running although the secrets need it.
    KeyStoreLocked,
    /// The file of secrets is damaged, or its key is another one; `path` names it.
    SecretsDamaged,
    /// A notice can't leave: no network, no answer in time, or nobody who shows notices; `channel` names the way.
    ChannelUnreachable,
    /// A channel refuses us: wrong password, address that is no longer valid.
    ChannelDenied,
    /// A channel can't prove who it is (certificate, host name) or offers no encryption; nothing was sent.
    ChannelUntrusted,
    /// A channel answered, but does not take this notice.
    ChannelRefused,
    /// What stands at a destination under another computer's name can't be its own; `computer` and `destination` name both.
    HeartbeatUntrusted,
    /// Whether there is a newer version could not be learned: nobody answers, or what is said is not signed by the makers.
    UpdateUnknown,
}

/// Bytes of a fact or a cause at most: longer than any path, and what somebody sends us as a name may be megabytes.
pub(crate) const LONGEST_TEXT: usize = 8192;

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Never by itself.
    Never,
    /// Soon, after the given number of seconds.
    Soon(u32),
    /// Only after the owner did something.
    AfterUser,
}

/// One named fact of an error, such as `path` = `/home/ana/caja.db`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fact {
    /// What the value is.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// An error on its way to the place where its operation ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EngineError"))]
pub struct Error {
    /// What a caller can do about it.
    pub kind: Kind,
    /// Whether trying again helps.
    pub retry: Retry,
    /// What was being done, in a few technical words.
    pub doing: String,
    /// Path, plan, status and the like.
    pub facts: Vec<Fact>,
    /// The technical cause, for "Technical detail".
    pub cause: Option<String>,
}

impl Error {
    /// An error of a kind that happened while doing something.
    pub fn new(kind: Kind, doing: impl Into<String>) -> Self {
        let retry = match kind {
            Kind::Busy | Kind::DatabaseBusy | Kind::Io => Retry::Soon(60),
            Kind::ChannelUnreachable => Retry::Soon(300),
            Kind::DestinationAbsent | Kind::DestinationFull | Kind::DiskFull | Kind::DestinationDenied => {
                Retry::AfterUser
            }
            Kind::KeyStoreLocked | Kind::SecretsDamaged | Kind::ChannelDenied | Kind::ChannelUntrusted => {
                Retry::AfterUser
            }
            _ => Retry::Never,
        };
        Self { kind, retry, doing: doing.into(), facts: Vec::new(), cause: None }
    }

    /// "Somebody asked to stop."
    pub fn cancelled() -> Self {
        Self::new(Kind::Cancelled, "")
    }

    /// A mistake in this program.
    pub fn internal(doing: impl Into<String>) -> Self {
        Self::new(Kind::Internal, doing)
    }

    /// A value that can't be accepted, naming its field.
    pub fn invalid(field: &str, value: impl std::fmt::Display, why: &str) -> Self {
        Self::new(Kind::InvalidInput, "check the input")
            .fact("field", field)
            .fact("value", value)
            .because(why)
    }

    /// A thing that does not exist.
    pub fn not_found(what: &str, name: impl std::fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("find the {what}")).fact("what", what).fact("name", name)
    }

    /// A failed system call on a path: full disks and refused access become their own kinds.
    pub fn io(cause: &std::io::Error, doing: impl Into<String>, path: impl std::fmt::Display) -> Self {
        use std::io::ErrorKind as E;
        let kind = match cause.kind() {
            E::StorageFull | E::QuotaExceeded => Kind::DiskFull,
            E::PermissionDenied | E::ReadOnlyFilesystem => Kind::PermissionDenied,
            _ => Kind::Io,
        };
        Self::new(kind, doing).fact("path", path).because(cause)
    }

    /// Adds a fact; of one that is longer than [`LONGEST_TEXT`], its beginning.
    pub fn fact(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.facts.push(Fact { name: name.to_owned(), value: shortened(value.to_string()) });
        self
    }

    /// Adds the technical cause; of one that is longer than [`LONGEST_TEXT`], its beginning.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(shortened(cause.to_string()));
        self
    }

    /// Gives the same error another kind, as a destination does with "disk full".
    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.retry = Self::new(kind, "").retry;
        self.kind = kind;
        self
    }

    /// The value of a fact.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.kind == Kind::Cancelled
    }
}

/// A text, or its beginning with a mark.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT));
        text.push('…');
    }
    text
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.doing)?;
        for fact in &self.facts {
            write!(f, "; {}={}", fact.name, fact.value)?;
        }
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_sends_us_as_a_name_does_not_come_back_whole() {
        let long = "ñ".repeat(LONGEST_TEXT);
        let error = Error::not_found("plan", &long).because(&long);
        for text in [error.get("name").unwrap(), error.cause.as_deref().unwrap()] {
            assert!(text.len() <= LONGEST_TEXT + '…'.len_utf8() && text.ends_with("ñ…"));
        }
        assert_eq!(Error::not_found("plan", "shop").get("name"), Some("shop"));
    }
}
