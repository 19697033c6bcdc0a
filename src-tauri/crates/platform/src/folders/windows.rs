//! The known folders of Windows, wherever they were moved to (to another drive, or into OneDrive).
#![allow(unsafe_code, reason = "the call has no safe form")]

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{
    FOLDERID_Desktop, FOLDERID_Documents, FOLDERID_Downloads, FOLDERID_Music, FOLDERID_Pictures,
    FOLDERID_Videos, SHGetKnownFolderPath,
};
use windows_sys::core::GUID;

use super::FolderRole;

/// All that the system names.
pub(super) fn known() -> Vec<(FolderRole, PathBuf)> {
    let all = [
        (FolderRole::Documents, FOLDERID_Documents),
        (FolderRole::Desktop, FOLDERID_Desktop),
        (FolderRole::Pictures, FOLDERID_Pictures),
        (FolderRole::Videos, FOLDERID_Videos),
        (FolderRole::Music, FOLDERID_Music),
        (FolderRole::Downloads, FOLDERID_Downloads),
    ];
    all.into_iter().filter_map(|(role, id)| Some((role, path_of(&id)?))).collect()
}

fn path_of(id: &GUID) -> Option<PathBuf> {
    let mut text: *mut u16 = std::ptr::null_mut();
    // SAFETY: the identifier is alive, no token means this user, and the last argument is a live, writable pointer.
    let answer = unsafe { SHGetKnownFolderPath(id, 0, std::ptr::null_mut(), &raw mut text) };
    let path = (answer == 0 && !text.is_null()).then(|| {
        // SAFETY: after success the pointer leads to a text that ends in a zero.
        let length = unsafe { (0..).take_while(|at| *text.add(*at) != 0).count() };
        // SAFETY: so many units were just read from there, and nobody else knows of the text.
        let units = unsafe { std::slice::from_raw_parts(text, length) };
        PathBuf::from(OsString::from_wide(units))
    });
    // SAFETY: the system asks for this whatever it answered; a null pointer is allowed.
    unsafe { CoTaskMemFree(text.cast()) };
    path
}
