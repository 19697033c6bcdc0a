//! The rules of the change guard at their limits.

use super::*;

fn run(files: u64, bytes: u64) -> Measure {
    Measure { files, bytes, ..Measure::default() }
}

fn baseline(measure: &Measure) -> Baseline {
    let mut baseline = Baseline::default();
    (0..3).for_each(|_| baseline.learn(measure, &ChangeVerdict::default(), false));
    baseline
}

#[test]
fn what_is_gone_is_told_with_figures() {
    let with_rows =
        |rows| Measure { rows: BTreeMap::from([("Customers".to_owned(), rows)]), ..run(1, 90_000_000) };
    let before = baseline(&with_rows(1204));
    assert_eq!(
        judge(&before, &with_rows(3)).findings,
        [ChangeFinding::RowsGone { table: "Customers".to_owned(), before: 1204, after: 3 }]
    );
    assert!(!judge(&before, &with_rows(602)).is_flagged());
    assert_eq!(judge(&before, &run(1, 90_000_000)).findings.len(), 1);

    let folder = baseline(&run(5000, 1 << 30));
    let found = judge(&folder, &run(12, 1 << 20)).findings;
    assert_eq!(found[0], ChangeFinding::FilesGone { before: 5000, after: 12 });
    assert_eq!(found[1], ChangeFinding::BytesGone { before: 1 << 30, after: 1 << 20 });
    // Thousands of small files became one: nothing is gone.
    assert!(!judge(&folder, &run(300, 1 << 30)).is_flagged());
    // Emptied files are gone too, although their names stay.
    assert_eq!(judge(&folder, &run(5000, 0)).findings.len(), 1);
    let small = baseline(&run(200, 50_000));
    assert!(judge(&small, &run(3, 900)).is_flagged());
    assert!(!judge(&small, &run(190, 900)).is_flagged());
}

#[test]
fn many_changes_are_odd_only_when_they_leave_files_unreadable() {
    let before = baseline(&run(1000, 1 << 30));
    let changed =
        |changed, unreadable| Measure { changed, recognisable: changed, unreadable, ..run(1000, 1 << 30) };
    for (measure, expected) in [
        (changed(200, 100), true),
        (changed(199, 199), false),
        (changed(300, 149), false),
        (changed(300, 150), true),
    ] {
        assert_eq!(judge(&before, &measure).is_flagged(), expected, "{measure:?}");
    }
    let found = judge(&before, &changed(800, 720)).findings;
    assert_eq!(found, [ChangeFinding::Unreadable { changed_percent: 80, unreadable_percent: 90 }]);
}

#[test]
fn a_source_that_always_changes_much_is_judged_by_its_own_measure() {
    let busy = Measure { changed: 100, recognisable: 100, ..run(1000, 1 << 30) };
    let before = baseline(&busy);
    let change =
        |changed, unreadable| Measure { changed, recognisable: 300, unreadable, ..run(1000, 1 << 30) };
    assert!(!judge(&before, &change(450, 190)).is_flagged());
    assert!(judge(&before, &change(500, 190)).is_flagged());
    assert!(!judge(&before, &change(500, 149)).is_flagged());
    // A fifth of everything is too much for anybody.
    assert!(judge(&before, &change(300, 200)).is_flagged());
}

#[test]
fn only_good_or_accepted_runs_are_learned_and_fourteen_are_kept() {
    let mut baseline = baseline(&run(5000, 1 << 30));
    let shrunk = run(12, 1 << 20);
    let verdict = judge(&baseline, &shrunk);
    baseline.learn(&shrunk, &verdict, false);
    assert!(judge(&baseline, &shrunk).is_flagged());
    baseline.learn(&shrunk, &verdict, true);
    assert!(!judge(&baseline, &shrunk).is_flagged());
    (0..40).for_each(|_| baseline.learn(&shrunk, &ChangeVerdict::default(), false));
    assert_eq!(baseline.runs().count(), 14);
}

#[test]
fn names_of_ransom_programs() {
    for name in ["a.docx.lockbit", "b.WNCRY", "c.xlsx.id-1A2B.[x@y.z].eight"] {
        assert!(is_ransom_extension(name), "{name}");
    }
    for name in ["a.docx", "locked", "play.mp3", "a.enc.txt"] {
        assert!(!is_ransom_extension(name), "{name}");
    }
    for name in [
        "HOW_TO_DECRYPT.txt",
        "How to recover files.html",
        "!README-decrypt!.txt",
        "YOUR FILES ARE ENCRYPTED.hta",
    ] {
        assert!(is_ransom_note(name), "{name}");
    }
    for name in ["README.txt", "how to bake.txt", "decrypt.rs", "recovery.txt", "LEEME-README.txt"] {
        assert!(!is_ransom_note(name), "{name}");
    }
    let three = Measure { ransom_names: 3, ..run(10, 10) };
    assert!(judge(&Baseline::default(), &three).is_flagged());
    assert!(!judge(&Baseline::default(), &Measure { ransom_names: 2, ..run(10, 10) }).is_flagged());
}

#[test]
fn renamed_files_are_compared_with_what_they_replace() {
    let text = Look::of("Dear patient, your appointment is on Tuesday. ".repeat(40).as_bytes());
    let mut tally = ChangeTally::default();
    for name in ["a/one.txt", "a/two.txt", "a/three.heic", "a/four.txt", "b/five.txt"] {
        tally.removed(name, text);
    }
    for name in ["a/one.txt.xyz", "a/two.txt.id.abc", "a/three.jpg", "a/four.txt/deep.txt", "c/five.txt"] {
        tally.added(name, 10, text);
    }
    let measure = tally.finish();
    assert_eq!((measure.changed, measure.added, measure.removed, measure.files), (3, 2, 2, 5));
}

#[test]
fn kinds_are_told_by_their_first_bytes() {
    for (head, kind) in [
        (&b"%PDF-1.7\n"[..], Some(FileKind::Pdf)),
        (b"PK\x03\x04\x14\0\0\0\x08\0", Some(FileKind::Zip)),
        (b"PK\x03\x04\x14\0\x01\0\x08\0", Some(FileKind::LockedZip)),
        (b"PK\x03\x04\x14\0\0\0\x63\0", Some(FileKind::LockedZip)),
        (b"\0\0\0\x18ftypheic", Some(FileKind::IsoMedia)),
        (b"RIFF\0\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
        (b"age-encryption.org/v1\n", Some(FileKind::Encrypted)),
        ("Señora Núñez, 12 €\n".as_bytes(), Some(FileKind::Text)),
        (b"\x13\x92\x00\xA7\x01\x9C\xFF\x10", None),
        (b"", None),
    ] {
        assert_eq!(FileKind::of(head), kind, "{head:?}");
    }
}
