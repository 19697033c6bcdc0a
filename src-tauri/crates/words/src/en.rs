//! Every sentence of this crate in English; which one is said when stands elsewhere.

use resguardo_domain::{
    Cause, HeartbeatDoubt as Doubt, Nearness, OperationState, ProtectionState as State,
    StatusAction as Action, StatusReason as Reason, Verb,
};

use crate::customs::Units;
use crate::page::PageTexts;

pub(crate) const UNITS: Units = Units {
    months: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    weekdays: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    few_seconds: "a few seconds",
    about_seconds: "about {n} seconds",
    about_minute: "about a minute",
    about_minutes: "about {n} minutes",
    about_hour: "about an hour",
    about_hours: "about {n} hours",
    about_day: "about a day",
    about_days: "about {n} days",
};

pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Protected => "Protected",
        State::ToStart => "Not set up",
        State::NeedsAttention => "Needs attention",
        State::NotProtected => "Not protected",
    }
}

/// The state as a title, and in two or three words.
pub(crate) fn headline(
    state: State,
    reason: Option<&Reason>,
    lacking: Option<Nearness>,
) -> (&'static str, &'static str) {
    match (state, reason, lacking) {
        (State::Protected, ..) => ("Your business is protected", "All is well"),
        (State::ToStart, ..) => ("Nothing is protected yet", "Not set up"),
        (State::NotProtected, ..) => ("Your business is not protected", "Not protected"),
        (_, Some(Reason::NotAway { .. } | Reason::NoAwayDestination { .. }), _)
        | (_, _, Some(Nearness::Away)) => ("Protected here, but not away", "No backup away"),
        (_, Some(Reason::NotNear { .. } | Reason::NoNearDestination { .. }), _)
        | (_, _, Some(Nearness::Near)) => ("Protected away, but not here", "No backup nearby"),
        (_, Some(Reason::FirstCopyPending { .. }), _) => ("The first backup is still to come", "Ready"),
        (_, Some(Reason::NothingActive | Reason::NotScheduled { .. }), _) => {
            ("Nothing is backed up by itself", "Nothing runs by itself")
        }
        (_, Some(Reason::Late { .. }), _) => ("The last backup has grown old", "The backup is late"),
        (_, Some(Reason::Flagged { .. }), _) => ("Something changed more than usual", "A change to look at"),
        _ => ("Protected, with something to look at", "Something to look at"),
    }
}

pub(crate) fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoCopy { last: Some(_), .. } => {
            "The last good backup of {sources} (plan {plan}) is from {last}. What has changed since is not safe."
        }
        Reason::NoCopy { last: None, .. } => {
            "There is no good backup of {sources} (plan {plan}): what is there is not safe."
        }
        Reason::RunsFail { .. } => "The last {n} backups of plan {plan} failed. Earlier ones are still safe.",
        Reason::Flagged { .. } => {
            "{source} (plan {plan}) changed far more than usual; no backup is removed until you have looked at it."
        }
        Reason::SignedOut { .. } => {
            "The sign-in to {destination} has expired: no new backups arrive until you reconnect."
        }
        Reason::Absent { .. } => {
            "{destination} has been disconnected since {since}: new backups wait for it."
        }
        Reason::SpaceLow { .. } => "Only {percent} of {destination} is free.",
        Reason::Behind { .. } => "Backups still to reach {destination}: {n}.",
        Reason::Late { .. } => "The backup of {sources} (plan {plan}) is late; the last one is from {last}.",
        Reason::NotAway { last: Some(_), .. } => {
            "The backup away of {sources} (plan {plan}) is old, from {last}: a theft or a fire would take what came after."
        }
        Reason::NotAway { last: None, .. } => {
            "There is no backup away of {sources} (plan {plan}): a theft or a fire would take it."
        }
        Reason::NotNear { last: Some(_), .. } => {
            "The backup nearby of {sources} (plan {plan}) is old, from {last}."
        }
        Reason::NotNear { last: None, .. } => "There is no backup nearby of {sources} (plan {plan}).",
        Reason::DrillFailed { .. } => "The restore test of {at} failed.",
        Reason::DrillOverdue { last: Some(_) } => "The last restore test is from {last}.",
        Reason::DrillOverdue { last: None } => "No backup has been restored as a test yet.",
        Reason::RecoveryUnconfirmed => "Nobody has confirmed that they keep the recovery sheet.",
        Reason::NoAwayDestination { .. } => {
            "Plan {plan} has no destination away: a theft or a fire would take every backup."
        }
        Reason::NoNearDestination { .. } => {
            "Plan {plan} has no destination nearby: getting things back would be slow."
        }
        Reason::NotScheduled { .. } => "Plan {plan} has no schedule.",
        Reason::NothingActive => "No plan is active.",
        Reason::FirstCopyPending { .. } => "The first backup of plan {plan} is due {due}.",
        Reason::NoPlan => "There is no plan.",
    }
}

/// A reason that a run is the cause of, with the run's error.
pub(crate) fn because(reason: &Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::NoCopy { last: Some(_), .. } => {
            "The last good backup of {sources} (plan {plan}) is from {last}. {why}."
        }
        Reason::NoCopy { last: None, .. } => "There is no good backup of {sources} (plan {plan}). {why}.",
        Reason::RunsFail { .. } => "The last {n} backups of plan {plan} failed. {why}.",
        Reason::Late { .. } => {
            "The backup of {sources} (plan {plan}) is late; the last one is from {last}. {why}."
        }
        _ => return None,
    })
}

pub(crate) fn action(action: &Action) -> &'static str {
    match action {
        Action::MakePlan => "Make a plan",
        Action::BackUpNow { .. } => "Back up now",
        Action::SeeFailure { .. } => "See what happened",
        Action::ReviewChanges { .. } => "Review the changes",
        Action::Reconnect { .. } => "Reconnect",
        Action::Connect { .. } => "Connect the destination",
        Action::MakeRoom { .. } => "Make room",
        Action::SendNow { .. } => "Send now",
        Action::SeeDestinations { .. } => "See the destinations",
        Action::AddDestination { .. } => "Add a destination",
        Action::EditSchedule { .. } => "Set a schedule",
        Action::SeePlans => "See the plans",
        Action::TestRestore => "Test a restore",
        Action::ConfirmRecoverySheet => "Confirm the recovery sheet",
    }
}

/// Title and body.
pub(crate) fn alert(cause: &Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Late { .. } => (
            "The backup of {plan} is late",
            "[The last good backup is from {last}. ]Leave the computer on when the backup is due, or back up now.",
        ),
        Cause::NoCopy { .. } => (
            "{plan} is not protected",
            "[The last good backup is from {last}. ]What has changed since is not safe. Back up now.",
        ),
        Cause::NoCopyFor { .. } => {
            ("Too long without a backup: {time}", "[The last good backup is from {last}. ]Back up now.")
        }
        Cause::RunsFail { .. } => (
            "The backup of {plan} could not finish",
            "The last {n} failed. Earlier backups are still safe. Open Resguardo to see why.",
        ),
        Cause::Stalled { .. } => (
            "An operation makes no progress",
            "It has not moved for {time}. See whether the destination is still connected, or cancel it.",
        ),
        Cause::SpaceLow { .. } => (
            "Little room is left in {destination}",
            "Only {percent} is free. Make room, or keep fewer backups there.",
        ),
        Cause::SignedOut { .. } => {
            ("The sign-in to {destination} has expired", "Backups wait here and none is lost. Reconnect.")
        }
        Cause::SignInExpires { .. } => {
            ("The sign-in to {destination} expires soon", "It expires on {at}. Reconnect before then.")
        }
        Cause::DrillOverdue { .. } => (
            "No restore has been tested for a while",
            "[The last restore test is from {last}. ]Test one now: only a backup that restores is a backup.",
        ),
        Cause::DrillFailed { .. } => (
            "The restore test failed",
            "The test of {at} did not give back what had been copied. Open Resguardo to see what is missing.",
        ),
        Cause::Flagged { .. } => (
            "{source} changed more than usual",
            "The backup of plan {plan} was kept, and no earlier one is removed until you say whether the change is yours.",
        ),
        Cause::Silent { .. } => (
            "{computer} has not made a backup for {days}",
            "Its last one that {destination} tells of is from {at}. See whether that computer is on and connected.",
        ),
        Cause::Disbelieved { doubt, .. } => {
            ("What {destination} tells of {computer} can't be believed", disbelieved(*doubt))
        }
    }
}

/// Why what stands under another computer's name is not believed, and what to do.
fn disbelieved(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::OtherKey => {
            "It is signed with a key that is not that computer's. If it was set up again, say so; if not, find out who can write there."
        }
        Doubt::BadSignature => {
            "Its signature does not fit: somebody or something changed it. Find out who can write there."
        }
        Doubt::Unsigned => {
            "It is not signed any more, as it was before. See on that computer whether its key store is open."
        }
        Doubt::Older => {
            "It is older than what stood there before: somebody or something put an old state back."
        }
        Doubt::Unreadable => {
            "It can't be read. It is written again when that computer makes its next backup."
        }
    }
}

/// The button of a notice: about trouble, about anything else.
pub(crate) const LINK: (&str, &str) = ("Fix", "Open Resguardo");

/// Title and body.
pub(crate) const ALL_GOOD: (&str, &str) =
    ("Everything is in order again", "What we told you about is solved.");
/// Title and body.
pub(crate) const RUN_FAILED: (&str, &str) = (
    "The backup of {plan} could not finish",
    "It failed on {at}. Earlier backups are still safe, and we try again at the next date. Open Resguardo to see why.",
);
/// Title and body.
pub(crate) const FIRST_COPY: (&str, &str) = (
    "First backup of {plan} finished",
    "Made on {at}: {files}. From now on we only tell you when something is wrong, and once a week.",
);
/// Title and body.
pub(crate) const CHANNEL_TEST: (&str, &str) =
    ("A test from Resguardo", "Notices by {channel} arrive. There is nothing to do.");
pub(crate) const PLAN: &str = "Plan";
pub(crate) const FILES: (&str, &str) = ("file", "files");
pub(crate) const BACKUPS: (&str, &str) = ("backup", "backups");
pub(crate) const WEEK: &str = "The week: {title}";
pub(crate) const PLAN_WEEK: &str = "{plan}: {good}.[ Not finished: {failed}.][ The last one, of {newest} ({size}; all of them take {stored}).]";

/// The page at a destination.
pub(crate) const PAGE: PageTexts = PageTexts {
    language: "English",
    heading: "Backups of the computer {computer}",
    made: "Made on {at}",
    stale: "This page is written anew after every backup. If a next one named below should have been made more than a day ago, turn that computer on and see why it was not.",
    plans: "Plans",
    last: "Last good backup",
    never: "none yet",
    places: "Where",
    nowhere: "nowhere yet",
    kept: "Backups kept",
    next: "Next one",
    no_next: "not scheduled",
    paused: "paused",
    paused_until: "paused until {at}",
    destinations: "Destinations",
    this_one: "this one",
    waiting: "Still to arrive",
    absent: "Disconnected since",
    recovery: "Getting things back without the program",
    recovery_text: "The backups are ordinary ZIP files. In the folder of each plan, beside this page, a text explains step by step how to open them on any computer:",
    recovery_elsewhere: "None of the plans keeps its backups here any more.",
    by: "Written by Resguardo {version}.",
};

/// Where an operation stands.
pub(crate) fn operation_state(state: OperationState) -> &'static str {
    match state {
        OperationState::Queued => "queued",
        OperationState::Running => "at work",
        OperationState::Cancelling => "stopping",
        OperationState::Succeeded => "done",
        OperationState::SucceededWithIssues => "done, with problems",
        OperationState::Failed => "failed",
        OperationState::Cancelled => "stopped",
        OperationState::Interrupted => "interrupted",
    }
}

/// What an operation does.
pub(crate) fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::BackUp => "backup",
        Verb::Upload => "sending",
        Verb::Verify => "check",
        Verb::Drill => "test restore",
        Verb::Restore => "restore",
        Verb::Undo => "undo of a restore",
        Verb::Prune => "removal of old backups",
        Verb::Rebuild => "reading of destinations",
        Verb::Export => "export",
    }
}

/// The headings of the table of operations.
pub(crate) const OPERATION_HEADINGS: [&str; 11] = [
    "Started",
    "Ended",
    "Seconds",
    "Plan",
    "What",
    "How it ended",
    "Files",
    "Bytes",
    "New bytes",
    "Problems",
    "Why",
];
