//! A small shop: a home for the program, a folder to copy, a drive to copy to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use resguardo_domain::{ArchiveKind, Class, Context, Error, Operation, OperationState, VerifyLevel};
use resguardo_engine::{
    BackUpReport, Engine, Existing, PlanDraft, Request, RestoreRequest, RestoreTarget, SnapshotView,
};
use resguardo_platform::{Home, system_context};

/// A shop in a folder of its own; its plan is called `shop` and copies `data` to `drive`.
pub struct Shop {
    /// The folder of everything.
    pub dir: tempfile::TempDir,
    /// The engine on its home.
    pub engine: Arc<Engine>,
}

impl Shop {
    /// A shop with one file and its plan.
    pub fn new() -> Self {
        let shop = Self::without_plan();
        std::fs::write(shop.data().join("first.txt"), "hello").unwrap();
        shop.add_plan(&[&shop.drive()]);
        shop
    }

    /// A shop with an empty folder `data`.
    pub fn without_plan() -> Self {
        Self::with_context(system_context())
    }

    /// The same with a clock or faults of the test's.
    pub fn with_context(cx: Context) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (engine, _) = Engine::open(Home::at(dir.path().join("home")), cx).unwrap();
        let shop = Self { dir, engine };
        std::fs::create_dir(shop.data()).unwrap();
        shop
    }

    /// Adds the plan.
    pub fn add_plan(&self, to: &[&Path]) {
        self.engine.add_plan(self.draft(to)).unwrap();
    }

    /// The plan as it would be stated.
    pub fn draft(&self, to: &[&Path]) -> PlanDraft {
        PlanDraft {
            name: "shop".into(),
            folders: vec![text(&self.data())],
            to: to.iter().map(|path| text(path)).collect(),
            ..PlanDraft::default()
        }
    }

    /// The same home opened as by another program.
    pub fn reopened(&self, cx: Context) -> Arc<Engine> {
        Engine::open(Home::at(self.home()), cx).unwrap().0
    }

    /// Something in the shop's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program's home.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// What is backed up.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Where it goes.
    pub fn drive(&self) -> PathBuf {
        self.path("drive")
    }

    /// Writes a file of `data`.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.data().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Runs a request to its end.
    pub fn run(&self, request: Request) -> Operation {
        run(&self.engine, request)
    }

    /// Backs up and returns how it ended.
    pub fn back_up_as(&self, kind: Option<ArchiveKind>) -> Operation {
        self.run(Request::BackUp { plan: "shop".into(), kind, class: Class::Daily })
    }

    /// Backs up and returns the snapshot.
    pub fn back_up(&self) -> String {
        let operation = self.back_up_as(None);
        assert!(operation.state.is_success(), "{operation:?}");
        operation.snapshot.unwrap().to_string()
    }

    /// Every snapshot, oldest first.
    pub fn snapshots(&self) -> Vec<SnapshotView> {
        self.engine.snapshots(None).unwrap()
    }

    /// Proves every snapshot.
    pub fn verify(&self) -> Operation {
        self.run(Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Opened })
    }

    /// Whether a backup did all that it should. Random edits of a few files may look like an attack to the change guard: that is no
    /// fault of the backup.
    pub fn is_done_but_odd(operation: &Operation) -> bool {
        let report =
            operation.result.as_deref().and_then(|text| serde_json::from_str::<BackUpReport>(text).ok());
        let only_odd = report.is_some_and(|report| report.waiting.is_empty() && !report.odd.is_empty());
        let with_issues =
            operation.state == OperationState::SucceededWithIssues && operation.issue_count == 0;
        operation.state == OperationState::Succeeded || with_issues && only_odd
    }

    /// Restores a whole snapshot into a fresh folder and returns the folder that stands for `data`.
    pub fn restored(&self, snapshot: &str, name: &str) -> PathBuf {
        restored(&self.engine, snapshot, &self.path(name))
    }

    /// Restores to where it came from.
    pub fn in_place(&self, snapshot: &str, paths: &[&str]) -> Operation {
        self.run(restore(snapshot, paths, RestoreTarget::InPlace, Existing::Replace))
    }

    /// The error with which a request is refused or fails.
    pub fn error_of(&self, request: Request) -> Error {
        match self.engine.start(request) {
            Err(error) => error,
            Ok(id) => {
                let operation = self.engine.wait(&id).unwrap();
                operation.error.clone().unwrap_or_else(|| panic!("no error: {operation:?}"))
            }
        }
    }
}

impl Default for Shop {
    fn default() -> Self {
        Self::new()
    }
}

/// A restore with a way back.
pub fn restore(snapshot: &str, paths: &[&str], target: RestoreTarget, existing: Existing) -> Request {
    Request::Restore(RestoreRequest {
        snapshot: snapshot.into(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        target,
        existing,
        safety: true,
    })
}

/// Below a folder.
pub fn into_folder(path: &Path) -> RestoreTarget {
    RestoreTarget::Folder { path: text(path) }
}

/// Runs a request to its end.
pub fn run(engine: &Arc<Engine>, request: Request) -> Operation {
    let id = engine.start(request).unwrap();
    engine.wait(&id).unwrap()
}

/// Ends an engine whose home is about to be replaced: the thread of its last operation may hold it for a moment longer, and
/// SQLite removes its side files by their names when it closes.
pub fn close(engine: Arc<Engine>) {
    while Arc::strong_count(&engine) > 1 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// Restores a whole snapshot into a fresh folder and returns the folder that stands for `data`.
pub fn restored(engine: &Arc<Engine>, snapshot: &str, to: &Path) -> PathBuf {
    let operation = run(engine, restore(snapshot, &[], into_folder(to), Existing::Replace));
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    to.join("files/data")
}

/// A path as a request holds it.
pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Copies a tree with all its facts, holes included.
pub fn copy_tree(from: &Path, to: &Path) {
    let status = Command::new("cp").args(["-a", "--sparse=always"]).arg(from).arg(to).status().unwrap();
    assert!(status.success(), "copy {} to {}", from.display(), to.display());
}

/// Every file below a folder, as paths relative to it, sorted.
pub fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
