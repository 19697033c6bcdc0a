//! After a crash: operations whose program died get their end, and what they left is finished or cleared away.

use std::path::PathBuf;

use resguardo_domain::{Event, Operation, Result, SourceConfig, transition};
use resguardo_platform::Lock;
use resguardo_sources::remove_leftovers;

use crate::Engine;
use crate::publish::staged_manifest;
use crate::restore::Journal;

impl Engine {
    /// Marks the operations of dead programs as interrupted and removes temporary files that no living one uses. What they
    /// had sealed is finished by the next run of their plan.
    pub(crate) fn recover(&self) -> Result<Vec<Operation>> {
        // Looked at before the operations: whoever prepares an archive has told of its operation before.
        let unsealed = self.unsealed_archives();
        let mut interrupted = Vec::new();
        let mut anyone_alive = false;
        for mut operation in self.catalog.unfinished_operations()? {
            if self.is_alive(&operation.id) {
                anyone_alive = true;
                continue;
            }
            let Some(state) = transition(operation.state, Event::FoundDead) else { continue };
            operation.state = state;
            operation.ended_at = Some(self.cx.now());
            self.catalog.update_operation(&self.cx, &operation)?;
            let lock = self.home.locks().join(format!("operation-{}.lock", operation.id));
            if let Ok(Some(held)) = Lock::try_exclusive(&lock) {
                let _ = std::fs::remove_file(&lock);
                drop(held);
            }
            self.tell_end(&operation);
            interrupted.push(operation);
        }
        if !anyone_alive {
            self.clear_temporary();
            Journal::clean(&self.home, self.cx.now());
            for folder in unsealed {
                let _ = std::fs::remove_dir_all(folder);
            }
            for operation in &interrupted {
                self.clear_restored_folders(operation);
            }
        }
        Ok(interrupted)
    }

    /// Removes the unfinished files of a restore that died from the folders it wrote to; they carry a name that only we give.
    fn clear_restored_folders(&self, operation: &Operation) {
        let (Ok(journal), Some(died)) = (Journal::read(&self.home, &operation.id), operation.ended_at) else {
            return;
        };
        let before = i64::try_from(died.as_nanosecond()).unwrap_or(i64::MAX);
        for root in &journal.roots {
            let _ = remove_leftovers(&self.cx.fresh(), &SourceConfig::decode_path(root), before);
        }
    }

    /// Folders in which an archive was being prepared at home and is not sealed: it was promised to nobody.
    fn unsealed_archives(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.home.staging()) else { return Vec::new() };
        let folders = entries.flatten().map(|entry| entry.path());
        folders.filter(|folder| folder.is_dir() && staged_manifest(folder).is_none()).collect()
    }

    fn clear_temporary(&self) {
        let Ok(entries) = std::fs::read_dir(self.home.temp()) else { return };
        for entry in entries.flatten() {
            let _ = match entry.file_type() {
                Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(entry.path()),
                _ => std::fs::remove_file(entry.path()),
            };
        }
    }
}
