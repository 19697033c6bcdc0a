//! Hands out work to the workers and their products to the writer, in order and within bounds.
//!
//! Every unit has a sequence number; products are written in that order. Workers take the earliest work first, and a unit
//! that the writer is waiting for may always be taken, so that waiting products can never block the one they wait for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use resguardo_domain::{Error, Opener, Record, Result};

use crate::large::{BlockProduct, Large};
use crate::small::SmallProduct;
use crate::writer::Item;

/// Entries that may wait to be taken; a source that is faster than the writer waits beyond it.
const MAX_WAITING: usize = 16_384;

pub(crate) enum Unit {
    Small {
        items: Vec<Item>,
        opener: Arc<dyn Opener>,
    },
    Large {
        item: Box<Item>,
        opener: Arc<dyn Opener>,
        attempt: u32,
    },
    /// Records without content: removals.
    Records(Vec<Record>),
}

impl Unit {
    fn len(&self) -> usize {
        match self {
            Self::Small { items, .. } => items.len(),
            Self::Large { .. } => 1,
            Self::Records(records) => records.len(),
        }
    }
}

pub(crate) enum Work {
    Unit(u64, Unit),
    Block(Arc<Large>, u64),
}

pub(crate) enum Product {
    Small(SmallProduct),
    /// A large file was opened; its blocks follow with numbers from 1.
    Started(Arc<Large>),
    Block(BlockProduct),
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(u64, Unit)>,
    waiting_items: usize,
    opened: VecDeque<(Arc<Large>, u64)>,
    opening: usize,
    next_seq: u64,
    written_seq: u64,
    in_flight: usize,
    closed: bool,
    failure: Option<Error>,
    products: BTreeMap<(u64, u64), Product>,
}

pub(crate) struct Queue {
    state: Mutex<State>,
    /// Wakes workers.
    work: Condvar,
    /// Wakes the writer.
    product: Condvar,
    /// Wakes submitters.
    room: Condvar,
    limit: usize,
    workers: usize,
}

impl Queue {
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            state: Mutex::default(),
            work: Condvar::new(),
            product: Condvar::new(),
            room: Condvar::new(),
            limit: workers * 8,
            workers,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Adds a unit, waiting while too many wait already. `bounded` is false for a worker that found a small file grown
    /// large: it must not wait for itself.
    pub(crate) fn submit(&self, unit: Unit, bounded: bool) -> Result<()> {
        let mut state = self.lock();
        while bounded && state.waiting_items >= MAX_WAITING && state.failure.is_none() {
            state = self.room.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        let seq = state.next_seq;
        state.next_seq += 1;
        state.waiting_items += unit.len();
        state.waiting.push_back((seq, unit));
        drop(state);
        self.work.notify_one();
        Ok(())
    }

    /// Puts a large file that changed while it was read back in its place, to be read again.
    pub(crate) fn again(&self, seq: u64, unit: Unit) {
        let mut state = self.lock();
        state.waiting_items += unit.len();
        state.waiting.push_front((seq, unit));
        drop(state);
        self.work.notify_all();
    }

    /// No more units will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        self.product.notify_all();
    }

    /// Ends everything with an error; the first one stays.
    pub(crate) fn fail(&self, error: Error) {
        self.lock().failure.get_or_insert(error);
        self.work.notify_all();
        self.product.notify_all();
        self.room.notify_all();
    }

    /// For a thread to hold while it works: its panic ends everything, where the others would wait for it for ever.
    pub(crate) fn panic_guard(self: &Arc<Self>) -> PanicGuard {
        PanicGuard(Arc::clone(self))
    }

    /// The earliest work there is; `None` when there will be none any more.
    pub(crate) fn take(&self) -> Option<Work> {
        let mut state = self.lock();
        loop {
            if state.failure.is_some() {
                return None;
            }
            if let Some(work) = self.try_take(&mut state) {
                return Some(work);
            }
            let over =
                state.closed && state.waiting.is_empty() && state.opened.is_empty() && state.opening == 0;
            // A large file that is being written may still come back to be read again.
            if over && state.written_seq >= state.next_seq {
                return None;
            }
            state = self.work.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn try_take(&self, state: &mut State) -> Option<Work> {
        let from_opened = match (state.opened.front(), state.waiting.front()) {
            (Some((large, _)), Some((seq, _))) => large.seq < *seq,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return None,
        };
        let seq = if from_opened { state.opened.front()?.0.seq } else { state.waiting.front()?.0 };
        let bound = if seq == state.written_seq { self.limit + self.workers } else { self.limit };
        if state.in_flight >= bound {
            return None;
        }
        state.in_flight += 1;
        if from_opened {
            let (large, next) = state.opened.front_mut()?;
            let (block, large) = (*next, Arc::clone(large));
            *next += 1;
            if *next >= large.blocks.len() as u64 {
                state.opened.pop_front();
            }
            return Some(Work::Block(large, block));
        }
        let (seq, unit) = state.waiting.pop_front()?;
        state.waiting_items -= unit.len();
        state.opening += 1;
        self.room.notify_all();
        Some(Work::Unit(seq, unit))
    }

    /// A worker finished a unit. For an opened large file its blocks become work.
    pub(crate) fn finish_unit(&self, seq: u64, product: Product) {
        let mut state = self.lock();
        state.opening -= 1;
        if let Product::Started(large) = &product
            && !large.blocks.is_empty()
        {
            let at = state.opened.partition_point(|(other, _)| other.seq < seq);
            state.opened.insert(at, (Arc::clone(large), 0));
            self.work.notify_all();
        }
        state.products.insert((seq, 0), product);
        drop(state);
        self.product.notify_one();
        self.work.notify_all();
    }

    /// A worker finished a block, counted from 0 in its file.
    pub(crate) fn finish_block(&self, seq: u64, block: u64, product: BlockProduct) {
        self.lock().products.insert((seq, block + 1), Product::Block(product));
        self.product.notify_one();
    }

    /// The writer waits for a product; `None` when everything was closed and written.
    pub(crate) fn product(&self, seq: u64, number: u64) -> Result<Option<Product>> {
        let mut state = self.lock();
        loop {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            if let Some(product) = state.products.remove(&(seq, number)) {
                state.in_flight -= 1;
                drop(state);
                self.work.notify_all();
                return Ok(Some(product));
            }
            if state.closed && seq >= state.next_seq && state.opening == 0 {
                return Ok(None);
            }
            state = self.product.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// The writer is done with everything before `seq`.
    pub(crate) fn written(&self, seq: u64) {
        self.lock().written_seq = seq;
        self.work.notify_all();
    }
}

pub(crate) struct PanicGuard(Arc<Queue>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(Error::internal("a thread of the archive failed"));
        }
    }
}
