//! The language of one run, and numbers, sizes, dates and durations as that language writes them.

use std::ffi::OsString;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use resguardo_api::types::{IssueKind, Keep, Kind, OperationState, Phase, Refusal, Verb};
use resguardo_platform::{Environment, Language, user_language};

use crate::actions::Action;
use crate::fill::fill;
use crate::texts::{Help, KindText, Texts, en, es};

/// A language and its customs.
#[derive(Debug, Clone)]
pub(crate) struct Locale {
    language: Language,
    zone: TimeZone,
}

impl Locale {
    /// A language on this computer.
    pub(crate) fn new(language: Language) -> Self {
        Self { language, zone: TimeZone::system() }
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
        Self { language, zone: self.zone.clone() }
    }

    #[cfg(test)]
    pub(crate) fn at(language: Language, zone: TimeZone) -> Self {
        Self { language, zone }
    }

    /// The texts.
    pub(crate) fn texts(&self) -> &'static Texts {
        match self.language {
            Language::Spanish => &es::TEXTS,
            Language::English => &en::TEXTS,
        }
    }

    /// The help texts.
    pub(crate) fn help(&self) -> &'static Help {
        match self.language {
            Language::Spanish => &es::HELP,
            Language::English => &en::HELP,
        }
    }

    /// What an error's kind means and what to do.
    pub(crate) fn kind(&self, kind: Kind) -> KindText {
        match self.language {
            Language::Spanish => es::KINDS.of(kind),
            Language::English => en::KINDS.of(kind),
        }
    }

    /// Why a backup stays, with its number or the backup that needs it.
    pub(crate) fn keep(&self, keep: &Keep) -> String {
        let template = match self.language {
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

    pub(crate) fn is_spanish(&self) -> bool {
        self.language == Language::Spanish
    }

    /// A count: `1.284` or `1,284`.
    pub(crate) fn count(&self, count: u64) -> String {
        let digits = count.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(if self.is_spanish() { '.' } else { ',' });
            }
            text.push(digit);
        }
        text
    }

    /// A size in decimal units: `37,6 GB` or `37.6 GB`.
    pub(crate) fn size(&self, bytes: u64) -> String {
        const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
        if bytes < 1000 {
            return format!("{bytes} B");
        }
        // In tenths of the unit, rounded; 999,95 of one unit is 1,0 of the next.
        let mut unit = 1_000_u128;
        for (index, name) in UNITS.iter().enumerate() {
            let tenths = (u128::from(bytes) * 10 + unit / 2) / unit;
            if tenths < 10_000 || index + 1 == UNITS.len() {
                return self.tenths(tenths, name);
            }
            unit *= 1000;
        }
        format!("{bytes} B")
    }

    fn tenths(&self, tenths: u128, unit: &str) -> String {
        if tenths >= 1000 {
            return format!("{} {unit}", (tenths + 5) / 10);
        }
        let comma = if self.is_spanish() { ',' } else { '.' };
        format!("{}{comma}{} {unit}", tenths / 10, tenths % 10)
    }

    /// A share of a whole: `64 %` or `64%`.
    pub(crate) fn percent(&self, part: u64, whole: u64) -> String {
        let percent = u128::from(part.min(whole)) * 100 / u128::from(whole.max(1));
        if self.is_spanish() { format!("{percent} %") } else { format!("{percent}%") }
    }

    /// A moment in the time of this computer: `12 sep 2026 20:00` or `Sep 12, 2026 8:00 PM`.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        self.wall_date(at.to_zoned(self.zone.clone()).datetime())
    }

    /// A moment of a wall clock, written as [`Locale::date`] does.
    pub(crate) fn wall_date(&self, at: DateTime) -> String {
        let month = self
            .texts()
            .months
            .split(' ')
            .nth(usize::from(at.month().unsigned_abs()).saturating_sub(1))
            .unwrap_or_default();
        if self.is_spanish() {
            return format!("{} {month} {} {}", at.day(), at.year(), self.time(at.time()));
        }
        format!("{month} {}, {} {}", at.day(), at.year(), self.time(at.time()))
    }

    /// A time of the day: `20:00` or `8:00 PM`.
    pub(crate) fn time(&self, at: jiff::civil::Time) -> String {
        if self.is_spanish() {
            return format!("{:02}:{:02}", at.hour(), at.minute());
        }
        let half = if at.hour() < 12 { "AM" } else { "PM" };
        let hour = match at.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        format!("{hour}:{:02} {half}", at.minute())
    }

    /// A duration a person can feel: `unos 2 minutos`, `about 2 minutes`.
    pub(crate) fn about(&self, seconds: u64) -> String {
        let t = self.texts();
        let (count, one, many) = match seconds {
            0..=9 => return t.few_seconds.to_owned(),
            10..=54 => (seconds.div_ceil(5) * 5, t.about_seconds, t.about_seconds),
            55..=5_369 => ((seconds + 30) / 60, t.about_minute, t.about_minutes),
            5_370..=129_599 => ((seconds + 1_800) / 3_600, t.about_hour, t.about_hours),
            _ => ((seconds + 43_200) / 86_400, t.about_day, t.about_days),
        };
        fill(if count == 1 { one } else { many }, &[("n", &self.count(count))])
    }

    /// A count with its noun: `1 archivo`, `1.284 archivos`.
    pub(crate) fn counted(&self, count: u64, one: &str, many: &str) -> String {
        format!("{} {}", self.count(count), if count == 1 { one } else { many })
    }

    /// So many files.
    pub(crate) fn files(&self, count: u64) -> String {
        self.counted(count, self.texts().file, self.texts().files)
    }

    /// So many backups.
    pub(crate) fn backups(&self, count: u64) -> String {
        self.counted(count, self.texts().backup, self.texts().backups)
    }

    /// A name in the quotes of the language.
    pub(crate) fn quoted(&self, name: &str) -> String {
        if self.is_spanish() { format!("«{name}»") } else { format!("“{name}”") }
    }
}

/// Gives the words of a value in the language of the locale, from the tables of both languages.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $out:ty),* $(,)?) => {
        impl Locale {$(
            $(#[$doc])*
            pub(crate) fn $name(&self, value: $type) -> $out {
                match self.language {
                    Language::Spanish => es::$name(value),
                    Language::English => en::$name(value),
                }
            }
        )*}
    };
}

words! {
    /// An action in a few words.
    action: Action => &'static str,
    /// Why an entry is not quite in a backup.
    issue: IssueKind => &'static str,
    /// Why nothing is removed.
    refusal: Refusal => &'static str,
    /// What an operation is busy with.
    phase: Phase => &'static str,
    /// Where an operation stands.
    state: OperationState => &'static str,
    /// What an operation does.
    verb: Verb => &'static str,
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

    fn both() -> [Locale; 2] {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        [Language::Spanish, Language::English].map(|language| Locale::at(language, zone.clone()))
    }

    #[test]
    fn counts_and_sizes_follow_the_language() {
        let [es, en] = both();
        assert_eq!((es.count(1_284), en.count(1_284)), ("1.284".to_owned(), "1,284".to_owned()));
        assert_eq!((es.count(7), en.count(12_345_678)), ("7".to_owned(), "12,345,678".to_owned()));
        for (bytes, spanish, english) in [
            (0, "0 B", "0 B"),
            (999, "999 B", "999 B"),
            (1_000, "1,0 KB", "1.0 KB"),
            (37_600_000_000, "37,6 GB", "37.6 GB"),
            (612_000_000_000, "612 GB", "612 GB"),
            (999_960, "1,0 MB", "1.0 MB"),
            (u64::MAX, "18,4 EB", "18.4 EB"),
        ] {
            assert_eq!((es.size(bytes), en.size(bytes)), (spanish.to_owned(), english.to_owned()));
        }
        assert_eq!((es.percent(16, 25), en.percent(16, 25)), ("64 %".to_owned(), "64%".to_owned()));
        assert_eq!(es.percent(1, 0), "0 %");
        assert_eq!((es.files(1), en.files(1_284)), ("1 archivo".to_owned(), "1,284 files".to_owned()));
    }

    #[test]
    fn dates_are_local_and_follow_the_language() {
        let [es, en] = both();
        let at: Timestamp = "2026-09-13T01:00:00Z".parse().unwrap();
        assert_eq!(es.date(at), "12 sep 2026 20:00");
        assert_eq!(en.date(at), "Sep 12, 2026 8:00 PM");
        assert_eq!(en.time(jiff::civil::time(0, 5, 0, 0)), "12:05 AM");
    }

    #[test]
    fn durations_are_words() {
        let [es, en] = both();
        for (seconds, spanish, english) in [
            (3, "unos segundos", "a few seconds"),
            (28, "unos 30 segundos", "about 30 seconds"),
            (60, "alrededor de un minuto", "about a minute"),
            (117, "unos 2 minutos", "about 2 minutes"),
            (5_400, "unas 2 horas", "about 2 hours"),
            (200_000, "unos 2 días", "about 2 days"),
        ] {
            assert_eq!((es.about(seconds), en.about(seconds)), (spanish.to_owned(), english.to_owned()));
        }
    }

    #[test]
    fn the_flag_wins_then_the_variable_then_the_user() {
        let env = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        let choose = |arguments: &[&str], set| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            Locale::choose(&arguments, &env(set)).language
        };
        assert_eq!(choose(&["list", "--lang", "es"], &[("RESGUARDO_LANG", "en")]), Language::Spanish);
        assert_eq!(choose(&["--lang=en", "list"], &[("LANG", "es_CO.UTF-8")]), Language::English);
        assert_eq!(choose(&["list"], &[("RESGUARDO_LANG", "es"), ("LANG", "en_US")]), Language::Spanish);
        assert_eq!(choose(&["list"], &[("LANG", "es_CO.UTF-8")]), Language::Spanish);
        assert_eq!(choose(&["find", "--", "--lang=es"], &[]), Language::English);
    }
}
