//! Hears from the engine what changed and what is at work, for as long as the program runs.

use std::sync::Arc;
use std::time::Duration;

use resguardo_api::types::{Operation, Result, Sample};
use resguardo_api::{Api, OperationsList, OperationsProgress, RecentOperations};
use serde::Serialize;

use crate::host::Host;

const ROUND: Duration = Duration::from_secs(1);
/// After the agent went away and could not be found again.
const PAUSE: Duration = Duration::from_secs(2);

/// What changed, and what is at work.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Events {
    pub(crate) sequence: u64,
    pub(crate) topics: Vec<&'static str>,
    pub(crate) running: Vec<Work>,
}

/// An operation at work.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Work {
    pub(crate) operation: Operation,
    pub(crate) sample: Option<Sample>,
    pub(crate) paused: bool,
}

/// Whoever is told.
pub(crate) trait Listener: Send {
    /// Something changed, or something is at work; tells how long nothing more needs to be heard.
    fn hear(&mut self, api: &Api, events: &Events) -> Duration;
    /// The agent does not answer.
    fn lose(&mut self);
}

/// Listens on a thread of its own until the program ends.
pub(crate) fn listen(host: Arc<Host>, mut listener: impl Listener + 'static) {
    std::thread::spawn(move || {
        let mut after = 0;
        loop {
            let api = host.api();
            match next(&api, after) {
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

fn next(api: &Api, after: u64) -> Result<Events> {
    if after > 0 {
        std::thread::sleep(ROUND);
    }
    let newest = api.call::<OperationsList>(RecentOperations::default())?;
    let running = newest.into_iter().filter(|operation| !operation.state.is_final());
    let work = |operation: Operation| {
        let sample = api.call::<OperationsProgress>(operation.id.clone())?.sample;
        Ok(Work { operation, sample, paused: false })
    };
    let topics = vec!["status", "operations"];
    Ok(Events { sequence: after + 1, topics, running: running.map(work).collect::<Result<_>>()? })
}
