//! Identifiers: one newtype for each noun, so that a plan's id can never be passed for a snapshot's.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Makes an id from 64 random bits: 16 lower-case hexadecimal digits.
            pub fn from_random(bits: u64) -> Self {
                Self(format!("{bits:016x}"))
            }

            /// Takes a text that is 16 lower-case hexadecimal digits; anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                let fits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                fits.then(|| Self(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

ids! {
    /// A plan's id.
    PlanId,
    /// A source's id: stays the same when the source's label or path is edited.
    SourceId,
    /// A destination's id; also written into the marker file at the destination.
    DestinationId,
    /// A snapshot's id, which is also its archive's.
    SnapshotId,
    /// An operation's id.
    OperationId,
    /// The id shared by the operations of one run.
    RunId,
    /// This installation's id.
    ComputerId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_parses_only_its_own_form() {
        let id = PlanId::from_random(0xabc);
        assert_eq!(id.as_str(), "0000000000000abc");
        assert_eq!(PlanId::parse(id.as_str()), Some(id));
        for bad in ["", "abc", "0000000000000ABC", "000000000000000g", "00000000000000000"] {
            assert_eq!(PlanId::parse(bad), None, "{bad}");
        }
    }
}
