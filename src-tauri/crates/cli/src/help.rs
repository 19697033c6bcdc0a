//! Help in the language in use: the grammar gets its texts from the table before anything is parsed.

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::args::Cli;
use crate::locale::Locale;

const TEMPLATE: &str = "{about}\n\n{usage-label} {usage}\n\n{all-args}{after-help}";
/// Columns of an example on the narrowest terminal that is cared for.
const WIDTH: usize = 74;
const WHEN: [&str; 6] = ["daily", "weekly", "monthly", "every", "from", "once"];
const WHAT: [&str; 8] = [
    "folder",
    "sqlite",
    "exclude",
    "include",
    "max_size",
    "max_age",
    "no_default_excludes",
    "cross_file_systems",
];

/// The whole grammar with its texts.
pub(crate) fn command(locale: &Locale) -> Command {
    let t = locale.texts();
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help).global(true);
    let version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let command = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(help.help(text(locale, "", "help")))
        .arg(version.help(text(locale, "", "version")).help_heading(t.options));
    localised(command, locale, "")
}

/// Gives a command and everything below it its texts. `path` is empty for the program itself.
fn localised(command: Command, locale: &Locale, path: &str) -> Command {
    let t = locale.texts();
    let name = if path.is_empty() { "resguardo" } else { path };
    let page = locale.help().pages.get(name);
    let about = page.map_or("", |page| page.about);
    let examples: String = page.map_or("", |page| page.examples).lines().map(example).collect();
    let examples = format!("{}:{examples}", t.examples);
    command
        .about(about)
        .after_help(examples)
        .help_template(TEMPLATE.replace("{usage-label}", t.usage))
        .subcommand_help_heading(t.commands)
        .subcommand_value_name(t.command_word)
        .mut_args(|arg| described(arg, locale, path))
        .mut_subcommands(|sub| {
            let below = if path.is_empty() {
                sub.get_name().to_owned()
            } else {
                format!("{path}_{}", sub.get_name())
            };
            localised(sub, locale, &below)
        })
}

/// An example, broken where a shell lets it be broken, so that it can be copied from a narrow terminal.
fn example(line: &str) -> String {
    let mut text = String::from("\n ");
    let mut width = 1;
    for part in line
        .split(" --")
        .enumerate()
        .map(|(at, part)| if at == 0 { part.to_owned() } else { format!("--{part}") })
    {
        if width + part.len() > WIDTH {
            text.push_str(" \\\n     ");
            width = 5;
        }
        width += part.len() + 1;
        text.push(' ');
        text.push_str(&part);
    }
    text
}

fn described(arg: Arg, locale: &Locale, path: &str) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let values = &locale.help().values;
    let names: Option<Vec<&'static str>> =
        arg.get_value_names().and_then(|names| names.iter().map(|name| values.get(name).copied()).collect());
    let heading = heading(locale, &id, arg.is_positional());
    let arg = arg.help(text(locale, path, &id)).help_heading(heading);
    if !arg.get_action().takes_values() {
        return arg;
    }
    // The help names the values and the default itself, in its own language.
    let arg = arg.hide_possible_values(true).hide_default_value(true);
    match names {
        Some(names) => arg.value_names(names),
        None => arg,
    }
}

fn heading(locale: &Locale, id: &str, positional: bool) -> &'static str {
    let t = locale.texts();
    let id = id.strip_prefix("plan_edit_").unwrap_or(id);
    match id {
        _ if positional => t.arguments,
        _ if id.starts_with("keep_") => t.heading_keep,
        _ if WHEN.contains(&id) || matches!(id, "no_schedule" | "switch_off" | "switch_on") => t.heading_when,
        _ if WHAT.contains(&id) || matches!(id, "remove_source" | "no_exclude" | "no_include") => {
            t.heading_what
        }
        _ => t.options,
    }
}

/// The help of an argument, where its command has one of its own, else the common one.
fn text(locale: &Locale, path: &str, id: &str) -> &'static str {
    let arguments = &locale.help().arguments;
    arguments.get(&format!("{path}_{id}")).or_else(|| arguments.get(id)).copied().unwrap_or_default()
}

/// What the parser itself writes into a help text, in the language in use.
pub(crate) fn translated(help: &str, locale: &Locale) -> String {
    help.replace("[OPTIONS]", locale.texts().options_word)
}
