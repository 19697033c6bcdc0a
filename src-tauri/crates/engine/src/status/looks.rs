//! Looking at folders without waiting for one that never answers: a share whose server is gone holds up whoever touches it, for hours.
//! And when each of them last answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use resguardo_domain::{DestinationId, Error, Result};

/// A disk that sleeps needs some seconds to wake up.
const PATIENCE: Duration = Duration::from_secs(20);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<BTreeMap<DestinationId, Known>>);

#[derive(Debug, Default)]
struct Known {
    seen_at: Option<Timestamp>,
    /// Set while somebody waits for its answer.
    asked: Arc<AtomicBool>,
}

impl Looks {
    /// The answer of `ask`; `None` when it does not come in time, or when an earlier question is not answered yet.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        id: &DestinationId,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>> {
        self.ask_for(PATIENCE, id, ask)
    }

    fn ask_for<T: Send + 'static>(
        &self,
        patience: Duration,
        id: &DestinationId,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let asked = Arc::clone(&self.known().entry(id.clone()).or_default().asked);
        if asked.swap(true, Relaxed) {
            return Ok(None);
        }
        let (send, answer) = channel();
        let work = move || {
            let found = ask();
            asked.store(false, Relaxed);
            // Nobody waits any more when it took too long.
            let _ = send.send(found);
        };
        std::thread::Builder::new()
            .name("look".to_owned())
            .spawn(work)
            .map_err(|cause| Error::io(&cause, "start a thread", ""))?;
        Ok(answer.recv_timeout(patience).ok())
    }

    /// When a destination last answered this program.
    pub(super) fn seen_at(&self, id: &DestinationId) -> Option<Timestamp> {
        self.known().get(id).and_then(|known| known.seen_at)
    }

    /// A destination answered.
    pub(super) fn note(&self, id: &DestinationId, now: Timestamp) {
        self.known().entry(id.clone()).or_default().seen_at = Some(now);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<DestinationId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_never_answers_is_not_waited_for_and_not_asked_again() {
        let (looks, id) = (Looks::default(), DestinationId::from_random(1));
        let (go, gone) = channel::<()>();
        let (done, ended) = channel();
        let never = move || {
            let answered = gone.recv();
            done.send(()).unwrap();
            answered.is_err()
        };
        assert_eq!(looks.ask_for(Duration::from_millis(20), &id, never).unwrap(), None);
        assert_eq!(looks.ask(&id, || true).unwrap(), None, "asked a second time");
        assert_eq!(looks.ask(&DestinationId::from_random(2), || true).unwrap(), Some(true));
        drop(go);
        ended.recv().unwrap();
        // It has answered; a moment later it can be asked again.
        while looks.ask(&id, || true).unwrap().is_none() {
            std::thread::yield_now();
        }
    }
}
