//! Where the engine is: in this program, which is the agent then, or in the agent that another program is.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use resguardo_api::types::{Error, Identity, Kind, Result, StartupProgram};
use resguardo_api::{Agent, Api, Command as _, StartupChange, Stop};
use resguardo_platform::{Connection, Home};
use serde_json::{Value, json};

/// An agent that is just being opened holds its home before it answers.
const PATIENCE: Duration = Duration::from_secs(15);
const GLANCE: Duration = Duration::from_millis(20);

/// The way to the engine of one home.
pub(crate) struct Host {
    home: Home,
    way: Way,
    door: RwLock<Api>,
    agent: Mutex<Option<Running>>,
}

/// The program's own folder: the one that is named, or the user's.
///
/// # Errors
/// When the system names none.
pub(crate) fn home_of(named: Option<PathBuf>) -> Result<Home> {
    named.map_or_else(|| Home::resolve(&|name| std::env::var_os(name)), |folder| Ok(Home::at(folder)))
}

/// What a program does that finds no agent.
enum Way {
    /// It becomes the agent, whose notices appear as this one's.
    Lead(Identity),
    /// It starts the program that becomes it.
    Follow,
    /// It waits: the program that leads it becomes the agent, just now perhaps.
    Wait,
}

/// The agent in this program.
struct Running {
    stop: Stop,
    thread: JoinHandle<bool>,
}

impl Host {
    /// Becomes the agent of the home, or goes to the one that it has.
    ///
    /// # Errors
    /// Whatever opening the engine ends with.
    pub(crate) fn lead(home: Home, identity: Identity) -> Result<Self> {
        Self::open(home, Way::Lead(identity))
    }

    /// Goes to the agent of the home. A program that is led waits for it; for any other, a home without one gets one, in a program
    /// of its own.
    ///
    /// # Errors
    /// [`Kind::Busy`] when no agent answers in time.
    pub(crate) fn follow(home: Home, led: bool) -> Result<Self> {
        Self::open(home, if led { Way::Wait } else { Way::Follow })
    }

    fn open(home: Home, way: Way) -> Result<Self> {
        let (door, agent) = way.go(&home)?;
        Ok(Self { home, way, door: RwLock::new(door), agent: Mutex::new(agent) })
    }

    /// The door to the engine.
    pub(crate) fn api(&self) -> Api {
        self.door.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The program's own folder.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Whether copies stop when this program ends.
    pub(crate) fn is_agent(&self) -> bool {
        self.agent.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Looks for the agent anew: the program that was it has ended.
    ///
    /// # Errors
    /// As opening.
    pub(crate) fn renew(&self) -> Result<()> {
        if self.is_agent() {
            return Ok(());
        }
        let (door, agent) = self.way.go(&self.home)?;
        *self.agent.lock().unwrap_or_else(PoisonError::into_inner) = agent;
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = door;
        Ok(())
    }

    /// Calls a command by its name. One that an agent could not be asked, because it has just ended, is asked of the next.
    ///
    /// # Errors
    /// As [`Api::dispatch`].
    pub(crate) fn dispatch(&self, name: &str, mut request: Value) -> Result<Value> {
        if name == StartupChange::NAME {
            name_program(&mut request)?;
        }
        match self.api().dispatch(name, request.clone()) {
            // With a cause it broke off in the middle, and may have been carried out.
            Err(error) if error.kind == Kind::Io && error.cause.is_none() => {
                self.renew()?;
                self.api().dispatch(name, request)
            }
            answer => answer,
        }
    }

    /// Ends the agent when it is here; operations are asked to stop and go on at the next start. Takes up to some seconds.
    pub(crate) fn close(&self) {
        let agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { stop, thread }) = agent {
            stop.stop();
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

impl Way {
    fn go(&self, home: &Home) -> Result<(Api, Option<Running>)> {
        match self {
            Self::Lead(identity) => match Agent::open(Some(home.root().to_owned())) {
                Ok((agent, _)) => run(agent, identity),
                Err(error) if error.kind == Kind::Busy => Ok((reach(home)?, None)),
                Err(error) => Err(error),
            },
            Self::Follow => {
                if Connection::open(home)?.is_none() {
                    start_tray_program(home)?;
                }
                Ok((reach(home)?, None))
            }
            Self::Wait => Ok((reach(home)?, None)),
        }
    }
}

fn run(agent: Agent, identity: &Identity) -> Result<(Api, Option<Running>)> {
    agent.introduce(identity.clone());
    let (api, stop) = (agent.api(), agent.stopper());
    let thread = std::thread::Builder::new()
        .name("agent".to_owned())
        .spawn(move || agent.run())
        .map_err(|cause| Error::io(&cause, "start a thread", "agent"))?;
    Ok((api, Some(Running { stop, thread })))
}

/// The door to the agent, once it answers.
fn reach(home: &Home) -> Result<Api> {
    for _ in 0..PATIENCE.as_millis() / GLANCE.as_millis() {
        if Connection::open(home)?.is_some() {
            let (api, _) = Api::open(Some(home.root().to_owned()))?;
            return Ok(api);
        }
        std::thread::sleep(GLANCE);
    }
    Err(Error::new(Kind::Busy, "reach the agent").fact("agent", home.root().display()))
}

fn start_tray_program(home: &Home) -> Result<()> {
    let program = this_program()?;
    let started = Command::new(&program)
        .args(["--hidden".as_ref(), "--home".as_ref(), home.root().as_os_str()])
        .stdin(Stdio::null())
        .spawn();
    let mut child = started
        .map_err(|cause| Error::io(&cause, "start the program beside the clock", program.display()))?;
    // What nobody waits for stays as a name among the processes when it has ended.
    std::thread::spawn(move || child.wait());
    Ok(())
}

/// What is started at sign-in is the program beside the clock, wherever the agent that answers is.
fn name_program(request: &mut Value) -> Result<()> {
    let program = StartupProgram {
        path: this_program()?.to_string_lossy().into_owned(),
        arguments: Some(vec!["--hidden".to_owned()]),
    };
    if let Value::Object(fields) = request {
        fields.entry("program").or_insert(json!(program));
    }
    Ok(())
}

fn this_program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|cause| Error::io(&cause, "find this program", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_starts_the_program_beside_the_clock() {
        let mut request = json!({ "at_login": true, "watchdog": false });
        name_program(&mut request).unwrap();
        let program = &request["program"];
        assert_eq!(program["arguments"], json!(["--hidden"]));
        assert_eq!(program["path"], json!(std::env::current_exe().unwrap()));
        let mut named = json!({ "at_login": true, "watchdog": false, "program": { "path": "/a" } });
        name_program(&mut named).unwrap();
        assert_eq!(named["program"]["path"], "/a");
    }
}
