//! The agent: the one engine of a home that runs what is due, and answers the other programs of its user meanwhile.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use resguardo_domain::{Context, Error, Kind, Result};
use resguardo_engine::{Courier, Engine, Identity, Lookout, Opening, Scheduler, Watchdog};
use resguardo_platform::logs::{self, Role};
use resguardo_platform::{
    Home, Listener, Lock, Surroundings, leave_no_core_file, system_context, user_language,
};

use crate::{Api, wire};

/// Operations that are asked to stop get so long; what is cut off then is finished by the next start.
const PATIENCE: Duration = Duration::from_secs(8);

/// An agent that holds its home; nothing is scheduled before it runs.
pub struct Agent {
    engine: Arc<Engine>,
    listener: Listener,
    cx: Context,
    _lock: Lock,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent").field("engine", &self.engine).finish_non_exhaustive()
    }
}

/// Ends an agent, from any thread.
#[derive(Debug, Clone)]
pub struct Stop {
    cx: Context,
    engine: Arc<Engine>,
}

impl Stop {
    /// Asks it to end; it does so within seconds.
    pub fn stop(&self) {
        self.cx.cancel_flag().cancel();
        self.engine.wake();
    }
}

impl Agent {
    /// Takes the agent's place on a home, or on the one that the environment names, and opens its engine.
    ///
    /// # Errors
    /// [`Kind::Busy`] with the fact `agent` when another has it, and whatever opening ends with.
    pub fn open(home_dir: Option<PathBuf>) -> Result<(Self, Opening)> {
        leave_no_core_file();
        let home = match home_dir {
            Some(folder) => Home::at(folder),
            None => Home::resolve(&|name| std::env::var_os(name))?,
        };
        let cx = system_context();
        home.create(&cx)?;
        logs::start(&home, Role::Agent, &|name| std::env::var_os(name));
        let lock = Lock::try_exclusive(&home.agent_lock())?
            .ok_or_else(|| Error::new(Kind::Busy, "start the agent").fact("agent", home.root().display()))?;
        let (engine, opening) = Engine::open(home.clone(), cx.fresh())?;
        engine.be_courteous();
        let listener = Listener::bind(&home)?;
        Ok((Self { engine, listener, cx, _lock: lock }, opening))
    }

    /// The door to its engine, for the program that hosts it.
    pub fn api(&self) -> Api {
        Api::here(Arc::clone(&self.engine))
    }

    /// The folder that it holds.
    pub fn home(&self) -> &std::path::Path {
        self.engine.home().root()
    }

    /// Says as whom its notices appear on the desktop, and who hears of clicks on them.
    pub fn introduce(&self, identity: Identity) {
        self.engine.introduce(identity);
    }

    /// What ends it.
    pub fn stopper(&self) -> Stop {
        Stop { cx: self.cx.clone(), engine: Arc::clone(&self.engine) }
    }

    /// Runs what is due and answers calls until it is stopped. Operations at work are asked to stop then, and go on at the next
    /// start; false when one had to be cut off.
    pub fn run(self) -> bool {
        let (api, listener) = (self.api(), self.listener.clone());
        let answering =
            std::thread::Builder::new().name("listener".into()).spawn(move || wire::serve(&api, &listener));
        let beside = self.beside();
        Scheduler::new(Arc::clone(&self.engine)).run(&self.cx, &Surroundings::look);
        let stopped = self.engine.close(PATIENCE);
        self.listener.close();
        let deadline = Instant::now() + PATIENCE;
        for thread in answering.into_iter().chain(beside) {
            end(thread, deadline);
        }
        stopped
    }

    /// The watchdog and the courier, each on a thread of its own: neither waits for the scheduler nor for the other. Without a
    /// thread for one of them the agent still makes backups.
    fn beside(&self) -> Vec<JoinHandle<()>> {
        let language = user_language(&|name| std::env::var_os(name));
        let watchdog = Watchdog::new(Arc::clone(&self.engine));
        let courier = Courier::new(Arc::clone(&self.engine), language);
        let lookout = Lookout::new(Arc::clone(&self.engine));
        let (watching, sending, looking) = (self.cx.clone(), self.cx.clone(), self.cx.clone());
        let threads = [
            thread("watchdog", move || watchdog.run(&watching)),
            thread("courier", move || courier.run(&sending)),
            thread("lookout", move || lookout.run(&looking)),
        ];
        threads.into_iter().flatten().collect()
    }
}

/// Waits for the end of a thread that was asked to end. One that waits for a destination that never answers is left to the end of
/// the process.
fn end(thread: JoinHandle<()>, deadline: Instant) {
    while !thread.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    if thread.is_finished() {
        let _ = thread.join();
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}
