//! `agent`: running it, making it start by itself, and asking how it is.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use resguardo_api::types::{Error, Identity, Kind};
use resguardo_api::{Agent, AgentShow, OfPlan, Stop};
use resguardo_platform::autostart::{self, Places, Scope, Setup, SetupReport, System};
use serde_json::json;

use super::schedule::{agent_lines, state_lines};
use crate::app::{App, Ending, tell_opening};
use crate::args::{AgentRun, AgentSetup, AgentVerb};
use crate::exit::{Exit, Moment};
use crate::failure::Failure;
use crate::locale::Locale;
use crate::output::Output;
use resguardo_words::fill;

/// The commands of the agent that no engine is opened for; `None` for the others.
pub(crate) fn without_engine(verb: &AgentVerb, out: &mut Output, locale: &Locale) -> Option<Ending> {
    match verb {
        AgentVerb::Run(args) => Some(run(args, out, locale)),
        AgentVerb::Install(args) => Some(install(args, out, locale)),
        AgentVerb::Remove(args) => Some(remove(args, out, locale)),
        AgentVerb::Status => None,
    }
}

/// `agent run`.
fn run(args: &AgentRun, out: &mut Output, locale: &Locale) -> Ending {
    let t = locale.texts();
    let (agent, opening) = match Agent::open(absolute(args.home.as_deref())?) {
        Ok(opened) => opened,
        Err(error) if error.kind == Kind::Busy && args.unless_running => return Ok(Exit::Done),
        Err(error) => return Err(refused(error, locale)),
    };
    tell_opening(out, locale, &opening);
    let home = agent.home().display().to_string();
    end_on_signal(agent.stopper());
    if let Some(program) = window_program() {
        agent.introduce(Identity {
            clicked: Arc::new(move |link| open(&program, link)),
            ..Identity::default()
        });
    }
    out.tell(&fill(t.agent_started, &[("path", &home)]));
    let whole = agent.run();
    out.object(&json!({ "agent": { "ended": true, "home": home, "cut_off": !whole } }));
    out.tell(if whole { t.agent_ended } else { t.agent_cut_off });
    Ok(Exit::Done)
}

/// The program with the window, when it is installed beside this one: clicks on notices lead there.
fn window_program() -> Option<PathBuf> {
    let name = format!("resguardo-app{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok()?.with_file_name(name);
    beside.is_file().then_some(beside)
}

/// Opens the window where a notice leads. It stays after the agent; that it can't be opened leaves the notice as good as it was.
fn open(program: &Path, link: &str) {
    if let Ok(mut window) = Command::new(program).args(["--open", link]).spawn() {
        // One that shows in another program ends at once; either way nobody else waits for it.
        std::thread::spawn(move || window.wait());
    }
}

fn absolute(home: Option<&Path>) -> Result<Option<PathBuf>, Error> {
    let failed = |home: &Path, cause: std::io::Error| {
        Error::invalid("home", home.display(), "not a path").because(cause)
    };
    home.map(|home| std::path::absolute(home).map_err(|cause| failed(home, cause))).transpose()
}

fn refused(error: Error, locale: &Locale) -> Box<Failure> {
    if error.kind != Kind::Busy {
        return error.into();
    }
    let t = locale.texts();
    let title = fill(t.agent_busy, &[("agent", error.get("agent").unwrap_or_default())]);
    let hint = Some(t.agent_busy_hint.to_owned());
    Box::new(Failure { error, moment: Moment::Asking, title: Some(title), hint })
}

fn end_on_signal(stop: Stop) {
    // Without it the agent still ends at a signal, only less gently; the next start mends what that leaves.
    let _ = ctrlc::set_handler(move || stop.stop());
}

/// `agent install`.
fn install(args: &AgentSetup, out: &mut Output, locale: &Locale) -> Ending {
    let t = locale.texts();
    let setup = setup(args)?;
    let report = autostart::install(&resguardo_platform::system_context(), &setup)?;
    tell(&report, t.agent_file, out, locale);
    let taken = report.commands.iter().all(|command| command.failure.is_none());
    out.say(if taken { t.agent_installed } else { t.agent_installed_later });
    Ok(if taken { Exit::Done } else { Exit::Issues })
}

/// `agent remove`.
fn remove(args: &AgentSetup, out: &mut Output, locale: &Locale) -> Ending {
    let t = locale.texts();
    let setup = setup(args)?;
    let report = autostart::remove(&resguardo_platform::system_context(), &setup)?;
    tell(&report, t.agent_file_removed, out, locale);
    out.say(if report.files.is_empty() { t.agent_not_installed } else { t.agent_removed });
    Ok(Exit::Done)
}

fn setup(args: &AgentSetup) -> Result<Setup, Error> {
    let scope = if args.system { Scope::Computer } else { Scope::User };
    let places = Places::find(&|name| std::env::var_os(name), scope)?;
    Ok(Setup::of(System::current(), scope, &places))
}

fn tell(report: &SetupReport, done: &str, out: &mut Output, locale: &Locale) {
    let t = locale.texts();
    let text = |path: &Path| path.display().to_string();
    let commands: Vec<_> = report
        .commands
        .iter()
        .map(|command| json!({ "command": command.line, "failure": command.failure }))
        .collect();
    let paths = |files: &[PathBuf]| files.iter().map(|path| text(path)).collect::<Vec<_>>();
    out.object(&json!({ "agent": {
        "files": paths(&report.files), "foreign": paths(&report.foreign), "commands": commands,
    } }));
    for path in paths(&report.files) {
        out.say(&fill(done, &[("path", &path)]));
    }
    for path in paths(&report.foreign) {
        out.say(&fill(t.agent_foreign, &[("path", &path)]));
    }
    for command in &report.commands {
        if let Some(cause) = &command.failure {
            out.tell(&fill(t.agent_command, &[("line", &command.line), ("cause", cause)]));
        }
    }
}

/// `agent status`.
pub(crate) fn status(app: &mut App) -> Ending {
    let agent = app.api.call::<AgentShow>(OfPlan::default())?;
    app.object("agent", &agent);
    let mut lines = agent_lines(&app.locale, &agent, true);
    if lines.is_empty() {
        lines.push(app.locale.texts().agent_absent.to_owned());
    }
    for plan in &agent.plans {
        lines.push(plan.plan.clone());
        lines.extend(state_lines(&app.locale, plan));
    }
    app.out.say_all(lines);
    Ok(Exit::Done)
}
