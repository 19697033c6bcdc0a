//! A program that crashes may leave its memory on the disk, and in it a password that was typed just now.

/// From now on this program leaves none, nor do programs that it starts.
#[cfg(unix)]
pub fn leave_no_core_file() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Lowering a limit is always allowed; where it was not, the system's own choice stands.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Windows keeps the memory of programs that crash only where somebody asked it to.
#[cfg(not(unix))]
pub fn leave_no_core_file() {}
