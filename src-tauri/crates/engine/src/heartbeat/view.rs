//! Other computers as the owner sees them.

use resguardo_catalog::HeartbeatRow;
use resguardo_domain::{Cause, ComputerId, Error, Kind, Result, SeenHeartbeat, silent};

use crate::Engine;
use crate::requests::ComputerView;

impl Engine {
    /// Other computers, as they were seen at the destinations.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn seen_computers(&self) -> Result<Vec<SeenHeartbeat>> {
        Ok(self.catalog.heartbeats()?.into_iter().map(|row| row.seen).collect())
    }

    /// Other computers that keep their archives where this one can see them, each once, by name.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn computers(&self) -> Result<Vec<ComputerView>> {
        let rows = self.catalog.heartbeats()?;
        let seen: Vec<SeenHeartbeat> = rows.iter().map(|row| row.seen.clone()).collect();
        let causes = silent(&seen, self.cx.now(), &self.notice_settings()?.alerts);
        let places = self.place_names()?;
        let mut views = Vec::new();
        for of_one in rows.chunk_by(|a, b| a.seen.computer.id == b.seen.computer.id) {
            let Some(mut view) = view(of_one) else { continue };
            let names = of_one.iter().filter_map(|row| {
                places.iter().find(|(id, _)| *id == row.seen.destination).map(|(_, name)| name.clone())
            });
            view.destinations = names.collect();
            view.silent_days = causes.iter().find_map(|cause| match cause {
                Cause::Silent { computer, days, .. } if *computer == view.id => {
                    self.looked_lately(computer, &seen).then_some(*days)
                }
                _ => None,
            });
            views.push(view);
        }
        views.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        Ok(views)
    }

    /// Forgets a computer's key and that it is silent, until it is heard of again: it was given away, or set up again.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Ambiguous`] when several have that name: then its id is needed.
    pub fn forget_computer(&self, name: &str) -> Result<()> {
        let rows = self.catalog.heartbeats()?;
        let fits =
            |row: &&HeartbeatRow| row.seen.computer.id.as_str() == name || row.seen.computer.name == name;
        let mut ids: Vec<ComputerId> =
            rows.iter().filter(fits).map(|row| row.seen.computer.id.clone()).collect();
        ids.dedup();
        match ids.as_slice() {
            [] => Err(Error::not_found("computer", name)),
            [id] => self.catalog.dismiss_computer(&self.cx, id).map(drop),
            _ => Err(Error::new(Kind::Ambiguous, "find the computer")
                .fact("what", "computer")
                .fact("name", name)),
        }
    }

    /// What the examination says of other computers: those that are not believed.
    pub(crate) fn disbelieved(&self) -> Result<Vec<Error>> {
        let places = self.place_names()?;
        let error = |seen: SeenHeartbeat| {
            let doubt = seen.doubt?;
            let place = places.iter().find(|(id, _)| *id == seen.destination).map(|(_, name)| name.as_str());
            let word = serde_json::to_string(&doubt).unwrap_or_default();
            Some(
                Error::new(Kind::HeartbeatUntrusted, "read a heartbeat")
                    .fact("computer", &seen.computer.name)
                    .fact("destination", place.unwrap_or_default())
                    .fact("doubt", word.trim_matches('"')),
            )
        };
        Ok(self.seen_computers()?.into_iter().filter_map(error).collect())
    }
}

/// The rows of one computer as one; the newest heartbeat speaks.
fn view(rows: &[HeartbeatRow]) -> Option<ComputerView> {
    let made_at = |row: &&HeartbeatRow| row.seen.believed.as_ref().map(|heartbeat| heartbeat.made_at);
    let newest = rows.iter().max_by_key(made_at)?;
    let heartbeat = newest.seen.believed.as_ref();
    Some(ComputerView {
        id: newest.seen.computer.id.clone(),
        name: newest.seen.computer.name.clone(),
        destinations: Vec::new(),
        told_at: heartbeat.map(|heartbeat| heartbeat.made_at),
        last_copy: heartbeat
            .and_then(|heartbeat| heartbeat.plans.iter().filter_map(|plan| plan.last_copy).max()),
        state: heartbeat.map(|heartbeat| heartbeat.state),
        version: heartbeat.map(|heartbeat| heartbeat.program.version.clone()),
        signed: heartbeat.is_some_and(|heartbeat| heartbeat.key.is_some()),
        silent_days: None,
        doubt: rows.iter().find_map(|row| row.seen.doubt),
        dismissed: rows.iter().all(|row| row.seen.dismissed),
    })
}
