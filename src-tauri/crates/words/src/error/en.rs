//! What every kind of error is called, whether the data is safe and what to do, in English.

use super::{Expected, KindText, Kinds};
use crate::ErrorAction as Action;

/// What happened and what to do, for each kind of error.
pub(super) const KINDS: Kinds = Kinds {
    cancelled: text("Stopped as you asked", "Nothing half-done is left. Start it again whenever you like."),
    internal: text(
        "This is a mistake in Resguardo",
        "Your backups are not affected. Try again; if it happens again, send us the technical detail.",
    ),
    invalid_input: text(
        "The value[ “{value}”] can't be used[ for {field}]",
        "Nothing was changed. Correct it and try again.",
    ),
    not_found: text(
        "There is no {what}[ “{name}”][ in {path}]",
        "Nothing was changed. Look up what there is and try again.",
    ),
    already_exists: text(
        "There is already a {what}[ called “{name}”]",
        "Nothing was changed. Choose another name.",
    ),
    ambiguous: text(
        "[“{name}” ]fits several things",
        "Nothing was changed. Give more of the id, or the whole name.",
    ),
    busy: text(
        "Resguardo is already at work[ on plan “{plan}”]",
        "Wait until it ends, then try again. Nothing was changed.",
    ),
    source_missing: text(
        "What should be backed up is not there[: {path}]",
        "The backups you have are safe. Connect the drive or correct the path in the plan.",
    ),
    source_unreadable: text(
        "What should be backed up can't be read[: {path}]",
        "The backups you have are safe. Give your user permission to read it.",
    ),
    source_empty: text(
        "What should be backed up is empty[: {path}]",
        "It does not count as a backup; the ones you have are safe. Look whether the files were moved.",
    ),
    destination_inside_source: text(
        "The destination[ {destination}] and what is backed up[ ({path})] lie inside each other",
        "Nothing was changed. Choose a folder outside, best on another drive.",
    ),
    destination_absent: text(
        "The destination[ “{destination}”] is disconnected",
        "Backups wait on this computer and are sent when it is back. Connect it.",
    ),
    destination_foreign: text(
        "The folder of the destination[ “{destination}”] belongs to another one",
        "Nothing was written there. Connect the right drive, or take its backups over.",
    ),
    destination_full: text(
        "There is no room left at the destination[ “{destination}”]",
        "The backups you have are safe. Make room, or remove old backups.",
    ),
    destination_denied: text(
        "The destination[ “{destination}”] refuses access",
        "The backups you have are safe. Allow your user to write and read there.",
    ),
    object_too_large: text(
        "The destination[ “{destination}”] can't hold a file this large[ ({size})]",
        "Your other destinations are not affected. Let the plan split its archives into parts.",
    ),
    disk_full: text(
        "There is no room left on this computer[: {path}]",
        "The backups you have are safe. Free some space and try again.",
    ),
    permission_denied: text(
        "The system does not give access[ to {path}]",
        "Your data was not changed. Give your user permission, or choose another place.",
    ),
    io: text(
        "Reading or writing failed[: {path}]",
        "Nothing half-done counts as a backup. Check the drive or the cable and try again.",
    ),
    archive_damaged: text(
        "A backup’s archive is damaged[: {path}]",
        "Your files are not affected. Check all backups, and make a full one soon.",
    ),
    manifest_damaged: text(
        "A backup’s table of contents is damaged[: {path}]",
        "The archive itself may be whole. Fill the catalog again from the destinations.",
    ),
    chain_broken: text(
        "An archive that this backup depends on is missing or damaged",
        "Other backups are not affected. Make a full backup to start afresh.",
    ),
    newer_format: text(
        "This was written by a newer version of Resguardo",
        "Nothing was changed. Install the newest version and try again.",
    ),
    archive_hostile: text(
        "This archive tries to write outside its place",
        "Nothing was restored from it. Do not use it; choose another backup.",
    ),
    catalog_damaged: text(
        "The program’s own catalog is damaged",
        "Your backups are safe. Fill the catalog again from the destinations.",
    ),
    catalog_newer: text(
        "The catalog belongs to a newer version of Resguardo",
        "Nothing was changed. Install the newest version.",
    ),
    database_busy: text(
        "A database is in use by another program for too long[: {path}]",
        "The backups you have are safe. Try again when the other program rests.",
    ),
    database_damaged: text(
        "A database fails its own check[: {path}]",
        "Earlier backups may hold a whole one. Have the program that owns it repair it.",
    ),
    nothing_restored: text(
        "Nothing was restored",
        "Your files are as they were. Look at what the backup holds and choose again.",
    ),
    verify_failed: text(
        "What was written does not read back as it should[: {path}]",
        "Do not rely on this copy. Check the drive, then check all backups.",
    ),
    safety_impossible: text(
        "The safety snapshot could not be taken",
        "Nothing was changed. Restore into another folder, or solve what is said below.",
    ),
    confirmation_needed: text(
        "This needs your confirmation[: {deleted} of {all} backups would go]",
        "Nothing was changed. Confirm it when you are sure.",
    ),
    cannot_undo: text(
        "This can't be undone any more[: {operation}]",
        "Your files are as they are now. You can restore them from an earlier backup.",
    ),
    key_store_locked: text(
        "This computer's key store is locked or not running",
        "Your backups are not affected. Sign in on this computer or unlock the key store, then try again.",
    ),
    secrets_damaged: text(
        "The file with your passwords can't be opened[: {path}]",
        "Your backups are safe and the file was left as it is. Enter the passwords again.",
    ),
    channel_unreachable: text(
        "A notice could not be delivered[ through {channel}]",
        "Your backups are not affected. Check the connection; we will try again.",
    ),
    channel_denied: text(
        "Notices are being turned away[ by {channel}]",
        "Your backups are not affected. The password or address is no longer valid: enter it again.",
    ),
    channel_untrusted: text(
        "We can't be sure who receives the notices[ of {channel}]",
        "Nothing was sent. Check the server's name and its certificate.",
    ),
    channel_refused: text(
        "A notice was not accepted[ by {channel}]",
        "Your backups are not affected. Check the channel's settings and send a test.",
    ),
    heartbeat_untrusted: text(
        "What stands[ at “{destination}”] under the name of the computer[ “{computer}”] can't be believed",
        "Your own backups are not affected. If that computer was set up again, believe it anew; otherwise find out who can write there.",
    ),
    update_unknown: text(
        "We could not find out whether there is a newer version",
        "Your backups go on as always. Look again when you are connected to the internet.",
    ),
};

const fn text(title: &'static str, hint: &'static str) -> KindText {
    KindText { title, hint }
}

/// An action in a few words.
pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::TryAgain => "Try again",
        Action::Examine => "Examine this installation",
        Action::Correct => "Correct it",
        Action::Look => "See what there is",
        Action::Rename => "Choose another name",
        Action::BeMoreExact => "Be more exact",
        Action::ReviewPlan => "Look at the plan",
        Action::GrantAccess => "Give access",
        Action::ChooseFolder => "Choose another folder",
        Action::Connect => "Connect it and test it",
        Action::Adopt => "Take over its backups",
        Action::MakeRoom => "See which old backups would go",
        Action::FreeDisk => "Free some space",
        Action::Split => "Split archives into parts",
        Action::CheckAll => "Check all backups",
        Action::Rebuild => "Fill the catalog again",
        Action::BackUpFull => "Make a full backup",
        Action::Update => "Install the newest version",
        Action::UseAnother => "Choose another backup",
        Action::LookInside => "See what the backup holds",
        Action::RestoreAside => "Restore into another folder",
        Action::Confirm => "Confirm it",
        Action::Unlock => "Unlock the key store",
        Action::EnterAgain => "Enter it again",
        Action::ForgetComputer => "If it was set up again, believe it anew",
    }
}

/// A thing by its word on the wire; nothing when it has none.
pub(super) fn thing(word: &str) -> Option<&'static str> {
    Some(match word {
        "path" => "file or folder",
        "file" => "file",
        "plan" => "plan",
        "destination" => "destination",
        "snapshot" => "backup",
        "operation" => "operation",
        "entry" => "file or folder",
        "source" => "source",
        "command" => "command",
        "object" => "file at the destination",
        "channel" => "channel",
        "computer" => "computer",
        _ => return None,
    })
}

/// What a field of the input expects.
pub(super) fn expected(expected: Expected) -> &'static str {
    match expected {
        Expected::Unneeded => {
            "Other backups depend on this one. Delete those first, or let the rules of the plan decide."
        }
        Expected::Flagged => "Nothing about this backup is odd: there is nothing to decide.",
        Expected::Name => {
            "A name has 1 to 64 characters, none of / \\ : * ? \" < > | @, and does not start or end with a space or a dot."
        }
        Expected::Number => "Use a whole number from 1 to 100,000.",
        Expected::Hours => "Use a number of hours from 1 to 24.",
        Expected::ExistingPath => "Check that it is spelled right and that you can open it.",
        Expected::Address => {
            "Write an e-mail address such as ana@example.com; sender and receiver are both needed."
        }
        Expected::Future => "Give a date and time that is still to come.",
        Expected::Rules => "With these rules nothing would be kept. Choose at least one.",
        Expected::Secret => "Enter it again.",
        Expected::Zone => "Choose a time zone from the list.",
        Expected::Level => "Choose one of the levels, or a number from 0 to 9.",
    }
}
