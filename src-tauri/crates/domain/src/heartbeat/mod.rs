//! Heartbeats: what each computer leaves at its destinations after a run, and what another computer that sees the same
//! destination concludes from them.
//!
//! A heartbeat comes from outside: whoever can write to the destination can write one. So it is checked like any input, and the
//! clock of its computer is believed only as far as our own.

mod silence;

pub use silence::silent;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ComputerId, ComputerInfo, DestinationId, Error, Kind, PlanId, ProtectionState, Result, Writer};

/// The newest form of a heartbeat that this program writes and reads.
pub const HEARTBEAT_FORMAT: u32 = 1;
/// Characters of a computer's or a plan's name in a heartbeat.
const LONGEST_NAME: usize = 255;
/// Seconds of the longest interval that makes sense: a hundred years.
const LONGEST_INTERVAL: u64 = 100 * 366 * 24 * 3600;

/// What a computer tells of itself at a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// [`HEARTBEAT_FORMAT`] of the program that wrote it.
    pub format: u32,
    /// Who tells it; the name is also the folder in which it lies.
    pub computer: ComputerInfo,
    /// When it was made, by that computer's clock.
    pub made_at: Timestamp,
    /// How its owner's business stands there.
    pub state: ProtectionState,
    /// Every plan of that computer.
    #[serde(default)]
    pub plans: Vec<PlanBeat>,
    /// The program that wrote it.
    pub program: Writer,
    /// The public key (Ed25519, base64 of 32 bytes) that the file is signed with; `None` when it is not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A plan in a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBeat {
    /// Which.
    pub plan: PlanId,
    /// Its name.
    pub name: String,
    /// Whether it sends to the destination at which the heartbeat lies.
    pub here: bool,
    /// Neither paused for good nor put away.
    pub active: bool,
    /// Until when it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Timestamp>,
    /// When its newest proven copy was made, wherever that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_copy: Option<Timestamp>,
    /// Seconds between two runs; `None` without a repeating schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u64>,
    /// When it is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// Runs that failed since the last one that succeeded.
    #[serde(default)]
    pub failures: u32,
}

impl PlanBeat {
    /// Whether it should make copies by itself.
    pub fn is_expected(&self) -> bool {
        self.active && self.interval.is_some()
    }
}

/// Why what lies at a destination under a computer's name is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HeartbeatDoubt {
    /// It is signed with another key than the first one of this computer that was seen.
    OtherKey,
    /// Its signature does not fit its bytes.
    BadSignature,
    /// It is not signed, although earlier ones were.
    Unsigned,
    /// It is older than one that was seen before.
    Older,
    /// It is no heartbeat, or one that belongs to another place.
    Unreadable,
}

/// A computer as it was seen at a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenHeartbeat {
    /// Where.
    pub destination: DestinationId,
    /// Which computer.
    pub computer: ComputerInfo,
    /// The newest heartbeat that was believed.
    pub believed: Option<Heartbeat>,
    /// When that was first seen, by our clock.
    pub seen_at: Timestamp,
    /// Why what lies there now is not believed; `None` when it is.
    pub doubt: Option<HeartbeatDoubt>,
    /// The owner wants to hear of this computer only when it is heard of again.
    pub dismissed: bool,
}

impl Heartbeat {
    /// Refuses what no program of ours writes: names that could fool a reader or a terminal, ids of another form, figures out of
    /// all measure.
    ///
    /// # Errors
    /// [`Kind::NewerFormat`], [`Kind::InvalidInput`] with the field.
    pub fn check(&self) -> Result<()> {
        if self.format > HEARTBEAT_FORMAT {
            return Err(Error::new(Kind::NewerFormat, DOING).fact("format", self.format));
        }
        check_name("computer", &self.computer.name)?;
        if ComputerId::parse(self.computer.id.as_str()).is_none() {
            return Err(refused("computer", "not an id"));
        }
        check_name("program", &self.program.version)?;
        self.plans.iter().try_for_each(PlanBeat::check)
    }
}

impl PlanBeat {
    fn check(&self) -> Result<()> {
        check_name("plan", &self.name)?;
        if PlanId::parse(self.plan.as_str()).is_none() {
            return Err(refused("plan", "not an id"));
        }
        match self.interval {
            Some(0) => Err(refused("interval", "it is nothing")),
            Some(seconds) if seconds > LONGEST_INTERVAL => Err(refused("interval", "it is too long")),
            _ => Ok(()),
        }
    }
}

const DOING: &str = "read a heartbeat";

/// The value itself stays out of the error: it may be anything.
fn refused(field: &str, why: &str) -> Error {
    Error::new(Kind::InvalidInput, DOING).fact("field", field).because(why)
}

fn check_name(field: &str, name: &str) -> Result<()> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME {
        return Err(refused(field, "a name has 1 to 255 characters"));
    }
    if name.chars().any(|c| c.is_control() || turns_text(c)) {
        return Err(refused(field, "a name holds no control characters"));
    }
    Ok(())
}

/// Marks that change the direction of the text around them.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
