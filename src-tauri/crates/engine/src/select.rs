//! Choosing a snapshot by what a person types: an id or its beginning, `latest`, `PLAN@latest`, `PLAN@2026-09-12`.

use resguardo_catalog::SnapshotRow;
use resguardo_domain::{Class, Error, Kind, Result};

use crate::Engine;

/// Shortest beginning of an id that is looked up.
const MIN_PREFIX: usize = 4;

impl Engine {
    /// The snapshot that a selector names.
    pub(crate) fn select(&self, selector: &str) -> Result<SnapshotRow> {
        let unknown = || Error::not_found("snapshot", selector);
        if selector == "latest" {
            let all = self.catalog.snapshots(None)?;
            return newest(all).ok_or_else(unknown);
        }
        if let Some((plan, when)) = selector.rsplit_once('@') {
            let plan = self.plan(plan)?;
            let all = self.catalog.snapshots(Some(&plan.id))?;
            if when == "latest" {
                return newest(all).ok_or_else(unknown);
            }
            let date: jiff::civil::Date = when.parse().map_err(|_| {
                Error::invalid("snapshot", selector, "expected latest or a date such as 2026-09-12")
            })?;
            return newest(
                all.into_iter().filter(|row| local_date(row.manifest.created_at) == date).collect(),
            )
            .ok_or_else(unknown);
        }
        let fits = selector.len() >= MIN_PREFIX && selector.bytes().all(|b| b.is_ascii_hexdigit());
        let mut found = if fits { self.catalog.snapshots_by_prefix(selector)? } else { Vec::new() };
        match (found.pop(), found.is_empty()) {
            (Some(row), true) => Ok(row),
            (None, _) => Err(unknown()),
            (Some(_), false) => Err(Error::new(Kind::Ambiguous, "find the snapshot")
                .fact("what", "snapshot")
                .fact("name", selector)),
        }
    }
}

/// A moment as a date of this computer's zone.
pub(crate) fn local_date(at: jiff::Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::system()).date()
}

/// The newest that is not a safety snapshot.
fn newest(rows: Vec<SnapshotRow>) -> Option<SnapshotRow> {
    rows.into_iter()
        .filter(|row| row.manifest.class != Class::Safety)
        .max_by_key(|row| (row.manifest.created_at, row.manifest.generation))
}
