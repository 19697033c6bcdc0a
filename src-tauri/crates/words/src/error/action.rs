//! The one thing that helps after each kind of error, as a value.

use resguardo_domain::Kind;
use serde::{Deserialize, Serialize};

/// What the owner can do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorAction {
    /// Run the same again.
    TryAgain,
    /// Have this installation examined.
    Examine,
    /// Correct what was typed.
    Correct,
    /// Look up what there is.
    Look,
    /// Choose another name.
    Rename,
    /// Give more of the id or the name.
    BeMoreExact,
    /// Look at the plan's sources.
    ReviewPlan,
    /// Give access.
    GrantAccess,
    /// Choose another folder.
    ChooseFolder,
    /// Connect the destination and test it.
    Connect,
    /// Take over what lies at the destination.
    Adopt,
    /// Make room at the destination.
    MakeRoom,
    /// Make room on this computer.
    FreeDisk,
    /// Split archives into parts.
    Split,
    /// Check every backup.
    CheckAll,
    /// Fill the catalog again.
    Rebuild,
    /// Make a full backup.
    BackUpFull,
    /// Install a newer program.
    Update,
    /// Use another copy.
    UseAnother,
    /// See what is inside.
    LookInside,
    /// Restore into another folder.
    RestoreAside,
    /// Confirm.
    Confirm,
    /// Unlock the system's key store.
    Unlock,
    /// Enter a password or an address again.
    EnterAgain,
    /// Take what a computer tells from now on for its own.
    ForgetComputer,
}

impl ErrorAction {
    /// The action of a kind.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Cancelled | Kind::Busy | Kind::Io | Kind::DatabaseBusy => Self::TryAgain,
            Kind::Internal => Self::Examine,
            Kind::InvalidInput => Self::Correct,
            Kind::NotFound => Self::Look,
            Kind::AlreadyExists => Self::Rename,
            Kind::Ambiguous => Self::BeMoreExact,
            Kind::SourceMissing | Kind::SourceEmpty => Self::ReviewPlan,
            Kind::SourceUnreadable | Kind::DestinationDenied | Kind::PermissionDenied => Self::GrantAccess,
            Kind::DestinationInsideSource => Self::ChooseFolder,
            Kind::DestinationAbsent => Self::Connect,
            Kind::DestinationForeign => Self::Adopt,
            Kind::DestinationFull => Self::MakeRoom,
            Kind::ObjectTooLarge => Self::Split,
            Kind::DiskFull => Self::FreeDisk,
            Kind::ArchiveDamaged | Kind::VerifyFailed => Self::CheckAll,
            Kind::ManifestDamaged | Kind::CatalogDamaged => Self::Rebuild,
            Kind::ChainBroken => Self::BackUpFull,
            Kind::NewerFormat | Kind::CatalogNewer => Self::Update,
            Kind::ArchiveHostile | Kind::DatabaseDamaged | Kind::CannotUndo => Self::UseAnother,
            Kind::NothingRestored => Self::LookInside,
            Kind::SafetyImpossible => Self::RestoreAside,
            Kind::ConfirmationNeeded => Self::Confirm,
            Kind::KeyStoreLocked => Self::Unlock,
            Kind::SecretsDamaged | Kind::ChannelDenied => Self::EnterAgain,
            Kind::ChannelUnreachable | Kind::UpdateUnknown => Self::TryAgain,
            Kind::ChannelUntrusted | Kind::ChannelRefused => Self::Correct,
            Kind::HeartbeatUntrusted => Self::ForgetComputer,
        }
    }
}
