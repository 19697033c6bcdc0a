//! Looking at what a restore would do, which may read every file that is there now: done on a thread of its own while whoever asked
//! comes again for how far it is. A look that nobody asks for any more ends by itself.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use resguardo_domain::{Context, Error, Reading, Result};

use crate::Engine;
use crate::requests::{RestoreLook, RestorePreview, RestoreRequest};

/// Looks at one time; the one that was not asked for longest gives way.
const MOST_LOOKS: usize = 4;
/// A look that nobody asked for so long is given up.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// A call waits at most so long for the end of a look.
const MOST_WAIT: Duration = Duration::from_secs(2);

/// The looks at work, and those whose end was not told yet.
#[derive(Default)]
pub(crate) struct RestoreLooks(Mutex<Vec<Arc<Look>>>);

impl RestoreLooks {
    /// Ends those at work, so that none of them holds an engine that closes.
    pub(crate) fn cancel(&self) {
        locked(&self.0).drain(..).for_each(|look| look.cx.cancel_flag().cancel());
    }
}

struct Look {
    request: RestoreRequest,
    cx: Context,
    asked: Mutex<Reading>,
    end: Mutex<Option<Result<RestorePreview>>>,
    ended: Condvar,
}

impl Look {
    fn new(request: &RestoreRequest, cx: Context) -> Self {
        let asked = Mutex::new(cx.reading());
        Self { request: request.clone(), cx, asked, end: Mutex::default(), ended: Condvar::new() }
    }

    fn ask(&self) {
        *locked(&self.asked) = self.cx.reading();
    }

    fn is_forsaken(&self) -> bool {
        let (now, asked) = (self.cx.reading(), *locked(&self.asked));
        now.boot != asked.boot || now.steady.saturating_sub(asked.steady) > PATIENCE
    }

    /// Its end; `None` when it has not come after so long.
    fn wait(&self, longest: Duration) -> Option<Result<RestorePreview>> {
        let end = locked(&self.end);
        let waited = self.ended.wait_timeout_while(end, longest, |end| end.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.take()
    }

    fn finish(&self, end: Result<RestorePreview>) {
        *locked(&self.end) = Some(end);
        self.ended.notify_all();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// What a restore would do, or how far looking at it is after waiting for so long (two seconds at most). Asking again for the same
    /// goes on with the same look until its end was told once; a look that nobody asks for is given up after ten seconds.
    ///
    /// # Errors
    /// As [`Engine::plan_restore`].
    pub fn look_at_restore(
        self: &Arc<Self>,
        request: &RestoreRequest,
        wait: Duration,
    ) -> Result<RestoreLook> {
        self.check_restore(request)?;
        let look = self.look_for(request)?;
        look.ask();
        let Some(end) = look.wait(wait.min(MOST_WAIT)) else {
            return Ok(RestoreLook::Looking { sample: look.cx.progress().sample() });
        };
        locked(&self.restore_looks.0).retain(|other| !Arc::ptr_eq(other, &look));
        end.map(|preview| RestoreLook::Done { preview })
    }

    /// The look at a restore that is at work, or a new one.
    fn look_for(self: &Arc<Self>, request: &RestoreRequest) -> Result<Arc<Look>> {
        let mut looks = locked(&self.restore_looks.0);
        looks.retain(|look| !look.is_forsaken());
        if let Some(look) = looks.iter().find(|look| look.request == *request) {
            return Ok(Arc::clone(look));
        }
        if looks.len() >= MOST_LOOKS {
            let oldest = looks.iter().enumerate().min_by_key(|(_, look)| locked(&look.asked).steady);
            let oldest = oldest.map(|(at, _)| at).unwrap_or_default();
            looks.remove(oldest).cx.cancel_flag().cancel();
        }
        let look = Arc::new(Look::new(request, self.cx.fresh()));
        let (engine, begun) = (Arc::clone(self), Arc::clone(&look));
        std::thread::Builder::new()
            .name("look".into())
            .spawn(move || {
                engine.go_after_others();
                let end = engine.survey_restore(&begun.cx, &begun.request, &|| begun.is_forsaken());
                begun.finish(end);
            })
            .map_err(|cause| Error::io(&cause, "start a thread", ""))?;
        looks.push(Arc::clone(&look));
        Ok(look)
    }
}
