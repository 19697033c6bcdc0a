//! What can be backed up and how it is brought back: folders, SQLite databases, and the place that a restore writes to.
//!
//! Nothing here knows of archives or schedules. A source pushes what it finds to a collector ([`FolderSource`],
//! [`SqliteSource`]); [`target::Target`] is the mirror, written for archives that nobody should trust.
//!
//! One trap for whoever wires it up: on Unix, closing any handle of a file drops all locks that the process holds on it.
//! The catalog's folder therefore belongs in the `never` list of every [`FolderSource`].
#![deny(missing_docs)]

mod companions;
mod defaults;
mod filter;
mod folder;

mod leftovers;
mod measure;
mod open;
mod os;
mod owners;
mod queue;
pub mod sqlite;
pub mod target;
mod temporary;
mod walk;

pub use defaults::{DEFAULT_EXCLUDES, DefaultExclude};
pub use folder::FolderSource;
pub use leftovers::remove_leftovers;
pub use measure::{Measured, measure};
pub use open::FolderOpener;
pub use os::Overwrite;
pub use sqlite::SqliteSource;
