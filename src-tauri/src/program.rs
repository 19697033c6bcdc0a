//! The program beside the clock: the agent, the icon, and whatever leads to the window.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use resguardo_api::Api;
use resguardo_api::types::{Events, Identity, Result};
use resguardo_platform::{Connection, Home, give_back_what_is_free};
use tauri::{AppHandle, Manager, RunEvent};

use crate::chores;
use crate::herald::{self, Listener};
use crate::host::{Host, home_of};
use crate::led::Led;
use crate::start::{Role, Start, route};
use crate::stumble;
use crate::tray::{GLANCE, Tray, Watch};

/// Runs until somebody quits.
///
/// # Errors
/// When there is no desktop.
pub(crate) fn run(hidden: bool, route: Option<String>, home: Option<PathBuf>) -> tauri::Result<()> {
    let early = Early::begin(home, hidden, route.as_deref());
    let app = tauri::Builder::default()
        // First, so that a second program has opened nothing yet when it finds that it is one.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| another(app, arguments)))
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            begin(app.handle(), early, (!hidden).then_some(route.as_deref()))?;
            Ok(())
        })
        .build(crate::context())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            end(app);
        }
    });
    Ok(())
}

/// What there is before the program is. The window takes longer than all the rest, so it is begun first of all, and waits for the
/// agent by itself.
struct Early {
    home: Home,
    led: Led,
    /// Whether the window was begun.
    opened: bool,
    /// Known later; a window can be closed before.
    app: Arc<OnceLock<AppHandle>>,
}

impl Early {
    fn begin(home: Option<PathBuf>, hidden: bool, route: Option<&str>) -> Result<Self> {
        let home = home_of(home)?;
        let app = Arc::new(OnceLock::<AppHandle>::new());
        let closing = Arc::clone(&app);
        let led = Led::new(&home, move || {
            if let Some(app) = closing.get() {
                chores::window_closed(app);
            }
        });
        // One that is there already shows its own window. Of two that begin at once, one finds that out and takes its window along.
        let opened = !hidden && matches!(Connection::open(&home), Ok(None));
        if opened {
            led.open(route);
        }
        Ok(Self { home, led, opened, app })
    }
}

/// `window` is the page to show, if a window is wanted at all.
fn begin(app: &AppHandle, early: Result<Early>, window: Option<Option<&str>>) -> tauri::Result<()> {
    // No page of ours is here, and nothing to switch to.
    #[cfg(target_os = "macos")]
    app.set_activation_policy(tauri::ActivationPolicy::Accessory)?;
    end_on_signal(app.clone());
    match early.and_then(|early| lead(app, early, window)) {
        Ok(host) => {
            app.manage(Tray::build(app)?);
            herald::listen(host, Beside { app: app.clone(), watch: Watch::default(), at_work: false });
        }
        Err(error) => {
            end(app);
            stumble::tell(app, &error);
        }
    }
    Ok(())
}

/// Becomes the agent, or goes to the one that there is.
fn lead(app: &AppHandle, early: Early, window: Option<Option<&str>>) -> Result<Arc<Host>> {
    let Early { home, led, opened, app: known } = early;
    // It is asked for only here.
    let _ = known.set(app.clone());
    if let Some(route) = window.filter(|_| !opened) {
        led.open(route);
    }
    app.manage(led);
    let host = Arc::new(Host::lead(home, identity(app.clone()))?);
    app.manage(Arc::clone(&host));
    Ok(host)
}

/// The owner started the program once more: the window is wanted, unless it was the system at sign-in.
fn another(app: &AppHandle, arguments: Vec<String>) {
    let start = Start::parse(arguments.into_iter().skip(1));
    // While the first one has not begun there is nothing to show yet; its own window opens then.
    if start.role != (Role::Tray { hidden: true })
        && let Some(led) = app.try_state::<Led>()
    {
        led.open(start.route.as_deref());
    }
}

/// As whom notices appear; a click on one opens the window on what it is about.
fn identity(app: AppHandle) -> Identity {
    let clicked = Arc::new(move |link: &str| {
        if let Some(led) = app.try_state::<Led>() {
            led.open(route(link).as_deref());
        }
    });
    let app_id = cfg!(windows).then(|| "app.resguardo.desktop".to_owned());
    Identity { icon: "resguardo-app".to_owned(), app_id, clicked, ..Identity::default() }
}

/// The end of a session, or somebody with a terminal.
fn end_on_signal(app: AppHandle) {
    // Without it the system ends the program as it ends any other, which an operation survives as it does a power cut.
    let _ = ctrlc::set_handler(move || app.exit(0));
}

fn end(app: &AppHandle) {
    if let Some(led) = app.try_state::<Led>() {
        led.close();
    }
    if let Some(host) = app.try_state::<Arc<Host>>() {
        host.close();
    }
}

/// Shows on the icon what is heard.
struct Beside {
    app: AppHandle,
    watch: Watch,
    at_work: bool,
}

impl Listener for Beside {
    /// Looks now and then instead of waiting: an icon that is some seconds late costs less than one that is told at once.
    const PATIENCE: Duration = Duration::ZERO;

    fn hear(&mut self, api: &Api, events: &Events) -> Duration {
        self.watch.hear(&self.app, api, events);
        let at_work = !events.running.is_empty();
        if std::mem::replace(&mut self.at_work, at_work) && !at_work {
            give_back_what_is_free();
        }
        GLANCE
    }

    fn lose(&mut self) {
        self.watch.lose(&self.app);
    }
}
