//! The whole versions under files that are about to change, where an archive on this computer has them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_archive::{PartReader, WholeVersion};
use resguardo_domain::{Content, Context, PlanId, Reference};

use crate::Engine;
use crate::archives::Shelf;

/// Smaller files are stored whole when they change.
const SMALLEST: u64 = 64 << 10;

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
        let version = self.engine.referred(&self.plan, reference).ok()?;
        let mut whole = None;
        let followed = self.engine.follow(&self.plan, &version, &mut |version, limit| {
            if matches!(version.record.content(), Content::Here(_) | Content::Pieces(_)) {
                let parts = self.parts(version.introduced);
                whole = parts.and_then(|parts| WholeVersion::new(parts, &version.record, limit));
            }
            Ok(())
        });
        followed.ok().and(whole).map(Arc::new)
    }

    fn parts(&self, generation: u64) -> Option<Arc<dyn PartReader>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(generation).or_insert_with(|| self.shelf.open_nearby(&self.cx, generation)).clone()
    }
}
