//! Which kind of archive comes next: the one place that decides when a chain ends and a new full begins.

use crate::ArchiveKind;

/// When "automatic" starts a new full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainLimits {
    /// Oldest age of the full, in days.
    pub max_age_days: i64,
    /// Most archives after the full.
    pub max_length: u32,
    /// Largest sum of the increments' bytes, in percent of the full's.
    pub max_increments_percent: u64,
}

impl Default for ChainLimits {
    fn default() -> Self {
        Self { max_age_days: 35, max_length: 30, max_increments_percent: 50 }
    }
}

/// What is known of the plan's newest chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainFacts {
    /// Age of the full in days.
    pub age_days: i64,
    /// Archives after the full.
    pub length: u32,
    /// Bytes of the full.
    pub full_bytes: u64,
    /// Sum of the bytes of the archives after it.
    pub increment_bytes: u64,
    /// Whether every archive of the chain is whole at one place at least.
    pub intact: bool,
}

/// Chooses the kind of the next archive. What was asked for is done when it can be; without an intact chain only a full can.
pub fn next_kind(asked: Option<ArchiveKind>, chain: Option<ChainFacts>, limits: ChainLimits) -> ArchiveKind {
    let Some(chain) = chain.filter(|chain| chain.intact) else { return ArchiveKind::Full };
    match asked {
        Some(kind) => kind,
        None if is_due(chain, limits) => ArchiveKind::Full,
        None => ArchiveKind::Incremental,
    }
}

fn is_due(chain: ChainFacts, limits: ChainLimits) -> bool {
    // A chain of small archives must not be cut by a few kilobytes of manifests and listings.
    const SMALL: u64 = 1 << 20;
    let heavy = chain.increment_bytes.saturating_mul(100)
        > chain.full_bytes.saturating_mul(limits.max_increments_percent);
    chain.age_days > limits.max_age_days
        || chain.length >= limits.max_length
        || (heavy && chain.increment_bytes > SMALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIN: ChainFacts =
        ChainFacts { age_days: 3, length: 3, full_bytes: 100 << 20, increment_bytes: 9 << 20, intact: true };

    fn auto(chain: ChainFacts) -> ArchiveKind {
        next_kind(None, Some(chain), ChainLimits::default())
    }

    #[test]
    fn a_young_light_whole_chain_goes_on() {
        assert_eq!(auto(CHAIN), ArchiveKind::Incremental);
    }

    #[test]
    fn age_length_weight_and_damage_each_start_a_new_full() {
        assert_eq!(auto(ChainFacts { age_days: 36, ..CHAIN }), ArchiveKind::Full);
        assert_eq!(auto(ChainFacts { length: 30, ..CHAIN }), ArchiveKind::Full);
        assert_eq!(auto(ChainFacts { increment_bytes: 51 << 20, ..CHAIN }), ArchiveKind::Full);
        assert_eq!(auto(ChainFacts { intact: false, ..CHAIN }), ArchiveKind::Full);
    }

    #[test]
    fn an_increment_asked_for_without_a_chain_becomes_a_full() {
        assert_eq!(
            next_kind(Some(ArchiveKind::Incremental), None, ChainLimits::default()),
            ArchiveKind::Full
        );
        let damaged = ChainFacts { intact: false, ..CHAIN };
        assert_eq!(
            next_kind(Some(ArchiveKind::Differential), Some(damaged), ChainLimits::default()),
            ArchiveKind::Full
        );
    }
}
