//! Power from the system's own answer.
#![allow(unsafe_code, reason = "the call has no safe form")]

use windows_sys::Win32::System::Power::{GetSystemPowerStatus, SYSTEM_POWER_STATUS};

/// `ACLineStatus` when the computer runs on battery.
const OFFLINE: u8 = 0;
/// The largest percentage; 255 stands for "unknown".
const FULL: u8 = 100;

/// Percent of charge while the computer runs on battery.
pub(super) fn battery() -> Option<u8> {
    let mut status = SYSTEM_POWER_STATUS::default();
    // SAFETY: the only argument is a live, writable structure of the type that the call fills.
    let answered = unsafe { GetSystemPowerStatus(&raw mut status) } != 0;
    let on_battery = answered && status.ACLineStatus == OFFLINE;
    on_battery.then(|| if status.BatteryLifePercent <= FULL { status.BatteryLifePercent } else { FULL })
}
