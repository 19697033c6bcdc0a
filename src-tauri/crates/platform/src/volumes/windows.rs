//! Volumes of Windows: its drives, and which physical disk each is on.
#![allow(unsafe_code, reason = "the calls have no safe form")]

use std::fs::OpenOptions;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Storage::FileSystem::{GetDriveTypeW, GetLogicalDrives, GetVolumeInformationW};
use windows_sys::Win32::System::IO::DeviceIoControl;
use windows_sys::Win32::System::Ioctl::{
    IOCTL_STORAGE_GET_DEVICE_NUMBER, IOCTL_STORAGE_QUERY_PROPERTY, PropertyStandardQuery,
    STORAGE_DEVICE_DESCRIPTOR, STORAGE_DEVICE_NUMBER, STORAGE_PROPERTY_QUERY, StorageDeviceProperty,
};

use super::Volume;

/// Answers of `GetDriveTypeW`.
const REMOVABLE: u32 = 2;
const FIXED: u32 = 3;
const REMOTE: u32 = 4;
/// `FILE_READ_ONLY_VOLUME`.
const READ_ONLY: u32 = 0x0008_0000;
/// `BusTypeUsb`.
const USB: i32 = 7;

pub(super) fn volumes(home: &Path) -> Vec<Volume> {
    let own = home.to_string_lossy().chars().next().map(|letter| letter.to_ascii_uppercase());
    let own_disk = own.and_then(disk_number);
    // SAFETY: the call has no arguments.
    let drives = unsafe { GetLogicalDrives() };
    let letters = (b'A'..=b'Z').filter(|letter| drives & (1 << (letter - b'A')) != 0).map(char::from);
    letters.filter(|letter| Some(*letter) != own).filter_map(|letter| volume(letter, own_disk)).collect()
}

fn volume(letter: char, own_disk: Option<u32>) -> Option<Volume> {
    let path = PathBuf::from(format!("{letter}:\\"));
    let wide = wide(&format!("{letter}:\\"));
    // SAFETY: the text is alive and ends in a zero.
    let kind = unsafe { GetDriveTypeW(wide.as_ptr()) };
    if !matches!(kind, REMOVABLE | FIXED | REMOTE) {
        return None;
    }
    let label = label(&wide)?;
    let same_disk = kind != REMOTE && own_disk.is_some() && disk_number(letter) == own_disk;
    Some(Volume {
        label: if label.is_empty() { format!("{letter}:") } else { label },
        space: crate::disk::space(&path).ok()?,
        removable: kind == REMOVABLE || (kind == FIXED && is_usb(letter)),
        network: kind == REMOTE,
        same_disk,
        path,
    })
}

/// The owner's name of a drive; `None` when there is no medium in it or nothing can be written.
fn label(root: &[u16]) -> Option<String> {
    let mut name = [0_u16; 261];
    let mut flags = 0_u32;
    let none = std::ptr::null_mut();
    // SAFETY: the text is alive and ends in a zero, the buffer is as long as is said, and null means "not asked".
    let answered = unsafe {
        GetVolumeInformationW(
            root.as_ptr(),
            name.as_mut_ptr(),
            261,
            none,
            none,
            &raw mut flags,
            none.cast(),
            0,
        )
    };
    let length = name.iter().position(|unit| *unit == 0).unwrap_or(0);
    (answered != 0 && flags & READ_ONLY == 0).then(|| String::from_utf16_lossy(&name[..length]))
}

/// The number of the physical disk behind a letter.
fn disk_number(letter: char) -> Option<u32> {
    let mut number = STORAGE_DEVICE_NUMBER::default();
    ask(letter, IOCTL_STORAGE_GET_DEVICE_NUMBER, None::<&STORAGE_PROPERTY_QUERY>, &mut number)?;
    Some(number.DeviceNumber)
}

/// A disk in a case is a fixed one for `GetDriveTypeW`.
fn is_usb(letter: char) -> bool {
    let query = STORAGE_PROPERTY_QUERY {
        PropertyId: StorageDeviceProperty,
        QueryType: PropertyStandardQuery,
        AdditionalParameters: [0],
    };
    let mut found = STORAGE_DEVICE_DESCRIPTOR::default();
    ask(letter, IOCTL_STORAGE_QUERY_PROPERTY, Some(&query), &mut found);
    found.BusType == USB
}

/// Asks the driver of a drive; no right to read the drive is needed.
fn ask<I, O>(letter: char, question: u32, input: Option<&I>, output: &mut O) -> Option<()> {
    let device = OpenOptions::new().access_mode(0).share_mode(3).open(format!("\\\\.\\{letter}:")).ok()?;
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(0);
    let (from, length) =
        input.map_or((std::ptr::null(), 0), |input| (std::ptr::from_ref(input), size_of::<I>()));
    let mut returned = 0_u32;
    // SAFETY: both structures are alive, of the types that the question has, and as long as is said; the answer is cut to that.
    let answered = unsafe {
        DeviceIoControl(
            device.as_raw_handle(),
            question,
            from.cast(),
            size(length),
            std::ptr::from_mut(output).cast(),
            size(size_of::<O>()),
            &raw mut returned,
            std::ptr::null_mut(),
        )
    };
    (answered != 0).then_some(())
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain(std::iter::once(0)).collect()
}
