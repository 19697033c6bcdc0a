//! The verbs: back up, send, verify, restore, undo, prune, rebuild. Each is an operation: a row in the catalog that says what
//! became of it, whatever happens to the program.
//!
//! The engine decides nothing that a pure rule of the domain can decide, and touches no byte that an adapter can touch.

mod activity;
mod archives;
mod back_up;
mod bell;
mod browse;
mod config;
mod content;
mod destinations;
mod doctor;
mod drafts;
mod events;
mod heal;
mod heartbeat;
mod log;
mod messages;
mod metrics;
mod names;
mod nearness;
mod openmetrics;
mod operations;
mod pauses;
mod plans;
mod prune;
mod publish;
mod rebuild;
mod recovery;
pub mod requests;
mod restore;
mod scheduler;
mod select;
mod status;
mod suggestions;
mod support;
mod verify;
mod watchdog;
mod window;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use resguardo_catalog::Catalog;
use resguardo_domain::{
    ComputerId, ComputerInfo, Context, DestinationId, Error, Operation, OperationId, Result, encode_name,
};
use resguardo_platform::Home;
use serde::Serialize;

pub use activity::ActivityQuery;
pub use heartbeat::Lookout;
pub use messages::{ChannelDraft, ChannelView, Courier, NoticeSettings};
pub use pauses::Pauses;
pub use requests::*;
pub use resguardo_catalog::{MessageRow, MessageState, SlotRun, SlotState};
pub use resguardo_notices::{
    ChannelConfig, EmailConfig, Encryption, Identity, PingConfig, Shape, WebhookConfig,
};
pub use resguardo_words::Names;
pub use scheduler::{Scheduler, Ticked};
pub use status::StatusReport;
pub use support::SupportText;
pub use watchdog::{AlertView, AlertsView, Watchdog, Watched};

use bell::Bell;
use operations::Running;
use restore::{Previewed, RestoreLooks};
use scheduler::ScheduleState;
use status::Looks;

/// The engine of one computer. Share it; any number of threads may use it, and several processes may have one each.
pub struct Engine {
    home: Home,
    catalog: Catalog,
    cx: Context,
    computer: ComputerInfo,
    running: Mutex<HashMap<OperationId, Running>>,
    ended: Condvar,
    closing: AtomicBool,
    /// Whether operations let other programs go first.
    courteous: AtomicBool,
    /// Rung when there may be something for the scheduler to do.
    bell: Bell,
    /// Rung when there may be something for the watchdog to see.
    watch: Bell,
    /// Rung when there may be something for the courier to send.
    mail: Bell,
    schedule: Mutex<ScheduleState>,
    looks: Looks,
    /// The spots of the restore that was looked at last.
    previewed: Mutex<Option<Previewed>>,
    restore_looks: RestoreLooks,
    /// Rung when the lookout is to end.
    lookout_bell: Bell,
    /// As whom notices appear on the desktop; with none, their clicks lead nowhere.
    identity: OnceLock<Identity>,
    /// When each destination was last looked at for what other computers tell there.
    looked: Mutex<BTreeMap<DestinationId, Timestamp>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("home", &self.home).finish_non_exhaustive()
    }
}

/// What opening the engine found and mended.
#[derive(Debug, Default)]
pub struct Opening {
    /// Where the damaged catalog was put, when it had to be replaced by an empty one.
    pub catalog_set_aside: Option<PathBuf>,
    /// Operations whose program had ended while they ran.
    pub interrupted: Vec<Operation>,
}

impl Engine {
    /// Opens the home and the catalog, gives an end to operations whose program died, and finishes or clears away what
    /// they left.
    ///
    /// # Errors
    /// When the home can't be made or the catalog can't be used.
    pub fn open(home: Home, cx: Context) -> Result<(Arc<Self>, Opening)> {
        home.create(&cx)?;
        let (catalog, catalog_set_aside) = Catalog::open_or_set_aside(&cx, &home.catalog())?;
        let computer = known_computer(&catalog, &cx)?;
        let engine = Arc::new(Self {
            home,
            catalog,
            cx,
            computer,
            running: Mutex::default(),
            ended: Condvar::new(),
            closing: AtomicBool::new(false),
            courteous: AtomicBool::new(false),
            bell: Bell::default(),
            watch: Bell::default(),
            mail: Bell::default(),
            schedule: Mutex::default(),
            looks: Looks::default(),
            previewed: Mutex::default(),
            restore_looks: RestoreLooks::default(),
            lookout_bell: Bell::default(),
            identity: OnceLock::new(),
            looked: Mutex::default(),
        });
        let interrupted = engine.recover()?;
        let opening = Opening { catalog_set_aside, interrupted };
        log::opened(&opening);
        Ok((engine, opening))
    }

    /// Wakes the scheduler: plans or what it depends on have changed.
    pub fn reload(&self) {
        self.bell.ring();
    }

    /// Wakes everybody who sleeps in the agent: the scheduler, the watchdog, the courier, the lookout.
    pub fn wake(&self) {
        self.bell.ring();
        self.watch.ring();
        self.mail.ring();
        self.lookout_bell.ring();
    }

    /// Says as whom notices appear on the desktop, and who hears of clicks on them. Only the first one counts.
    pub fn introduce(&self, identity: Identity) {
        // A second program that hosts the same engine does not exist.
        let _ = self.identity.set(identity);
    }

    /// The time by its clock.
    pub fn now(&self) -> Timestamp {
        self.cx.now()
    }

    /// The folder of this engine.
    pub fn home(&self) -> &Home {
        &self.home
    }

    fn running(&self) -> MutexGuard<'_, HashMap<OperationId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This installation, named after the computer when it is first opened.
fn known_computer(catalog: &Catalog, cx: &Context) -> Result<ComputerInfo> {
    if let Some(known) = catalog.computer()? {
        return Ok(known);
    }
    let safe: String = encode_name(resguardo_platform::host_name().as_bytes())
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' || c == '_' || c == '.' { c } else { '-' })
        .collect();
    let name = safe.trim_matches(['.', '-', ' ']).to_owned();
    let name = if name.is_empty() { "computer".to_owned() } else { name };
    let computer = ComputerInfo { id: ComputerId::from_random(cx.random_bits()), name };
    catalog.set_computer(cx, &computer)?;
    Ok(computer)
}

/// A value as the JSON that the catalog keeps.
fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| Error::internal("write a result").because(cause))
}
