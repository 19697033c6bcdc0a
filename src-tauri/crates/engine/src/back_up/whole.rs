//! The whole versions under files that are about to change, where an archive on this computer has them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_archive::{PartReader, WholeVersion};
use resguardo_domain::{Content, Context, PlanId, Reference};

use crate::Engine;
use crate::archives::Shelf;

/// Smaller files are stored whole when they change.
const SMALLEST: u64 = 64 << 10;
/// As many steps as a chain can have.
const MAX_STEPS: usize = 4096;

/// Looks for whole versions. What can't be found, for whatever reason, only costs room.
pub(super) struct WholeVersions<'e> {
    engine: &'e Engine,
    cx: Context,
    plan: PlanId,
    shelf: Shelf<'e>,
    open: Mutex<HashMap<u64, Option<Arc<dyn PartReader>>>>,
}

impl<'e> WholeVersions<'e> {
    pub(super) fn new(engine: &'e Engine, cx: &Context, plan: &PlanId, shelf: Shelf<'e>) -> Self {
        Self { engine, cx: cx.clone(), plan: plan.clone(), shelf, open: Mutex::default() }
    }

    /// The whole version at the end of a record's references.
    pub(super) fn find(&self, reference: &Reference, size: u64) -> Option<Arc<WholeVersion>> {
        if size < SMALLEST {
            return None;
        }
        let (mut reference, mut limit) = (reference.clone(), size);
        for _ in 0..MAX_STEPS {
            let found = self.engine.catalog.record_at(&self.plan, reference.generation, &reference.path);
            let version = found.ok().flatten()?;
            limit = limit.min(version.record.size);
            reference = match version.record.content() {
                Content::Here(_) | Content::Pieces(_) => {
                    let parts = self.parts(version.introduced)?;
                    return WholeVersion::new(parts, &version.record, limit).map(Arc::new);
                }
                Content::Same(next) => next,
                Content::Delta(delta) => delta.base?,
                Content::None => return None,
            };
        }
        None
    }

    fn parts(&self, generation: u64) -> Option<Arc<dyn PartReader>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(generation).or_insert_with(|| self.shelf.open_nearby(&self.cx, generation)).clone()
    }
}
