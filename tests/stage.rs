//! A stage on which operations are killed or made to fail: every attempt starts from the same home and drive, and
//! afterwards everything that was promised before must still hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

use resguardo_domain::{
    ArchiveKind, Class, Context, Kind, Operation, OperationState, Result, Retention, Verb, VerifyLevel,
};
use resguardo_engine::{Engine, Existing, PlanDraft, Request, RestoreTarget};
use resguardo_platform::{Home, system_context};
use resguardo_testkit::{FaultScript, diff, tree};

use crate::shop::{close, copy_tree, files_below, restore, restored, run, text};

/// One operation of the scenario, each in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// An incremental backup.
    Increment,
    /// A full backup.
    Full,
    /// Deleting what expired: the first chain of two.
    Prune,
    /// Filling an empty catalog from the drive.
    Rebuild,
    /// Putting the oldest snapshot back in place, over newer files.
    Restore,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Increment, Self::Full, Self::Prune, Self::Rebuild, Self::Restore];

    /// The word by which the driver knows it.
    pub fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The act of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// Does it, as a person at the command line would.
    ///
    /// # Errors
    /// When the home can't be opened or the request is refused; a failure of the work stands in the operation.
    pub fn perform(self, folder: &Path, cx: Context) -> Result<Operation> {
        let (engine, _) = Engine::open(Home::at(folder.join("home")), cx)?;
        let back_up = |kind| Request::BackUp { plan: "shop".into(), kind: Some(kind), class: Class::Daily };
        let request = match self {
            Self::Increment => back_up(ArchiveKind::Incremental),
            Self::Full => back_up(ArchiveKind::Full),
            Self::Prune => Request::Prune { plan: "shop".into(), confirmed: true },
            Self::Rebuild => {
                match engine.add_local_destination(Some("drive"), &text(&folder.join("drive")), None) {
                    Err(error) if error.kind != Kind::AlreadyExists => return Err(error),
                    _ => {}
                }
                Request::Rebuild { destination: Some("drive".into()) }
            }
            Self::Restore => {
                let oldest = std::fs::read_to_string(folder.join("oldest")).unwrap();
                restore(oldest.trim(), &[], RestoreTarget::InPlace, Existing::Replace)
            }
        };
        let ended = engine.start(request).and_then(|id| engine.wait(&id));
        close(engine);
        ended
    }
}

/// The stage: `home`, `drive` and `data` in a folder, and what they were.
pub struct Stage {
    dir: tempfile::TempDir,
    /// What each snapshot must restore to, by its id; oldest first.
    kept: Vec<(String, PathBuf)>,
}

impl Stage {
    /// Two chains of two archives each, and edits that no archive has yet.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut stage = Self { dir, kept: Vec::new() };
        let shape = tree::Shape { entries: 24, max_file: 150_000, depth: 3 };
        let tree = tree::Tree::grow(&stage.path("data"), 11, shape);
        stage.edit_steady_files(0);
        let engine = stage.open();
        engine
            .add_plan(PlanDraft {
                name: "shop".into(),
                folders: vec![text(&stage.path("data"))],
                to: vec![text(&stage.path("drive"))],
                retention: Some(Retention { last: Some(2), ..Retention::EMPTY }),
                ..PlanDraft::default()
            })
            .unwrap();
        for (n, act) in [Act::Full, Act::Increment, Act::Full, Act::Increment].into_iter().enumerate() {
            let kept = stage.path(&format!("kept{n}"));
            copy_tree(&stage.path("data"), &kept);
            let operation = act.perform(stage.folder(), system_context()).unwrap();
            assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
            stage.kept.push((operation.snapshot.unwrap().to_string(), kept));
            tree.mutate(n as u64 + 40);
            stage.edit_steady_files(n + 1);
        }
        drop(engine);
        std::fs::write(stage.path("oldest"), &stage.kept[0].0).unwrap();
        for name in ["home", "drive", "data"] {
            copy_tree(&stage.path(name), &stage.path(&format!("first {name}")));
        }
        stage
    }

    /// Files that are in every generation, each time with another content: a restore must replace them.
    fn edit_steady_files(&self, generation: usize) {
        let folder = self.path("data/steady");
        let _ = std::fs::create_dir_all(&folder);
        for n in 0..6 {
            std::fs::write(
                folder.join(format!("{n}.txt")),
                format!("generation {generation}\n").repeat(n * 70),
            )
            .unwrap();
        }
    }

    /// The folder of everything, as the driver takes it.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Sets everything back to what it was before the act.
    pub fn reset(&self, act: Act) {
        let names: &[&str] =
            if act == Act::Restore { &["home", "drive", "data"] } else { &["home", "drive"] };
        for name in names {
            let _ = std::fs::remove_dir_all(self.path(name));
            copy_tree(&self.path(&format!("first {name}")), &self.path(name));
        }
        if act == Act::Rebuild {
            std::fs::remove_dir_all(self.path("home")).unwrap();
        }
    }

    /// The engine as after a restart.
    pub fn open(&self) -> Arc<Engine> {
        Engine::open(Home::at(self.path("home")), system_context()).unwrap().0
    }

    /// The names of an act's steps, in order, by doing it once without harm.
    pub fn steps_of(&self, act: Act) -> Vec<&'static str> {
        self.reset(act);
        let script = FaultScript::counting();
        let operation =
            act.perform(self.folder(), system_context().with_faults(Arc::clone(&script) as _)).unwrap();
        assert!(operation.state.is_success(), "{operation:?}");
        script.steps()
    }

    /// A child process that performs the act; `abort` is the step at which it dies.
    pub fn driver(&self, driver: &str, act: Act, abort: Option<u64>) -> ExitStatus {
        let mut command = Command::new(driver);
        command.arg(self.folder()).arg(act.word()).args(abort.map(|step| step.to_string()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
    }

    /// What holds at any moment after a crash: what was there before is listed, proves whole, and restores equal. Then the
    /// act is done again without anybody's help, and nothing is left lying about.
    ///
    /// # Panics
    /// When one of these is not so; `at` says where the act was broken off.
    pub fn check(&self, act: Act, at: &str) {
        let engine = self.open();
        self.check_earlier(&engine, act, at);
        if act == Act::Restore {
            self.check_undo(&engine, at);
        }
        drop(engine);
        let again = act.perform(self.folder(), system_context()).unwrap();
        assert_eq!(again.state, OperationState::Succeeded, "{at}: the next run: {again:?}");
        if act == Act::Restore {
            // A sealed safety snapshot is taken in by the plan's next backup.
            let backup = Act::Increment.perform(self.folder(), system_context()).unwrap();
            assert_eq!(backup.state, OperationState::Succeeded, "{at}: the next backup: {backup:?}");
        }
        self.check_end(act, at);
    }

    fn survivors(&self, act: Act) -> &[(String, PathBuf)] {
        // Pruning was asked to delete the first chain.
        if act == Act::Prune { &self.kept[2..] } else { &self.kept }
    }

    fn check_earlier(&self, engine: &Arc<Engine>, act: Act, at: &str) {
        if act == Act::Rebuild {
            return;
        }
        let ids: Vec<String> = self.survivors(act).iter().map(|(id, _)| id.clone()).collect();
        let verified = run(engine, Request::Verify { snapshots: ids.clone(), level: VerifyLevel::Opened });
        assert_eq!(verified.state, OperationState::Succeeded, "{at}: earlier snapshots: {verified:?}");
        self.check_restores(engine, &self.survivors(act)[..1], at);
    }

    fn check_restores(&self, engine: &Arc<Engine>, snapshots: &[(String, PathBuf)], at: &str) {
        for (id, expected) in snapshots {
            let to = self.path("restored");
            let restored = restored(engine, id, &to);
            assert_eq!(diff(expected, &restored), [""; 0], "{at}: snapshot {id}");
            std::fs::remove_dir_all(to).unwrap();
        }
    }

    /// A restore that was broken off is taken back: everything is as it was before it.
    fn check_undo(&self, engine: &Arc<Engine>, at: &str) {
        let operations = engine.operations(None, 100).unwrap();
        let broken = operations.iter().find(|operation| operation.verb == Verb::Restore);
        if let Some(operation) = broken.filter(|operation| !operation.state.is_success())
            && let Ok(id) = engine.start(Request::Undo { operation: operation.id.to_string() })
        {
            let undone = engine.wait(&id).unwrap();
            assert_eq!(undone.state, OperationState::Succeeded, "{at}: undo: {undone:?}");
        } else if broken.is_some_and(|operation| operation.state.is_success()) {
            return;
        }
        let lines = resguardo_testkit::diff_except(
            &self.path("first data"),
            &self.path("data"),
            resguardo_testkit::Ignore { folder_mtime: true, ..Default::default() },
        );
        assert_eq!(lines, [""; 0], "{at}: the restore taken back");
    }

    fn check_end(&self, act: Act, at: &str) {
        let engine = self.open();
        let verified = run(&engine, Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Opened });
        assert_eq!(verified.state, OperationState::Succeeded, "{at}: at the end: {verified:?}");
        self.check_restores(&engine, self.survivors(act), at);
        if matches!(act, Act::Increment | Act::Full) {
            let newest = engine.snapshot("shop@latest").unwrap();
            self.check_restores(&engine, &[(newest.id.to_string(), self.path("data"))], at);
        }
        self.check_nothing_is_left(&engine, act, at);
    }

    /// Whether a file at the drive is what a run tells others; such a file is never half there.
    fn is_whole_status(&self, name: &str, file: &Path) -> bool {
        let read = || std::fs::read_to_string(self.path("drive").join(file)).unwrap();
        match name {
            "heartbeat.json" => {
                let told: serde_json::Value = serde_json::from_str(&read()).unwrap();
                told["signature"].is_string() && told["plans"][0]["name"] == "shop"
            }
            "ESTADO-STATUS.html" => read().ends_with("</html>\n"),
            _ => false,
        }
    }

    /// Every file at the drive belongs to a listed snapshot or is one of the few that stand beside them; staging and the
    /// folder for temporary files are empty; no operation is open.
    fn check_nothing_is_left(&self, engine: &Arc<Engine>, act: Act, at: &str) {
        let snapshots = engine.snapshots(None).unwrap();
        let mut archives: BTreeMap<String, usize> = BTreeMap::new();
        for file in files_below(&self.path("drive")) {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let known =
                ["LEEME-README.txt", "restore.py", "resguardo-config.json", "resguardo-destination.json"];
            if known.contains(&name.as_str()) || self.is_whole_status(&name, &file) {
                continue;
            }
            // What an upload left may go on for seven days; then it is cleaned away.
            if name.ends_with(".partial") {
                continue;
            }
            let stem = name.strip_suffix("_manifest.json").or_else(|| name.strip_suffix(".zip"));
            let stem = stem.unwrap_or_else(|| panic!("{at}: left at the drive: {}", file.display()));
            *archives.entry(stem.to_owned()).or_default() += 1;
        }
        let listed: BTreeMap<String, usize> = snapshots.iter().map(|s| (s.name.clone(), 2)).collect();
        assert_eq!(archives, listed, "{at}: each archive has a manifest and is listed");
        for folder in ["home/staging", "home/temp"] {
            assert_eq!(files_below(&self.path(folder)), Vec::<PathBuf>::new(), "{at}: left in {folder}");
        }
        if act == Act::Restore {
            let left: Vec<_> = files_below(&self.path("data"))
                .into_iter()
                .filter(|file| file.to_string_lossy().contains(".resguardo-"))
                .collect();
            assert_eq!(left, Vec::<PathBuf>::new(), "{at}: temporary files beside the restored ones");
        }
        let open = engine.operations(None, 1000).unwrap();
        assert!(open.iter().all(|operation| operation.state.is_final()), "{at}: {open:?}");
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

/// Every `every`-th step from the first on, and the last step of each name.
pub fn sample(names: &[&'static str], every: u64) -> Vec<u64> {
    let mut chosen: Vec<u64> = (1..=names.len() as u64).step_by(every as usize).collect();
    let last: BTreeMap<_, u64> = names.iter().zip(1..).collect();
    chosen.extend(last.into_values());
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}
