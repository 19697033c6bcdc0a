//! The grammar of what tells the owner things: alerts, channels, pauses.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Alerts {
    #[command(subcommand)]
    pub(crate) verb: Option<AlertsVerb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertsVerb {
    Set(AlertsSet),
}

#[derive(Debug, Args)]
pub(crate) struct AlertsSet {
    #[arg(long, value_name = "hours")]
    pub(crate) no_copy_hours: Option<String>,
    #[arg(long, value_name = "number")]
    pub(crate) stall_minutes: Option<u32>,
    #[arg(long, value_name = "number")]
    pub(crate) silent_days: Option<u16>,
    #[arg(long, value_name = "switch", value_parser = PossibleValuesParser::new(["on", "off"]))]
    pub(crate) digest: Option<String>,
    #[arg(long, id = "notice_language", value_name = "lang", value_parser = PossibleValuesParser::new(["es", "en"]))]
    pub(crate) language: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelVerb {
    Add(ChannelAdd),
    List,
    Test(ChannelName),
    Remove(ChannelName),
}

#[derive(Debug, Args)]
pub(crate) struct ChannelName {
    #[arg(id = "channel_name", value_name = "name")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct ChannelAdd {
    #[arg(id = "channel_add_name", value_name = "name")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) kind: ChannelKind,
    #[arg(long = "from", id = "mail_from", value_name = "address", requires = "email")]
    pub(crate) from: Option<String>,
    #[arg(long = "to", id = "mail_to", value_name = "address", requires = "email", num_args = 1..)]
    pub(crate) to: Vec<String>,
    #[arg(long, value_name = "user", requires = "email")]
    pub(crate) user: Option<String>,
    #[arg(long, requires = "email")]
    pub(crate) tls: bool,
    #[arg(long)]
    pub(crate) plain_http: bool,
    #[arg(long, value_name = "file")]
    pub(crate) ca: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

/// Exactly one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ChannelKind {
    #[arg(long)]
    pub(crate) desktop: bool,
    #[arg(long, value_name = "host")]
    pub(crate) email: Option<String>,
    #[arg(long, value_name = "shape", value_parser = PossibleValuesParser::new(["json", "slack", "teams", "discord"]))]
    pub(crate) webhook: Option<String>,
    #[arg(long)]
    pub(crate) ping: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Pause {
    #[arg(id = "pause_name", value_name = "name")]
    pub(crate) name: Option<String>,
    #[arg(long = "for", id = "pause_for", value_name = "duration", conflicts_with = "pause_until")]
    pub(crate) duration: Option<String>,
    #[arg(long = "until", id = "pause_until", value_name = "date_time")]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[arg(id = "pause_name", value_name = "name")]
    pub(crate) name: Option<String>,
}
