//! A small shop: a home for the program, a folder to copy, a drive to copy to.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "shared by several test files"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_domain::{ArchiveKind, Class, Context, Error, Operation, OperationState};
use resguardo_engine::{Engine, Existing, PlanDraft, Request, RestoreRequest, RestoreTarget};
use resguardo_platform::{Home, system_context};

pub struct Shop {
    pub dir: tempfile::TempDir,
    pub engine: Arc<Engine>,
}

impl Shop {
    /// A shop with an empty folder `data` and a plan `shop` that copies it to `drive`.
    pub fn new() -> Self {
        let shop = Self::without_plan();
        std::fs::write(shop.data().join("first.txt"), "hello").unwrap();
        shop.add_plan(&[&shop.drive()]);
        shop
    }

    pub fn without_plan() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (engine, _) = Engine::open(Home::at(dir.path().join("home")), system_context()).unwrap();
        let shop = Self { dir, engine };
        std::fs::create_dir(shop.data()).unwrap();
        shop
    }

    pub fn add_plan(&self, to: &[&Path]) {
        let draft = PlanDraft {
            name: "shop".into(),
            folders: vec![self.data().to_str().unwrap().into()],
            to: to.iter().map(|path| path.to_str().unwrap().to_owned()).collect(),
            ..PlanDraft::default()
        };
        self.engine.add_plan(draft).unwrap();
    }

    /// The same home opened by another program.
    pub fn reopened(&self, cx: Context) -> Arc<Engine> {
        Engine::open(Home::at(self.home()), cx).unwrap().0
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }
    pub fn drive(&self) -> PathBuf {
        self.path("drive")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.data().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub fn run(&self, request: Request) -> Operation {
        let id = self.engine.start(request).unwrap();
        self.engine.wait(&id).unwrap()
    }

    pub fn back_up_as(&self, kind: Option<ArchiveKind>) -> Operation {
        self.run(Request::BackUp { plan: "shop".into(), kind, class: Class::Manual })
    }

    pub fn back_up(&self) -> String {
        let operation = self.back_up_as(None);
        assert!(operation.state.is_success(), "{operation:?}");
        operation.snapshot.unwrap().to_string()
    }

    pub fn restore_request(&self, snapshot: &str, paths: &[&str], target: RestoreTarget) -> RestoreRequest {
        RestoreRequest {
            snapshot: snapshot.into(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            target,
            existing: Existing::Replace,
            safety: true,
        }
    }

    /// Restores a snapshot into a fresh folder and returns the folder that stands for `data`.
    pub fn restored(&self, snapshot: &str, name: &str) -> PathBuf {
        let to = self.path(name);
        let target = RestoreTarget::Folder { path: to.to_str().unwrap().into() };
        let operation = self.run(Request::Restore(self.restore_request(snapshot, &[], target)));
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
        to.join("files/data")
    }

    pub fn in_place(&self, snapshot: &str, paths: &[&str]) -> Operation {
        self.run(Request::Restore(self.restore_request(snapshot, paths, RestoreTarget::InPlace)))
    }

    /// The error with which a request is refused or fails.
    pub fn error_of(&self, request: Request) -> Error {
        match self.engine.start(request) {
            Err(error) => error,
            Ok(id) => self.engine.wait(&id).unwrap().error.expect("an error"),
        }
    }
}
