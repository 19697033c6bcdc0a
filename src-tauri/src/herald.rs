//! Hears from the engine what changed and what is at work, for as long as the program runs.

use std::sync::Arc;
use std::time::Duration;

use resguardo_api::types::Events;
use resguardo_api::{Api, EventsAfter, EventsNext};

use crate::host::Host;

/// After the agent went away and could not be found again.
const PAUSE: Duration = Duration::from_secs(2);

/// Whoever is told.
pub(crate) trait Listener: Send {
    /// How long to wait for news before nothing is told.
    const PATIENCE: Duration;

    /// What changed, and what is at work; tells how long nothing more needs to be heard.
    fn hear(&mut self, api: &Api, events: &Events) -> Duration;

    /// The agent does not answer.
    fn lose(&mut self);
}

/// Listens on a thread of its own until the program ends.
pub(crate) fn listen<L: Listener + 'static>(host: Arc<Host>, mut listener: L) {
    let wait_ms = u64::try_from(L::PATIENCE.as_millis()).unwrap_or(u64::MAX);
    std::thread::spawn(move || {
        let mut after = 0;
        loop {
            let api = host.api();
            match api.call::<EventsNext>(EventsAfter { after, wait_ms }) {
                Ok(events) => {
                    after = events.sequence;
                    std::thread::sleep(listener.hear(&api, &events));
                }
                Err(_) => {
                    // Another agent counts anew.
                    after = 0;
                    listener.lose();
                    std::thread::sleep(PAUSE);
                    if let Err(error) = host.renew() {
                        tracing::warn!(%error, "agent");
                    }
                }
            }
        }
    });
}
