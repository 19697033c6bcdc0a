//! Power cuts, by replaying what a run asked of the disk: whatever was not flushed is gone, and folders keep their old or
//! their new names independently of each other. An archive counts when its manifest has its name; then all of it must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use resguardo_testkit::SeededRandom;
use resguardo_tests::shop::files_below;
use resguardo_tests::stage::{Act, Stage};
use resguardo_tests::{figure, nightly};

use crate::DRIVER;
use crate::kills::has_strace;

const CALLS: &str = "write,pwrite64,writev,pwritev,copy_file_range,fallocate,ftruncate,fsync,fdatasync,rename,renameat,\
                     renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,openat,creat";

/// One thing asked of the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Create(PathBuf),
    Write(PathBuf),
    Flush(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Remove(PathBuf),
    MakeFolder(PathBuf),
}

/// The events below a folder, in the order in which they were done.
fn events(trace: &str, below: &Path) -> Vec<Event> {
    let mut begun: BTreeMap<&str, String> = BTreeMap::new();
    let mut all = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let whole = if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, start.to_owned());
            continue;
        } else if let Some((_, end)) = rest.split_once(" resumed>").filter(|_| rest.starts_with("<... ")) {
            begun.remove(thread).unwrap_or_default() + end
        } else {
            rest.to_owned()
        };
        all.extend(event(&whole));
    }
    let inside = |event: &Event| match event {
        Event::Rename(from, to) | Event::Link(from, to) => from.starts_with(below) || to.starts_with(below),
        Event::Create(path)
        | Event::Write(path)
        | Event::Flush(path)
        | Event::Remove(path)
        | Event::MakeFolder(path) => path.starts_with(below),
    };
    all.retain(inside);
    all
}

/// Reads one line of `strace -y`: `call(3</the/file>, "/a/name") = 0`.
fn event(line: &str) -> Option<Event> {
    let (call, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    if result.starts_with('-') {
        return None;
    }
    let opened = || Some(PathBuf::from(arguments.split_once('<')?.1.split_once('>')?.0));
    let names = || named(arguments);
    match call {
        "openat" | "creat" if call == "creat" || arguments.contains("O_CREAT") => {
            let path = PathBuf::from(result.split_once('<')?.1.strip_suffix('>')?);
            Some(Event::Create(path))
        }
        "write" | "pwrite64" | "writev" | "pwritev" | "ftruncate" | "fallocate" => opened().map(Event::Write),
        "copy_file_range" => {
            let target = arguments.rsplit_once('<')?.1.split_once('>')?.0;
            Some(Event::Write(PathBuf::from(target)))
        }
        "fsync" | "fdatasync" => opened().map(Event::Flush),
        "rename" | "renameat" | "renameat2" => {
            let names = names();
            Some(Event::Rename(names.first()?.clone(), names.get(1)?.clone()))
        }
        "link" | "linkat" => {
            let names = names();
            Some(Event::Link(names.first()?.clone(), names.get(1)?.clone()))
        }
        "unlink" | "unlinkat" | "rmdir" => names().first().cloned().map(Event::Remove),
        "mkdir" | "mkdirat" => names().first().cloned().map(Event::MakeFolder),
        _ => None,
    }
}

/// The names in a call, each relative to the folder handle before it.
fn named(arguments: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut rest = arguments;
    let mut folder = PathBuf::new();
    while let Some(at) = rest.find(['<', '"']) {
        let end = if rest[at..].starts_with('<') { '>' } else { '"' };
        let Some(length) = rest[at + 1..].find(end) else { break };
        let text = &rest[at + 1..at + 1 + length];
        if end == '>' {
            folder = PathBuf::from(text);
        } else {
            found.push(folder.join(text));
            folder = PathBuf::new();
        }
        rest = &rest[at + length + 2..];
    }
    found
}

/// A file by its number, or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

/// Names as they are (`now`) and as they would be after a power cut (`kept`), and which files are not flushed.
#[derive(Default)]
struct Disk {
    now: BTreeMap<PathBuf, Node>,
    kept: BTreeMap<PathBuf, Node>,
    dirty: BTreeSet<usize>,
    files: usize,
}

impl Disk {
    fn holding(root: &Path, files: &[PathBuf]) -> Self {
        let mut disk = Self::default();
        for file in files {
            let path = root.join(file);
            for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(root)) {
                disk.now.insert(folder.to_owned(), Node::Folder);
            }
            disk.now.insert(path, Node::File(disk.files));
            disk.files += 1;
        }
        disk.kept = disk.now.clone();
        disk
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Create(path) if self.now.contains_key(path) => {}
            Event::Create(path) => {
                self.now.insert(path.clone(), Node::File(self.files));
                self.dirty.insert(self.files);
                self.files += 1;
            }
            Event::Write(path) => {
                if let Some(Node::File(file)) = self.now.get(path) {
                    self.dirty.insert(*file);
                }
            }
            Event::Flush(path) => match self.now.get(path) {
                Some(Node::File(file)) => drop(self.dirty.remove(file)),
                Some(Node::Folder) => {
                    let child = |name: &Path| name.parent() == Some(path);
                    self.kept.retain(|name, _| !child(name));
                    let fresh = self.now.iter().filter(|(name, _)| child(name));
                    self.kept.extend(fresh.map(|(name, node)| (name.clone(), *node)));
                }
                None => {}
            },
            Event::Rename(from, to) => {
                if let Some(node) = self.now.remove(from) {
                    assert_ne!(node, Node::Folder, "a folder at the destination is never renamed");
                    self.now.insert(to.clone(), node);
                } else {
                    // It comes from another disk's part of the trace: nothing of it is known to be flushed.
                    self.apply(&Event::Create(to.clone()));
                }
            }
            Event::Link(from, to) => {
                if let Some(node) = self.now.get(from).copied() {
                    self.now.insert(to.clone(), node);
                }
            }
            Event::Remove(path) => drop(self.now.remove(path)),
            Event::MakeFolder(path) => drop(self.now.insert(path.clone(), Node::Folder)),
        }
    }

    /// What stands after a power cut, when each folder shows its old or its new names as `shows_new` says.
    fn after_cut(&self, shows_new: impl Fn(&Path) -> bool) -> BTreeMap<PathBuf, Node> {
        let folders: BTreeSet<&Path> =
            self.now.keys().chain(self.kept.keys()).filter_map(|name| name.parent()).collect();
        let mut standing = BTreeMap::new();
        for folder in folders {
            let names = if shows_new(folder) { &self.now } else { &self.kept };
            let inside = names.iter().filter(|(name, _)| name.parent() == Some(folder));
            standing.extend(inside.map(|(name, node)| (name.clone(), *node)));
        }
        // What stands in a folder that is gone is gone.
        let there = standing.clone();
        standing.retain(|name, _| {
            let above: Vec<&Path> =
                name.ancestors().skip(1).filter(|a| there.keys().any(|k| k == a)).collect();
            let wanted: Vec<&Path> = name
                .ancestors()
                .skip(1)
                .filter(|a| self.now.contains_key(*a) || self.kept.contains_key(*a))
                .collect();
            above == wanted
        });
        standing
    }

    /// The archives that count, by the stems of their names; an error names one that counts and is not whole. In staging an
    /// archive counts as long as its parts are there or moved to their place already.
    fn archives(&self, standing: &BTreeMap<PathBuf, Node>) -> Result<BTreeSet<String>, String> {
        let whole =
            |path: &Path| matches!(standing.get(path), Some(Node::File(file)) if !self.dirty.contains(file));
        let mut found = BTreeSet::new();
        for path in standing.keys() {
            let Some(stem) = path.to_str().and_then(|path| path.strip_suffix("_manifest.json")) else {
                continue;
            };
            let zip = PathBuf::from(format!("{stem}.zip"));
            let name = Path::new(stem).file_name().unwrap().to_str().unwrap();
            let is_staged = stem.contains("/resguardo-staging/");
            let moved = || standing.keys().any(|path| path.file_name() == zip.file_name() && whole(path));
            if whole(path) && (whole(&zip) || is_staged && moved()) {
                found.insert(name.to_owned());
            } else if !is_staged {
                return Err(format!("{stem} counts and is not whole"));
            }
        }
        Ok(found)
    }

    /// The archives whose manifests stand in a folder.
    fn manifests_in(&self, folder: &Path) -> Vec<String> {
        let inside = self.now.keys().filter(|path| path.parent() == Some(folder));
        let names = inside.filter_map(|path| path.file_name()?.to_str()?.strip_suffix("_manifest.json"));
        names.map(str::to_owned).collect()
    }
}

/// What a run asked of the drive, and what was there before.
fn record(stage: &Stage, act: Act) -> (Disk, Vec<Event>) {
    stage.reset(act);
    let drive = stage.path("drive");
    let before = files_below(&drive);
    let output = stage.path("trace");
    let status = Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "1", "-o"])
        .arg(&output)
        .args(["-e", &format!("trace={CALLS}")])
        .arg(DRIVER)
        .arg(stage.folder())
        .arg(act.word())
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{act:?} under strace");
    let events = events(&std::fs::read_to_string(output).unwrap(), &drive);
    (Disk::holding(&drive, &before), events)
}

/// Cuts the power at every flush and beside it; returns how many cuts were made, or the first loss.
fn cut_everywhere(mut disk: Disk, events: &[Event], act: Act, every: usize) -> Result<u64, String> {
    let all_old = |disk: &Disk| disk.archives(&disk.after_cut(|_| false));
    let random = SeededRandom::new(3);
    let is_flush = |n: usize| events.get(n).is_some_and(|event| matches!(event, Event::Flush(_)));
    // What must be there from now on, and of it what has its place already, whatever the folders show.
    let mut promised = all_old(&disk)?;
    let mut in_place = promised.clone();
    let mut cuts = 0;
    for (n, event) in events.iter().enumerate() {
        disk.apply(event);
        if let Event::Flush(folder) = event {
            // A manifest whose folder was flushed is a promise.
            let fresh = disk.manifests_in(folder);
            promised.extend(fresh.iter().cloned());
            in_place.extend(
                fresh.into_iter().filter(|_| !folder.to_string_lossy().contains("/resguardo-staging")),
            );
        }
        if !(is_flush(n) || is_flush(n + 1) || n > 0 && is_flush(n - 1)) || n % every != 0 {
            continue;
        }
        let seed = random.next();
        let mixed = |folder: &Path| (folder.as_os_str().len() as u64 % 7).is_multiple_of(2 + seed % 3);
        for (standing, needed) in [
            (disk.after_cut(|_| false), &promised),
            (disk.after_cut(|_| true), &promised),
            (disk.after_cut(mixed), &in_place),
        ] {
            let found = disk.archives(&standing).map_err(|error| format!("{act:?}, event {n}: {error}"))?;
            // What pruning was asked to delete may be there or not, but never half.
            if let Some(name) = needed.iter().find(|name| !found.contains(*name) && act != Act::Prune) {
                return Err(format!("{act:?}, event {n}: {name} was promised and is gone"));
            }
            cuts += 1;
        }
    }
    let (old, new) = (all_old(&disk)?, disk.archives(&disk.now)?);
    if old != new {
        return Err(format!("{act:?} succeeded, but after a cut {old:?} stand instead of {new:?}"));
    }
    Ok(cuts)
}

#[test]
fn p03_a_power_cut_at_any_flush_loses_no_archive_that_counts() {
    if !has_strace() {
        return;
    }
    let stage = Stage::new();
    let (mut cuts, every) = (0, if nightly() { 1 } else { 2 });
    for round in 0..figure(1, 3) {
        for act in [Act::Full, Act::Increment, Act::Prune, Act::Restore] {
            let (disk, events) = record(&stage, act);
            let flushes = events.iter().filter(|event| matches!(event, Event::Flush(_))).count();
            assert!(flushes > 1, "{act:?}: hardly anything was flushed: {events:?}");
            cuts +=
                cut_everywhere(disk, &events, act, every).unwrap_or_else(|loss| panic!("{round}: {loss}"));
        }
    }
    println!("{cuts} power cuts");
    assert!(cuts >= figure(20, 300));
}

#[test]
fn p03_the_replay_notices_a_run_that_forgets_to_flush() {
    if !has_strace() {
        return;
    }
    let stage = Stage::new();
    for forgotten in [".zip", "_manifest.json", "daily"] {
        let (disk, mut events) = record(&stage, Act::Full);
        let is_forgotten = |path: &Path| path.to_str().unwrap().contains(forgotten);
        // Temporary names hold the final one.
        events.retain(|event| !matches!(event, Event::Flush(path) if is_forgotten(path)));
        assert!(cut_everywhere(disk, &events, Act::Full, 1).is_err(), "{forgotten} not flushed, not noticed");
    }
}
