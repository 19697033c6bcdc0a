//! A person holds an operation up and lets it go on.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use resguardo_domain::{Class, Faults, OperationId, OperationState, Result};
use resguardo_engine::{Engine, Events, Request};
use resguardo_platform::system_context;
use resguardo_tests::shop::{Shop, files_below};

const FILES: usize = 400;

/// Counts the files that a backup opens, and lets the test act when half of them are open.
struct Halfway {
    opened: AtomicU64,
    reached: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
}

impl Faults for Halfway {
    fn at(&self, step: &'static str) -> Result<()> {
        if step == "source.read" && self.opened.fetch_add(1, Relaxed) == FILES as u64 / 2 {
            self.reached.lock().unwrap().send(()).unwrap();
            self.go.lock().unwrap().recv().unwrap();
        }
        Ok(())
    }
}

/// A backup of many files that was paused in the middle.
struct Scene {
    shop: Shop,
    halfway: Arc<Halfway>,
    operation: OperationId,
}

impl Scene {
    fn paused() -> Self {
        let ((reached, is_there), (go, may_go)) = (channel(), channel());
        let (reached, go_on) = (Mutex::new(reached), Mutex::new(may_go));
        let halfway = Arc::new(Halfway { opened: AtomicU64::new(0), reached, go: go_on });
        let shop = Shop::with_context(system_context().with_faults(Arc::clone(&halfway) as _));
        for number in 0..FILES {
            // Not all of one kind, so that neither small nor large entries go past the pause.
            shop.write(
                &format!("{number:03}.bin"),
                vec![number as u8; if number % 40 == 0 { 3 << 20 } else { 500 }],
            );
        }
        shop.add_plan(&[&shop.drive()]);
        let request = Request::BackUp { plan: "shop".into(), kind: None, class: Class::Manual };
        let operation = shop.engine.start(request).unwrap();
        is_there.recv().unwrap();
        shop.engine.pause_operation(&operation).unwrap();
        go.send(()).unwrap();
        Self { shop, halfway, operation }
    }

    fn engine(&self) -> &Arc<Engine> {
        &self.shop.engine
    }

    /// What is seen of it: its counters, and how many files were opened.
    fn seen(&self) -> (Events, u64) {
        let events = self.engine().next_events(u64::MAX, Duration::ZERO).unwrap();
        (events, self.halfway.opened.load(Relaxed))
    }

    /// What was begun when it was paused is done.
    fn settled(&self) -> (Events, u64) {
        loop {
            let before = self.seen();
            std::thread::sleep(Duration::from_millis(100));
            if self.seen() == before {
                return before;
            }
        }
    }
}

#[test]
fn p13_a_paused_backup_stands_still_goes_on_and_ends_with_the_right_archive() {
    let scene = Scene::paused();
    let settled = scene.settled();
    assert!(settled.1 < FILES as u64, "{}", settled.1);
    assert!(settled.0.running[0].paused && settled.0.running[0].operation.id == scene.operation);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(scene.seen(), settled);
    let after = settled.0.sequence;
    scene.engine().resume_operation(&scene.operation).unwrap();
    assert!(!scene.engine().next_events(after, Duration::from_secs(60)).unwrap().topics.is_empty());
    let ended = scene.engine().wait(&scene.operation).unwrap();
    assert_eq!(ended.state, OperationState::Succeeded, "{ended:?}");
    let restored = scene.shop.restored(ended.snapshot.unwrap().as_str(), "back");
    let names = files_below(&scene.shop.data());
    assert_eq!((names.len(), files_below(&restored)), (FILES, names.clone()));
    for name in names {
        let read = |root: &std::path::Path| std::fs::read(root.join(&name)).unwrap();
        assert!(read(&restored) == read(&scene.shop.data()), "{}", name.display());
    }
}

#[test]
fn p13_a_paused_backup_that_is_cancelled_ends_and_leaves_nothing_visible() {
    let scene = Scene::paused();
    scene.settled();
    scene.engine().cancel(&scene.operation).unwrap();
    let ended = scene.engine().wait(&scene.operation).unwrap();
    assert_eq!((ended.state, scene.shop.snapshots().len()), (OperationState::Cancelled, 0));
    scene.engine().pause_operation(&scene.operation).unwrap();
    assert!(!scene.engine().is_paused(&scene.operation));
}

#[test]
fn p13_what_is_paused_holds_no_other_plan_up_and_ends_as_interrupted_with_its_program() {
    let scene = Scene::paused();
    scene.settled();
    let other =
        resguardo_engine::PlanDraft { name: "other".into(), ..scene.shop.draft(&[&scene.shop.path("usb")]) };
    scene.engine().add_plan(other).unwrap();
    let request = Request::BackUp { plan: "other".into(), kind: None, class: Class::Manual };
    assert!(scene.shop.run(request).state.is_success());
    assert!(scene.engine().is_paused(&scene.operation));
    assert!(scene.engine().close(Duration::from_secs(60)));
    assert_eq!(
        scene.engine().operation(scene.operation.as_str()).unwrap().state,
        OperationState::Interrupted
    );
}
