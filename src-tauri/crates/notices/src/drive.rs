//! Asynchronous clients driven from a blocking contract.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use resguardo_domain::{Context, Error, Result};

/// How often a waiting caller looks whether somebody asked to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// Runs a future to its end on a runtime of its own; drops it, and with it its connections, when somebody asks to stop.
pub(crate) fn drive<T>(cx: &Context, work: impl Future<Output = Result<T>>) -> Result<T> {
    cx.check()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Error::io(&cause, "start the runtime", "network"))?;
    let result = runtime.block_on(async {
        let mut work = pin!(work);
        loop {
            match tokio::time::timeout(GLANCE, &mut work).await {
                Ok(result) => return result,
                Err(_) => cx.check()?,
            }
        }
    });
    // A look-up of a name may still be stuck in the system's resolver; nobody waits for it.
    runtime.shutdown_background();
    result
}

#[cfg(test)]
mod tests {
    use resguardo_domain::Kind;
    use resguardo_testkit::test_context;

    use super::*;

    #[test]
    fn work_that_never_ends_is_dropped_when_cancelled() {
        struct Connection(std::sync::mpsc::Sender<()>);
        impl Drop for Connection {
            fn drop(&mut self) {
                let _ = self.0.send(());
            }
        }
        let cx = test_context();
        let (closed, closing) = std::sync::mpsc::channel();
        let flag = cx.cancel_flag().clone();
        let stop = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            flag.cancel();
        });
        let connection = Connection(closed);
        let error = drive(&cx, async move {
            let _connection = connection;
            std::future::pending::<Result<()>>().await
        })
        .unwrap_err();
        stop.join().unwrap();
        assert_eq!(error.kind, Kind::Cancelled);
        closing.try_recv().unwrap();
    }
}
