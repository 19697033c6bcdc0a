//! The commands: each takes its arguments, asks the wire, and tells the answer.

mod agent;
mod alerts;
mod channels;
mod computers;
mod config;
mod destinations;
mod doctor;
mod odd;
mod operations;
mod pauses;
mod plans;
mod plans_show;
mod restore;
mod schedule;
mod snapshots;
mod status;
mod support;
mod upkeep;
mod wizard;

pub(crate) use agent::without_engine;

use crate::app::{App, Ending};
use crate::args::{ConfigVerb, DestinationVerb, PlanVerb, Verb};
use crate::exit::Exit;

/// Runs a command on an open engine.
pub(crate) fn run(app: &mut App, verb: Verb) -> Ending {
    match verb {
        Verb::Plan(verb) => match *verb {
            PlanVerb::Add(args) => plans::add(app, args),
            PlanVerb::List => plans_show::list(app),
            PlanVerb::Show(args) => plans_show::show(app, &args.name),
            PlanVerb::Edit(args) => plans::edit(app, args),
            PlanVerb::Remove(args) => plans::remove(app, &args),
        },
        Verb::Backup(args) => snapshots::back_up(app, args),
        Verb::List(args) => snapshots::list(app, args.name),
        Verb::Show(args) => snapshots::show(app, &args.snapshot),
        Verb::Ls(args) => snapshots::entries(app, &args),
        Verb::Find(args) => snapshots::find(app, args),
        Verb::Restore(args) => restore::restore(app, args),
        Verb::Undo(args) => restore::undo(app, args.operation),
        Verb::Verify(args) => upkeep::verify(app, args),
        Verb::Prune(args) => upkeep::prune(app, args),
        Verb::Pin(args) => upkeep::pin(app, args.snapshot, true),
        Verb::Unpin(args) => upkeep::pin(app, args.snapshot, false),
        Verb::Accept(args) => upkeep::settle(app, args.snapshot, true),
        Verb::Refuse(args) => upkeep::settle(app, args.snapshot, false),
        Verb::Delete(args) => upkeep::delete(app, args),
        Verb::Export(args) => restore::export(app, args),
        Verb::Destination(verb) => match verb {
            DestinationVerb::Add(args) => destinations::add(app, args),
            DestinationVerb::List => destinations::list(app),
            DestinationVerb::Test(args) => destinations::test(app, args.name),
            DestinationVerb::Edit(args) => destinations::edit(app, args),
            DestinationVerb::Remove(args) => destinations::remove(app, args.name),
        },
        Verb::Sync(args) => destinations::sync(app, args.name),
        Verb::Uploads => destinations::uploads(app),
        Verb::Adopt(args) => destinations::adopt(app, &args.destination),
        Verb::Rebuild(args) => destinations::rebuild(app, args.destination),
        Verb::Status => status::status(app),
        Verb::Alerts(args) => alerts::alerts(app, args.verb),
        Verb::Channel(verb) => channels::channel(app, *verb),
        Verb::Pause(args) => pauses::pause(app, &args),
        Verb::Resume(args) => pauses::resume(app, args.name),
        Verb::Operations(args) => operations::operations(app, args),
        Verb::Config(ConfigVerb::Export(args)) => config::export(app, &args.file),
        Verb::Config(ConfigVerb::Import(args)) => config::import(app, &args.file),
        Verb::Agent(_) => agent::status(app),
        Verb::Doctor(args) => match &args.bundle {
            Some(file) => support::write(app, file, args.anonymous),
            None => doctor::doctor(app, &args),
        },
        Verb::Metrics => status::metrics(app),
        // It needs no engine and was answered before one was opened.
        Verb::Completions(_) => Ok(Exit::Done),
    }
}
