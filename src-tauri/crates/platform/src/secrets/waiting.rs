//! Calls to others that may never answer (a key store with an open dialog), given a limit and a way out.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use resguardo_domain::{Context, Error, Result};

/// How often a waiting caller looks whether somebody asked to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// Runs work beside the caller; `None` when it has not ended within the limit. It then runs on by itself, unheard.
pub(super) fn within<T: Send + 'static>(
    cx: &Context,
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Option<T>> {
    let (send, receive) = channel();
    let failed = |cause| Error::io(&cause, "start a thread", "key store");
    let thread = std::thread::Builder::new().name("key-store".to_owned());
    // Nobody listens any more when the limit is over; that is no failure of the work's.
    thread.spawn(move || drop(send.send(work()))).map_err(failed)?;
    let start = Instant::now();
    loop {
        cx.check()?;
        let left = limit.saturating_sub(start.elapsed());
        match receive.recv_timeout(left.min(GLANCE)) {
            Ok(value) => return Ok(Some(value)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(
                    Error::internal("wait for the key store").because("its thread ended without an answer")
                );
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use resguardo_domain::Kind;
    use resguardo_testkit::test_context;

    use super::*;

    #[test]
    fn work_that_ends_is_heard_and_work_that_does_not_is_left() {
        let cx = test_context();
        assert_eq!(within(&cx, Duration::from_secs(60), || 7).unwrap(), Some(7));
        let (_keep, never) = channel::<()>();
        let stuck = within(&cx, Duration::from_millis(50), move || never.recv().is_ok()).unwrap();
        assert_eq!(stuck, None);
    }

    #[test]
    fn waiting_can_be_cancelled() {
        let cx = test_context();
        let (_keep, never) = channel::<()>();
        cx.cancel_flag().cancel();
        let error = within(&cx, Duration::from_secs(600), move || never.recv().is_ok()).unwrap_err();
        assert_eq!(error.kind, Kind::Cancelled);
    }
}
