//! The one thing that helps after each kind of error, as a value, and the command line that does it.

use resguardo_api::types::{Error, Kind};
use serde::Serialize;

use resguardo_words::fill;

/// What the owner can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
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

impl Action {
    /// The action of a kind.
    pub(crate) fn of(kind: Kind) -> Self {
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
            Kind::ChannelUnreachable => Self::TryAgain,
            Kind::ChannelUntrusted | Kind::ChannelRefused => Self::Correct,
            Kind::HeartbeatUntrusted => Self::ForgetComputer,
        }
    }

    /// The command line that does it, with the error's facts; `None` where there is none to type.
    pub(crate) fn command(self, error: &Error) -> Option<String> {
        let template = match self {
            Self::TryAgain
            | Self::Correct
            | Self::Rename
            | Self::BeMoreExact
            | Self::GrantAccess
            | Self::ChooseFolder
            | Self::FreeDisk
            | Self::Update
            | Self::Confirm
            | Self::Unlock
            | Self::EnterAgain => return None,
            Self::Examine => "resguardo doctor",
            Self::Look => match error.get("what") {
                Some("plan") => "resguardo plan list",
                Some("destination") => "resguardo destination list",
                Some("operation") => "resguardo operations",
                Some("entry" | "path") => "resguardo ls {snapshot}",
                Some("command") => "resguardo --help",
                _ => "resguardo list",
            },
            Self::ReviewPlan => "resguardo plan show {plan}",
            Self::Connect => "resguardo destination test {destination}",
            Self::Adopt => "resguardo adopt {destination}",
            Self::MakeRoom => "resguardo prune {plan} --dry-run",
            Self::Split => "resguardo plan edit {plan} --part-size 4G",
            Self::CheckAll => "resguardo verify --all",
            Self::Rebuild => "resguardo rebuild[ {destination}]",
            Self::BackUpFull => "resguardo backup {plan} --kind full",
            Self::UseAnother => "resguardo list[ {plan}]",
            Self::LookInside => "resguardo ls {snapshot}",
            Self::RestoreAside => "resguardo restore {snapshot} --to DIR",
            Self::ForgetComputer => "resguardo doctor --forget-computer {computer}",
        };
        Some(command_line(template, error))
    }
}

/// Facts as words of a shell; what is not known is written as the contract's placeholder.
fn command_line(template: &str, error: &Error) -> String {
    let value = |name: &str, placeholder: &str| error.get(name).map_or(placeholder.to_owned(), shell_word);
    let (plan, snapshot) = (value("plan", "NAME"), value("snapshot", "SNAPSHOT"));
    let computer = value("computer", "COMPUTER");
    let mut values =
        vec![("plan", plan.as_str()), ("snapshot", snapshot.as_str()), ("computer", computer.as_str())];
    let destination = error.get("destination").map(shell_word);
    // A place in brackets is optional: it is dropped when unknown. Elsewhere the placeholder stands.
    match &destination {
        Some(name) => values.push(("destination", name)),
        None if !template.contains('[') => values.push(("destination", "DESTINATION")),
        None => {}
    }
    if template.contains("[ {plan}]") && error.get("plan").is_none() {
        values.retain(|(name, _)| *name != "plan");
    }
    fill(template, &values)
}

fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_carries_the_facts() {
        let error = Error::new(Kind::DestinationAbsent, "send").fact("destination", "USB negro");
        let command = Action::of(error.kind).command(&error);
        assert_eq!(command.as_deref(), Some("resguardo destination test \"USB negro\""));
        let error = Error::new(Kind::DestinationAbsent, "send");
        assert_eq!(
            Action::Connect.command(&error).as_deref(),
            Some("resguardo destination test DESTINATION")
        );
        assert_eq!(Action::Rebuild.command(&error).as_deref(), Some("resguardo rebuild"));
        assert_eq!(Action::UseAnother.command(&error).as_deref(), Some("resguardo list"));
        let missing = Error::not_found("plan", "shop");
        assert_eq!(Action::of(missing.kind).command(&missing).as_deref(), Some("resguardo plan list"));
    }
}
