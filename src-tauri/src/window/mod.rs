//! The program of the one window. It ends with it: what pages need to be drawn is given back whole, and a page that goes wrong takes no
//! copy with it.

mod geometry;
mod view;

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use resguardo_api::Api;
use resguardo_api::types::Events;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter, Manager, RunEvent, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use crate::herald::{self, Listener};
use crate::host::{Host, home_of};
use crate::ipc::{self, Route};
use crate::{start, stumble};

const LABEL: &str = "main";
/// What the window is told whenever something changed or is at work: an [`Events`].
const CHANGED: &str = "resguardo";
/// What it is told when somebody wants another page: the route.
const ROUTE: &str = "route";

/// Runs until the window is closed.
///
/// # Errors
/// When there is no screen.
pub(crate) fn run(led: bool, route: Option<String>, home: Option<PathBuf>) -> tauri::Result<()> {
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(tauri::generate_handler![
            ipc::call,
            ipc::pick_folder,
            ipc::pick_file,
            ipc::pick_save,
            ipc::reveal,
            ipc::open_release,
            ipc::zoom,
            ipc::route
        ])
        .setup(move |app| {
            begin(app.handle(), led, route, home)?;
            Ok(())
        });
    // A page whose process went wrong comes back by itself; see `view` for the other systems.
    #[cfg(target_os = "macos")]
    let builder = builder.on_web_content_process_terminate(|page| drop(page.reload()));
    let app = builder.build(crate::context())?;
    app.run(|app, event| match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { .. }, .. }
        | RunEvent::ExitRequested { .. } => geometry::keep(app),
        _ => {}
    });
    Ok(())
}

fn begin(app: &AppHandle, led: bool, route: Option<String>, home: Option<PathBuf>) -> tauri::Result<()> {
    let host = match home_of(home).and_then(|home| Host::follow(home, led)) {
        Ok(host) => Arc::new(host),
        Err(error) => {
            stumble::tell(app, &error);
            return Ok(());
        }
    };
    let wanted = Route::default();
    wanted.set(route);
    app.manage(wanted);
    app.manage(Arc::clone(&host));
    view::prepare(&open(app, &host)?)?;
    herald::listen(host, Window(app.clone()));
    if led {
        let app = app.clone();
        std::thread::spawn(move || be_led(&app));
    }
    Ok(())
}

fn open(app: &AppHandle, host: &Host) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Resguardo")
        .inner_size(geometry::WIDTH, geometry::HEIGHT)
        .min_inner_size(geometry::LEAST_WIDTH, geometry::LEAST_HEIGHT)
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    match geometry::kept(host.home(), app) {
        Some(kept) => {
            window.inner_size(kept.width, kept.height).position(kept.x, kept.y).maximized(kept.maximized)
        }
        None => window.center(),
    }
    .build()
}

/// Our own pages, by the address under which each system serves them.
fn is_ours(url: &Url) -> bool {
    matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost")) | ("http", Some("tauri.localhost")))
}

/// Shows what the lead's lines name, and ends with the lead.
fn be_led(app: &AppHandle) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Some(window) = app.get_webview_window(LABEL) else { break };
        if let Some(route) = start::route(&line) {
            // A page that is not listening yet asks for it by itself.
            app.state::<Route>().set(Some(route.clone()));
            let _ = app.emit_to(LABEL, ROUTE, route);
        }
        // A window that can't come to the front is still there.
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
    app.exit(0);
}

/// Tells the page what is heard.
struct Window(AppHandle);

impl Listener for Window {
    /// As long as an answer may take.
    const PATIENCE: Duration = Duration::from_secs(30);

    fn hear(&mut self, _: &Api, events: &Events) -> Duration {
        if let Err(error) = self.0.emit_to(LABEL, CHANGED, events) {
            tracing::warn!(%error, "window");
        }
        Duration::ZERO
    }

    fn lose(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_shown() {
        let is_ours = |url: &str| is_ours(&url.parse().unwrap());
        assert!(is_ours("tauri://localhost/index.html") && is_ours("http://tauri.localhost/"));
        for url in [
            "https://tauri.localhost.example/",
            "http://localhost/",
            "file:///etc/hosts",
            "data:text/html,a",
            "tauri://elsewhere/",
            "about:blank",
        ] {
            assert!(!is_ours(url), "{url}");
        }
    }
}
