//! Watching one operation of this process until it ends.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use resguardo_domain::{Error, Operation, OperationId, Result, Sample};

use crate::Api;

/// Four times a second: quick enough for an eye, slow enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(250);

impl Api {
    /// Blocks until an operation is final and hands over its counters four times a second meanwhile.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an operation that is not known. An operation that failed is no error
    /// here: its row says why.
    pub fn watch(&self, id: &OperationId, on_sample: &mut dyn FnMut(Sample)) -> Result<Operation> {
        std::thread::scope(|scope| {
            let (sender, ended) = channel();
            scope.spawn(move || {
                // The receiver stays until it has this answer.
                let _ = sender.send(self.engine.wait(id));
            });
            loop {
                match ended.recv_timeout(INTERVAL) {
                    Ok(operation) => return operation,
                    Err(RecvTimeoutError::Timeout) => {
                        self.engine.progress(id).into_iter().for_each(&mut *on_sample);
                    }
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(Error::internal("wait for the operation").fact("operation", id));
                    }
                }
            }
        })
    }
}
