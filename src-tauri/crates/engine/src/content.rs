//! From a version to its bytes: follows references and page deltas through the archives of the chain.

use std::sync::Arc;

use resguardo_archive::Layer;
use resguardo_catalog::Version;
use resguardo_domain::{Content, Context, Delta, Error, Kind, Place, PlanId, Reference, Result, Run, Stored};

use crate::Engine;
use crate::archives::{OpenArchive, Shelf};

/// More steps than any chain has: a record that leads further leads in a circle.
const MAX_STEPS: usize = 4096;

/// One archive's share of a file, with the archive held open.
pub(crate) struct Share {
    archive: Arc<OpenArchive>,
    place: Place,
    runs: Vec<Run>,
    size: u64,
    whole: bool,
    differences: Vec<(u64, u64)>,
}

impl Share {
    pub(crate) fn layer(&self) -> Layer<'_> {
        Layer {
            parts: self.archive.parts.as_ref(),
            place: self.place.clone(),
            runs: self.runs.clone(),
            size: self.size,
            whole: self.whole,
            differences: self.differences.clone(),
        }
    }

    pub(crate) fn archive(&self) -> &OpenArchive {
        &self.archive
    }

    /// Generation, part and position: archives are read forward in this order.
    pub(crate) fn position(&self) -> (u64, u32, u64) {
        (self.archive.row.manifest.generation, self.place.part, self.place.offset)
    }
}

impl Engine {
    /// The shares that make a version's content, newest first; none for an empty file.
    ///
    /// # Errors
    /// [`Kind::ChainBroken`] when a record or an archive on the way is missing, [`Kind::ArchiveHostile`] for a circle.
    pub(crate) fn shares(
        &self,
        cx: &Context,
        plan: &PlanId,
        shelf: &Shelf<'_>,
        version: &Version,
    ) -> Result<Vec<Share>> {
        let mut shares = Vec::new();
        self.follow(plan, version, &mut |version, limit| {
            for Stored { place, size, runs, whole, differences, .. } in version.record.stored() {
                let archive = shelf.open(cx, version.introduced)?;
                shares.push(Share { archive, place, runs: cut(runs, limit), size, whole, differences });
            }
            Ok(())
        })?;
        Ok(shares)
    }

    /// Visits the versions that a version rests on, itself first, with the position from which on nothing of each counts: what a
    /// shorter version cut off stays cut off, even when a later one grew again over it.
    pub(crate) fn follow(
        &self,
        plan: &PlanId,
        version: &Version,
        visit: &mut dyn FnMut(&Version, u64) -> Result<()>,
    ) -> Result<()> {
        let (mut version, mut limit) = (version.clone(), u64::MAX);
        for _ in 0..MAX_STEPS {
            limit = limit.min(version.record.size);
            visit(&version, limit)?;
            let next = match version.record.content() {
                Content::None if version.record.size == 0 => return Ok(()),
                Content::None => return Err(broken("a file has no content", &version)),
                Content::Here(_) | Content::Pieces(_) => return Ok(()),
                Content::Same(reference) => reference,
                Content::Delta(Delta { base: Some(base), .. }) => base,
                Content::Delta(_) => return Ok(()),
            };
            version = self.referred(plan, &next)?;
        }
        Err(Error::new(Kind::ArchiveHostile, "follow a file's content").fact("path", &version.record.path))
    }

    pub(crate) fn referred(&self, plan: &PlanId, reference: &Reference) -> Result<Version> {
        self.catalog.record_at(plan, reference.generation, &reference.path)?.ok_or_else(|| {
            Error::new(Kind::ChainBroken, "follow a file's content")
                .fact("path", &reference.path)
                .fact("generation", reference.generation)
        })
    }
}

/// The runs as far as they lie below a position of the file.
fn cut(runs: Vec<Run>, limit: u64) -> Vec<Run> {
    let below = runs.into_iter().filter(|(start, ..)| *start < limit);
    below.map(|(start, from, length)| (start, from, length.min(limit - start))).collect()
}

fn broken(why: &str, version: &Version) -> Error {
    Error::new(Kind::ChainBroken, "follow a file's content").fact("path", &version.record.path).because(why)
}
