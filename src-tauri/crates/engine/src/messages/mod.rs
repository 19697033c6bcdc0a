//! What the owner is told without asking: through which channels, in which words, and the way of a message from the catalog's outbox
//! to whoever takes it.

mod channels;
mod courier;
mod notice;
mod runs;
mod settings;

pub(crate) use channels::ChannelRow;
pub use channels::{ChannelDraft, ChannelView};
pub use courier::Courier;
pub(crate) use notice::{Notice, PingSign, draft};
pub use settings::NoticeSettings;
