//! A pool of work that grows while it is done: folders that are found while folders are listed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use resguardo_domain::{Error, Result};

struct State<T> {
    /// Last in, first out: deep before wide keeps the list short.
    waiting: Vec<T>,
    busy: usize,
    failed: Option<Error>,
    stopped: bool,
}

/// The list of what is still to be done, shared by all workers.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

impl<T> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds work.
    pub(crate) fn add(&self, items: impl IntoIterator<Item = T>) {
        let mut state = self.lock();
        let before = state.waiting.len();
        state.waiting.extend(items);
        let added = state.waiting.len() - before;
        drop(state);
        match added {
            0 => {}
            1 => self.changed.notify_one(),
            _ => self.changed.notify_all(),
        }
    }

    /// The next piece of work; `None` when nothing is left and nobody can add more, or after a failure.
    fn next(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(item) = state.waiting.pop() {
                state.busy += 1;
                return Some(item);
            }
            if state.busy == 0 {
                state.stopped = true;
                self.changed.notify_all();
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn fail(&self, error: Error) {
        let mut state = self.lock();
        state.failed.get_or_insert(error);
        state.stopped = true;
    }
}

/// Says that a piece of work is over, even when the work panics: the other workers must not wait for ever.
struct Busy<'a, T>(&'a Queue<T>);

impl<T> Drop for Busy<'_, T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.busy -= 1;
        state.stopped |= std::thread::panicking();
        let wake = state.stopped || (state.busy == 0 && state.waiting.is_empty());
        drop(state);
        if wake {
            self.0.changed.notify_all();
        }
    }
}

/// Runs `work` on `first` and on everything added meanwhile, on `threads` threads, each with its own tools. The first
/// error stops all.
pub(crate) fn run<T: Send, W: Send>(
    threads: usize,
    first: Vec<T>,
    tools: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, T, &Queue<T>) -> Result<()> + Sync,
) -> Result<Vec<W>> {
    let state = State { waiting: first, busy: 0, failed: None, stopped: false };
    let queue = Queue { state: Mutex::new(state), changed: Condvar::new() };
    let one = || {
        let mut mine = tools();
        while let Some(item) = queue.next() {
            let _busy = Busy(&queue);
            if let Err(error) = work(&mut mine, item, &queue) {
                queue.fail(error);
            }
        }
        mine
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(one)).collect();
        let mine = one();
        others.into_iter().map(|worker| worker.join()).chain([Ok(mine)]).collect()
    });
    let state = queue.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = state.failed {
        return Err(error);
    }
    done.into_iter().map(|worker| worker.map_err(|_| Error::internal("walk a folder"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_work_is_done_however_it_branches() {
        for threads in [1, 2, 7] {
            let counts = run(
                threads,
                vec![0_u32],
                || 0_u32,
                |count, depth, queue| {
                    *count += 1;
                    queue.add((depth < 5).then_some([depth + 1; 3]).into_iter().flatten());
                    Ok(())
                },
            );
            assert_eq!(counts.unwrap().iter().sum::<u32>(), 1 + 3 + 9 + 27 + 81 + 243);
        }
    }

    #[test]
    fn the_first_error_stops_all() {
        let answer = run(
            4,
            vec![0_u64],
            || (),
            |(), item, queue| {
                queue.add([item + 1, item + 2]);
                if item > 50 { Err(Error::internal("enough")) } else { Ok(()) }
            },
        );
        assert_eq!(answer.unwrap_err().doing, "enough");
    }
}
