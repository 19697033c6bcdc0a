//! The words of the tray and of native dialogs, in both languages. What is said of the state of the business, of alerts and of errors
//! stands in `words`.

use resguardo_api::types::LanguageChoice;
use resguardo_api::{Api, Nothing, SettingsShow};
use resguardo_platform::user_language;
use resguardo_words::{Customs, Language};

/// See the module.
#[derive(Debug)]
pub(crate) struct Texts {
    /// `{date}`: when the next backup is due.
    pub(crate) next: &'static str,
    pub(crate) next_now: &'static str,
    pub(crate) no_next: &'static str,
    pub(crate) paused: &'static str,
    /// `{date}`: when the pause ends by itself.
    pub(crate) paused_until: &'static str,
    /// `[{plan}]`, `[{percent}]`: as far as they are known.
    pub(crate) copying: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) restoring: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) back_up: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) pause_hour: &'static str,
    pub(crate) pause_tomorrow: &'static str,
    pub(crate) resume: &'static str,
    pub(crate) restore: &'static str,
    pub(crate) open: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) quit_title: &'static str,
    pub(crate) quit_body: &'static str,
    pub(crate) quit_yes: &'static str,
    pub(crate) quit_no: &'static str,
    pub(crate) cannot_start: &'static str,
}

const SPANISH: Texts = Texts {
    next: "Próxima copia: {date}",
    next_now: "La próxima copia empieza enseguida",
    no_next: "Ninguna copia programada",
    paused: "Copias en pausa",
    paused_until: "Copias en pausa hasta el {date}",
    copying: "Copiando[ {plan}][: {percent}]",
    sending: "Subiendo[ {plan}][: {percent}]",
    restoring: "Restaurando[ {plan}][: {percent}]",
    unreachable: "Buscando el estado de las copias",
    back_up: "Copiar ahora",
    pause: "Pausar",
    pause_hour: "Una hora",
    pause_tomorrow: "Hasta mañana",
    resume: "Reanudar las copias",
    restore: "Restaurar…",
    open: "Abrir Resguardo",
    settings: "Ajustes…",
    quit: "Salir",
    quit_title: "Salir de Resguardo",
    quit_body: "Si sales, no se harán copias hasta que vuelvas a abrir Resguardo.",
    quit_yes: "Salir y dejar de copiar",
    quit_no: "Seguir copiando",
    cannot_start: "Resguardo no puede empezar",
};

const ENGLISH: Texts = Texts {
    next: "Next backup: {date}",
    next_now: "The next backup starts in a moment",
    no_next: "No backup is scheduled",
    paused: "Backups are paused",
    paused_until: "Backups are paused until {date}",
    copying: "Backing up[ {plan}][: {percent}]",
    sending: "Uploading[ {plan}][: {percent}]",
    restoring: "Restoring[ {plan}][: {percent}]",
    unreachable: "Looking for the state of your backups",
    back_up: "Back up now",
    pause: "Pause",
    pause_hour: "One hour",
    pause_tomorrow: "Until tomorrow",
    resume: "Resume backups",
    restore: "Restore…",
    open: "Open Resguardo",
    settings: "Settings…",
    quit: "Quit",
    quit_title: "Quit Resguardo",
    quit_body: "If you quit, no backups are made until you open Resguardo again.",
    quit_yes: "Quit and stop backups",
    quit_no: "Keep backing up",
    cannot_start: "Resguardo cannot start",
};

/// The texts of a language.
pub(crate) fn texts(customs: &Customs) -> &'static Texts {
    customs.pick(&SPANISH, &ENGLISH)
}

/// The user's language, as the environment says it; `RESGUARDO_LANG` is heeded first, as in the command line.
pub(crate) fn language_of_user() -> Language {
    let env = |name: &str| std::env::var_os(name);
    match env("RESGUARDO_LANG").filter(|value| !value.is_empty()) {
        Some(value) if value.to_string_lossy().to_lowercase().starts_with("es") => Language::Spanish,
        Some(_) => Language::English,
        None => user_language(&env),
    }
}

/// The language that the owner chose for the window, else the user's.
pub(crate) fn language(api: &Api) -> Language {
    match api.call::<SettingsShow>(Nothing {}).map(|settings| settings.language) {
        Ok(LanguageChoice::Es) => Language::Spanish,
        Ok(LanguageChoice::En) => Language::English,
        Ok(LanguageChoice::Auto) | Err(_) => language_of_user(),
    }
}
