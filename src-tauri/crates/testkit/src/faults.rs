//! Scripted faults: "the fifth call that changes something fails", and a way to run a story once for every such call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use resguardo_domain::{Context, Error, Faults, Kind, Result};

use crate::{FixedClock, SeededRandom};

/// What happens at the chosen step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The step fails once with an error of this kind.
    Fail(Kind),
    /// The step and all after it fail, as on a disk that stays full.
    FailFromThere(Kind),
    /// The process ends at once, without any clean-up, as by `kill -9`.
    Abort,
}

/// A script of one fault; it counts and records the steps whether it strikes or not.
#[derive(Debug, Default)]
pub struct FaultScript {
    fault: Option<(u64, Fault)>,
    passed: Mutex<Passed>,
}

#[derive(Debug, Default)]
struct Passed {
    names: Vec<&'static str>,
    hit: bool,
}

impl FaultScript {
    /// Never strikes: for counting.
    pub fn counting() -> Arc<Self> {
        Arc::default()
    }

    /// Strikes at the `n`-th step; the first is 1.
    pub fn at_step(n: u64, fault: Fault) -> Arc<Self> {
        Arc::new(Self { fault: Some((n, fault)), passed: Mutex::default() })
    }

    /// The `n`-th step fails with an error of `kind`.
    pub fn fail_at(n: u64, kind: Kind) -> Arc<Self> {
        Self::at_step(n, Fault::Fail(kind))
    }

    /// The process ends at the `n`-th step.
    pub fn abort_at(n: u64) -> Arc<Self> {
        Self::at_step(n, Fault::Abort)
    }

    /// Whether the fault struck. A test whose fault never struck has proven nothing.
    pub fn was_hit(&self) -> bool {
        self.lock().hit
    }

    /// The names of the steps that were reached, in order, the failed ones included.
    pub fn steps(&self) -> Vec<&'static str> {
        self.lock().names.clone()
    }

    /// A context with a fixed clock, repeatable chance and this script.
    pub fn context(self: &Arc<Self>) -> Context {
        let faults: Arc<dyn Faults> = Arc::<Self>::clone(self);
        Context::new(Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(1))).with_faults(faults)
    }

    fn lock(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Faults for FaultScript {
    fn at(&self, step: &'static str) -> Result<()> {
        let mut passed = self.lock();
        passed.names.push(step);
        let now = passed.names.len() as u64;
        let failed = |kind| Err(Error::new(kind, "scripted fault").fact("step", step).fact("number", now));
        match self.fault {
            Some((n, Fault::Fail(kind))) if n == now => {
                passed.hit = true;
                failed(kind)
            }
            Some((n, Fault::FailFromThere(kind))) if n <= now => {
                passed.hit = true;
                failed(kind)
            }
            Some((n, Fault::Abort)) if n == now => std::process::abort(),
            _ => Ok(()),
        }
    }
}

/// Runs a story again and again with the fault at its first step, its second and so on, until it gets through without
/// being struck. The story gets a context and the script; it checks what it left behind. Returns how many steps there were.
///
/// # Panics
/// When the story has no steps at all, or more than 100 000.
pub fn at_every_step(fault: Fault, mut story: impl FnMut(&Context, &FaultScript)) -> u64 {
    assert_ne!(fault, Fault::Abort, "a process can end only once: use `abort::at_every_step`");
    for n in 1..=100_000 {
        let script = FaultScript::at_step(n, fault);
        story(&script.context(), &script);
        if !script.was_hit() {
            assert!(n > 1, "the story has no steps");
            return n - 1;
        }
    }
    panic!("the story has more than 100 000 steps, or the fault makes it go round and round");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(cx: &Context) -> Result<()> {
        ["open", "write", "flush"].into_iter().try_for_each(|name| cx.step(name))
    }

    #[test]
    fn every_step_fails_once() {
        let mut failed = Vec::new();
        let steps = at_every_step(Fault::Fail(Kind::Io), |cx, script| {
            if let Err(error) = story(cx) {
                failed.push(error.get("step").unwrap().to_owned());
                assert_eq!(script.steps().last().copied(), error.get("step"));
            }
        });
        assert_eq!(steps, 3);
        assert_eq!(failed, ["open", "write", "flush"]);
    }

    #[test]
    fn a_lasting_fault_strikes_again_and_a_counting_script_never() {
        let lasting = FaultScript::at_step(2, Fault::FailFromThere(Kind::DiskFull));
        let cx = lasting.context();
        assert!(cx.step("a").is_ok() && cx.step("b").is_err() && cx.fault("c").is_err());
        let counting = FaultScript::counting();
        story(&counting.context()).unwrap();
        assert_eq!((counting.steps().len(), counting.was_hit()), (3, false));
    }

    #[test]
    #[should_panic(expected = "no steps")]
    fn a_story_without_steps_proves_nothing() {
        at_every_step(Fault::Fail(Kind::Io), |_, _| ());
    }
}
