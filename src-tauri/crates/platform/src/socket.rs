//! The local socket between programs of one user: a Unix domain socket in the home, a named pipe on Windows.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as os;
#[cfg(windows)]
use windows as os;

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use resguardo_domain::{Error, Result};

use crate::Home;

/// One conversation; ends when it is dropped.
#[derive(Debug)]
pub struct Connection(os::Stream);

impl Connection {
    /// Connects to whoever listens for a home; `None` when nobody does.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::PermissionDenied`] when the socket is another user's, or others may use it.
    pub fn open(home: &Home) -> Result<Option<Self>> {
        Ok(os::connect(home)?.map(Self))
    }
}

impl Read for Connection {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The listening end. Who holds the lock of the home's agent may have it, and nobody else.
#[derive(Debug, Clone)]
pub struct Listener {
    inner: Arc<os::Listener>,
    home: Home,
    closed: Arc<AtomicBool>,
}

impl Listener {
    /// Begins to listen; what a listener that died has left is replaced.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] when the home's path is too long for a socket, and what the system says.
    pub fn bind(home: &Home) -> Result<Self> {
        let inner = Arc::new(os::bind(home)?);
        Ok(Self { inner, home: home.clone(), closed: Arc::default() })
    }

    /// Waits for the next program of the same user; others are turned away. `None` once it is closed.
    ///
    /// # Errors
    /// When the socket itself fails.
    pub fn accept(&self) -> Result<Option<Connection>> {
        loop {
            let stream = os::accept(&self.inner);
            if self.closed.load(Relaxed) {
                return Ok(None);
            }
            let failed =
                |cause: io::Error| Error::io(&cause, "wait at the socket", self.home.root().display());
            if let Some(stream) = stream.map_err(failed)? {
                return Ok(Some(Connection(stream)));
            }
        }
    }

    /// Ends the waiting and removes the socket.
    pub fn close(&self) {
        self.closed.store(true, Relaxed);
        // Whoever waits is woken by a last visit.
        let _ = os::connect(&self.home);
        os::clear(&self.home);
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use resguardo_domain::Kind;
    use resguardo_testkit::test_context;

    use super::*;

    fn home(name: &str) -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join(name));
        home.create(&test_context()).unwrap();
        (folder, home)
    }

    fn talk(home: &Home) {
        let listener = Listener::bind(home).unwrap();
        let echo = std::thread::spawn({
            let listener = listener.clone();
            move || {
                let mut one = listener.accept().unwrap().unwrap();
                let mut bytes = [0; 3];
                one.read_exact(&mut bytes).unwrap();
                one.write_all(&bytes).unwrap();
                listener.accept().unwrap().is_none()
            }
        });
        let mut here = Connection::open(home).unwrap().unwrap();
        here.write_all(b"abc").unwrap();
        let mut back = [0; 3];
        here.read_exact(&mut back).unwrap();
        assert_eq!(&back, b"abc");
        listener.close();
        assert!(echo.join().unwrap());
        assert!(!home.agent_socket().exists());
        assert!(Connection::open(home).unwrap().is_none());
    }

    #[test]
    fn two_programs_of_one_user_talk_however_long_the_path_of_the_home() {
        talk(&home("short").1);
        if cfg!(target_os = "linux") {
            talk(&home(&"deep/".repeat(40)).1);
        }
    }

    #[test]
    fn what_a_dead_listener_left_is_nobody_and_is_replaced() {
        let (_folder, home) = home("home");
        // Dropped without closing, as by a crash.
        drop(Listener::bind(&home).unwrap());
        assert!(home.agent_socket().exists());
        assert!(Connection::open(&home).unwrap().is_none());
        talk(&home);
    }

    #[test]
    fn a_socket_that_others_may_use_is_not_trusted() {
        let (_folder, home) = home("home");
        let _listener = Listener::bind(&home).unwrap();
        let mode = |mode| {
            std::fs::set_permissions(home.agent_socket(), std::fs::Permissions::from_mode(mode)).unwrap();
        };
        assert_eq!(std::fs::metadata(home.agent_socket()).unwrap().permissions().mode() & 0o777, 0o600);
        for loose in [0o666, 0o660, 0o602] {
            mode(loose);
            assert_eq!(Connection::open(&home).unwrap_err().kind, Kind::PermissionDenied, "{loose:o}");
        }
        mode(0o600);
        assert!(Connection::open(&home).unwrap().is_some());
    }
}
