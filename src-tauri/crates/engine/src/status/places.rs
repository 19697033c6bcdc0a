//! A look at the destinations, and what is remembered of those that are not there. Written down is only what changes something:
//! that one went or came back, and that its room changed by much.

use jiff::Timestamp;
use resguardo_catalog::{DestinationRow, PlaceMemory};
use resguardo_domain::{DestinationKind, DestinationStatus, Result, Space};

use crate::Engine;
use crate::nearness::nearness_of;

/// A change of the room by less than one part in so many is not worth a write.
const NOTABLE: u64 = 20;

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// It answers, with this room.
    Present(Option<Space>),
    /// It does not answer; when it last did, as far as this program saw it.
    Absent(Option<Timestamp>),
}

impl Engine {
    /// Every destination as it is now, or as it was last seen.
    pub(super) fn look_at_places(&self) -> Result<Vec<DestinationStatus>> {
        let known = self.catalog.place_memories()?;
        let rows = self.catalog.destinations()?;
        rows.iter().map(|row| self.look_at(row, known.get(&row.id))).collect()
    }

    fn look_at(&self, row: &DestinationRow, before: Option<&PlaceMemory>) -> Result<DestinationStatus> {
        let now = self.cx.now();
        let memory = match self.glance_at(row, now)? {
            None => before.cloned().unwrap_or_default(),
            Some(look) => {
                let (memory, notable) = remembered(before, look, now);
                if notable && let Err(error) = self.catalog.remember_place(&self.cx.fresh(), &row.id, &memory)
                {
                    // The state is told all the same; it is noticed anew at the next look.
                    crate::log::trouble(&error);
                }
                memory
            }
        };
        Ok(DestinationStatus {
            destination: row.id.clone(),
            nearness: nearness_of(row),
            // Folders need no sign-in.
            signed_in: true,
            absent_since: memory.absent_since,
            behind: 0,
            behind_since: None,
            space: memory.space,
        })
    }

    /// Looks at a folder; `None` for a server, which is asked when something is sent there.
    fn glance_at(&self, row: &DestinationRow, now: Timestamp) -> Result<Option<Look>> {
        if row.kind != DestinationKind::Local {
            return Ok(None);
        }
        let (place, cx) = (self.place(row)?, self.cx.fresh());
        let ask = move || {
            let there = place.adapter.check(&cx).is_ok();
            there.then(|| place.adapter.space(&cx).ok().flatten())
        };
        Ok(Some(match self.looks.ask(&row.id, ask)?.flatten() {
            None => Look::Absent(self.looks.seen_at(&row.id)),
            Some(space) => {
                self.looks.note(&row.id, now);
                Look::Present(space)
            }
        }))
    }
}

/// What is known of a destination after a look, and whether that is worth writing down.
fn remembered(before: Option<&PlaceMemory>, look: Look, now: Timestamp) -> (PlaceMemory, bool) {
    let known = before.cloned().unwrap_or_default();
    match look {
        Look::Present(space) => {
            let back = before.is_none() || known.absent_since.is_some();
            let notable = back || changed(known.space, space);
            (PlaceMemory { seen_at: Some(now), absent_since: None, space: space.or(known.space) }, notable)
        }
        Look::Absent(seen_at) => {
            let gone = known.absent_since.is_none();
            let since = known.absent_since.unwrap_or(now);
            let seen_at = seen_at.or(known.seen_at);
            (PlaceMemory { seen_at, absent_since: Some(since), space: known.space }, gone)
        }
    }
}

fn changed(before: Option<Space>, now: Option<Space>) -> bool {
    match (before, now) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(now)) => {
            before.total != now.total || before.free.abs_diff(now.free) > now.total / NOTABLE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u8) -> Timestamp {
        format!("2026-09-12T02:{minute:02}:00Z").parse().unwrap()
    }

    fn space(free: u64) -> Option<Space> {
        Some(Space { free, total: 1000 })
    }

    #[test]
    fn only_going_coming_back_and_much_room_are_written_down() {
        let (first, notable) = remembered(None, Look::Present(space(500)), at(0));
        assert!(notable && first.absent_since.is_none());
        assert!(!remembered(Some(&first), Look::Present(space(520)), at(1)).1);
        assert!(!remembered(Some(&first), Look::Present(None), at(1)).1);
        assert!(remembered(Some(&first), Look::Present(space(440)), at(1)).1);
        let (gone, notable) = remembered(Some(&first), Look::Absent(Some(at(1))), at(2));
        assert!(notable);
        assert_eq!((gone.seen_at, gone.absent_since, gone.space), (Some(at(1)), Some(at(2)), space(500)));
        assert_eq!(remembered(Some(&gone), Look::Absent(None), at(3)), (gone.clone(), false));
        let (back, notable) = remembered(Some(&gone), Look::Present(space(500)), at(4));
        assert!(notable && back.absent_since.is_none());
    }
}
