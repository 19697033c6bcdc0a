//! The window's program, led from the tray's: begun when somebody wants to see something, told over its standard input what to
//! show, and ended by closing that.

use std::io::Write;
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use resguardo_platform::Home;

/// A window that does not end in time is left to the system.
const PATIENCE: Duration = Duration::from_secs(3);

/// At most one window.
pub(crate) struct Led {
    home: PathBuf,
    /// Called when the owner closed it.
    closed: Arc<dyn Fn() + Send + Sync>,
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    /// Windows that were begun so far: an older one's end must not be taken for a newer one's.
    begun: u64,
    lead: Option<ChildStdin>,
    /// Those that have not ended yet.
    alive: u32,
}

impl Led {
    /// No window yet; it will be one of a home. `closed` is called on a thread of its own when the owner closes it.
    pub(crate) fn new(home: &Home, closed: impl Fn() + Send + Sync + 'static) -> Self {
        Self { home: home.root().to_owned(), closed: Arc::new(closed), shared: Arc::default() }
    }

    /// Shows the window, with a page when one is named.
    pub(crate) fn open(&self, route: Option<&str>) {
        let mut state = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{}\n", route.unwrap_or_default());
        let told = state.lead.as_mut().is_some_and(|lead| lead.write_all(line.as_bytes()).is_ok());
        if told {
            return;
        }
        if let Err(error) = self.begin(&mut state, route) {
            tracing::error!(%error, "window can't be opened");
        }
    }

    fn begin(&self, state: &mut State, route: Option<&str>) -> std::io::Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--window", "--led", "--home"]).arg(&self.home).stdin(Stdio::piped());
        if let Some(route) = route {
            command.args(["--open", route]);
        }
        let mut child = command.spawn()?;
        state.lead = child.stdin.take();
        (state.begun, state.alive) = (state.begun + 1, state.alive + 1);
        let (shared, closed, number) = (Arc::clone(&self.shared), Arc::clone(&self.closed), state.begun);
        std::thread::spawn(move || {
            let ended = child.wait();
            tracing::debug!(ended = ?ended.ok().and_then(|status| status.code()), "window ended");
            let mut state = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.alive -= 1;
            // A lead that was given up ended it; one that is still there was left by the owner.
            let by_owner = state.begun == number && state.lead.take().is_some();
            shared.1.notify_all();
            drop(state);
            if by_owner {
                closed();
            }
        });
        Ok(())
    }

    /// Ends the window and waits for it for a moment.
    pub(crate) fn close(&self) {
        let mut state = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.lead = None;
        // What a window that hangs does next is no reason to stay.
        let _ = self.shared.1.wait_timeout_while(state, PATIENCE, |state| state.alive > 0);
    }
}
