//! Unix domain sockets: mode 0600 in a home of mode 0700, and the other end's user is asked for where the system says it.

use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use resguardo_domain::{Error, Kind, Result};

use crate::Home;

pub(super) type Stream = UnixStream;
pub(super) type Listener = UnixListener;

/// The shortest limit of the systems in use (macOS: 104 bytes with the final zero).
const LONGEST_PATH: usize = 100;
/// A program that says nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// The name under which a socket gets its mode, no longer than its final one.
const FRESH: &str = "agent.new";

/// A name of a socket in the home that is short enough, and what must stay open while it is used.
fn short_name(home: &Home, path: PathBuf) -> Result<(PathBuf, Option<std::fs::File>)> {
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok((path, None));
    }
    if !cfg!(target_os = "linux") {
        return Err(Error::invalid("RESGUARDO_HOME", path.display(), "too long a path for a socket"));
    }
    let folder = std::fs::File::open(home.root())
        .map_err(|cause| Error::io(&cause, "open the program's folder", home.root().display()))?;
    let number = std::os::fd::AsRawFd::as_raw_fd(&folder);
    let folder_here = PathBuf::from(format!("/proc/self/fd/{number}"));
    let name = path.file_name().unwrap_or_default();
    Ok((folder_here.join(name), Some(folder)))
}

pub(super) fn bind(home: &Home) -> Result<Listener> {
    let path = home.agent_socket();
    let failed = |cause: io::Error| Error::io(&cause, "open the socket", path.display());
    let fresh = home.root().join(FRESH);
    let _ = std::fs::remove_file(&fresh);
    let (name, _folder) = short_name(home, fresh.clone())?;
    let listener = UnixListener::bind(name).map_err(failed)?;
    std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    // Only now can anybody find it: a visitor in between would rightly mistrust its mode.
    std::fs::rename(&fresh, &path).map_err(failed)?;
    Ok(listener)
}

pub(super) fn clear(home: &Home) {
    let _ = std::fs::remove_file(home.agent_socket());
}

/// The next one that is the same user's; `None` for somebody else's.
pub(super) fn accept(listener: &Listener) -> io::Result<Option<Stream>> {
    let (stream, _) = listener.accept()?;
    if !is_same_user(&stream) {
        return Ok(None);
    }
    patient(&stream)?;
    Ok(Some(stream))
}

pub(super) fn connect(home: &Home) -> Result<Option<Stream>> {
    let path = home.agent_socket();
    let facts = match std::fs::symlink_metadata(&path) {
        Ok(facts) => facts,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failed(&cause, &path)),
    };
    if facts.uid() != rustix::process::geteuid().as_raw() || facts.mode() & 0o077 != 0 {
        return Err(Error::new(Kind::PermissionDenied, "trust the socket").fact("path", path.display()));
    }
    let (name, _folder) = short_name(home, path.clone())?;
    match UnixStream::connect(name) {
        Ok(stream) => {
            patient(&stream).map_err(|cause| failed(&cause, &path))?;
            Ok(Some(stream))
        }
        Err(cause) if matches!(cause.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound) => {
            Ok(None)
        }
        Err(cause) => Err(failed(&cause, &path)),
    }
}

fn failed(cause: &io::Error, path: &Path) -> Error {
    Error::io(cause, "connect to the agent", path.display())
}

fn patient(stream: &UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_same_user(stream: &UnixStream) -> bool {
    rustix::net::sockopt::socket_peercred(stream).is_ok_and(|other| other.uid == rustix::process::geteuid())
}

/// Nobody else can open a socket of mode 0600 in a folder of mode 0700.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_same_user(_stream: &UnixStream) -> bool {
    true
}
