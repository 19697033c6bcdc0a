//! The icon beside the clock: how things stand at a glance, and what is wanted most often.

mod menu;
mod view;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use resguardo_api::types::{AgentView, Events, StatusView};
use resguardo_api::{AgentShow, Api, Nothing, OfPlan, StatusShow};
use resguardo_platform::system_context;
use resguardo_words::{Customs, Language};
use tauri::image::Image;
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry, include_image};

use crate::chores;
use crate::led::Led;
use crate::texts::{language, language_of_user, texts};
use menu::{Entry, Shown};
use view::{Face, Facts, View};

/// The state ages by itself: what was current yesterday is late today.
const FRESH: Duration = Duration::from_secs(60);
/// How late the icon may be.
pub(crate) const GLANCE: Duration = Duration::from_secs(2);

/// The icon, and what it shows.
pub(crate) struct Tray {
    icon: TrayIcon<Wry>,
    shown: Mutex<(View, Language, Shown)>,
}

impl Tray {
    /// Puts the icon beside the clock, before anything is known.
    ///
    /// # Errors
    /// When the system has no place for it.
    pub(crate) fn build(app: &AppHandle) -> tauri::Result<Self> {
        let customs = Customs::new(language_of_user());
        let view = View::of(&Facts::default(), &customs, system_context().now());
        let shown = Shown::build(app, &view, texts(&customs))?;
        let icon = TrayIconBuilder::with_id("main")
            .icon(image(view.face))
            .tooltip(&view.state)
            .menu(&shown.menu)
            // On a Mac a click opens the menu of every icon there; elsewhere it opens the program.
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(|app, event| act(app, event.id().as_ref()))
            .on_tray_icon_event(|icon, event| clicked(icon.app_handle(), &event))
            .build(app)?;
        Ok(Self { icon, shown: Mutex::new((view, customs.language(), shown)) })
    }

    /// Shows another view: the same menu with other lines where that is enough, for it may be open just now.
    fn show(&self, app: &AppHandle, view: View, customs: &Customs) -> tauri::Result<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, language, menu) = &mut *shown;
        if *before == view && *language == customs.language() {
            return Ok(());
        }
        if before.face != view.face {
            self.icon.set_icon(Some(image(view.face)))?;
        }
        self.icon.set_tooltip(Some(format!("Resguardo: {}", view.state)))?;
        if before.paused == view.paused && *language == customs.language() {
            menu.tell(&view)?;
        } else {
            *menu = Shown::build(app, &view, texts(customs))?;
            self.icon.set_menu(Some(menu.menu.clone()))?;
        }
        (*before, *language) = (view, customs.language());
        Ok(())
    }
}

/// What the icon was last told, and when.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    facts: Facts,
    asked: Option<Instant>,
    language: Option<Language>,
}

impl Watch {
    /// Takes in what happened and shows it. The state is asked for when something changed, and once a minute.
    pub(crate) fn hear(&mut self, app: &AppHandle, api: &Api, events: &Events) {
        let ended = events.running.len() < self.facts.running.len();
        let fresh = self.asked.is_some_and(|at| at.elapsed() < FRESH);
        if !events.topics.is_empty() || ended || !fresh {
            self.facts.known = known(api);
            self.asked = Some(Instant::now());
            self.language = Some(language(api));
        }
        self.facts.running =
            events.running.iter().map(|work| (work.operation.clone(), work.sample.clone())).collect();
        self.show(app);
    }

    /// Shows that nothing is known: the agent went away.
    pub(crate) fn lose(&mut self, app: &AppHandle) {
        *self = Self::default();
        self.show(app);
    }

    fn show(&self, app: &AppHandle) {
        let customs = Customs::new(self.language.unwrap_or_else(language_of_user));
        let view = View::of(&self.facts, &customs, system_context().now());
        if let Err(error) = app.state::<Tray>().show(app, view, &customs) {
            tracing::warn!(%error, "tray");
        }
    }
}

fn known(api: &Api) -> Option<(StatusView, AgentView)> {
    let status = api.call::<StatusShow>(Nothing {}).ok()?;
    let agent = api.call::<AgentShow>(OfPlan::default()).ok()?;
    Some((status, agent))
}

fn image(face: Face) -> Image<'static> {
    match face {
        Face::Protected => include_image!("../icons/tray/protected.png"),
        Face::Copying => include_image!("../icons/tray/copying.png"),
        Face::Attention => include_image!("../icons/tray/attention.png"),
        Face::Unprotected => include_image!("../icons/tray/unprotected.png"),
        Face::Paused => include_image!("../icons/tray/paused.png"),
    }
}

fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    let opens = matches!(
        event,
        TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. }
    );
    if opens && !cfg!(target_os = "macos") {
        app.state::<Led>().open(None);
    }
}

fn act(app: &AppHandle, id: &str) {
    let Some(entry) = Entry::of(id) else { return };
    match entry {
        Entry::BackUp => chores::back_up(app),
        Entry::PauseHour => chores::pause(app, chores::Length::Hour),
        Entry::PauseTomorrow => chores::pause(app, chores::Length::UntilTomorrow),
        Entry::Resume => chores::resume(app),
        Entry::Restore => app.state::<Led>().open(Some("restore")),
        Entry::Open => app.state::<Led>().open(None),
        Entry::Settings => app.state::<Led>().open(Some("settings")),
        Entry::Quit => chores::quit(app),
    }
}
