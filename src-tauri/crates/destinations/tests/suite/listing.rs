//! Listings: sorted, complete, and only of objects.

use resguardo_domain::Kind;

use super::{Bench, noise};

pub(crate) fn an_empty_destination_lists_nothing(bench: &Bench) {
    bench.assert_empty();
    assert_eq!(bench.names("a/"), [""; 0]);
}

pub(crate) fn a_listing_is_sorted_and_complete(bench: &Bench) {
    let mut names: Vec<String> = (0..120).map(|n| format!("pc{}/p-{}/{}.zip", n % 2, n % 5, n)).collect();
    for name in names.iter().rev() {
        bench.put(name, b"1");
    }
    names.sort();
    assert_eq!(bench.names(""), names);
}

pub(crate) fn a_listing_tells_sizes(bench: &Bench) {
    for size in [0, 1, 4096, 100_000] {
        bench.put(&format!("s/{size}"), &noise(1, size));
    }
    for info in bench.destination.list(&bench.cx, "s/").unwrap() {
        assert_eq!(info.key.name(), info.size.to_string());
    }
}

pub(crate) fn a_prefix_ends_at_its_border(bench: &Bench) {
    for name in ["a/1", "a/b/2", "ab/3", "a.zip", "b/a/4", "A2/5"] {
        bench.put(name, b"1");
    }
    assert_eq!(bench.names("a/"), ["a/1", "a/b/2"]);
    assert_eq!(bench.names("a/b/"), ["a/b/2"]);
    assert_eq!(bench.names("b/"), ["b/a/4"]);
    assert_eq!(bench.names("").len(), 6);
}

pub(crate) fn a_prefix_of_nothing_lists_nothing(bench: &Bench) {
    bench.put("a", b"1");
    for prefix in ["b/", "b/c/", "a/"] {
        assert_eq!(bench.names(prefix), [""; 0], "{prefix}");
    }
}

pub(crate) fn a_prefix_that_is_none_is_refused(bench: &Bench) {
    bench.put("a/b", b"1");
    for prefix in ["a", "a/b", "/", "../", "a/../", "//", "./"] {
        let error = bench.destination.list(&bench.cx, prefix).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{prefix}");
    }
}

pub(crate) fn a_listing_goes_down_every_folder(bench: &Bench) {
    let mut name = String::new();
    for level in 0..12 {
        name = format!("{name}{level}/");
        bench.put(&format!("{name}file"), b"1");
    }
    assert_eq!(bench.names("").len(), 12);
    assert_eq!(bench.names("0/1/2/3/").len(), 9);
}

pub(crate) fn a_listing_follows_every_change(bench: &Bench) {
    bench.put("a", b"1");
    bench.upload("b", &bench.body(b"22")).unwrap();
    assert_eq!(bench.names(""), ["a", "b"]);
    bench.put("a", b"333");
    bench.delete("b");
    let listed = bench.destination.list(&bench.cx, "").unwrap();
    assert_eq!((listed.len(), listed[0].size), (1, 3));
}
