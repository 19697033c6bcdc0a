//! `resguardo`: every verb of the product without a window.

mod actions;
mod app;
mod args;
mod ask;
mod commands;
mod exit;
mod failure;
mod help;
mod locale;
mod output;
mod paths;
mod progress;
mod table;
mod texts;
mod usage;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;
use resguardo_platform::logs::{self, Role};
use resguardo_platform::{Environment, Home};
use serde_json::json;

use crate::app::{App, Ending};
use crate::args::{Agent, Cli, Verb};
use crate::exit::Exit;
use crate::locale::Locale;
use crate::output::Output;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let locale = Locale::choose(&arguments, &|name| std::env::var_os(name));
    ExitCode::from(run(&arguments, locale).code())
}

/// Parses and runs, and tells how it ended.
fn run(arguments: &[OsString], locale: Locale) -> Exit {
    let parsed = help::command(&locale)
        .try_get_matches_from(arguments)
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
    match parsed {
        Ok(cli) => run_verb(cli, locale),
        Err(error) => refuse(arguments, &error, &locale),
    }
}

fn run_verb(cli: Cli, locale: Locale) -> Exit {
    let mut out = Output::of_process(cli.json, cli.quiet);
    if let Verb::Completions(args) = &cli.verb {
        let mut script = Vec::new();
        clap_complete::generate(args.shell, &mut help::command(&locale), "resguardo", &mut script);
        if out.json {
            out.object(&json!({ "completions": String::from_utf8_lossy(&script) }));
        } else {
            out.raw(&script);
        }
        return ended(out, &locale, Ok(Exit::Done));
    }
    if let Verb::Agent(Agent { verb: Some(verb) }) = &cli.verb
        && let Some(ending) = commands::without_engine(verb, &mut out, &locale)
    {
        return ended(out, &locale, ending);
    }
    // Before the engine, so that what opening finds is in the log. A home that can't be found is the engine's to tell.
    let env: Environment<'_> = &|name| std::env::var_os(name);
    if let Ok(home) = Home::resolve(env) {
        logs::start(&home, Role::Cli, env);
    }
    match App::open(out, locale) {
        Ok(mut app) => {
            let ending = commands::run(&mut app, cli.verb);
            ended(app.out, &app.locale, ending)
        }
        Err(failed) => {
            let (failure, out, locale) = *failed;
            ended(out, &locale, Err(failure))
        }
    }
}

/// Tells a failure, flushes the answer, decides the exit code.
fn ended(mut out: Output, locale: &Locale, ending: Ending) -> Exit {
    let exit = match ending {
        Ok(exit) => exit,
        Err(failure) => {
            let object = json!({ "error": failure.json(locale) });
            out.object(&object);
            failure.tell(&mut out, locale);
            failure.exit()
        }
    };
    match out.finish() {
        Ok(()) => exit,
        Err(error) => {
            out.tell(&error.to_string());
            Exit::Failed
        }
    }
}

/// Help and version are answers; everything else that the parser refuses is wrong usage.
fn refuse(arguments: &[OsString], error: &clap::Error, locale: &Locale) -> Exit {
    let is_flag = |flag: &str| {
        arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == flag)
    };
    let mut out = Output::of_process(is_flag("--json"), true);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            out.raw(help::translated(&error.render().to_string(), locale).as_bytes());
            ended(out, locale, Ok(Exit::Done))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            out.tell(help::translated(&error.render().to_string(), locale).trim_end());
            Exit::Usage
        }
        _ => ended(out, locale, Err(usage::failure(error, arguments, locale))),
    }
}
