//! A bell that wakes one sleeper: rung while nobody sleeps, the next sleep ends at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    condition: Condvar,
}

impl Bell {
    /// Wakes the sleeper.
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.condition.notify_all();
    }

    /// Sleeps until the bell rings, at most so long.
    pub(crate) fn sleep(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.condition.wait_timeout_while(rung, at_most, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_that_was_rung_before_is_not_missed() {
        let bell = Bell::default();
        bell.ring();
        bell.sleep(Duration::from_secs(3600));
        bell.sleep(Duration::from_millis(1));
    }
}
