//! Small objects: whole or not at all, visible at once, absence, ranges, names.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use resguardo_domain::{Kind, ObjectKey};
use resguardo_testkit::{Fault, SeededRandom, at_every_step};

use super::{Bench, MIB, key, noise};

pub(crate) fn a_small_object_comes_back(bench: &Bench) {
    bench.put("a.json", b"{}");
    assert_eq!(bench.get("a.json"), b"{}");
}

pub(crate) fn an_empty_object_is_an_object(bench: &Bench) {
    bench.put("empty", b"");
    assert_eq!((bench.size("empty"), bench.get("empty")), (Some(0), Vec::new()));
    assert_eq!(bench.names(""), ["empty"]);
}

pub(crate) fn every_byte_value_comes_back(bench: &Bench) {
    let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
    bench.put("bytes", &bytes);
    assert_eq!(bench.get("bytes"), bytes);
}

pub(crate) fn sizes_around_borders_come_back(bench: &Bench) {
    for size in [1, 511, 512, 4095, 4096, 4097, 65_535, 65_536, 65_537] {
        let (name, bytes) = (format!("sizes/{size}"), noise(size as u64, size));
        bench.put(&name, &bytes);
        assert_eq!(bench.size(&name), Some(size as u64));
        assert_eq!(bench.get(&name), bytes);
    }
}

pub(crate) fn a_large_object_comes_back(bench: &Bench) {
    let bytes = noise(1, 3 * MIB + 17);
    bench.put("large", &bytes);
    assert!(bench.get("large") == bytes);
}

pub(crate) fn put_replaces_whole(bench: &Bench) {
    for size in [5000, 10, 0, 7000] {
        bench.put("a/b", &noise(size, size as usize));
        assert_eq!(bench.get("a/b"), noise(size, size as usize));
        assert_eq!((bench.size("a/b"), bench.names("")), (Some(size), vec!["a/b".to_owned()]));
    }
}

pub(crate) fn put_is_visible_at_once(bench: &Bench) {
    for n in 0..20 {
        let name = format!("a/{n}");
        bench.put(&name, name.as_bytes());
        assert_eq!(bench.size(&name), Some(name.len() as u64));
        assert_eq!(bench.names("a/").len(), n + 1);
        assert_eq!((bench.open)().get(&bench.cx, &key(&name), None).unwrap(), name.as_bytes());
    }
}

pub(crate) fn readers_never_see_half_of_a_put(bench: &Bench) {
    let contents = [vec![b'a'; 200_000], vec![b'b'; 100_000]];
    bench.put("busy", &contents[0]);
    let done = AtomicBool::new(false);
    let (to, cx) = (&*bench.destination, &bench.cx);
    std::thread::scope(|scope| {
        let (done, contents) = (&done, &contents);
        scope.spawn(move || {
            for n in 0..60 {
                to.put(cx, &key("busy"), &contents[n % 2]).unwrap();
            }
            done.store(true, Relaxed);
        });
        while !done.load(Relaxed) {
            let size = to.head(cx, &key("busy")).unwrap().unwrap().size;
            assert!(contents.iter().any(|one| one.len() as u64 == size));
            // Between asking for the size and reading the object may have been replaced by a shorter one: an error then,
            // never a mixture.
            if let Ok(found) = to.get(cx, &key("busy"), None) {
                assert!(contents.contains(&found));
            }
        }
    });
}

pub(crate) fn a_fault_in_put_leaves_old_or_new(bench: &Bench) {
    for kind in [Kind::Io, Kind::Cancelled, Kind::DestinationFull] {
        bench.put("pc/a", b"old");
        at_every_step(Fault::Fail(kind), |cx, script| {
            let result = bench.destination.put(cx, &key("pc/a"), b"newer");
            assert_eq!(result.is_err(), script.was_hit());
            let found = bench.get("pc/a");
            assert!(found == b"old" || found == b"newer");
            assert!(result.is_err() || found == b"newer");
            assert_eq!(bench.names(""), ["pc/a"]);
        });
    }
}

pub(crate) fn absence_is_none(bench: &Bench) {
    for name in ["missing", "missing/too", "a/b/c/d"] {
        assert_eq!(bench.size(name), None);
    }
}

pub(crate) fn reading_nothing_is_not_found(bench: &Bench) {
    for range in [None, Some((0, 1)), Some((5, 0))] {
        for name in ["missing", "missing/too"] {
            let error = bench.destination.get(&bench.cx, &key(name), range).unwrap_err();
            assert_eq!((error.kind, error.get("name")), (Kind::NotFound, Some(name)));
        }
    }
}

pub(crate) fn deleting_nothing_succeeds(bench: &Bench) {
    for name in ["missing", "missing/too", "missing"] {
        bench.delete(name);
    }
    bench.destination.check(&bench.cx).unwrap();
}

pub(crate) fn a_deleted_object_is_gone_at_once(bench: &Bench) {
    bench.put("a/b/c", b"1");
    bench.delete("a/b/c");
    assert_eq!(bench.size("a/b/c"), None);
    bench.assert_empty();
    bench.delete("a/b/c");
    bench.destination.check(&bench.cx).unwrap();
}

pub(crate) fn deleting_leaves_the_neighbours(bench: &Bench) {
    for name in ["a/b/1", "a/b/2", "a/3", "ab", "4"] {
        bench.put(name, name.as_bytes());
    }
    bench.delete("a/b/1");
    assert_eq!(bench.names(""), ["4", "a/3", "a/b/2", "ab"]);
    assert_eq!(bench.get("a/b/2"), b"a/b/2");
}

pub(crate) fn a_deleted_name_can_be_used_again(bench: &Bench) {
    for round in 0..5 {
        bench.put("a/b", &[round]);
        assert_eq!(bench.get("a/b"), [round]);
        bench.delete("a/b");
    }
}

pub(crate) fn a_fault_in_delete_leaves_whole_or_nothing(bench: &Bench) {
    let bytes = noise(3, 5000);
    at_every_step(Fault::Fail(Kind::Io), |cx, script| {
        bench.put("pc/plan/a", &bytes);
        bench.put("pc/b", b"stays");
        let result = bench.destination.delete(cx, &key("pc/plan/a"));
        assert_eq!(result.is_err(), script.was_hit());
        assert!(bench.size("pc/plan/a").is_none() || bench.get("pc/plan/a") == bytes);
        bench.delete("pc/plan/a");
        assert_eq!(bench.names(""), ["pc/b"]);
    });
}

pub(crate) fn thirty_random_ranges(bench: &Bench) {
    let bytes = noise(1, 300_000);
    bench.put("ranged", &bytes);
    let random = SeededRandom::new(2);
    for _ in 0..30 {
        let start = random.below(300_000);
        let length = random.below(300_000 - start + 1);
        let part = bench.destination.get(&bench.cx, &key("ranged"), Some((start, length))).unwrap();
        assert!(part == bytes[start as usize..(start + length) as usize], "{length} bytes from {start}");
    }
}

pub(crate) fn ranges_at_the_borders(bench: &Bench) {
    bench.put("ranged", b"0123456789");
    let get =
        |start, length| bench.destination.get(&bench.cx, &key("ranged"), Some((start, length))).unwrap();
    assert_eq!((get(0, 1), get(9, 1)), (b"0".to_vec(), b"9".to_vec()));
    assert_eq!((get(0, 10), get(3, 4)), (b"0123456789".to_vec(), b"3456".to_vec()));
    assert_eq!((get(0, 0), get(10, 0)), (Vec::new(), Vec::new()));
}

pub(crate) fn ranges_past_the_end_fail(bench: &Bench) {
    bench.put("ranged", b"0123456789");
    for range in [(0, 11), (9, 2), (10, 1), (11, 0), (500, 1), (u64::MAX, 1), (1, u64::MAX)] {
        let error = bench.destination.get(&bench.cx, &key("ranged"), Some(range)).unwrap_err();
        assert_eq!(error.kind, Kind::Io, "{range:?}");
    }
}

pub(crate) fn a_folder_is_not_an_object(bench: &Bench) {
    bench.put("a/b/c", b"1");
    for name in ["a", "a/b"] {
        assert_eq!(bench.size(name), None);
        let error = bench.destination.get(&bench.cx, &key(name), None).unwrap_err();
        assert_eq!(error.kind, Kind::NotFound);
        bench.delete(name);
    }
    assert_eq!(bench.names(""), ["a/b/c"]);
}

pub(crate) fn odd_names_come_back(bench: &Bench) {
    let mut names = vec![
        "two words/and three more.zip",
        "año/niño – ½.zip",
        "日本語/🦜.zip",
        ".hidden/.file",
        "..two dots/...three",
        " leading/ space",
        "-rf/--help",
        "100%25/%2e%2e/%2F",
        "it's; a $(test) & more/#1",
        "[brackets]{braces}/a,b=c+d@e!",
        "UPPER/lower.ZIP",
        "a.partial",
        "e\u{301}.txt",
    ];
    for (n, name) in names.iter().enumerate() {
        bench.put(name, format!("{n}").as_bytes());
    }
    for (n, name) in names.iter().enumerate() {
        assert_eq!(bench.get(name), format!("{n}").as_bytes(), "{name}");
        assert_eq!(bench.size(name), Some(format!("{n}").len() as u64));
    }
    names.sort_unstable();
    assert_eq!(bench.names(""), names);
    names.iter().for_each(|name| bench.delete(name));
    bench.assert_empty();
}

pub(crate) fn deep_names_come_back(bench: &Bench) {
    let name = format!("{}file", "folder/".repeat(20));
    bench.put(&name, b"deep");
    assert_eq!((bench.get(&name), bench.names("folder/folder/")), (b"deep".to_vec(), vec![name.clone()]));
    bench.delete(&name);
    bench.assert_empty();
}

pub(crate) fn long_names_come_back(bench: &Bench) {
    let name = format!("pc/{}", "x".repeat(200));
    bench.put(&name, b"put");
    assert_eq!(bench.get(&name), b"put");
    bench.delete(&name);
    bench.upload(&name, &bench.body(b"sent")).unwrap();
    assert_eq!((bench.get(&name), bench.names("")), (b"sent".to_vec(), vec![name]));
}

pub(crate) fn names_that_leave_the_root_are_refused(_bench: &Bench) {
    for name in
        ["", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", ".", "./a", "a\\b", "a\0b", "a\nb"]
    {
        assert_eq!(ObjectKey::new(name).unwrap_err().kind, Kind::InvalidInput, "{name:?}");
    }
    assert!(key("a/b").sibling("../c").is_err());
}
