//! The web view's own doings: it draws without the graphics card, and a page whose process went wrong comes back by itself, where it
//! was, for its address says so.

use std::time::{Duration, Instant};

use tauri::WebviewWindow;

/// A page that goes wrong more often than so many times in so long is not brought back again.
const MOST: usize = 3;
const WITHIN: Duration = Duration::from_secs(60);

/// When pages went wrong.
#[derive(Debug, Default)]
struct Crashes(Vec<Instant>);

impl Crashes {
    /// Whether the page is to be brought back after one more.
    fn one_more(&mut self, now: Instant) -> bool {
        self.0.retain(|&before| now.duration_since(before) < WITHIN);
        self.0.push(now);
        self.0.len() <= MOST
    }
}

/// Draws without the graphics card, and brings the page back whenever its process ends. Without a page that stays, the window closes:
/// the icon beside the clock opens another.
///
/// # Errors
/// When the window is gone.
#[cfg(target_os = "linux")]
pub(super) fn prepare(window: &WebviewWindow) -> tauri::Result<()> {
    use tauri::Manager;
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    let app = window.app_handle().clone();
    window.with_webview(move |view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
        let crashes = std::cell::RefCell::new(Crashes::default());
        view.inner().connect_web_process_terminated(move |page, why| {
            tracing::error!(?why, "page ended");
            if crashes.borrow_mut().one_more(Instant::now()) {
                page.reload();
            } else {
                app.exit(1);
            }
        });
    })
}

/// Elsewhere the system's own view does both, or tells the builder's handler.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub(super) fn prepare(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_goes_wrong_again_and_again_is_given_up() {
        let start = Instant::now();
        let mut crashes = Crashes::default();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!([0, 20, 40].map(|at| crashes.one_more(after(at))) == [true; 3]);
        assert!(!crashes.one_more(after(50)));
        assert!(crashes.one_more(after(115)), "what was long ago does not count");
    }
}
