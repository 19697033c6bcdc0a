//! The grammar of the command line. Help texts are not here: they come from the table of the language in use.

mod notices;
mod plan;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

pub(crate) use notices::{Alerts, AlertsSet, AlertsVerb, ChannelAdd, ChannelVerb, Pause, Resume};
pub(crate) use plan::{Keeping, PlanAdd, PlanEdit, PlanRemove, PlanVerb, Schedules};

#[derive(Debug, Parser)]
#[command(name = "resguardo", version)]
pub(crate) struct Cli {
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[arg(long, global = true, value_name = "lang", value_parser = PossibleValuesParser::new(["es", "en"]))]
    pub(crate) lang: Option<String>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    #[command(subcommand)]
    Plan(Box<PlanVerb>),
    Backup(Backup),
    List(ListArgs),
    Show(One),
    Ls(Ls),
    Find(Find),
    Restore(Restore),
    Undo(Undo),
    Verify(Verify),
    Prune(Prune),
    Pin(One),
    Unpin(One),
    Accept(One),
    Refuse(One),
    Delete(Delete),
    Export(Export),
    #[command(subcommand)]
    Destination(DestinationVerb),
    Sync(Sync),
    Uploads,
    Adopt(Adopt),
    Rebuild(Rebuild),
    Status,
    Alerts(Alerts),
    #[command(subcommand)]
    Channel(Box<ChannelVerb>),
    Pause(Pause),
    Resume(Resume),
    Operations(Operations),
    Agent(Agent),
    #[command(subcommand)]
    Config(ConfigVerb),
    Doctor(Doctor),
    Metrics,
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[arg(value_name = "name")]
    pub(crate) name: String,
    #[arg(long, id = "backup_kind", value_name = "kind", default_value = "auto",
        value_parser = PossibleValuesParser::new(["auto", "full", "differential", "incremental"]))]
    pub(crate) kind: String,
    #[arg(long, value_name = "class", default_value = "manual",
        value_parser = PossibleValuesParser::new(["manual", "daily", "weekly", "monthly"]))]
    pub(crate) class: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[arg(id = "list_name", value_name = "name")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    #[arg(value_name = "snapshot")]
    pub(crate) snapshot: String,
}

#[derive(Debug, Args)]
pub(crate) struct Ls {
    #[arg(value_name = "snapshot")]
    pub(crate) snapshot: String,
    #[arg(id = "ls_path", value_name = "path")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Find {
    #[arg(value_name = "pattern", allow_hyphen_values = true)]
    pub(crate) pattern: String,
    #[arg(long, value_name = "name")]
    pub(crate) plan: Option<String>,
    #[arg(long, id = "find_limit", value_name = "number", default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[arg(value_name = "snapshot")]
    pub(crate) snapshot: Option<String>,
    #[arg(id = "path", value_name = "path")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, id = "restore_to", value_name = "dir", conflicts_with = "in_place")]
    pub(crate) to: Option<PathBuf>,
    #[arg(long)]
    pub(crate) in_place: bool,
    #[arg(long, value_name = "how", default_value = "replace",
        value_parser = PossibleValuesParser::new(["missing", "replace", "keep-both"]))]
    pub(crate) existing: String,
    #[arg(long, id = "restore_dry_run")]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) no_safety: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    #[arg(value_name = "operation")]
    pub(crate) operation: String,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[arg(value_name = "snapshot", required_unless_present = "all")]
    pub(crate) snapshot: Option<String>,
    #[arg(long, conflicts_with = "snapshot")]
    pub(crate) all: bool,
    #[arg(long, id = "verify_level", value_name = "level", default_value = "opened",
        value_parser = PossibleValuesParser::new(["checked", "opened", "restored"]))]
    pub(crate) level: String,
}

#[derive(Debug, Args)]
pub(crate) struct Prune {
    #[arg(value_name = "name")]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, short = 'y', id = "prune_yes")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[arg(value_name = "snapshot")]
    pub(crate) snapshot: String,
    #[arg(long, short = 'y', id = "delete_yes")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[arg(value_name = "snapshot")]
    pub(crate) snapshot: String,
    #[arg(id = "path", value_name = "path")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, id = "export_to", value_name = "dir")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DestinationVerb {
    Add(DestinationAdd),
    List,
    Test(DestinationName),
    Edit(DestinationEdit),
    Remove(DestinationName),
}

#[derive(Debug, Args)]
pub(crate) struct DestinationAdd {
    #[arg(id = "destination_add_name", value_name = "name")]
    pub(crate) name: String,
    #[arg(long, value_name = "dir")]
    pub(crate) local: PathBuf,
    #[command(flatten)]
    pub(crate) nearness: NearOrAway,
}

#[derive(Debug, Args)]
pub(crate) struct NearOrAway {
    #[arg(long, conflicts_with = "away")]
    pub(crate) near: bool,
    #[arg(long)]
    pub(crate) away: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DestinationName {
    #[arg(id = "destination_name", value_name = "name")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct DestinationEdit {
    #[arg(id = "destination_name", value_name = "name")]
    pub(crate) name: String,
    #[arg(long, id = "destination_edit_rename", value_name = "name")]
    pub(crate) rename: Option<String>,
    #[arg(long, id = "destination_edit_local", value_name = "dir")]
    pub(crate) local: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) nearness: NearOrAway,
}

#[derive(Debug, Args)]
pub(crate) struct Sync {
    #[arg(id = "sync_name", value_name = "name")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Adopt {
    #[arg(value_name = "destination")]
    pub(crate) destination: OsString,
}

#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    #[arg(id = "rebuild_destination", value_name = "destination")]
    pub(crate) destination: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Operations {
    #[arg(id = "operations_operation", value_name = "operation")]
    pub(crate) operation: Option<String>,
    #[arg(long, value_name = "name", conflicts_with = "operations_operation")]
    pub(crate) plan: Option<String>,
    #[arg(long, value_name = "number", default_value_t = 20)]
    pub(crate) limit: usize,
    #[arg(long, value_name = "file", conflicts_with_all = ["operations_operation", "limit"])]
    pub(crate) csv: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Agent {
    #[command(subcommand)]
    pub(crate) verb: Option<AgentVerb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentVerb {
    Run(AgentRun),
    Install(AgentSetup),
    Remove(AgentSetup),
    Status,
}

#[derive(Debug, Args)]
pub(crate) struct AgentRun {
    #[arg(long, id = "agent_home", value_name = "dir")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long)]
    pub(crate) unless_running: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AgentSetup {
    #[arg(long)]
    pub(crate) system: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    Export(ConfigFile),
    Import(ConfigFile),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    #[arg(value_name = "file")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[arg(long, conflicts_with = "bundle")]
    pub(crate) clock_is_right: bool,
    #[arg(long, value_name = "file")]
    pub(crate) bundle: Option<PathBuf>,
    #[arg(long, requires = "bundle")]
    pub(crate) anonymous: bool,
    #[arg(long, value_name = "computer", conflicts_with = "bundle")]
    pub(crate) forget_computer: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    #[arg(value_name = "shell", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
