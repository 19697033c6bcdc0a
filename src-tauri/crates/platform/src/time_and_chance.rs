//! The real clock and the real dice.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use resguardo_domain::{Clock, Context, Random};

/// The wall clock of this computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn bits(&self) -> u64 {
        // Bits name things and spread load; keys never come from here. So when the system has none to give (a sandbox
        // without the call), the standard library's own seeds are good enough to go on.
        getrandom::u64().unwrap_or_else(|_| std::hash::RandomState::new().build_hasher().finish())
    }
}

/// A context with the real clock and the real dice, for the program itself.
pub fn system_context() -> Context {
    Context::new(Arc::new(SystemClock), Arc::new(SystemRandom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_and_bits_differ() {
        let cx = system_context();
        assert!(cx.now().as_second() > 1_700_000_000);
        let bits: std::collections::HashSet<u64> = (0..1000).map(|_| cx.random_bits()).collect();
        assert_eq!(bits.len(), 1000);
    }
}
