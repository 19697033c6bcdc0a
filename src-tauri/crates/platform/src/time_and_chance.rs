//! The real clock and the real dice.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use jiff::SignedDuration;
use resguardo_domain::{Clock, Context, Random, Reading};

/// The wall clock of this computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn reading(&self) -> Reading {
        Reading { wall: self.now(), steady: steady(), boot: boot() }
    }
}

/// Time since the computer was started, sleep included where the system counts it; elsewhere the gap shows in the wall clock.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn steady() -> SignedDuration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    SignedDuration::new(time.tv_sec, i32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Time since the computer was started, as far as one process can know: since its own first look. Each process is a start of
/// its own then, see [`boot`].
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn steady() -> SignedDuration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let passed = FIRST.get_or_init(std::time::Instant::now).elapsed();
    SignedDuration::try_from(passed).unwrap_or_default()
}

/// The same number until the computer is started again.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot() -> u64 {
    static BOOT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *BOOT.get_or_init(|| {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
        u64::from_str_radix(&digits, 16).unwrap_or(0)
    })
}

/// The same number until the process ends.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn boot() -> u64 {
    static BOOT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *BOOT.get_or_init(|| SystemRandom.bits())
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

    #[test]
    fn the_steady_clock_goes_forward_and_the_start_of_the_computer_stays() {
        let cx = system_context();
        let (first, second) = (cx.reading(), cx.reading());
        assert!(second.steady >= first.steady && !first.steady.is_negative());
        assert_eq!(first.boot, second.boot);
    }
}
