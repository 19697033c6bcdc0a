//! Watching one operation until it ends, here or in the agent.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use resguardo_domain::{Error, Kind, Operation, OperationId, Result, Sample};
use resguardo_engine::Engine;
use resguardo_platform::Home;

use crate::{Api, Door, OperationProgress, OperationsProgress};

/// Four times a second: quick enough for an eye, slow enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(250);

impl Api {
    /// Blocks until an operation is final and hands over its counters four times a second meanwhile.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an operation that is not known. An operation that failed is no error
    /// here: its row says why.
    pub fn watch(&self, id: &OperationId, on_sample: &mut dyn FnMut(Sample)) -> Result<Operation> {
        match &self.door {
            Door::Here(engine) => watch_here(engine, id, on_sample),
            Door::There(home) => self.watch_there(home, id, on_sample),
        }
    }

    fn watch_there(
        &self,
        home: &Home,
        id: &OperationId,
        on_sample: &mut dyn FnMut(Sample),
    ) -> Result<Operation> {
        loop {
            match self.call::<OperationsProgress>(id.clone()) {
                Ok(OperationProgress { operation: Some(operation), .. }) => return Ok(operation),
                Ok(OperationProgress { sample, .. }) => sample.into_iter().for_each(&mut *on_sample),
                // The agent ended: what became of the operation stands in the catalog.
                Err(error) if error.kind == Kind::Io => {
                    let (api, _) = Self::open(Some(home.root().to_owned()))?;
                    return api.watch(id, on_sample);
                }
                Err(error) => return Err(error),
            }
            std::thread::sleep(INTERVAL);
        }
    }
}

fn watch_here(
    engine: &Arc<Engine>,
    id: &OperationId,
    on_sample: &mut dyn FnMut(Sample),
) -> Result<Operation> {
    std::thread::scope(|scope| {
        let (sender, ended) = channel();
        scope.spawn(move || {
            // The receiver stays until it has this answer.
            let _ = sender.send(engine.wait(id));
        });
        loop {
            match ended.recv_timeout(INTERVAL) {
                Ok(operation) => return operation,
                Err(RecvTimeoutError::Timeout) => {
                    engine.progress(id).into_iter().for_each(&mut *on_sample);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::internal("wait for the operation").fact("operation", id));
                }
            }
        }
    })
}
