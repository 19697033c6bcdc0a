//! What the program says of itself when nobody asks through a screen: the state of the business and its reasons, alerts, messages.
//! In both languages, and with the customs of numbers and dates that every other text uses too.
//!
//! Sentences for people stand here and in the user interfaces, never in the engine; this crate knows no other crate but the domain.
#![deny(missing_docs)]

mod alert;
mod customs;
mod en;
mod error;
mod es;
mod fill;
mod message;
mod names;
mod operation;
mod page;
mod state;

pub use alert::AlertText;
pub use customs::Customs;
pub use error::{ErrorAction, ErrorText, KindText, technical, without_report};
pub use fill::{blanks, fill};
pub use message::{PlanWeek, Week};
pub use names::Names;
pub use page::{Page, PageDestination, PagePlan};
pub use resguardo_domain::Language;

/// Says things in a language, with the names that the owner gave.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Language and time zone.
    pub customs: &'a Customs,
    /// The owner's names.
    pub names: &'a Names,
}
