//! A clock that stands still until it is told otherwise, and chance that repeats itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{Clock, Context, Random, Reading};

/// A clock that shows what it was set to, with a steady one that no setting moves; cloning shares it.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Reading>>);

impl Default for FixedClock {
    /// Saturday, 12 September 2026, 02:00 UTC.
    fn default() -> Self {
        Self::at("2026-09-12T02:00:00Z")
    }
}

impl FixedClock {
    /// A clock that shows an RFC 3339 time, on a computer that was started an hour ago.
    pub fn at(text: &str) -> Self {
        let wall = text.parse().expect("an RFC 3339 time");
        Self(Arc::new(Mutex::new(Reading { wall, steady: SignedDuration::from_hours(1), boot: 1 })))
    }

    /// Sets the wall clock; the steady one goes on.
    pub fn set(&self, now: Timestamp) {
        self.lock().wall = now;
    }

    /// Lets time pass, asleep or awake; backwards it sets the wall clock only.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.lock();
        now.wall = now.wall.checked_add(by).expect("a time within jiff's range");
        now.steady += by.max(SignedDuration::ZERO);
    }

    /// The computer is switched off for a while and started again.
    pub fn restart(&self, off: SignedDuration) {
        self.advance(off);
        let mut now = self.lock();
        (now.steady, now.boot) = (SignedDuration::from_secs(30), now.boot + 1);
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.lock().wall
    }

    fn reading(&self) -> Reading {
        *self.lock()
    }
}

/// Chance that repeats itself for a seed (SplitMix64); safe to share between threads.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The next 64 bits.
    pub fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, but not including, `end` (which is at least 1).
    pub fn below(&self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True once in `n` times.
    pub fn one_in(&self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).expect("an index")]
    }

    /// Bytes that do not compress.
    pub fn bytes(&self, count: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(count + 8);
        while out.len() < count {
            out.extend_from_slice(&self.next().to_le_bytes());
        }
        out.truncate(count);
        out
    }
}

impl Random for SeededRandom {
    fn bits(&self) -> u64 {
        self.next()
    }
}

/// A context with a fixed clock and repeatable chance. Two of them give the same ids: make one for each story.
pub fn test_context() -> Context {
    Context::new(Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = FixedClock::default();
        let cx = Context::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(1)));
        assert_eq!(cx.now().to_string(), "2026-09-12T02:00:00Z");
        clock.advance(SignedDuration::from_hours(-3));
        assert_eq!(cx.now().to_string(), "2026-09-11T23:00:00Z");
        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(cx.now(), Timestamp::UNIX_EPOCH);
        assert_eq!(cx.reading().steady, SignedDuration::from_hours(1));
        clock.restart(SignedDuration::from_hours(8));
        assert_eq!((cx.reading().steady.as_secs(), cx.reading().boot), (30, 2));
    }

    #[test]
    fn the_same_seed_gives_the_same_chance() {
        let (a, b, c) = (SeededRandom::new(7), SeededRandom::new(7), SeededRandom::new(8));
        assert_eq!(a.bytes(1000), b.bytes(1000));
        assert_ne!(a.next(), c.next());
        assert!((0..1000).all(|_| a.below(3) < 3));
        assert_eq!(a.bytes(3).len(), 3);
    }
}
