//! What every longer piece of work is given first: a way to be cancelled, to tell progress, and to ask for time and chance.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::{Error, PauseFlag, Reading, Result};

/// Tells the time. Injected so that tests can set it.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> jiff::Timestamp;

    /// Both clocks at one moment. A clock that has no steady one beside it lets the wall clock stand for both.
    fn reading(&self) -> Reading {
        let wall = self.now();
        Reading { wall, steady: wall.duration_since(jiff::Timestamp::UNIX_EPOCH), boot: 0 }
    }
}

/// Gives random bits. Injected so that tests can repeat them.
pub trait Random: Send + Sync {
    /// 64 fresh bits.
    fn bits(&self) -> u64;
}

/// Scripted faults for tests: asked before each call that touches a file, a database or the network.
pub trait Faults: Send + Sync {
    /// Returns the error that this step must end with, or lets it go on.
    fn at(&self, step: &'static str) -> Result<()>;
}

/// A flag that asks running work to stop; cloning shares it.
#[derive(Clone, Default, Debug)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.0.store(true, Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// What an operation is busy with; the order is the order of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Phase {
    /// Looking at what there is and deciding what to do.
    Prepare = 0,
    /// Reading sources and writing the archive.
    Archive,
    /// Writing the table of contents and making the archive durable.
    Seal,
    /// Sending the archive to a destination.
    Publish,
    /// Reading back and comparing.
    Verify,
    /// Bringing files back.
    Restore,
    /// Deleting what expired.
    Prune,
    /// Reading manifests and listings.
    Read,
}

impl Phase {
    const ALL: [Self; 8] = [
        Self::Prepare,
        Self::Archive,
        Self::Seal,
        Self::Publish,
        Self::Verify,
        Self::Restore,
        Self::Prune,
        Self::Read,
    ];
}

/// Counters of one operation, made of atomics so that any number of workers can advance them.
#[derive(Debug, Default)]
pub struct Progress {
    phase: AtomicU8,
    entries: AtomicU64,
    bytes: AtomicU64,
    total_entries: AtomicU64,
    total_bytes: AtomicU64,
    issues: AtomicU64,
    current: Mutex<String>,
}

/// A picture of the counters at one moment; a total of 0 means "not known yet".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Sample {
    /// The phase the operation is in.
    pub phase: Phase,
    /// Entries done in this phase.
    pub entries: u64,
    /// Bytes done in this phase.
    pub bytes: u64,
    /// Entries to do in this phase.
    pub total_entries: u64,
    /// Bytes to do in this phase.
    pub total_bytes: u64,
    /// Issues met so far in the whole operation.
    pub issues: u64,
    /// What is being worked on.
    pub current: String,
}

impl Progress {
    /// Starts a phase; unknown totals are 0.
    pub fn enter(&self, phase: Phase, total_entries: u64, total_bytes: u64) {
        self.entries.store(0, Relaxed);
        self.bytes.store(0, Relaxed);
        self.total_entries.store(total_entries, Relaxed);
        self.total_bytes.store(total_bytes, Relaxed);
        self.phase.store(phase as u8, Relaxed);
    }

    /// Adds what was done.
    pub fn advance(&self, entries: u64, bytes: u64) {
        self.entries.fetch_add(entries, Relaxed);
        self.bytes.fetch_add(bytes, Relaxed);
    }

    /// Names what is being worked on; skipped when somebody is reading the name just then.
    pub fn current(&self, what: &str) {
        if let Ok(mut current) = self.current.try_lock() {
            current.clear();
            current.push_str(what);
        }
    }

    /// Counts issues.
    pub fn issue(&self) {
        self.issues.fetch_add(1, Relaxed);
    }

    /// Takes a picture; the runner does so four times a second.
    pub fn sample(&self) -> Sample {
        let phase = Phase::ALL.get(usize::from(self.phase.load(Relaxed))).copied().unwrap_or(Phase::Prepare);
        Sample {
            phase,
            entries: self.entries.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            total_entries: self.total_entries.load(Relaxed),
            total_bytes: self.total_bytes.load(Relaxed),
            issues: self.issues.load(Relaxed),
            current: self.current.lock().map(|current| current.clone()).unwrap_or_default(),
        }
    }
}

/// The first argument of everything that can take longer than a blink; cloning shares all of it.
#[derive(Clone)]
pub struct Context {
    cancel: Cancel,
    pause: PauseFlag,
    progress: Arc<Progress>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    faults: Option<Arc<dyn Faults>>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("cancel", &self.cancel)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl Context {
    /// A context with fresh counters and fresh flags.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let (cancel, pause) = (Cancel::default(), PauseFlag::default());
        Self { cancel, pause, progress: Arc::default(), clock, random, faults: None }
    }

    /// The same with scripted faults (tests only).
    pub fn with_faults(mut self, faults: Arc<dyn Faults>) -> Self {
        self.faults = Some(faults);
        self
    }

    /// A context for another operation: same clock, chance and faults; own counters and flags.
    pub fn fresh(&self) -> Self {
        let (cancel, pause) = (Cancel::default(), PauseFlag::default());
        Self { cancel, pause, progress: Arc::default(), ..self.clone() }
    }

    /// The same for a part of the work that holds what others wait for, such as a lock of a database: cancelled with the rest, but
    /// never held up in the middle.
    pub fn unpaused(&self) -> Self {
        Self { pause: PauseFlag::default(), ..self.clone() }
    }

    /// The cancel flag.
    pub fn cancel_flag(&self) -> &Cancel {
        &self.cancel
    }

    /// The flag that holds the work up.
    pub fn pause_flag(&self) -> &PauseFlag {
        &self.pause
    }

    /// The counters.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// A shared handle on the counters, for whoever watches.
    pub fn progress_handle(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// The wall clock's time.
    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// The wall clock with the steady one beside it.
    pub fn reading(&self) -> Reading {
        self.clock.reading()
    }

    /// 64 random bits.
    pub fn random_bits(&self) -> u64 {
        self.random.bits()
    }

    /// Waits while the work is paused; fails with [`crate::Kind::Cancelled`] when somebody asked to stop. Called per entry and per
    /// block.
    pub fn check(&self) -> Result<()> {
        self.pause.wait(&self.cancel);
        if self.cancel.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Stands before every call that changes a file, a database or a destination: waits while paused, checks for cancellation and lets tests
    /// inject a fault at exactly this point.
    pub fn step(&self, step: &'static str) -> Result<()> {
        self.check()?;
        self.fault(step)
    }

    /// Like [`Context::step`] for work that must not be cancelled any more, such as publishing a finished archive's last file.
    pub fn fault(&self, step: &'static str) -> Result<()> {
        self.faults.as_ref().map_or(Ok(()), |faults| faults.at(step))
    }
}
