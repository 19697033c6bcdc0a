//! The table of what every kind of error means: a kind without its texts does not compile.

use resguardo_domain::Kind;

use super::KindText;

/// Declares the table of the kinds of errors: a field for each kind, and the way from one to the other.
macro_rules! kinds {
    ($($kind:ident $field:ident,)*) => {
        /// What every kind of error means.
        #[derive(Debug)]
        pub(super) struct Kinds { $(pub(super) $field: KindText),* }

        impl Kinds {
            /// The text of a kind.
            pub(super) fn of(&self, kind: Kind) -> KindText {
                match kind { $(Kind::$kind => self.$field),* }
            }
        }
    };
}

kinds! {
    Cancelled cancelled,
    Internal internal,
    InvalidInput invalid_input,
    NotFound not_found,
    AlreadyExists already_exists,
    Ambiguous ambiguous,
    Busy busy,
    SourceMissing source_missing,
    SourceUnreadable source_unreadable,
    SourceEmpty source_empty,
    DestinationInsideSource destination_inside_source,
    DestinationAbsent destination_absent,
    DestinationForeign destination_foreign,
    DestinationFull destination_full,
    DestinationDenied destination_denied,
    ObjectTooLarge object_too_large,
    DiskFull disk_full,
    PermissionDenied permission_denied,
    Io io,
    ArchiveDamaged archive_damaged,
    ManifestDamaged manifest_damaged,
    ChainBroken chain_broken,
    NewerFormat newer_format,
    ArchiveHostile archive_hostile,
    CatalogDamaged catalog_damaged,
    CatalogNewer catalog_newer,
    DatabaseBusy database_busy,
    DatabaseDamaged database_damaged,
    NothingRestored nothing_restored,
    VerifyFailed verify_failed,
    SafetyImpossible safety_impossible,
    ConfirmationNeeded confirmation_needed,
    CannotUndo cannot_undo,
    KeyStoreLocked key_store_locked,
    SecretsDamaged secrets_damaged,
    ChannelUnreachable channel_unreachable,
    ChannelDenied channel_denied,
    ChannelUntrusted channel_untrusted,
    ChannelRefused channel_refused,
    HeartbeatUntrusted heartbeat_untrusted,
    UpdateUnknown update_unknown,
}
