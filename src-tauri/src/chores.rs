//! What the menu beside the clock does. The engine is never asked on the thread that draws.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use resguardo_api::types::{Class, Kind, Request, Result};
use resguardo_api::{
    Api, Nothing, OfPlan, OperationsStart, PauseRequest, PlansList, SchedulesPause, SchedulesResume,
    SettingsShow,
};
use resguardo_platform::system_context;
use resguardo_words::Customs;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

use crate::host::Host;
use crate::led::Led;
use crate::texts::{language, texts};

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Hour,
    UntilTomorrow,
}

impl Length {
    /// When it ends: tomorrow begins at midnight, so that a copy of the night is made.
    fn until(self, now: Zoned) -> Timestamp {
        let hour = now.timestamp().saturating_add(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MAX);
        match self {
            Self::Hour => hour,
            Self::UntilTomorrow => now
                .checked_add(1.day())
                .and_then(|tomorrow| tomorrow.start_of_day())
                .map_or(hour, |tomorrow| tomorrow.timestamp()),
        }
    }
}

/// Backs every plan up now. Without a plan, and when something is in the way, the window opens and says it.
pub(crate) fn back_up(app: &AppHandle) {
    aside(app, |api| {
        let plans = api.call::<PlansList>(Nothing {})?;
        if plans.is_empty() {
            return Ok(Then::Open("home"));
        }
        let mut then = Then::Nothing;
        for plan in plans {
            let request = Request::BackUp { plan: plan.name, kind: None, class: Class::Manual };
            match api.call::<OperationsStart>(request) {
                // It is being copied just now.
                Err(error) if error.kind == Kind::Busy => {}
                Err(_) => then = Then::Open("activity"),
                Ok(_) => {}
            }
        }
        Ok(then)
    });
}

/// Pauses everything.
pub(crate) fn pause(app: &AppHandle, length: Length) {
    aside(app, move |api| {
        let now = system_context().now().to_zoned(jiff::tz::TimeZone::system());
        api.call::<SchedulesPause>(PauseRequest { plan: None, until: Some(length.until(now)) })?;
        Ok(Then::Nothing)
    });
}

/// Ends the pause of everything.
pub(crate) fn resume(app: &AppHandle) {
    aside(app, |api| {
        api.call::<SchedulesResume>(OfPlan::default())?;
        Ok(Then::Nothing)
    });
}

/// The owner closed the window: the program stays, unless it was told not to.
pub(crate) fn window_closed(app: &AppHandle) {
    let leaving = app.clone();
    aside(app, move |api| {
        if !api.call::<SettingsShow>(Nothing {})?.stay {
            quit(&leaving);
        }
        Ok(Then::Nothing)
    });
}

/// Ends the program; when copies would stop with it, only after the owner has read that.
pub(crate) fn quit(app: &AppHandle) {
    static ASKING: AtomicBool = AtomicBool::new(false);
    let ending = app.clone();
    let is_agent = app.state::<Arc<Host>>().is_agent();
    aside(app, move |api| {
        // Doubt asks: an engine that can't say whether there are plans may have some.
        let copies_stop =
            is_agent && api.call::<PlansList>(Nothing {}).map_or(true, |plans| !plans.is_empty());
        if !copies_stop {
            ending.exit(0);
        } else if !ASKING.swap(true, Relaxed) {
            ask(&ending, &Customs::new(language(api)), |app, yes| {
                ASKING.store(false, Relaxed);
                if yes {
                    app.exit(0);
                }
            });
        }
        Ok(Then::Nothing)
    });
}

fn ask(app: &AppHandle, customs: &Customs, answered: impl FnOnce(&AppHandle, bool) + Send + 'static) {
    let t = texts(customs);
    let buttons = MessageDialogButtons::OkCancelCustom(t.quit_yes.to_owned(), t.quit_no.to_owned());
    let dialog = app.dialog().message(t.quit_body).title(t.quit_title);
    let handle = app.clone();
    dialog.kind(MessageDialogKind::Warning).buttons(buttons).show(move |yes| answered(&handle, yes));
}

/// What a chore ends with.
enum Then {
    Nothing,
    /// The window, at a page.
    Open(&'static str),
}

/// Does a chore on a thread of its own; one that fails opens the window, which shows how things stand.
fn aside(app: &AppHandle, chore: impl FnOnce(&Api) -> Result<Then> + Send + 'static) {
    let app = app.clone();
    std::thread::spawn(move || {
        // A window that is closed while the program begins finds none yet.
        let Some(host) = app.try_state::<Arc<Host>>() else { return };
        match chore(&host.api()) {
            Ok(Then::Nothing) => {}
            Ok(Then::Open(route)) => app.state::<Led>().open(Some(route)),
            Err(_) => app.state::<Led>().open(None),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(length: Length, now: &str) -> String {
        let now: Zoned = now.parse().unwrap();
        let zone = now.time_zone().clone();
        length.until(now).to_zoned(zone).datetime().to_string()
    }

    #[test]
    fn a_pause_until_tomorrow_ends_at_midnight_here() {
        assert_eq!(
            until(Length::UntilTomorrow, "2026-03-12T15:20:00-05:00[America/Bogota]"),
            "2026-03-13T00:00:00"
        );
        assert_eq!(until(Length::Hour, "2026-03-12T23:20:00-05:00[America/Bogota]"), "2026-03-13T00:20:00");
    }

    #[test]
    fn tomorrow_begins_where_the_clocks_change_too() {
        // Midnight did not exist on that day.
        assert_eq!(
            until(Length::UntilTomorrow, "2018-11-03T12:00:00-03:00[America/Sao_Paulo]"),
            "2018-11-04T01:00:00"
        );
    }
}
