//! Stories about what a folder source finds.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed step fails the test")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::Arc;

use common::{Gathered, Story, as_nobody, capture, is_link_to, is_root, path, spec, write};
use resguardo_domain::{
    Batch, Collector, Context, EntryKind, Error, Issue, IssueKind, Kind, Result, Source, SourceConfig,
    SpecialKind,
};
use resguardo_sources::FolderSource;
use resguardo_testkit::test_context;

#[test]
fn a_tree_comes_with_its_metadata_folder_by_folder() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "a/b/c.txt", "hola");
    write(tree.path(), "z.txt", "");
    fs::set_permissions(tree.path().join("z.txt"), fs::Permissions::from_mode(0o4750)).unwrap();

    let found = capture(tree.path());

    assert_eq!(found.paths(), ["a", "a/b", "a/b/c.txt", "z.txt"]);
    assert_eq!(found.batches_of("files"), [(1, false)]);
    assert_eq!(found.batches_of("files/x"), [(2, true)]);
    let file = found.entry("files/x/a/b/c.txt");
    let real = fs::metadata(tree.path().join("a/b/c.txt")).unwrap();
    assert_eq!((file.size, file.stamp.size, file.stamp.inode), (4, 4, real.ino()));
    assert_eq!(file.stamp.mtime_ns, real.mtime() * 1_000_000_000 + real.mtime_nsec());
    assert_eq!(file.stamp.ctime_ns, real.ctime() * 1_000_000_000 + real.ctime_nsec());
    assert_eq!((file.uid, file.gid, file.stamp.side), (real.uid(), real.gid(), 0));
    assert_eq!(found.entry("files/x/z.txt").mode, 0o4750);
    assert_eq!(found.entry("files/x").kind, EntryKind::Folder);
    assert!(found.issues.lock().unwrap().is_empty());
}

#[test]
fn links_are_kept_as_links_and_loops_end() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "a/file", "1");
    symlink("..", tree.path().join("a/loop")).unwrap();
    symlink("/nowhere/at/all", tree.path().join("dangling")).unwrap();
    symlink(OsStr::from_bytes(b"caf\xe9"), tree.path().join("odd")).unwrap();

    let found = capture(tree.path());

    assert_eq!(found.paths(), ["a", "a/file", "a/loop", "dangling", "odd"]);
    assert!(is_link_to(&found.entry("files/x/a/loop"), ".."));
    assert!(is_link_to(&found.entry("files/x/dangling"), "/nowhere/at/all"));
    assert!(is_link_to(&found.entry("files/x/odd"), "caf\u{FFFD}E9"));
    assert_eq!(found.entry("files/x/dangling").size, 0);
}

#[test]
fn a_link_given_as_the_source_is_resolved_once() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "real/file", "1");
    symlink("real", tree.path().join("link")).unwrap();
    let found = capture(&tree.path().join("link"));
    assert_eq!(found.paths(), ["file"]);
    assert_eq!(common::read_all(&*found.open(&test_context(), "files/x/file").unwrap().data), b"1");
}

#[test]
fn names_of_one_file_refer_to_the_first() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "a", "content");
    write(tree.path(), "sub/other", "alone");
    fs::hard_link(tree.path().join("a"), tree.path().join("b")).unwrap();
    fs::hard_link(tree.path().join("a"), tree.path().join("sub/c")).unwrap();

    let found = capture(tree.path());

    let first = path("files/x/a");
    assert_eq!(found.entry("files/x/a").hard_link, Some(first.clone()));
    assert_eq!(found.entry("files/x/b").hard_link, Some(first.clone()));
    assert_eq!(found.entry("files/x/sub/c").hard_link, Some(first));
    assert_eq!(found.entry("files/x/sub/other").hard_link, None);
}

#[test]
fn pipes_and_sockets_are_listed_and_never_opened() {
    let tree = tempfile::tempdir().unwrap();
    let pipe = tree.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(tree.path().join("socket")).unwrap();
    write(tree.path(), "file", "1");

    let found = capture(tree.path());

    assert_eq!(found.entry("files/x/pipe").kind, EntryKind::Special(SpecialKind::Fifo));
    assert_eq!(found.entry("files/x/socket").kind, EntryKind::Special(SpecialKind::Socket));
    assert_eq!(found.issues_of(IssueKind::Special), ["files/x/pipe", "files/x/socket"]);
    // Even if somebody puts a pipe or a socket in the place of a file, opening it does not block.
    let cx = test_context();
    for name in ["pipe", "socket"] {
        fs::rename(tree.path().join(name), tree.path().join("file")).unwrap();
        assert_eq!(found.open(&cx, "files/x/file").unwrap_err().kind, Kind::NotFound, "{name}");
    }
}

#[test]
fn odd_names_are_kept_byte_for_byte() {
    let tree = tempfile::tempdir().unwrap();
    let names: [&[u8]; 6] = [
        b"caf\xe9",
        b"line\nbreak",
        b"back\\slash",
        "\u{FFFD}E9".as_bytes(),
        b" *?\"<>|:",
        "日本 ñ".as_bytes(),
    ];
    for name in names {
        fs::create_dir(tree.path().join(OsStr::from_bytes(name))).unwrap();
        fs::write(tree.path().join(OsStr::from_bytes(name)).join("f"), name).unwrap();
    }
    let found = capture(tree.path());
    let cx = test_context();
    for name in names {
        let path = path("files/x").join_raw(name).join_safe("f");
        let opened = found.open(&cx, path.as_str()).unwrap();
        assert_eq!(common::read_all(&*opened.data), name);
    }
}

#[test]
fn rubbish_is_left_out_by_default_and_kept_when_wanted() {
    let tree = tempfile::tempdir().unwrap();
    for name in [
        ".cache/x",
        "a/.Trash-1000/y",
        "a/Thumbs.db",
        ".local/share/Trash/files/z",
        "doc.odt",
        "pagefile.sys",
    ] {
        write(tree.path(), name, "1");
    }
    assert_eq!(capture(tree.path()).paths(), [".local", ".local/share", "a", "doc.odt"]);
    let mut story = Story::of(tree.path());
    story.filter.default_excludes = false;
    assert_eq!(story.capture().paths().len(), 13);
}

#[test]
fn a_marked_cache_keeps_only_its_mark() {
    let tree = tempfile::tempdir().unwrap();
    let mark = "Signature: 8a477f597d28d172789f06886806bc55\n# a cache";
    write(tree.path(), "CACHEDIR.TAG", mark);
    write(tree.path(), "cache/CACHEDIR.TAG", mark);
    write(tree.path(), "cache/big", "1");
    write(tree.path(), "cache/sub/big", "1");
    write(tree.path(), "not/CACHEDIR.TAG", "Signature: something else, so this is somebody's own file");
    write(tree.path(), "not/data", "1");

    let found = capture(tree.path());

    let expected = ["CACHEDIR.TAG", "cache", "cache/CACHEDIR.TAG", "not", "not/CACHEDIR.TAG", "not/data"];
    assert_eq!(found.paths(), expected);
    assert_eq!(found.batches_of("files/x/cache"), [(1, true)]);
}

#[test]
fn patterns_sizes_and_ages_leave_files_out() {
    let tree = tempfile::tempdir().unwrap();
    for name in ["a.iso", "fotos/crudas/1.raw", "otros/fotos/crudas/2.raw", "keep.iso", "small"] {
        write(tree.path(), name, "1");
    }
    write(tree.path(), "big", "12345");
    write(tree.path(), "old", "1");
    let file = fs::File::options().write(true).open(tree.path().join("old")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();

    let mut story = Story::of(tree.path());
    story.filter.exclude = vec!["*.iso".into(), "!keep.iso".into(), "/fotos/crudas/".into()];
    story.filter.max_size = Some(4);
    story.filter.max_age_days = Some(10_000);

    let expected = [
        "fotos",
        "keep.iso",
        "otros",
        "otros/fotos",
        "otros/fotos/crudas",
        "otros/fotos/crudas/2.raw",
        "small",
    ];
    assert_eq!(story.capture().paths(), expected);
}

#[test]
fn an_include_list_keeps_the_folders_on_the_way_and_no_others() {
    let tree = tempfile::tempdir().unwrap();
    for name in
        ["a/b/c/report.odt", "a/b/other.txt", "empty/other.txt", "facturas/2026/1.txt", "facturas/no/2.txt"]
    {
        write(tree.path(), name, "1");
    }
    let mut story = Story::of(tree.path());
    story.filter.include = vec!["*.odt".into(), "/facturas/".into(), "!/facturas/no/".into()];
    let expected =
        ["a", "a/b", "a/b/c", "a/b/c/report.odt", "facturas", "facturas/2026", "facturas/2026/1.txt"];
    assert_eq!(story.capture().paths(), expected);
}

#[test]
fn own_destinations_are_left_out_even_under_another_name() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "doc", "1");
    write(tree.path(), "copias/plan.zip", "1");
    write(tree.path(), "tmp/x", "1");
    symlink("tmp", tree.path().join("alias")).unwrap();
    let mut story = Story::of(tree.path());
    story.never = vec![tree.path().join("copias"), tree.path().join("alias"), "/nowhere".into()];
    assert_eq!(story.capture().paths(), ["doc"]);

    story.never = vec![tree.path().to_owned()];
    assert_eq!(story.try_capture().0.unwrap_err().kind, Kind::DestinationInsideSource);
}

#[test]
fn our_own_unfinished_files_are_left_out() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), ".a.resguardo-0123456789abcdef.tmp", "1");
    write(tree.path(), ".a.tmp", "1");
    let mut story = Story::of(tree.path());
    story.filter.default_excludes = false;
    assert_eq!(story.capture().paths(), [".a.tmp"]);
}

#[test]
fn a_source_that_is_not_there_or_holds_nothing_is_an_error() {
    let tree = tempfile::tempdir().unwrap();
    let kind = |name: &str| Story::of(&tree.path().join(name)).try_capture().0.unwrap_err().kind;
    fs::create_dir(tree.path().join("empty")).unwrap();
    fs::create_dir(tree.path().join("only")).unwrap();
    write(tree.path(), "only/Thumbs.db", "1");
    write(tree.path(), "file", "1");
    symlink("gone", tree.path().join("dangling")).unwrap();
    assert_eq!(kind("missing"), Kind::SourceMissing);
    assert_eq!(kind("dangling"), Kind::SourceMissing);
    assert_eq!(kind("empty"), Kind::SourceEmpty);
    assert_eq!(kind("only"), Kind::SourceEmpty);
    assert_eq!(kind("file"), Kind::InvalidInput);

    let config = SourceConfig::Folder { path: "relative".into(), filter: Story::of(tree.path()).filter };
    let filter = Story::of(tree.path()).filter;
    let new = |label: &str, root: &str| {
        FolderSource::new(&spec(label, config.clone()), root.into(), &filter, vec![], "/tmp".into(), 1)
    };
    assert_eq!(new("x", "relative").unwrap_err().kind, Kind::InvalidInput);
    assert_eq!(new("a/b", "/tmp").unwrap_err().kind, Kind::InvalidInput);
    assert_eq!(new("..", "/tmp").unwrap_err().kind, Kind::InvalidInput);
}

#[test]
fn a_huge_folder_comes_in_pieces_and_only_the_last_is_complete() {
    let tree = tempfile::tempdir().unwrap();
    for number in 0..45_000 {
        fs::File::create(tree.path().join(format!("f{number}"))).unwrap();
    }
    resguardo_testkit::sqlite::make_bank(
        &tree.path().join("bank"),
        2,
        resguardo_testkit::sqlite::Journal::Rollback,
    );
    write(tree.path(), "bank-journal", "\0\0\0\0");
    let found = capture(tree.path());
    let pieces = found.batches_of("files/x");
    assert_eq!(pieces.iter().map(|piece| piece.0).sum::<usize>(), 45_001);
    assert_eq!(pieces.iter().filter(|piece| piece.1).count(), 1);
    assert!(pieces.len() == 3 && pieces[2].1 && pieces.iter().all(|piece| piece.0 <= 20_000), "{pieces:?}");
    assert_ne!(found.entry("files/x/bank").stamp.side, 0);
}

#[test]
fn other_file_systems_are_left_out_but_for_their_folder() {
    // `/dev/shm` and friends: the folder above them is on another file system.
    let mounted = ["/dev/shm", "/dev/pts", "/sys/fs/cgroup", "/sys/kernel/debug"].map(std::path::Path::new);
    let dev = |path: &std::path::Path| fs::metadata(path).map(|facts| facts.dev()).unwrap_or(0);
    let Some(mount) = mounted
        .into_iter()
        .find(|path| path.starts_with("/dev") && path.exists() && dev(path) != dev(path.parent().unwrap()))
    else {
        println!("SKIPPED: no mount point to look at");
        return;
    };
    let mut story = Story::of(mount.parent().unwrap());
    // Only the mount point itself, so that the test does not depend on what else is there.
    story.filter.include = vec![format!("/{}/", mount.file_name().unwrap().to_str().unwrap())];
    let found = story.capture();
    assert_eq!(found.paths(), [mount.file_name().unwrap().to_str().unwrap()]);
    let name = format!("files/x/{}", found.paths()[0]);
    assert_eq!(found.issues_of(IssueKind::OtherFileSystem), std::slice::from_ref(&name));
    assert_eq!(found.batches_of(&name), [(0, true)]);
}

#[test]
fn what_may_not_be_read_is_told_and_stays_as_it_was() {
    if std::env::var_os("RESGUARDO_TEST_NOBODY").is_none() && is_root() {
        assert_ne!(as_nobody("what_may_not_be_read_is_told_and_stays_as_it_was"), Some(false));
        return;
    }
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "closed/secret", "1");
    write(tree.path(), "names-only/secret", "1");
    write(tree.path(), "file", "1");
    let mode = |name: &str, mode| {
        fs::set_permissions(tree.path().join(name), fs::Permissions::from_mode(mode)).unwrap()
    };
    mode("closed", 0o000);
    mode("names-only", 0o444);
    mode("file", 0o000);

    let (report, found) = Story::of(tree.path()).try_capture();
    mode("closed", 0o700);
    mode("names-only", 0o700);

    let mut unlisted = report.unwrap().unlisted;
    unlisted.sort();
    assert_eq!(unlisted, [path("files/x/closed"), path("files/x/names-only")]);
    let refused = found.issues_of(IssueKind::PermissionDenied);
    assert_eq!(refused, ["files/x/closed", "files/x/names-only/secret"]);
    assert_eq!(found.batches_of("files/x/names-only"), [(0, false)]);
    assert_eq!(found.open(&test_context(), "files/x/file").unwrap_err().kind, Kind::PermissionDenied);

    mode("", 0o000);
    let kind = Story::of(tree.path()).try_capture().0.unwrap_err().kind;
    mode("", 0o700);
    assert_eq!(kind, Kind::SourceUnreadable);
}

#[test]
fn owners_met_come_with_their_names() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "file", "1");
    if is_root() {
        std::os::unix::fs::chown(tree.path().join("file"), Some(1), Some(54_321)).unwrap();
    }
    let report = Story::of(tree.path()).try_capture().0.unwrap();
    if is_root() {
        assert_eq!(report.users.get(&1).map(String::as_str), Some("daemon"));
        assert!(!report.groups.contains_key(&54_321));
    }
}

#[test]
fn attributes_of_folders_come_with_the_walk() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "a/f", "1");
    let folder = tree.path().join("a");
    let set = |path: &std::path::Path| {
        rustix::fs::setxattr(path, "user.color", b"rojo", rustix::fs::XattrFlags::empty())
    };
    if set(&folder).is_err() {
        println!("SKIPPED: no extended attributes on this file system");
        return;
    }
    set(&folder.join("f")).unwrap();
    let found = capture(tree.path());
    assert_eq!(found.entry("files/x/a").xattrs[0].value, b"rojo");
    // A file's come when it is opened: a change of them changes its stamp.
    assert!(found.entry("files/x/a/f").xattrs.is_empty());
    let opened = found.open(&test_context(), "files/x/a/f").unwrap();
    assert_eq!(opened.entry.xattrs[0].name, b"user.color");
}

#[test]
fn a_deep_tree_is_walked_to_its_end() {
    let tree = tempfile::tempdir().unwrap();
    let mut here =
        rustix::fs::open(tree.path(), rustix::fs::OFlags::DIRECTORY, rustix::fs::Mode::empty()).unwrap();
    let name = "d".repeat(100);
    // Far beyond the longest path that one system call takes.
    for _ in 0..60 {
        rustix::fs::mkdirat(&here, name.as_str(), rustix::fs::Mode::RWXU).unwrap();
        here = rustix::fs::openat(
            &here,
            name.as_str(),
            rustix::fs::OFlags::DIRECTORY,
            rustix::fs::Mode::empty(),
        )
        .unwrap();
    }
    assert_eq!(capture(tree.path()).paths().len(), 60);
}

struct Full(Arc<Gathered>);

impl Collector for Full {
    fn batch(&self, cx: &Context, batch: Batch) -> Result<()> {
        if batch.folder.as_str() == "files/x/d7" {
            return Err(Error::new(Kind::DiskFull, "write"));
        }
        self.0.batch(cx, batch)
    }
    fn issue(&self, _: Issue) {}
}

#[test]
fn an_error_of_the_collector_and_a_wish_to_stop_end_the_walk() {
    let tree = tempfile::tempdir().unwrap();
    for number in 0..200 {
        write(tree.path(), &format!("d{number}/f"), "1");
    }
    let source = Story::of(tree.path()).source();
    let error = source.capture(&test_context(), &Full(Arc::default())).unwrap_err();
    assert_eq!(error.kind, Kind::DiskFull);
    let cx = test_context();
    cx.cancel_flag().cancel();
    assert!(source.capture(&cx, &Gathered::default()).unwrap_err().is_cancelled());
}
