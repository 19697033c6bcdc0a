//! Operations: started on a thread of their own, watched, cancelled, and always given an end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use resguardo_catalog::OperationFilter;
use resguardo_domain::{
    Cancel, Context, Error, Event, Issue, Kind, Operation, OperationId, OperationState, PauseFlag, Plan,
    PlanId, Progress, Result, RunId, Sample, SnapshotId, Topic, Verb, VerifyLevel, transition,
    without_secrets,
};
use resguardo_platform::Lock;

use crate::publish::Sending;
use crate::requests::Request;
use crate::{Engine, to_json};

/// Issues kept with an operation; their number is kept whole.
const MAX_ISSUES: usize = 1000;

pub(crate) struct Running {
    cancel: Cancel,
    pause: PauseFlag,
    progress: Arc<Progress>,
    plan: Option<PlanId>,
    verb: Verb,
}

/// An operation before anybody knows of it.
pub(crate) struct Prepared {
    cx: Context,
    pub(crate) operation: Operation,
    lock: Lock,
}

/// What a verb has to say at its end.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) result: String,
    pub(crate) issues: Vec<Issue>,
    pub(crate) snapshot: Option<SnapshotId>,
    /// Done, but with something that a person should read.
    pub(crate) with_issues: bool,
}

impl Outcome {
    pub(crate) fn of<T: serde::Serialize>(result: &T) -> Result<Self> {
        Ok(Self { result: to_json(result)?, ..Self::default() })
    }
}

impl Engine {
    /// Starts a long piece of work and returns at once. A backup of a plan that is being backed up already joins it.
    ///
    /// # Errors
    /// When what is asked for does not exist or makes no sense; failures of the work itself end its operation.
    /// [`Kind::Busy`] when this engine is about to end.
    pub fn start(self: &Arc<Self>, request: Request) -> Result<OperationId> {
        if self.is_closing() {
            return Err(Error::new(Kind::Busy, "start an operation"));
        }
        let (verb, plan) = self.examine(&request)?;
        let plan = plan.map(|plan| plan.id);
        if verb == Verb::BackUp
            && let Some(joined) = self.running_backup(plan.as_ref())?
        {
            return Ok(joined);
        }
        let prepared = self.prepare(verb, plan)?;
        self.catalog.insert_operation(&self.cx, &prepared.operation)?;
        self.launch(prepared, request, Sending::Asked)
    }

    /// A running operation that nobody knows of yet: its row is to be written before it is launched.
    pub(crate) fn prepare(&self, verb: Verb, plan: Option<PlanId>) -> Result<Prepared> {
        let cx = self.cx.fresh();
        let id = OperationId::from_random(cx.random_bits());
        let lock = Lock::try_exclusive(&self.operation_lock(&id))?
            .ok_or_else(|| Error::internal("lock a new operation"))?;
        let operation = Operation {
            id,
            run: RunId::from_random(cx.random_bits()),
            verb,
            plan,
            snapshot: None,
            state: OperationState::Running,
            started_at: cx.now(),
            ended_at: None,
            progress: None,
            error: None,
            issues: Vec::new(),
            issue_count: 0,
            result: None,
        };
        Ok(Prepared { cx, operation, lock })
    }

    /// Lets everything else that wants the processor go before the operations that start from now on: for a program that works beside
    /// somebody at the computer.
    pub fn be_courteous(&self) {
        self.courteous.store(true, Relaxed);
    }

    /// At the start of a thread that works longer than somebody waits for.
    pub(crate) fn go_after_others(&self) {
        if self.courteous.load(Relaxed) {
            resguardo_platform::go_after_others();
        }
    }

    /// Gives a prepared operation its thread.
    pub(crate) fn launch(
        self: &Arc<Self>,
        prepared: Prepared,
        request: Request,
        sending: Sending,
    ) -> Result<OperationId> {
        let Prepared { cx, operation, lock } = prepared;
        let id = operation.id.clone();
        crate::log::started(&operation);
        self.tell_start(&operation);
        let running = Running {
            cancel: cx.cancel_flag().clone(),
            pause: cx.pause_flag().clone(),
            progress: cx.progress_handle(),
            plan: operation.plan.clone(),
            verb: operation.verb,
        };
        self.running().insert(id.clone(), running);
        let (engine, unstarted) = (Arc::clone(self), operation.clone());
        let spawned = std::thread::Builder::new()
            .name("operation".into())
            .spawn(move || engine.run(&cx, operation, lock, request, sending));
        if let Err(cause) = spawned {
            let error = Error::io(&cause, "start a thread", "");
            self.give_up(unstarted, error.clone());
            return Err(error);
        }
        Ok(id)
    }

    /// Takes back a prepared operation whose row was not written.
    pub(crate) fn discard(&self, prepared: Prepared) {
        let _ = std::fs::remove_file(self.operation_lock(&prepared.operation.id));
    }

    fn give_up(&self, mut operation: Operation, error: Error) {
        self.running().remove(&operation.id);
        operation.state = OperationState::Failed;
        operation.ended_at = Some(self.cx.now());
        operation.error = Some(error);
        // Without the row the next start gives it its end.
        let _ = self.catalog.update_operation(&self.cx.fresh(), &operation);
        let _ = std::fs::remove_file(self.operation_lock(&operation.id));
    }

    fn operation_lock(&self, id: &OperationId) -> std::path::PathBuf {
        self.home.locks().join(format!("operation-{id}.lock"))
    }

    /// Waits for the one lock of a plan: whatever writes archives or deletes them does so alone.
    pub(crate) fn plan_lock(&self, cx: &Context, plan: &PlanId) -> Result<Lock> {
        Lock::exclusive(cx, &self.home.locks().join(format!("plan-{plan}.lock")))
    }

    /// Checks the names in a request, so that a slip fails before anything begins.
    fn examine(&self, request: &Request) -> Result<(Verb, Option<Plan>)> {
        Ok(match request {
            Request::BackUp { plan, .. } => (Verb::BackUp, Some(self.plan(plan)?)),
            Request::Prune { plan, .. } => (Verb::Prune, Some(self.plan(plan)?)),
            Request::Sync { plan } => {
                (Verb::Upload, plan.as_deref().map(|plan| self.plan(plan)).transpose()?)
            }
            Request::Verify { snapshots, level } => {
                snapshots.iter().try_for_each(|selector| self.select(selector).map(drop))?;
                (if *level == VerifyLevel::Restored { Verb::Drill } else { Verb::Verify }, None)
            }
            Request::VerifyCopies { .. } => (Verb::Verify, None),
            Request::Drill { plan, .. } => (Verb::Drill, Some(self.plan(plan)?)),
            Request::Restore(restore) => {
                self.check_restore(restore)?;
                (Verb::Restore, self.plan_of(&self.select(&restore.snapshot)?)?)
            }
            Request::Export { snapshot, paths, to } => {
                self.check_restore(&crate::restore::export_request(snapshot, paths, to))?;
                (Verb::Export, self.plan_of(&self.select(snapshot)?)?)
            }
            Request::Delete { snapshot } => (Verb::Prune, self.plan_of(&self.select(snapshot)?)?),
            Request::Undo { operation } => {
                self.restore_to_undo(operation)?;
                (Verb::Undo, None)
            }
            Request::Rebuild { destination } => {
                destination.as_deref().map(|name| self.destination_row(name)).transpose()?;
                (Verb::Rebuild, None)
            }
        })
    }

    fn plan_of(&self, row: &resguardo_catalog::SnapshotRow) -> Result<Option<Plan>> {
        self.catalog.plan(&row.manifest.plan)
    }

    pub(crate) fn running_backup(&self, plan: Option<&PlanId>) -> Result<Option<OperationId>> {
        let here = self.running().iter().find_map(|(id, running)| {
            (running.verb == Verb::BackUp && running.plan.as_ref() == plan).then(|| id.clone())
        });
        if here.is_some() {
            return Ok(here);
        }
        let others = self.catalog.unfinished_operations()?;
        let other = others.into_iter().find(|o| o.verb == Verb::BackUp && o.plan.as_ref() == plan);
        Ok(other.filter(|operation| self.is_alive(&operation.id)).map(|operation| operation.id))
    }

    /// Whether the process of an operation still holds its lock.
    pub(crate) fn is_alive(&self, id: &OperationId) -> bool {
        if self.running().contains_key(id) {
            return true;
        }
        let path = self.operation_lock(id);
        path.exists() && matches!(Lock::try_exclusive(&path), Ok(None))
    }

    fn run(&self, cx: &Context, mut operation: Operation, lock: Lock, request: Request, sending: Sending) {
        self.go_after_others();
        let work = AssertUnwindSafe(|| self.execute(cx, &mut operation, request, sending));
        // A mistake of ours in one operation must not leave its plan at work for ever.
        let mut result = catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("run the operation")));
        let untold = self.tell_after_backup(cx, &operation, &result, sending);
        match &mut result {
            Ok(outcome) => outcome.issues.extend(untold),
            Err(_) => (operation.issue_count, operation.issues) = (untold.len() as u64, untold),
        }
        let end = self.end(cx, &mut operation, result);
        if let Err(error) = self.catalog.update_operation(&self.cx.fresh(), &operation) {
            // The row stays "running"; with the lock gone the next start gives it its end. Tell whoever waits.
            operation.error.get_or_insert(error);
        } else {
            let _ = std::fs::remove_file(self.operation_lock(&operation.id));
        }
        crate::log::ended(&operation);
        self.tell_end(&operation);
        drop(lock);
        debug_assert!(end, "an operation ends from a state that can end");
        self.running().remove(&operation.id);
        self.ended.notify_all();
        self.bell.ring();
        self.watch.ring();
    }

    pub(crate) fn end(&self, cx: &Context, operation: &mut Operation, result: Result<Outcome>) -> bool {
        operation.ended_at = Some(self.cx.now());
        operation.progress = Some(cx.progress().sample());
        let event = match result {
            Ok(outcome) => {
                let read_worthy = outcome.issues.iter().any(|issue| !issue.kind.is_harmless());
                operation.issue_count = outcome.issues.len() as u64;
                operation.issues = outcome.issues;
                operation.issues.truncate(MAX_ISSUES);
                operation.snapshot = outcome.snapshot.or(operation.snapshot.take());
                operation.result = Some(outcome.result);
                Event::Succeed { with_issues: read_worthy || outcome.with_issues }
            }
            Err(error) if error.is_cancelled() && self.is_closing() => Event::FoundDead,
            Err(error) if error.is_cancelled() => Event::Stop,
            Err(error) => {
                operation.error = Some(without_secrets(error));
                Event::Fail
            }
        };
        let next = transition(operation.state, event);
        operation.state = next.unwrap_or(OperationState::Failed);
        next.is_some()
    }

    fn execute(
        &self,
        cx: &Context,
        operation: &mut Operation,
        request: Request,
        sending: Sending,
    ) -> Result<Outcome> {
        match request {
            Request::BackUp { plan, kind, class } => self.back_up(cx, operation, &plan, kind, class, sending),
            Request::Verify { snapshots, level } => self.verify(cx, &snapshots, level),
            Request::VerifyCopies { copies } => self.verify_copies(cx, &copies),
            Request::Drill { plan, extent } => self.drill_plan(cx, operation, &plan, extent),
            Request::Restore(request) => self.restore(cx, operation, &request),
            Request::Export { snapshot, paths, to } => {
                self.restore(cx, operation, &crate::restore::export_request(&snapshot, &paths, &to))
            }
            Request::Undo { operation } => self.undo(cx, &operation),
            Request::Prune { plan, confirmed } => self.prune(cx, &plan, confirmed),
            Request::Delete { snapshot } => self.delete(cx, &snapshot),
            Request::Rebuild { destination } => self.rebuild(cx, destination.as_deref()),
            Request::Sync { plan } => self.sync(cx, plan.as_deref(), sending),
        }
    }

    /// Waits until an operation has ended, here or in another process.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown one.
    pub fn wait(&self, id: &OperationId) -> Result<Operation> {
        let mut running = self.running();
        while running.contains_key(id) {
            running = self.ended.wait(running).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        drop(running);
        loop {
            let operation = self.catalog.operation(id.as_str())?;
            if operation.state.is_final() {
                return Ok(operation);
            }
            if !self.is_alive(id) {
                self.recover()?;
                return self.catalog.operation(id.as_str());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Asks an operation of this process to stop; it does so within seconds.
    ///
    /// # Errors
    /// [`Kind::Busy`] when another process runs it.
    pub fn cancel(&self, id: &OperationId) -> Result<()> {
        if let Some(running) = self.running().get(id) {
            running.cancel.cancel();
            return Ok(());
        }
        self.nothing_to_do(id, "cancel an operation of another process")
    }

    /// Holds an operation of this process up until it is resumed: it stays where it is, keeps what it has, and takes no time of the
    /// computer. Asked to stop, it stops. The end of the program ends it as any other.
    ///
    /// # Errors
    /// [`Kind::Busy`] when another process runs it.
    pub fn pause_operation(&self, id: &OperationId) -> Result<()> {
        self.hold_up(id, true)
    }

    /// Lets a paused operation go on.
    ///
    /// # Errors
    /// [`Kind::Busy`] when another process runs it.
    pub fn resume_operation(&self, id: &OperationId) -> Result<()> {
        self.hold_up(id, false)
    }

    fn hold_up(&self, id: &OperationId, paused: bool) -> Result<()> {
        if let Some(running) = self.running().get(id) {
            running.pause.set(paused);
            self.catalog.changes().note(&[Topic::Operations]);
            return Ok(());
        }
        self.nothing_to_do(id, "pause an operation of another process")
    }

    /// Whether an operation of this process is paused.
    pub fn is_paused(&self, id: &OperationId) -> bool {
        self.running().get(id).is_some_and(|running| running.pause.is_paused())
    }

    /// An operation that is over is left alone; one of another process can't be reached.
    fn nothing_to_do(&self, id: &OperationId, doing: &str) -> Result<()> {
        match self.catalog.operation(id.as_str())?.state.is_final() {
            true => Ok(()),
            false => Err(Error::new(Kind::Busy, doing).fact("operation", id)),
        }
    }

    /// Asks every operation of this process to stop and waits until they have, but no longer than `patience`. What stops is
    /// told as interrupted, for nobody asked for that one; from now on it can only end. False when some are still at work.
    pub fn close(&self, patience: Duration) -> bool {
        self.closing.store(true, Relaxed);
        self.restore_looks.cancel();
        // Who waits for events is not to wait for the end of the program.
        self.catalog.changes().note(&[Topic::Operations]);
        let running = self.running();
        running.values().for_each(|operation| operation.cancel.cancel());
        let waited = self.ended.wait_timeout_while(running, patience, |running| !running.is_empty());
        let (running, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        running.is_empty()
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }

    /// The counters of an operation that runs in this process.
    pub fn progress(&self, id: &OperationId) -> Option<Sample> {
        self.running().get(id).map(|running| running.progress.sample())
    }

    /// The counters of the operations of this process that should get on; paused ones need not.
    pub(crate) fn samples(&self) -> Vec<(OperationId, Sample)> {
        let running = self.running();
        let at_work = running.iter().filter(|(_, running)| !running.pause.is_paused());
        at_work.map(|(id, running)| (id.clone(), running.progress.sample())).collect()
    }

    /// Whether a backup is at work in this process. A paused one ends nothing that is late.
    pub(crate) fn backs_up_now(&self) -> bool {
        let at_work = |running: &Running| running.verb == Verb::BackUp && !running.pause.is_paused();
        self.running().values().any(at_work)
    }

    /// The newest operations first.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown plan.
    pub fn operations(&self, plan: Option<&str>, limit: usize) -> Result<Vec<Operation>> {
        let plan = plan.map(|plan| self.plan(plan)).transpose()?.map(|plan| plan.id);
        self.catalog
            .operations(&OperationFilter { plan, limit: Some(u32::try_from(limit).unwrap_or(u32::MAX)) })
    }

    /// One operation by its id or the beginning of it.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::Ambiguous`].
    pub fn operation(&self, prefix: &str) -> Result<Operation> {
        self.catalog.operation(prefix)
    }
}
