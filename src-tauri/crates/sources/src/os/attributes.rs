//! Unix: extended attributes, in which access control lists and capabilities live too.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use resguardo_domain::Xattr;
use rustix::fs as rx;
use rustix::io::Errno;

use super::{Folder, Name};

/// Attributes larger than this are not read: no file system in use keeps larger ones but macOS' resource forks.
const LARGEST: usize = 64 << 20;

/// The attributes of an open file or folder, sorted by name.
pub(crate) fn of_file(file: &File) -> io::Result<Vec<Xattr>> {
    of_handle(file)
}

fn of_handle(fd: impl AsFd) -> io::Result<Vec<Xattr>> {
    let fd = fd.as_fd();
    gather(|room| rx::flistxattr(fd, room), |name, room| rx::fgetxattr(fd, name, room))
}

/// The attributes of a child that is a folder or a link (which is not followed).
///
/// There is no call relative to a handle before Linux 6.13, so the handle is named through `/proc`; without it a folder
/// is opened and a link has none.
pub(crate) fn of_child(folder: &Folder, name: &Name, is_link: bool) -> io::Result<Vec<Xattr>> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use std::os::fd::AsRawFd;
        let mut path = format!("/proc/self/fd/{}/", folder.as_fd().as_raw_fd()).into_bytes();
        path.extend_from_slice(name.to_bytes());
        let path = path.as_slice();
        match gather(|room| rx::llistxattr(path, room), |name, room| rx::lgetxattr(path, name, room)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            answer => return answer,
        }
    }
    if is_link {
        return Ok(Vec::new());
    }
    match folder.open_child(name) {
        Ok(child) => of_handle(child),
        // What can't be opened is reported when its turn to be listed comes.
        Err(_) => Ok(Vec::new()),
    }
}

fn gather(
    mut list: impl FnMut(&mut [u8]) -> Result<usize, Errno>,
    mut get: impl FnMut(&CStr, &mut [u8]) -> Result<usize, Errno>,
) -> io::Result<Vec<Xattr>> {
    let mut small = [0_u8; 512];
    let names = match list(&mut small) {
        // The usual answers, without any allocation.
        Ok(0) | Err(Errno::OPNOTSUPP) => return Ok(Vec::new()),
        Ok(length) => small[..length].to_vec(),
        Err(Errno::RANGE) => grow(&mut list)?,
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let Ok(c_name) = CString::new(name) else { continue };
        match grow(|room| get(&c_name, room)) {
            Ok(value) => found.push(Xattr { name: name.to_vec(), value }),
            // Removed in between, or one that only its own subsystem may read.
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn is_absent(error: &io::Error) -> bool {
    let code = Errno::from_io_error(error);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let gone = code == Some(Errno::NODATA);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let gone = false;
    gone || code == Some(Errno::OPNOTSUPP)
}

/// Asks with more and more room until the answer fits.
fn grow(mut ask: impl FnMut(&mut [u8]) -> Result<usize, Errno>) -> io::Result<Vec<u8>> {
    let mut room = vec![0_u8; 256];
    loop {
        match ask(&mut room) {
            Ok(length) => {
                room.truncate(length);
                return Ok(room);
            }
            Err(Errno::RANGE) if room.len() < LARGEST => room.resize(room.len() * 8, 0),
            Err(error) => return Err(error.into()),
        }
    }
}
