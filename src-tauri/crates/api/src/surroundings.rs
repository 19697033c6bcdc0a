//! What the commands take from the environment of the program that answers.

use std::path::PathBuf;

use resguardo_domain::{Error, Result};
use resguardo_engine::Engine;
use resguardo_engine::requests::{Startup, StartupProgram, StartupView};
use resguardo_platform::autostart::{self, Change, Parts, Places, Scope, System};
use resguardo_platform::{Home, UserFolders, system_context};

use crate::requests::StartupSave;

/// The folders of the user for whom this program runs.
pub(crate) fn user_folders() -> Option<UserFolders> {
    UserFolders::find(&|name| std::env::var_os(name))
}

/// What starts the agent of this user by itself.
pub(crate) fn startup(engine: &Engine) -> Result<Startup> {
    let places = places(engine, None)?;
    Ok(startup_of(autostart::found(System::current(), &places)))
}

/// Makes it so from now on.
pub(crate) fn save_startup(engine: &Engine, request: &StartupSave) -> Result<StartupView> {
    let places = places(engine, request.program.as_ref())?;
    let system = System::current();
    let Startup { at_login, watchdog } = request.startup;
    let change =
        Change::between(system, &places, autostart::found(system, &places), Parts { at_login, watchdog });
    let report = change.carry_out(&system_context())?;
    let refused = report
        .commands
        .into_iter()
        .filter_map(|command| command.failure.map(|failure| format!("{}: {failure}", command.line)));
    Ok(StartupView { refused: refused.collect(), startup: startup_of(autostart::found(system, &places)) })
}

fn startup_of(parts: Parts) -> Startup {
    Startup { at_login: parts.at_login, watchdog: parts.watchdog }
}

/// Where things are; the program is told its home unless it would find it by itself.
fn places(engine: &Engine, program: Option<&StartupProgram>) -> Result<Places> {
    let env = |name: &str| std::env::var_os(name);
    let mut places = Places::find(&env, Scope::User)?;
    let root = engine.home().root();
    let finds_it = places.home.is_none() && Home::resolve(&env)?.root() == root;
    places.home = (!finds_it).then(|| root.to_owned());
    if let Some(program) = program {
        places.program = PathBuf::from(&program.path);
        if !places.program.is_absolute() || !places.program.is_file() {
            return Err(Error::invalid("program", &program.path, "an absolute path of a program is needed"));
        }
        if let Some(arguments) = &program.arguments {
            places.arguments.clone_from(arguments);
        }
    }
    Ok(places)
}
