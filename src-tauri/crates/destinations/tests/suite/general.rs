//! What it is, whether it is there, the connection test, many callers.

use resguardo_destinations::probe;
use resguardo_domain::{Kind, Session};
use resguardo_testkit::{Fault, at_every_step};

use super::{Bench, key, noise};

pub(crate) fn a_fresh_destination_is_usable(bench: &Bench) {
    bench.destination.check(&bench.cx).unwrap();
    bench.assert_empty();
}

pub(crate) fn it_says_what_it_is(bench: &Bench) {
    let info = bench.destination.info();
    assert!(!info.root.is_empty());
    assert_eq!(info, (bench.open)().info());
}

pub(crate) fn room_makes_sense(bench: &Bench) {
    if let Some(space) = bench.destination.space(&bench.cx).unwrap() {
        assert!(space.free > 0 && space.free <= space.total);
    }
    let limits = bench.destination.limits(&bench.cx).unwrap();
    assert!(limits.max_object.is_none_or(|most| most > 1 << 20));
}

pub(crate) fn cancelled_work_does_nothing(bench: &Bench) {
    bench.put("old", b"1");
    let body = bench.body(b"new");
    let (to, name, cx) = (&bench.destination, key("old"), bench.cx.fresh());
    cx.cancel_flag().cancel();
    let errors = [
        to.check(&cx).unwrap_err(),
        to.limits(&cx).unwrap_err(),
        to.space(&cx).unwrap_err(),
        to.staging(&cx).unwrap_err(),
        to.put(&cx, &name, b"2").unwrap_err(),
        to.upload(&cx, &key("new"), &body, Session::default(), &mut |_| Ok(())).unwrap_err(),
        to.get(&cx, &name, None).unwrap_err(),
        to.head(&cx, &name).unwrap_err(),
        to.list(&cx, "").unwrap_err(),
        to.delete(&cx, &name).unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind == Kind::Cancelled), "{errors:?}");
    assert_eq!((bench.names(""), bench.get("old")), (vec!["old".to_owned()], b"1".to_vec()));
}

pub(crate) fn the_connection_test_passes_and_leaves_nothing(bench: &Bench) {
    bench.put("pc/plan/a.zip", b"1");
    for _ in 0..2 {
        let found = probe(&bench.cx, &*bench.destination).unwrap();
        assert_eq!(found.limits, bench.destination.limits(&bench.cx).unwrap());
    }
    assert_eq!(bench.names(""), ["pc/plan/a.zip"]);
}

pub(crate) fn the_connection_test_sees_a_fault_at_every_step(bench: &Bench) {
    at_every_step(Fault::Fail(Kind::Io), |cx, script| {
        assert_eq!(probe(cx, &*bench.destination).is_err(), script.was_hit(), "{:?}", script.steps());
        // A fault in its own clean-up may leave the object; the next test or a deletion takes it away.
        for name in bench.names("resguardo-probe/") {
            bench.delete(&name);
        }
    });
    bench.assert_empty();
}

pub(crate) fn errors_do_not_depend_on_order(bench: &Bench) {
    for _ in 0..2 {
        let error = bench.destination.get(&bench.cx, &key("a/b"), None).unwrap_err();
        assert_eq!(error.kind, Kind::NotFound);
        assert_eq!(bench.size("a/b"), None);
        bench.delete("a/b");
        assert_eq!(bench.names("a/"), [""; 0]);
    }
}

pub(crate) fn many_threads_at_once(bench: &Bench) {
    let (to, cx) = (&*bench.destination, &bench.cx);
    std::thread::scope(|scope| {
        for thread in 0..6_u64 {
            scope.spawn(move || {
                for n in 0..20 {
                    let (name, bytes) =
                        (key(&format!("pc/{}/{thread}-{n}", n % 3)), noise(thread * 100 + n, 3000));
                    to.put(cx, &name, &bytes).unwrap();
                    assert_eq!(to.get(cx, &name, None).unwrap(), bytes);
                    if n % 2 == 0 {
                        to.delete(cx, &name).unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(bench.names("").len(), 60);
}
