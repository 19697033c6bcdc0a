//! The command line that does the one thing that helps after an error.

use resguardo_api::types::Error;
pub(crate) use resguardo_words::ErrorAction as Action;
use resguardo_words::fill;

/// The command line that does it, with the error's facts; `None` where there is none to type.
pub(crate) fn command(action: Action, error: &Error) -> Option<String> {
    let template = match action {
        Action::TryAgain
        | Action::Correct
        | Action::Rename
        | Action::BeMoreExact
        | Action::GrantAccess
        | Action::ChooseFolder
        | Action::FreeDisk
        | Action::Update
        | Action::Confirm
        | Action::Unlock
        | Action::EnterAgain => return None,
        Action::Examine => "resguardo doctor",
        Action::Look => match error.get("what") {
            Some("plan") => "resguardo plan list",
            Some("destination") => "resguardo destination list",
            Some("operation") => "resguardo operations",
            Some("entry" | "path") => "resguardo ls {snapshot}",
            Some("command") => "resguardo --help",
            _ => "resguardo list",
        },
        Action::ReviewPlan => "resguardo plan show {plan}",
        Action::Connect => "resguardo destination test {destination}",
        Action::Adopt => "resguardo adopt {destination}",
        Action::MakeRoom => "resguardo prune {plan} --dry-run",
        Action::Split => "resguardo plan edit {plan} --part-size 4G",
        Action::CheckAll => "resguardo verify --all",
        Action::Rebuild => "resguardo rebuild[ {destination}]",
        Action::BackUpFull => "resguardo backup {plan} --kind full",
        Action::UseAnother => "resguardo list[ {plan}]",
        Action::LookInside => "resguardo ls {snapshot}",
        Action::RestoreAside => "resguardo restore {snapshot} --to DIR",
        Action::ForgetComputer => "resguardo doctor --forget-computer {computer}",
    };
    Some(command_line(template, error))
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
    use resguardo_api::types::Kind;

    use super::*;

    #[test]
    fn the_command_carries_the_facts() {
        let error = Error::new(Kind::DestinationAbsent, "send").fact("destination", "USB negro");
        let typed = command(Action::of(error.kind), &error);
        assert_eq!(typed.as_deref(), Some("resguardo destination test \"USB negro\""));
        let error = Error::new(Kind::DestinationAbsent, "send");
        assert_eq!(
            command(Action::Connect, &error).as_deref(),
            Some("resguardo destination test DESTINATION")
        );
        assert_eq!(command(Action::Rebuild, &error).as_deref(), Some("resguardo rebuild"));
        assert_eq!(command(Action::UseAnother, &error).as_deref(), Some("resguardo list"));
        let missing = Error::not_found("plan", "shop");
        assert_eq!(command(Action::of(missing.kind), &missing).as_deref(), Some("resguardo plan list"));
    }
}
