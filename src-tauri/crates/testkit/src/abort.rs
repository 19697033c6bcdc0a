//! Ending a process at every step of a story: the test starts itself as a child, which runs the story and dies on the way.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use resguardo_domain::Context;

use crate::FaultScript;

const STEP: &str = "RESGUARDO_TEST_ABORT_AT";
const FOLDER: &str = "RESGUARDO_TEST_ABORT_IN";

/// The child's side: what the parent gave it.
#[derive(Debug)]
pub struct Child {
    /// A context whose script ends the process at the chosen step.
    pub cx: Context,
    /// The folder to work in.
    pub folder: PathBuf,
}

/// In the child, what it shall do; `None` in the test proper. Call it first thing in the test:
/// `if let Some(child) = abort::child() { story(&child.cx, &child.folder); return; }`
pub fn child() -> Option<Child> {
    let step = std::env::var(STEP).ok()?.parse().ok()?;
    let folder = std::env::var_os(FOLDER)?.into();
    Some(Child { cx: FaultScript::abort_at(step).context(), folder })
}

/// Runs the test `name` (its full path, as `cargo test` prints it) as a child that dies at step 1, 2, 3 and so on, each
/// time in a fresh folder that `prepare` fills, and lets `verify` look at what the dead child left. Ends when a child gets
/// through; returns the number of steps.
///
/// # Panics
/// When a child fails other than by dying, or no step was ever reached.
pub fn at_every_step(name: &str, prepare: impl Fn(&Path), mut verify: impl FnMut(&Path, u64)) -> u64 {
    for n in 1..=100_000_u64 {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--include-ignored"])
            .env(STEP, n.to_string())
            .env(FOLDER, folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        verify(folder.path(), n);
        if output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains("1 passed"), "no test is called {name}");
            assert!(n > 1, "the story has no steps");
            return n - 1;
        }
        assert!(was_aborted(output.status), "{}", String::from_utf8_lossy(&output.stderr));
    }
    panic!("the story has more than 100 000 steps");
}

#[cfg(unix)]
fn was_aborted(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal().is_some()
}

#[cfg(not(unix))]
fn was_aborted(status: std::process::ExitStatus) -> bool {
    // A failed test ends with 101; an abort with a code of the system.
    status.code() != Some(101)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_child_dies_at_each_step_and_what_it_left_is_seen() {
        if let Some(child) = super::child() {
            for name in ["a", "b", "c"] {
                child.cx.step("write").unwrap();
                std::fs::write(child.folder.join(name), "").unwrap();
            }
            return;
        }
        let mut left = Vec::new();
        let steps = super::at_every_step(
            "abort::tests::a_child_dies_at_each_step_and_what_it_left_is_seen",
            |folder| std::fs::write(folder.join("prepared"), "").unwrap(),
            |folder, _| left.push(std::fs::read_dir(folder).unwrap().count()),
        );
        assert_eq!((steps, left), (3, vec![1, 2, 3, 4]));
    }
}
