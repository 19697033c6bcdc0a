//! Large objects: what is sent, what is refused, what others see meanwhile.

use resguardo_domain::{Digest, Kind, Session};

use super::{Bench, MIB, body_at, key, noise};

pub(crate) fn an_uploaded_object_comes_back(bench: &Bench) {
    let bytes = noise(1, 20 * MIB + 123);
    bench.upload("pc/plan/a.zip", &bench.body(&bytes)).unwrap();
    assert!(bench.get("pc/plan/a.zip") == bytes);
    assert_eq!(bench.names(""), ["pc/plan/a.zip"]);
}

pub(crate) fn an_empty_body_becomes_an_empty_object(bench: &Bench) {
    bench.upload("a/empty", &bench.body(b"")).unwrap();
    assert_eq!((bench.size("a/empty"), bench.names("")), (Some(0), vec!["a/empty".to_owned()]));
}

pub(crate) fn a_body_outside_stays(bench: &Bench) {
    let body = bench.body(b"bytes");
    bench.upload("a", &body).unwrap();
    assert_eq!(std::fs::read(&body.path).unwrap(), b"bytes");
}

pub(crate) fn nothing_is_visible_before_the_end(bench: &Bench) {
    let body = bench.body(&noise(2, 20 * MIB));
    let other = (bench.open)();
    let mut looks = 0;
    let mut look = |_: &Session| {
        assert_eq!(bench.size("pc/a.zip"), None);
        assert_eq!(other.list(&bench.cx, "")?, []);
        assert_eq!(other.get(&bench.cx, &key("pc/a.zip"), None).unwrap_err().kind, Kind::NotFound);
        looks += 1;
        Ok(())
    };
    bench.destination.upload(&bench.cx, &key("pc/a.zip"), &body, Session::default(), &mut look).unwrap();
    assert!(looks >= 2);
    assert_eq!(bench.size("pc/a.zip"), Some(body.size));
}

pub(crate) fn progress_grows_in_small_steps(bench: &Bench) {
    let body = bench.body(&noise(3, 35 * MIB));
    let seen = bench.resume("a", &body, Session::default()).unwrap();
    assert_eq!(seen.last(), Some(&body.size));
    let mut before = 0;
    for at in seen {
        assert!(at > before && at - before <= 8 * MIB as u64);
        before = at;
    }
}

pub(crate) fn the_same_object_counts_as_sent(bench: &Bench) {
    let body = bench.body(&noise(4, MIB));
    bench.upload("a", &body).unwrap();
    bench.upload("a", &body).unwrap();
    let session = Session { acknowledged: 1000, token: None };
    assert_eq!(bench.resume("a", &body, session).unwrap().last(), Some(&body.size));
    assert_eq!(bench.names(""), ["a"]);
}

pub(crate) fn another_object_of_that_name_is_kept(bench: &Bench) {
    let bytes = noise(5, MIB);
    bench.upload("a", &bench.body(&bytes)).unwrap();
    for other in [noise(6, MIB), noise(5, MIB - 1), noise(5, MIB + 1), Vec::new()] {
        let error = bench.upload("a", &bench.body(&other)).unwrap_err();
        assert_eq!(error.kind, Kind::AlreadyExists);
        assert!(bench.get("a") == bytes);
    }
}

pub(crate) fn a_body_of_another_size_is_refused(bench: &Bench) {
    for change in [-1, 1] {
        let mut body = bench.body(&noise(7, MIB));
        body.size = body.size.saturating_add_signed(change);
        assert_eq!(bench.upload("a", &body).unwrap_err().kind, Kind::VerifyFailed);
        bench.assert_empty();
    }
}

pub(crate) fn a_body_with_another_hash_is_refused(bench: &Bench) {
    let good = bench.body(&noise(8, 9 * MIB));
    let mut bad = good.clone();
    bad.sha256 = Digest::EMPTY;
    let error = bench.upload("a", &bad).unwrap_err();
    assert_eq!((error.kind, error.get("at_fault")), (Kind::VerifyFailed, Some("body")));
    bench.assert_empty();
    bench.upload("a", &good).unwrap();
}

pub(crate) fn a_missing_body_is_an_error(bench: &Bench) {
    let body = bench.body(b"1");
    std::fs::remove_file(&body.path).unwrap();
    assert_eq!(bench.upload("a", &body).unwrap_err().kind, Kind::Io);
    bench.assert_empty();
}

pub(crate) fn a_body_that_shrinks_is_noticed(bench: &Bench) {
    let body = bench.body(&noise(9, 20 * MIB));
    let mut shrink = |_: &Session| {
        std::fs::OpenOptions::new().write(true).open(&body.path).unwrap().set_len(10 * MIB as u64).unwrap();
        Ok(())
    };
    let result = bench.destination.upload(&bench.cx, &key("a"), &body, Session::default(), &mut shrink);
    assert_eq!(result.unwrap_err().kind, Kind::VerifyFailed);
    bench.assert_empty();
}

pub(crate) fn a_staged_body_is_moved(bench: &Bench) {
    let Some(staging) = bench.destination.staging(&bench.cx).unwrap() else { return };
    assert!(staging.is_dir());
    let bytes = noise(10, 3 * MIB);
    let body = body_at(staging.join("archive.zip"), &bytes);
    bench.assert_empty();
    assert_eq!(bench.resume("pc/a", &body, Session::default()).unwrap(), [body.size]);
    assert!(!body.path.exists());
    assert!(bench.get("pc/a") == bytes);
    assert_eq!(bench.names(""), ["pc/a"]);
}

pub(crate) fn a_staged_body_of_another_size_is_refused(bench: &Bench) {
    let Some(staging) = bench.destination.staging(&bench.cx).unwrap() else { return };
    let mut body = body_at(staging.join("archive.zip"), b"bytes");
    body.size = 6;
    assert_eq!(bench.upload("pc/a", &body).unwrap_err().kind, Kind::VerifyFailed);
    assert!(body.path.exists());
    bench.assert_empty();
}

pub(crate) fn a_staged_body_never_overwrites(bench: &Bench) {
    let Some(staging) = bench.destination.staging(&bench.cx).unwrap() else { return };
    bench.put("pc/a", b"first");
    let other = body_at(staging.join("other"), b"other");
    assert_eq!(bench.upload("pc/a", &other).unwrap_err().kind, Kind::AlreadyExists);
    assert_eq!((bench.get("pc/a"), other.path.exists()), (b"first".to_vec(), true));
    let same = body_at(staging.join("same"), b"first");
    bench.upload("pc/a", &same).unwrap();
    assert_eq!(bench.get("pc/a"), b"first");
}

pub(crate) fn two_uploads_at_once(bench: &Bench) {
    let bodies = [bench.body(&noise(11, 10 * MIB)), bench.body(&noise(12, 11 * MIB))];
    let (to, cx) = (&*bench.destination, &bench.cx);
    std::thread::scope(|scope| {
        for (n, body) in bodies.iter().enumerate() {
            let name = key(&format!("pc/{n}"));
            scope.spawn(move || to.upload(cx, &name, body, Session::default(), &mut |_| Ok(())).unwrap());
        }
    });
    assert_eq!((bench.size("pc/0"), bench.size("pc/1")), (Some(bodies[0].size), Some(bodies[1].size)));
    assert_eq!(bench.names("").len(), 2);
}

pub(crate) fn a_deleted_object_can_be_sent_again(bench: &Bench) {
    let body = bench.body(&noise(13, MIB));
    for _ in 0..3 {
        bench.upload("pc/a", &body).unwrap();
        bench.delete("pc/a");
    }
    bench.assert_empty();
}
