//! What the stories about sources share: a collector that keeps everything and watches the order, and short ways to say things.
#![allow(dead_code, unreachable_pub, reason = "each story uses a part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test's tool ends the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use resguardo_domain::{
    Batch, CaptureReport, Collector, Context, Entry, EntryKind, EntryPath, FolderFilter, Issue, IssueKind,
    Opened, Opener, ReadAt, Result, Source, SourceConfig, SourceId, SourceSpec,
};
use resguardo_sources::FolderSource;
use resguardo_testkit::test_context;

type Pushed = (Entry, Arc<dyn Opener>);

/// Everything a source pushed.
#[derive(Default)]
pub struct Gathered {
    pub entries: Mutex<BTreeMap<EntryPath, Pushed>>,
    pub batches: Mutex<Vec<(EntryPath, usize, bool)>>,
    pub issues: Mutex<Vec<Issue>>,
}

impl Collector for Gathered {
    fn batch(&self, _: &Context, batch: Batch) -> Result<()> {
        let mut entries = self.entries.lock().unwrap();
        let is_above_the_source =
            batch.folder.components().count() < 2 || batch.folder.as_str() == "databases/sqlite";
        assert!(
            is_above_the_source || entries.contains_key(&batch.folder),
            "{} came too early",
            batch.folder
        );
        assert!(batch.entries.is_sorted_by(|a, b| a.path < b.path), "{} is not sorted", batch.folder);
        self.batches.lock().unwrap().push((batch.folder.clone(), batch.entries.len(), batch.complete));
        for entry in batch.entries {
            assert_eq!(entry.path.parent().as_ref(), Some(&batch.folder));
            let before = entries.insert(entry.path.clone(), (entry, Arc::clone(&batch.opener)));
            assert!(before.is_none(), "{before:?} came twice", before = before.map(|(entry, _)| entry));
        }
        Ok(())
    }

    fn issue(&self, issue: Issue) {
        self.issues.lock().unwrap().push(issue);
    }
}

impl Gathered {
    pub fn entry(&self, path: &str) -> Entry {
        let path = EntryPath::parse(path).unwrap();
        self.entries.lock().unwrap().get(&path).unwrap_or_else(|| panic!("no entry {path}")).0.clone()
    }

    pub fn has(&self, path: &str) -> bool {
        self.entries.lock().unwrap().contains_key(&EntryPath::parse(path).unwrap())
    }

    pub fn open(&self, cx: &Context, path: &str) -> Result<Opened> {
        let path = EntryPath::parse(path).unwrap();
        let (entry, opener) = self.entries.lock().unwrap()[&path].clone();
        opener.open(cx, &entry)
    }

    /// The paths below `files/x`.
    pub fn paths(&self) -> Vec<String> {
        let base = EntryPath::parse("files/x").unwrap();
        let entries = self.entries.lock().unwrap();
        entries
            .keys()
            .filter(|path| **path != base)
            .map(|path| path.below(&base).unwrap().to_owned())
            .collect()
    }

    pub fn issues_of(&self, kind: IssueKind) -> Vec<String> {
        let issues = self.issues.lock().unwrap();
        let mut paths: Vec<_> =
            issues.iter().filter(|issue| issue.kind == kind).map(|issue| issue.path.to_string()).collect();
        paths.sort();
        paths
    }

    pub fn batches_of(&self, folder: &str) -> Vec<(usize, bool)> {
        let batches = self.batches.lock().unwrap();
        batches.iter().filter(|batch| batch.0.as_str() == folder).map(|batch| (batch.1, batch.2)).collect()
    }
}

pub fn path(text: &str) -> EntryPath {
    EntryPath::parse(text).unwrap()
}

pub fn spec(label: &str, config: SourceConfig) -> SourceSpec {
    SourceSpec { id: SourceId::from_random(7), label: label.to_owned(), config }
}

/// A folder source labelled `x`.
pub struct Story {
    pub root: PathBuf,
    pub filter: FolderFilter,
    pub never: Vec<PathBuf>,
    pub temporary: tempfile::TempDir,
    pub threads: usize,
}

impl Story {
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            filter: FolderFilter::default(),
            never: Vec::new(),
            temporary: tempfile::tempdir().unwrap(),
            threads: 3,
        }
    }

    pub fn source(&self) -> FolderSource {
        let config =
            SourceConfig::Folder { path: SourceConfig::encode_path(&self.root), filter: self.filter.clone() };
        let temporary = self.temporary.path().to_owned();
        let (root, never) = (self.root.clone(), self.never.clone());
        FolderSource::new(&spec("x", config), root, &self.filter, never, temporary, self.threads).unwrap()
    }

    pub fn try_capture(&self) -> (Result<CaptureReport>, Gathered) {
        let gathered = Gathered::default();
        let report = self.source().capture(&test_context(), &gathered);
        (report, gathered)
    }

    pub fn capture(&self) -> Gathered {
        let (report, gathered) = self.try_capture();
        report.unwrap();
        gathered
    }
}

/// Captures a folder with the default filter.
pub fn capture(root: &Path) -> Gathered {
    Story::of(root).capture()
}

pub fn read_all(data: &dyn ReadAt) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match data.read_at(&mut buffer, all.len() as u64).unwrap() {
            0 => return all,
            length => all.extend_from_slice(&buffer[..length]),
        }
    }
}

pub fn write(root: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub fn is_link_to(entry: &Entry, expected: &str) -> bool {
    matches!(&entry.kind, EntryKind::Symlink { target } if target == expected)
}

const PART: &str = "RESGUARDO_TEST_PART";

/// In a child process started by [`start_part`]: what it was given. A test that plays a part calls it first thing.
pub fn part() -> Option<PathBuf> {
    std::env::var_os(PART).map(PathBuf::from)
}

/// Another process that plays the test `name`; ended when dropped. Locks of one process do not hold against itself, so
/// other programs must really be others.
pub struct Part(Child);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Part {
    /// Kills it at once, wherever it is.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Starts a part and waits until it says that it is ready by making the file `ready` in the folder of `path`.
pub fn start_part(name: &str, path: &Path) -> Part {
    let ready = path.parent().unwrap().join("ready");
    let _ = std::fs::remove_file(&ready);
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(PART, path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let part = Part(child);
    for _ in 0..500 {
        if ready.exists() {
            std::fs::remove_file(&ready).unwrap();
            return part;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the part {name} never was ready");
}

/// The part's side: it is ready.
pub fn say_ready(path: &Path) {
    std::fs::write(path.parent().unwrap().join("ready"), "").unwrap();
}

/// Runs a test of this very program as a user without rights: `None`, said aloud, where that can't be done.
pub fn as_nobody(test: &str) -> Option<bool> {
    let exe = std::env::current_exe().unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"])
        .arg(&exe)
        .args(["--exact", test, "--nocapture"])
        .env("RESGUARDO_TEST_NOBODY", "1")
        .output();
    match output {
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("1 passed") => Some(true),
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("running 1 test") => {
            println!("{}", String::from_utf8_lossy(&output.stderr));
            Some(false)
        }
        _ => {
            println!("SKIPPED: {test}: no way to become another user here");
            None
        }
    }
}

/// Whether this process may read whatever it likes.
pub fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}
