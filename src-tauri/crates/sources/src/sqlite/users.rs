//! Who else has a file open.

use std::path::Path;

/// Whether a process other than those to be overlooked has the file open, as far as this system tells.
///
/// Linux: every handle of every process whose handles may be read (all of them for root, the own ones for other users).
/// Elsewhere: nothing is known and the answer is `false`; Windows itself refuses to replace a file that is open.
#[cfg(target_os = "linux")]
pub(super) fn has_others(file: &Path, overlook_ourselves: bool) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(wanted) = std::fs::metadata(file) else { return false };
    let wanted = (wanted.dev(), wanted.ino());
    let own = std::process::id().to_string();
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes
        .flatten()
        .filter(|process| process.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit))
        .filter(|process| !(overlook_ourselves && process.file_name().to_str() == Some(&own)))
        .filter_map(|process| std::fs::read_dir(process.path().join("fd")).ok())
        .flat_map(Iterator::flatten)
        .any(|handle| {
            std::fs::metadata(handle.path()).is_ok_and(|found| (found.dev(), found.ino()) == wanted)
        })
}

/// Not known on this system.
#[cfg(not(target_os = "linux"))]
pub(super) fn has_others(_: &Path, _: bool) -> bool {
    false
}
