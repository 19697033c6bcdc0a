//! The language of one run, and the words of the command line in it.

use std::ffi::OsString;

use resguardo_api::types::{IssueKind, Keep, Phase, Refusal};
use resguardo_platform::{Environment, user_language};
use resguardo_words::{Customs, Language};

use crate::texts::{Help, Texts, en, es};
use resguardo_words::fill;

/// A language and its customs.
#[derive(Debug, Clone)]
pub(crate) struct Locale(Customs);

/// Numbers, dates and sizes are written as everywhere else.
impl std::ops::Deref for Locale {
    type Target = Customs;

    fn deref(&self) -> &Customs {
        &self.0
    }
}

impl Locale {
    /// A language on this computer.
    pub(crate) fn new(language: Language) -> Self {
        Self(Customs::new(language))
    }

    /// The language asked for by `--lang`, else by `RESGUARDO_LANG`, else the user's. Read before the arguments are
    /// parsed, because what the parser says must be in it too.
    pub(crate) fn choose(arguments: &[OsString], env: Environment<'_>) -> Self {
        let set = env("RESGUARDO_LANG").filter(|value| !value.is_empty());
        let Some(wanted) = flag_value(arguments, "--lang").or(set) else {
            return Self::new(user_language(env));
        };
        let is_spanish = wanted.to_string_lossy().to_lowercase().starts_with("es");
        Self::new(if is_spanish { Language::Spanish } else { Language::English })
    }

    /// The same customs of time in another language.
    pub(crate) fn speaking(&self, language: Language) -> Self {
        Self(self.0.in_language(language))
    }

    #[cfg(test)]
    pub(crate) fn at(language: Language, zone: jiff::tz::TimeZone) -> Self {
        Self(Customs::at(language, zone))
    }

    /// The texts.
    pub(crate) fn texts(&self) -> &'static Texts {
        match self.language() {
            Language::Spanish => &es::TEXTS,
            Language::English => &en::TEXTS,
        }
    }

    /// The help texts.
    pub(crate) fn help(&self) -> &'static Help {
        match self.language() {
            Language::Spanish => &es::HELP,
            Language::English => &en::HELP,
        }
    }

    /// Why a backup stays, with its number or the backup that needs it.
    pub(crate) fn keep(&self, keep: &Keep) -> String {
        let template = match self.language() {
            Language::Spanish => es::keep(keep),
            Language::English => en::keep(keep),
        };
        match keep {
            Keep::Last { number }
            | Keep::Daily { number }
            | Keep::Weekly { number }
            | Keep::Monthly { number } => fill(template, &[("n", &self.count(u64::from(*number)))]),
            Keep::NeededBy { id } => fill(template, &[("id", short(id.as_str()))]),
            _ => template.to_owned(),
        }
    }

    /// So many files.
    pub(crate) fn files(&self, count: u64) -> String {
        self.counted(count, self.texts().file, self.texts().files)
    }

    /// So many days.
    pub(crate) fn days(&self, count: u64) -> String {
        self.counted(count, self.texts().day_one, self.texts().day_many)
    }

    /// So many backups.
    pub(crate) fn backups(&self, count: u64) -> String {
        self.counted(count, self.texts().backup, self.texts().backups)
    }
}

/// Gives the words of a value in the language of the locale, from the tables of both languages.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $out:ty),* $(,)?) => {
        impl Locale {$(
            $(#[$doc])*
            pub(crate) fn $name(&self, value: $type) -> $out {
                match self.language() {
                    Language::Spanish => es::$name(value),
                    Language::English => en::$name(value),
                }
            }
        )*}
    };
}

words! {
    /// Why an entry is not quite in a backup.
    issue: IssueKind => &'static str,
    /// Why nothing is removed.
    refusal: Refusal => &'static str,
    /// What an operation is busy with.
    phase: Phase => &'static str,
}

/// The beginning of an id: enough to type, unless there are billions.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// The value of a flag, before the arguments are parsed; what follows `--` is not a flag.
pub(crate) fn flag_value(arguments: &[OsString], flag: &str) -> Option<OsString> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == flag {
            return arguments.next().cloned();
        }
        let value = argument.to_str().and_then(|text| text.strip_prefix(flag)?.strip_prefix('='));
        if let Some(value) = value {
            return Some(value.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_then_the_variable_then_the_user() {
        let env = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        let choose = |arguments: &[&str], set| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            Locale::choose(&arguments, &env(set)).language()
        };
        assert_eq!(choose(&["list", "--lang", "es"], &[("RESGUARDO_LANG", "en")]), Language::Spanish);
        assert_eq!(choose(&["--lang=en", "list"], &[("LANG", "es_CO.UTF-8")]), Language::English);
        assert_eq!(choose(&["list"], &[("RESGUARDO_LANG", "es"), ("LANG", "en_US")]), Language::Spanish);
        assert_eq!(choose(&["list"], &[("LANG", "es_CO.UTF-8")]), Language::Spanish);
        assert_eq!(choose(&["find", "--", "--lang=es"], &[]), Language::English);
    }
}
