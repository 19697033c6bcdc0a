//! The grammar of `plan`: sources, destinations, schedules and keep rules.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PlanVerb {
    Add(PlanAdd),
    List,
    Show(PlanName),
    Edit(PlanEdit),
    Remove(PlanRemove),
}

#[derive(Debug, Args)]
pub(crate) struct PlanName {
    #[arg(value_name = "name")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct PlanRemove {
    #[arg(value_name = "name")]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) delete_archives: bool,
    #[arg(long, short = 'y', id = "plan_remove_yes")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanAdd {
    #[arg(id = "plan_add_name", value_name = "name", allow_hyphen_values = true)]
    pub(crate) name: String,
    #[arg(long = "folder", id = "folder", value_name = "dir")]
    pub(crate) folders: Vec<PathBuf>,
    #[arg(long, value_name = "file")]
    pub(crate) sqlite: Vec<PathBuf>,
    #[arg(long, value_name = "pattern", allow_hyphen_values = true)]
    pub(crate) exclude: Vec<String>,
    #[arg(long, value_name = "pattern", allow_hyphen_values = true)]
    pub(crate) include: Vec<String>,
    #[arg(long, value_name = "size")]
    pub(crate) max_size: Option<String>,
    #[arg(long, value_name = "days")]
    pub(crate) max_age: Option<u32>,
    #[arg(long)]
    pub(crate) no_default_excludes: bool,
    #[arg(long)]
    pub(crate) cross_file_systems: bool,
    #[arg(long, value_name = "destination", required = true)]
    pub(crate) to: Vec<OsString>,
    #[command(flatten)]
    pub(crate) schedules: Schedules,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
    #[arg(long, value_name = "level")]
    pub(crate) level: Option<String>,
    #[arg(long, value_name = "size")]
    pub(crate) part_size: Option<String>,
}

/// What puts other schedules in the place of those that a plan has.
const REPLACING: [&str; 6] = ["daily", "weekly", "monthly", "every", "once", "no_schedule"];

#[derive(Debug, Args)]
pub(crate) struct PlanEdit {
    #[arg(value_name = "name")]
    pub(crate) name: String,
    #[arg(long, alias = "name", value_name = "name", allow_hyphen_values = true)]
    pub(crate) rename: Option<String>,
    #[arg(long = "folder", id = "plan_edit_folder", value_name = "dir")]
    pub(crate) folders: Vec<PathBuf>,
    #[arg(long = "sqlite", id = "plan_edit_sqlite", value_name = "file")]
    pub(crate) sqlite: Vec<PathBuf>,
    #[arg(long, value_name = "source")]
    pub(crate) remove_source: Vec<OsString>,
    #[arg(long = "exclude", id = "plan_edit_exclude", value_name = "pattern", allow_hyphen_values = true)]
    pub(crate) exclude: Vec<String>,
    #[arg(long, conflicts_with = "plan_edit_exclude")]
    pub(crate) no_exclude: bool,
    #[arg(long = "include", id = "plan_edit_include", value_name = "pattern", allow_hyphen_values = true)]
    pub(crate) include: Vec<String>,
    #[arg(long, conflicts_with = "plan_edit_include")]
    pub(crate) no_include: bool,
    #[arg(long = "to", id = "plan_edit_to", value_name = "destination")]
    pub(crate) to: Vec<OsString>,
    #[arg(long, value_name = "destination")]
    pub(crate) remove_to: Vec<String>,
    #[command(flatten)]
    pub(crate) schedules: Schedules,
    #[arg(long, conflicts_with_all = ["daily", "weekly", "monthly", "every", "once"])]
    pub(crate) no_schedule: bool,
    #[arg(long, value_name = "schedule", conflicts_with_all = REPLACING)]
    pub(crate) switch_off: Vec<String>,
    #[arg(long, value_name = "schedule", conflicts_with_all = REPLACING)]
    pub(crate) switch_on: Vec<String>,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
    #[arg(long, value_name = "level")]
    pub(crate) level: Option<String>,
    #[arg(long = "part-size", id = "plan_edit_part_size", value_name = "size")]
    pub(crate) part_size: Option<String>,
}

/// Values are taken as text: what is wrong with them is said in the language of the texts.
#[derive(Debug, Default, Args)]
pub(crate) struct Schedules {
    #[arg(long, value_name = "time")]
    pub(crate) daily: Vec<String>,
    #[arg(long, num_args = 2, value_names = ["day", "time"])]
    pub(crate) weekly: Vec<String>,
    #[arg(long, num_args = 2, value_names = ["day", "time"])]
    pub(crate) monthly: Vec<String>,
    #[arg(long, value_name = "hours")]
    pub(crate) every: Option<String>,
    #[arg(long, value_name = "time", requires = "every")]
    pub(crate) from: Option<String>,
    #[arg(long, value_name = "date_time")]
    pub(crate) once: Vec<String>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct Keeping {
    #[arg(long, value_name = "number")]
    pub(crate) keep_last: Option<u32>,
    #[arg(long, value_name = "number")]
    pub(crate) keep_days: Option<u32>,
    #[arg(long, value_name = "number")]
    pub(crate) keep_daily: Option<u32>,
    #[arg(long, value_name = "number")]
    pub(crate) keep_weekly: Option<u32>,
    #[arg(long, value_name = "number")]
    pub(crate) keep_monthly: Option<u32>,
    #[arg(long)]
    pub(crate) keep_all: bool,
}
