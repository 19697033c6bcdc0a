//! What the targets share: a context and parts in memory.
#![allow(dead_code)]

use std::sync::Arc;

use resguardo_archive::PartReader;
use resguardo_domain::{Clock, Context, Error, Kind, Random, Result};

struct Now;

impl Clock for Now {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
}

struct Dice;

impl Random for Dice {
    fn bits(&self) -> u64 {
        4
    }
}

pub fn cx() -> Context {
    Context::new(Arc::new(Now), Arc::new(Dice))
}

pub struct InMemory<'a>(pub &'a [u8]);

impl PartReader for InMemory<'_> {
    fn read_exact_at(&self, _cx: &Context, _part: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let start = usize::try_from(offset).ok();
        let bytes = start.and_then(|start| self.0.get(start..start.checked_add(buffer.len())?));
        buffer.copy_from_slice(bytes.ok_or_else(|| Error::new(Kind::ArchiveDamaged, "read the archive"))?);
        Ok(())
    }
}
