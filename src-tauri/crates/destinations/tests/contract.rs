//! The contract of destinations, run against every adapter. A new adapter adds one line here: see `ADDING.md`.
#![allow(clippy::unwrap_used, reason = "a check that can't do its work ends the test")]

mod suite;

use resguardo_destinations::LocalDestination;
use resguardo_domain::{Destination, DestinationId};
use suite::Bench;

fn local_folder() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("destination");
    let id = DestinationId::from_random(1);
    LocalDestination::create(&resguardo_testkit::test_context(), id.clone(), &root).unwrap();
    let open = move || Box::new(LocalDestination::open(id.clone(), &root)) as Box<dyn Destination>;
    Bench::new(folder, open)
}

suite::contract!(local, crate::local_folder);
