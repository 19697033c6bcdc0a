//! Facts about this computer and its user: name, processors, language, time zone.

use std::num::NonZeroUsize;

use resguardo_domain::Language;

use crate::Environment;

/// The computer's name as its owner knows it; never empty.
pub fn host_name() -> String {
    let name = raw_host_name();
    // macOS answers "Anas-Mac.local"; only the first label means something to a person.
    let label = name.split('.').next().unwrap_or_default().trim();
    if label.is_empty() { "computer".to_owned() } else { label.to_owned() }
}

#[cfg(unix)]
fn raw_host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn raw_host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// How many threads can run at the same time; at least 1.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The user's language, from `LC_ALL`, `LC_MESSAGES` and `LANG` in POSIX order: the first that is set decides.
pub fn user_language(env: Environment<'_>) -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .unwrap_or_default();
    let value = set.to_string_lossy().to_ascii_lowercase();
    let language = value.split(['_', '-', '.', '@']).next().unwrap_or_default();
    if matches!(language, "es" | "spanish") { Language::Spanish } else { Language::English }
}

/// The IANA name of this computer's time zone (`America/Bogota`); `None` when the system does not say.
pub fn time_zone_name() -> Option<String> {
    jiff::tz::TimeZone::system().iana_name().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn language(set: &[(&str, &str)]) -> Language {
        user_language(&|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_first_language_variable_that_is_set_decides() {
        assert_eq!(language(&[("LANG", "es_CO.UTF-8")]), Language::Spanish);
        assert_eq!(language(&[("LANG", "es_CO.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(language(&[("LANG", "en_GB"), ("LC_MESSAGES", "es")]), Language::Spanish);
        assert_eq!(language(&[("LC_ALL", ""), ("LANG", "es-ES")]), Language::Spanish);
        assert_eq!(language(&[("LANG", "est_EE")]), Language::English);
        assert_eq!(language(&[]).code(), "en");
    }

    #[test]
    fn the_computer_has_a_name_and_a_thread() {
        assert!(!host_name().is_empty() && !host_name().contains('.'));
        assert!(threads() >= 1);
        if let Some(name) = time_zone_name() {
            assert!(jiff::tz::TimeZone::get(&name).is_ok(), "{name}");
        }
    }
}
