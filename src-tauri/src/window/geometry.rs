//! Where the window was and how big, kept in the program's own folder; in logical pixels.

use resguardo_platform::{Home, durable, system_context};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager, Monitor, WebviewWindow};

use crate::host::Host;
use std::sync::Arc;

pub(super) const WIDTH: f64 = 1100.0;
pub(super) const HEIGHT: f64 = 760.0;
pub(super) const LEAST_WIDTH: f64 = 800.0;
pub(super) const LEAST_HEIGHT: f64 = 600.0;
/// The bar by which a window is moved lies in its first pixels.
const BAR: f64 = 16.0;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Geometry {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) maximized: bool,
}

/// A screen: left, top, width, height.
type Screen = (f64, f64, f64, f64);

impl Geometry {
    /// Whether it can be seen and moved on one of these screens, and is no smaller than a window may be.
    fn fits(&self, screens: &[Screen]) -> bool {
        let (x, y) = (self.x + self.width / 2.0, self.y + BAR);
        let holds = |&(left, top, width, height): &Screen| {
            (left..left + width).contains(&x) && (top..top + height).contains(&y)
        };
        self.width >= LEAST_WIDTH && self.height >= LEAST_HEIGHT && screens.iter().any(holds)
    }
}

/// The geometry of the last window; `None` when there was none, or its screen is gone.
pub(super) fn kept(home: &Home, app: &AppHandle) -> Option<Geometry> {
    let geometry: Geometry = serde_json::from_slice(&std::fs::read(home.window()).ok()?).ok()?;
    let screens: Vec<Screen> = app.available_monitors().ok()?.iter().map(screen).collect();
    geometry.fits(&screens).then_some(geometry)
}

fn screen(monitor: &Monitor) -> Screen {
    let scale = monitor.scale_factor();
    let (at, size) = (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
    (at.x, at.y, size.width, size.height)
}

/// Keeps the geometry of the window, if there is one. A window that is maximized keeps the size that it had before.
pub(super) fn keep(app: &AppHandle) {
    let (Some(window), Some(host)) = (app.get_webview_window(super::LABEL), app.try_state::<Arc<Host>>())
    else {
        return;
    };
    let home = host.home();
    let before = || serde_json::from_slice::<Geometry>(&std::fs::read(home.window()).ok()?).ok();
    let Ok(now) = measured(&window) else { return };
    let geometry = match before() {
        Some(before) if now.maximized => Geometry { maximized: true, ..before },
        _ => now,
    };
    let written = serde_json::to_vec(&geometry).map_err(|cause| cause.to_string()).and_then(|json| {
        durable::write_private_file(&system_context(), &home.window(), &json)
            .map_err(|error| error.to_string())
    });
    if let Err(error) = written {
        tracing::warn!(error, "the window's place can't be kept");
    }
}

fn measured(window: &WebviewWindow) -> tauri::Result<Geometry> {
    let scale = window.scale_factor()?;
    let at = window.outer_position()?.to_logical::<f64>(scale);
    let size = window.inner_size()?.to_logical::<f64>(scale);
    let maximized = window.is_maximized()?;
    Ok(Geometry { x: at.x, y: at.y, width: size.width, height: size.height, maximized })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAPTOP: Screen = (0.0, 0.0, 1366.0, 768.0);
    const BESIDE: Screen = (1366.0, 0.0, 1920.0, 1080.0);

    fn at(x: f64, y: f64) -> Geometry {
        Geometry { x, y, width: WIDTH, height: HEIGHT, maximized: false }
    }

    #[test]
    fn a_window_on_a_screen_that_is_gone_is_put_in_the_middle() {
        assert!(at(1500.0, 100.0).fits(&[LAPTOP, BESIDE]));
        assert!(!at(1500.0, 100.0).fits(&[LAPTOP]));
        assert!(!at(0.0, 0.0).fits(&[]));
    }

    #[test]
    fn a_window_whose_bar_is_out_of_reach_is_not_put_back_there() {
        assert!(at(-200.0, 700.0).fits(&[LAPTOP]));
        assert!(!at(10.0, -40.0).fits(&[LAPTOP]));
        assert!(!at(-600.0, 10.0).fits(&[LAPTOP]));
    }

    #[test]
    fn a_size_that_no_window_has_is_not_believed() {
        assert!(!Geometry { width: 10.0, ..at(0.0, 0.0) }.fits(&[LAPTOP]));
        assert!(!Geometry { height: f64::NAN, ..at(0.0, 0.0) }.fits(&[LAPTOP]));
    }
}
