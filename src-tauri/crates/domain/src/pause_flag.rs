//! Holding running work up for a while.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Cancel;

/// Work that is held up looks so often whether it was asked to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// A flag that holds running work up; cloning shares it.
#[derive(Clone, Default, Debug)]
pub struct PauseFlag(Arc<Shared>);

#[derive(Default, Debug)]
struct Shared {
    /// The same as `paused`, for the many looks that find nothing.
    glance: AtomicBool,
    paused: Mutex<bool>,
    changed: Condvar,
}

impl PauseFlag {
    /// Holds the work up, or lets it go on.
    pub fn set(&self, paused: bool) {
        let mut now = self.paused();
        *now = paused;
        self.0.glance.store(paused, Relaxed);
        self.0.changed.notify_all();
    }

    /// Whether the work is held up.
    pub fn is_paused(&self) -> bool {
        self.0.glance.load(Relaxed)
    }

    /// Waits until the work may go on or is asked to stop.
    pub(crate) fn wait(&self, cancel: &Cancel) {
        if !self.is_paused() {
            return;
        }
        let mut paused = self.paused();
        while *paused && !cancel.is_cancelled() {
            let waited = self.0.changed.wait_timeout(paused, GLANCE);
            paused = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn paused(&self) -> MutexGuard<'_, bool> {
        self.0.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::{Clock, Context, Random};

    struct Still;

    impl Clock for Still {
        fn now(&self) -> jiff::Timestamp {
            jiff::Timestamp::UNIX_EPOCH
        }
    }

    impl Random for Still {
        fn bits(&self) -> u64 {
            0
        }
    }

    fn paused() -> Context {
        let cx = Context::new(Arc::new(Still), Arc::new(Still));
        cx.pause_flag().set(true);
        cx
    }

    #[test]
    fn paused_work_waits_until_it_is_resumed() {
        let cx = paused();
        let (send, heard) = channel();
        let work = cx.clone();
        let thread = std::thread::spawn(move || send.send(work.step("go on")).unwrap());
        assert!(heard.recv_timeout(Duration::from_millis(200)).is_err());
        cx.pause_flag().set(false);
        assert_eq!(heard.recv().unwrap(), Ok(()));
        thread.join().unwrap();
    }

    #[test]
    fn paused_work_that_is_cancelled_ends() {
        let cx = paused();
        let work = cx.clone();
        let thread = std::thread::spawn(move || work.check());
        cx.cancel_flag().cancel();
        assert!(thread.join().unwrap().unwrap_err().is_cancelled());
    }

    #[test]
    fn what_others_wait_for_is_not_held_up_but_is_cancelled_with_the_rest() {
        let cx = paused();
        assert_eq!(cx.unpaused().check(), Ok(()));
        assert_eq!(cx.fresh().check(), Ok(()));
        cx.cancel_flag().cancel();
        assert!(cx.unpaused().check().is_err());
    }
}
