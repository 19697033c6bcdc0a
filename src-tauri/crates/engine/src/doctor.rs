//! Self-examination: everything that can be looked at without changing anything.

use resguardo_catalog::CopyState;
use resguardo_domain::{Error, Kind, Result};

use crate::Engine;
use crate::requests::DoctorFinding;

/// Below this much room on the program's own disk something will fail soon.
const LOW_SPACE: u64 = 1 << 30;

impl Engine {
    /// Looks at the catalog, the program's folder, every destination and every source.
    ///
    /// # Errors
    /// When the catalog can't be read at all.
    pub fn doctor(&self) -> Result<Vec<DoctorFinding>> {
        let mut findings = vec![finding(
            "catalog",
            &self.home.catalog().display().to_string(),
            self.catalog.check(&self.cx),
        )];
        findings.push(self.look_at_home());
        for place in self.places()? {
            let result = place.adapter.check(&self.cx);
            findings.push(finding("destination", &place.name, result));
        }
        for plan in self.catalog.plans()? {
            for source in &plan.sources {
                let path = source.config.path();
                let there = std::fs::metadata(&path).map(drop).map_err(|cause| {
                    Error::io(&cause, "look at the source", path.display()).with_kind(Kind::SourceMissing)
                });
                findings.push(finding("source", &path.display().to_string(), there));
            }
            let waiting = self.pending(&plan)?.len();
            if waiting > 0 {
                findings.push(note("warning", "uploads", &plan.name, Some(waiting as u64)));
            }
        }
        for row in self.catalog.snapshots(None)? {
            let lost = row.copies.iter().filter(|copy| copy.state == CopyState::Lost).count();
            if row.damaged || lost > 0 {
                let error = Error::new(Kind::ArchiveDamaged, "look at the archives")
                    .fact("archive", &row.manifest.name);
                findings.push(finding("archive", &row.manifest.name, Err(error)));
            }
        }
        self.look_around(&mut findings)?;
        Ok(findings)
    }

    /// What this computer tells others, and what others tell it.
    fn look_around(&self, findings: &mut Vec<DoctorFinding>) -> Result<()> {
        if let Err(error) = self.can_sign(&self.cx) {
            let warning = finding("signature", &self.computer.name, Err(error));
            findings.push(DoctorFinding { level: "warning".to_owned(), ..warning });
        }
        let unread = self.look_at_computers()?;
        for error in unread.into_iter().chain(self.disbelieved()?) {
            let name = error.get("computer").unwrap_or_default().to_owned();
            findings.push(finding("computer", &name, Err(error)));
        }
        for computer in self.computers()? {
            if let Some(days) = computer.silent_days {
                findings.push(note("warning", "computer", &computer.name, Some(u64::from(days))));
            }
        }
        Ok(())
    }

    fn look_at_home(&self) -> DoctorFinding {
        let name = self.home.root().display().to_string();
        match resguardo_platform::disk::space(self.home.root()) {
            Ok(space) if space.free < LOW_SPACE => note("warning", "home", &name, Some(space.free)),
            Ok(space) => note("ok", "home", &name, Some(space.free)),
            Err(error) => finding("home", &name, Err(error)),
        }
    }
}

fn note(level: &str, what: &str, name: &str, amount: Option<u64>) -> DoctorFinding {
    DoctorFinding {
        level: level.to_owned(),
        what: what.to_owned(),
        name: name.to_owned(),
        amount,
        error: None,
    }
}

fn finding(what: &str, name: &str, result: Result<()>) -> DoctorFinding {
    match result {
        Ok(()) => note("ok", what, name, None),
        Err(error) => {
            let level = if error.kind == Kind::DestinationAbsent { "warning" } else { "problem" };
            DoctorFinding { error: Some(error), ..note(level, what, name, None) }
        }
    }
}
