//! Interrupted uploads: nothing half is ever visible, and going on sends little again.

use resguardo_domain::{Error, Kind, Session};
use resguardo_testkit::{Fault, SeededRandom, at_every_step};

use super::{Bench, MIB, key, noise};

const STEP: u64 = 8 * MIB as u64;

pub(crate) fn cancelling_leaves_nothing_visible(bench: &Bench) {
    let body = bench.body(&noise(1, 30 * MIB));
    for after in 1..=2 {
        bench.interrupt("pc/a", &body, Session::default(), after);
        assert_eq!(bench.size("pc/a"), None);
        bench.assert_empty();
    }
}

pub(crate) fn an_interrupted_upload_goes_on(bench: &Bench) {
    let bytes = noise(2, 40 * MIB);
    let body = bench.body(&bytes);
    let session = bench.interrupt("pc/a", &body, Session::default(), 3);
    assert_eq!(session.acknowledged, 3 * STEP);
    let seen = bench.resume("pc/a", &body, session).unwrap();
    assert_eq!(seen, [4 * STEP, 5 * STEP]);
    assert!(bench.get("pc/a") == bytes);
    assert_eq!(bench.names(""), ["pc/a"]);
}

pub(crate) fn a_restart_goes_on(bench: &Bench) {
    let bytes = noise(3, 20 * MIB);
    let body = bench.body(&bytes);
    let session = bench.interrupt("pc/a", &body, Session::default(), 2);
    let mut first = None;
    let mut note = |session: &Session| {
        first.get_or_insert(session.acknowledged);
        Ok(())
    };
    (bench.open)().upload(&bench.cx, &key("pc/a"), &body, session, &mut note).unwrap();
    assert_eq!(first, Some(20 * MIB as u64));
    assert!(bench.get("pc/a") == bytes);
}

pub(crate) fn cut_after_every_step_and_resumed(bench: &Bench) {
    let bytes = noise(4, 33 * MIB);
    let body = bench.body(&bytes);
    let mut session = Session::default();
    for step in 1..=4 {
        session = bench.interrupt("pc/a", &body, session, 1);
        assert_eq!(session.acknowledged, step * STEP);
        bench.assert_empty();
    }
    assert_eq!(bench.resume("pc/a", &body, session).unwrap(), [body.size]);
    assert!(bench.get("pc/a") == bytes);
}

pub(crate) fn a_session_that_promises_too_much_does_no_harm(bench: &Bench) {
    let bytes = noise(5, 10 * MIB);
    let body = bench.body(&bytes);
    for (n, acknowledged) in [5 * MIB as u64, body.size, u64::MAX].into_iter().enumerate() {
        let name = format!("pc/{n}");
        bench.resume(&name, &body, Session { acknowledged, token: None }).unwrap();
        assert!(bench.get(&name) == bytes);
    }
    let session = bench.interrupt("pc/a", &body, Session::default(), 1);
    bench.resume("pc/a", &body, Session { acknowledged: u64::MAX, ..session }).unwrap();
    assert!(bench.get("pc/a") == bytes);
}

pub(crate) fn a_session_of_other_bytes_does_no_harm(bench: &Bench) {
    let session = bench.interrupt("pc/a", &bench.body(&noise(6, 20 * MIB)), Session::default(), 2);
    let bytes = noise(7, 20 * MIB);
    bench.resume("pc/a", &bench.body(&bytes), session).unwrap();
    assert!(bench.get("pc/a") == bytes);
    assert_eq!(bench.names(""), ["pc/a"]);
}

pub(crate) fn a_failing_book_keeper_stops_the_upload(bench: &Bench) {
    let body = bench.body(&noise(8, 20 * MIB));
    let mut fail = |_: &Session| Err(Error::new(Kind::DiskFull, "keep the session"));
    let result = bench.destination.upload(&bench.cx, &key("pc/a"), &body, Session::default(), &mut fail);
    assert_eq!(result.unwrap_err().kind, Kind::DiskFull);
    bench.assert_empty();
    bench.upload("pc/a", &body).unwrap();
}

pub(crate) fn p20_a_fault_at_every_step_shows_nothing_half_and_can_be_repeated(bench: &Bench) {
    let bytes = noise(9, 10 * MIB);
    let body = bench.body(&bytes);
    for kind in [Kind::Io, Kind::Cancelled, Kind::DestinationFull] {
        let steps = at_every_step(Fault::Fail(kind), |cx, script| {
            let mut session = Session::default();
            let mut note = |now: &Session| {
                session = now.clone();
                Ok(())
            };
            let result = bench.destination.upload(cx, &key("pc/a"), &body, Session::default(), &mut note);
            assert_eq!(result.is_err(), script.was_hit());
            assert!(result.is_ok() || matches!(bench.size("pc/a"), None | Some(10_485_760)));
            bench.resume("pc/a", &body, session).unwrap();
            assert!(bench.get("pc/a") == bytes);
            assert_eq!(bench.names(""), ["pc/a"]);
            bench.delete("pc/a");
        });
        assert!(steps >= 5, "{steps}");
    }
}

pub(crate) fn p20_a_hundred_cuts_send_at_most_one_step_again(bench: &Bench) {
    let random = SeededRandom::new(10);
    let (mut cuts, mut round) = (0, 0);
    while cuts < 100 {
        let bytes = noise(100 + round, (50 + random.below(60)) as usize * MIB);
        let body = bench.body(&bytes);
        let name = format!("pc/{round}");
        let mut session = Session::default();
        while session.acknowledged + 2 * STEP < body.size {
            let before = session.acknowledged;
            session = bench.interrupt(&name, &body, session, 1);
            assert!(session.acknowledged > before, "{before} again");
            cuts += 1;
        }
        let seen = bench.resume(&name, &body, session.clone()).unwrap();
        assert!(seen[0] > session.acknowledged);
        assert!(bench.get(&name) == bytes);
        bench.delete(&name);
        std::fs::remove_file(&body.path).unwrap();
        round += 1;
    }
    bench.assert_empty();
}
