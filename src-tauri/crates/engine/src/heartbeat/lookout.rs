//! Looking out for other computers: their heartbeats at our destinations are read, weighed against what was seen before, and what
//! is new is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::HeartbeatRow;
use resguardo_domain::{
    ComputerId, Context, DestinationId, Digest, Error, Heartbeat, HeartbeatDoubt, Kind, ObjectInfo, Result,
    SeenHeartbeat,
};
use sha2::{Digest as _, Sha256};

use super::file::{self, Signed};
use crate::destinations::Place;
use crate::{Engine, names};

/// Computers that are remembered for each destination, and heartbeats that are looked at there.
const MOST_COMPUTERS: usize = 64;
/// After the start the computer gets so long to reach its network.
const FIRST: Duration = Duration::from_secs(120);
/// However far away the next look is: a drive may be plugged in.
const REST: Duration = Duration::from_secs(600);
/// Between two looks at a destination, and after one that failed.
const EVERY: SignedDuration = SignedDuration::from_hours(6);
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Looks at every destination each few hours. A thread of its own, because a destination may answer slowly.
#[derive(Debug)]
pub struct Lookout {
    engine: Arc<Engine>,
}

/// When each destination may be looked at again, by the steady clock.
type Turns = BTreeMap<DestinationId, SignedDuration>;

impl Lookout {
    /// The lookout of an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Looks until somebody asks to stop. [`Engine::wake`] after cancelling makes it end at once.
    pub fn run(&self, cx: &Context) {
        let mut turns = Turns::new();
        let start = cx.reading().steady.saturating_add(SignedDuration::try_from(FIRST).unwrap_or_default());
        while cx.check().is_ok() {
            let now = cx.reading().steady;
            if now >= start {
                match self.engine.places() {
                    Ok(places) => self.look_where_due(cx, now, &places, &mut turns),
                    Err(error) => crate::log::unseen(&error),
                }
            }
            let wait = Duration::try_from(start.saturating_sub(now)).ok().filter(|wait| !wait.is_zero());
            self.engine.lookout_bell.sleep(wait.unwrap_or(REST));
        }
    }

    fn look_where_due(&self, cx: &Context, now: SignedDuration, places: &[Place], turns: &mut Turns) {
        for place in places {
            if turns.get(&place.id).is_some_and(|turn| now < *turn) {
                continue;
            }
            let pause = match self.engine.look_around_at(cx, place) {
                Ok(problems) => {
                    problems.iter().for_each(crate::log::unseen);
                    EVERY
                }
                Err(error) if error.is_cancelled() => return,
                // It may be plugged in at any time.
                Err(error) if error.kind == Kind::DestinationAbsent => continue,
                Err(error) => {
                    crate::log::unseen(&error);
                    AGAIN
                }
            };
            turns.insert(place.id.clone(), now.saturating_add(pause));
        }
    }
}

impl Engine {
    /// Looks at what other computers told at every destination that is there. Answers with what could not be read at all;
    /// what was read and is not believed stands with its computer.
    ///
    /// # Errors
    /// When the catalog can't be read or written.
    pub fn look_at_computers(&self) -> Result<Vec<Error>> {
        let cx = self.cx.fresh();
        let mut problems = Vec::new();
        for place in self.places()? {
            match self.look_around_at(&cx, &place) {
                Ok(found) => problems.extend(found),
                // Its own finding of the examination.
                Err(error) if error.kind == Kind::DestinationAbsent => {}
                Err(error) => problems.push(error.fact("destination", &place.name)),
            }
        }
        Ok(problems)
    }

    fn look_around_at(&self, cx: &Context, place: &Place) -> Result<Vec<Error>> {
        // By a clock that is wrong everything has just been seen, or for ever ago.
        if self.clock_doubt()?.is_some() {
            return Ok(Vec::new());
        }
        let objects = place.adapter.list(cx, "")?;
        let (mut rows, mut problems) = (self.catalog.heartbeats()?, Vec::new());
        let heartbeats =
            objects.iter().filter_map(|object| Some((names::heartbeat_folder(&object.key)?, object)));
        let mut heartbeats: Vec<(&str, &ObjectInfo)> = heartbeats.collect();
        // Who is known comes first: a crowd of new names must not hide it.
        heartbeats.sort_by_key(|(folder, _)| rows.iter().all(|row| row.seen.computer.name != *folder));
        for (folder, object) in heartbeats.into_iter().take(2 * MOST_COMPUTERS) {
            cx.check()?;
            let look = Look { engine: self, cx, place, folder };
            problems.extend(look.at(object, &mut rows)?);
        }
        self.looked().insert(place.id.clone(), cx.now());
        Ok(problems)
    }

    /// Whether a destination at which a computer was seen has been looked at not long ago: who did not look can't say that it is silent.
    pub(crate) fn looked_lately(&self, computer: &ComputerId, seen: &[SeenHeartbeat]) -> bool {
        let (now, looked) = (self.cx.now(), self.looked());
        let lately = |at: &Timestamp| now.duration_since(*at).abs() <= EVERY + AGAIN;
        let mut places =
            seen.iter().filter(|seen| seen.computer.id == *computer).map(|seen| &seen.destination);
        places.any(|place| looked.get(place).is_some_and(lately))
    }

    fn looked(&self) -> MutexGuard<'_, BTreeMap<DestinationId, Timestamp>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look at one computer's folder at one destination.
struct Look<'a> {
    engine: &'a Engine,
    cx: &'a Context,
    place: &'a Place,
    folder: &'a str,
}

impl Look<'_> {
    /// Reads a heartbeat and keeps what is new. A problem that no known computer stands for is the answer.
    fn at(&self, object: &ObjectInfo, rows: &mut Vec<HeartbeatRow>) -> Result<Option<Error>> {
        if object.size > file::LARGEST {
            return self.unreadable(rows, Digest::EMPTY, untrusted("it is too large"));
        }
        // Asked for by its length: it may be another file by now.
        let bytes = match self.place.adapter.get(self.cx, &object.key, Some((0, object.size))) {
            Ok(bytes) => bytes,
            Err(error) if error.is_cancelled() || error.kind == Kind::DestinationAbsent => return Err(error),
            Err(error) => return Ok(Some(self.named(error))),
        };
        let digest = Digest(Sha256::digest(&bytes).into());
        if rows.iter().any(|row| self.is_here(row) && row.digest == digest) {
            return Ok(None);
        }
        match file::parse(&bytes) {
            Ok((heartbeat, _)) if heartbeat.computer.id == self.engine.computer.id => Ok(None),
            Ok((heartbeat, _)) if heartbeat.computer.name != self.folder => {
                self.unreadable(rows, digest, untrusted("it belongs to another place"))
            }
            Ok((heartbeat, signed)) => self.weigh(rows, digest, heartbeat, signed),
            Err(error) if error.kind == Kind::NewerFormat => Ok(Some(self.named(error))),
            Err(error) => self.unreadable(rows, digest, error),
        }
    }

    fn is_here(&self, row: &HeartbeatRow) -> bool {
        row.seen.destination == self.place.id
    }

    /// Keeps a heartbeat when it is believed, else why it is not.
    fn weigh(
        &self,
        rows: &mut Vec<HeartbeatRow>,
        digest: Digest,
        heartbeat: Heartbeat,
        signed: Signed,
    ) -> Result<Option<Error>> {
        let of_it = || rows.iter().filter(|row| row.seen.computer.id == heartbeat.computer.id);
        let known = of_it().find(|row| self.is_here(row));
        if known.is_none() && rows.iter().filter(|row| self.is_here(row)).count() >= MOST_COMPUTERS {
            return Ok(Some(self.named(untrusted("there are too many computers"))));
        }
        let first_key = of_it().find_map(|row| row.key.clone());
        let doubt = doubt_of(&heartbeat, signed, first_key.as_deref(), known);
        let now = self.cx.now();
        let fresh = SeenHeartbeat {
            destination: self.place.id.clone(),
            computer: heartbeat.computer.clone(),
            believed: None,
            seen_at: now,
            doubt,
            dismissed: false,
        };
        let before = known.map_or_else(|| fresh.clone(), |row| row.seen.clone());
        let key = first_key.or_else(|| heartbeat.key.clone().filter(|_| doubt.is_none()));
        let seen = match doubt {
            None => SeenHeartbeat { believed: Some(heartbeat), ..fresh },
            Some(_) => SeenHeartbeat { doubt, dismissed: false, ..before },
        };
        self.keep(rows, HeartbeatRow { seen, key, digest })
    }

    /// Something under a computer's name that says nothing: the computer that was seen there is told to be in doubt.
    fn unreadable(
        &self,
        rows: &mut Vec<HeartbeatRow>,
        digest: Digest,
        error: Error,
    ) -> Result<Option<Error>> {
        if self.folder == self.engine.computer.name {
            // Our own is written anew by the next run.
            return Ok(None);
        }
        let known = rows.iter().find(|row| self.is_here(row) && row.seen.computer.name == self.folder);
        let Some(known) = known.filter(|row| !row.seen.dismissed) else {
            return Ok(Some(self.named(error)));
        };
        let doubt = Some(HeartbeatDoubt::Unreadable);
        if known.seen.doubt == doubt && known.digest == digest {
            return Ok(None);
        }
        let seen = SeenHeartbeat { doubt, ..known.seen.clone() };
        let row = HeartbeatRow { seen, key: known.key.clone(), digest };
        self.keep(rows, row)
    }

    fn keep(&self, rows: &mut Vec<HeartbeatRow>, row: HeartbeatRow) -> Result<Option<Error>> {
        self.engine.catalog.save_heartbeat(self.cx, &row)?;
        rows.retain(|known| !self.is_here(known) || known.seen.computer.id != row.seen.computer.id);
        rows.push(row);
        Ok(None)
    }

    fn named(&self, error: Error) -> Error {
        error.fact("computer", self.folder).fact("destination", &self.place.name)
    }
}

fn untrusted(why: &str) -> Error {
    Error::new(Kind::HeartbeatUntrusted, "read a heartbeat").because(why)
}

/// Why a heartbeat is not believed, given the first key of its computer and what stood there before.
fn doubt_of(
    heartbeat: &Heartbeat,
    signed: Signed,
    first_key: Option<&str>,
    known: Option<&HeartbeatRow>,
) -> Option<HeartbeatDoubt> {
    match (signed, first_key) {
        (Signed::Badly, _) => return Some(HeartbeatDoubt::BadSignature),
        (Signed::Not, Some(_)) => return Some(HeartbeatDoubt::Unsigned),
        (Signed::Well, Some(first)) if heartbeat.key.as_deref() != Some(first) => {
            return Some(HeartbeatDoubt::OtherKey);
        }
        _ => {}
    }
    let seen = &known?.seen;
    // A clock that ran ahead and was set right goes back, but not to before we heard of it.
    let before = seen.believed.as_ref()?.made_at.min(seen.seen_at);
    (heartbeat.made_at < before).then_some(HeartbeatDoubt::Older)
}
