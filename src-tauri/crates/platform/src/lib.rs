//! What the operating system tells and gives: folders, time, chance, locks, disks, flushing. It knows nothing of plans,
//! archives or destinations.
#![deny(missing_docs)]

pub mod autostart;
mod core_files;
mod courtesy;
pub mod disk;
pub mod durable;
mod folders;
mod home;
mod lock;
pub mod logs;
mod machine;
mod secrets;
mod socket;
mod surroundings;
mod thrift;
mod time_and_chance;
mod volumes;

pub use core_files::leave_no_core_file;
pub use courtesy::go_after_others;
pub use folders::{FolderRole, UserFolders};
pub use home::Home;
pub use lock::Lock;
pub use machine::{host_name, threads, time_zone_name, user_language};
pub use secrets::Secrets;
pub use socket::{Connection, Listener};
pub use surroundings::Surroundings;
pub use thrift::{draw_plainly, give_back_what_is_free, give_back_what_loading_took};
pub use time_and_chance::{SystemClock, SystemRandom, system_context};
pub use volumes::{Volume, volumes};

/// A question to the environment: a variable's name in, its value out. `std::env::var_os` fits; tests pass their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<std::ffi::OsString>;
