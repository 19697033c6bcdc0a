//! Named pipes: whoever made one may write to it, and administrators; others can't open it for both directions.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use interprocess::local_socket::{
    GenericNamespaced, Listener as PipeListener, ListenerOptions, Name, Stream as PipeStream, prelude::*,
};
use resguardo_domain::{Error, Result};

use crate::Home;

pub(super) type Stream = PipeStream;
pub(super) type Listener = PipeListener;

/// One name for each home, the same in every process.
fn name(home: &Home) -> io::Result<Name<'static>> {
    let mut hasher = DefaultHasher::new();
    home.root().to_string_lossy().to_lowercase().hash(&mut hasher);
    format!("resguardo-agent-{:016x}", hasher.finish()).to_ns_name::<GenericNamespaced>()
}

pub(super) fn bind(home: &Home) -> Result<Listener> {
    name(home)
        .and_then(|name| ListenerOptions::new().name(name).create_sync())
        .map_err(|cause| Error::io(&cause, "open the socket", home.root().display()))
}

/// A pipe goes with its process.
pub(super) fn clear(_home: &Home) {}

pub(super) fn accept(listener: &Listener) -> io::Result<Option<Stream>> {
    listener.accept().map(Some)
}

pub(super) fn connect(home: &Home) -> Result<Option<Stream>> {
    match name(home).and_then(Stream::connect) {
        Ok(stream) => Ok(Some(stream)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::io(&cause, "connect to the agent", home.root().display())),
    }
}
