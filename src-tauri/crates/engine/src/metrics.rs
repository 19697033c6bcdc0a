//! Figures for whoever watches from outside: what every plan, copy and destination is worth, as OpenMetrics text.

use jiff::Timestamp;
use resguardo_catalog::{CopyState, OperationFilter, SnapshotRow};
use resguardo_domain::{Class, Operation, OperationState, Plan, ProtectionState, Result, Verb};

use crate::Engine;
use crate::openmetrics::Exposition;
use crate::requests::DestinationView;

/// Operations of a plan among which its last successful backup is looked for; before them its newest snapshot stands for it.
const LOOK_BACK: u32 = 200;
const STATES: [(OperationState, &str); 8] = [
    (OperationState::Queued, "queued"),
    (OperationState::Running, "running"),
    (OperationState::Cancelling, "cancelling"),
    (OperationState::Succeeded, "succeeded"),
    (OperationState::SucceededWithIssues, "succeeded_with_issues"),
    (OperationState::Failed, "failed"),
    (OperationState::Cancelled, "cancelled"),
    (OperationState::Interrupted, "interrupted"),
];

const PROTECTION: [(ProtectionState, &str); 4] = [
    (ProtectionState::Protected, "protected"),
    (ProtectionState::ToStart, "to_start"),
    (ProtectionState::NeedsAttention, "needs_attention"),
    (ProtectionState::NotProtected, "not_protected"),
];

/// A plan with what is known of it.
struct PlanFigures {
    plan: Plan,
    snapshots: Vec<SnapshotRow>,
    last_backup: Option<Operation>,
}

impl PlanFigures {
    fn newest(&self) -> Option<&SnapshotRow> {
        self.snapshots
            .iter()
            .filter(|row| row.manifest.class != Class::Safety)
            .max_by_key(|row| row.manifest.generation)
    }

    /// When the last backup ended well; after a rebuild of the catalog, when the newest snapshot was made.
    fn last_success(&self) -> Option<Timestamp> {
        let ended = self.last_backup.as_ref().and_then(|operation| operation.ended_at);
        ended.or_else(|| self.newest().map(|row| row.manifest.created_at))
    }
}

impl Engine {
    /// The figures as OpenMetrics text.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn metrics(&self) -> Result<String> {
        let plans = self.plan_figures()?;
        let destinations = self.destinations()?;
        let mut text = Exposition::default();
        text.family("build", "info", "", "Version of the program.");
        text.sample("_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        self.state_of_business(&mut text)?;
        runs(&mut text, &plans);
        sizes(&mut text, &plans);
        copies(&mut text, &plans, &destinations, self.cx.now());
        self.operations_by_state(&mut text)?;
        places(&mut text, &destinations);
        Ok(text.finish())
    }

    /// One of the states is 1.
    fn state_of_business(&self, text: &mut Exposition) -> Result<()> {
        let state = self.status_report()?.status.state;
        text.family("state", "gauge", "", "The state of the business: 1 for the one that holds.");
        for (known, word) in PROTECTION {
            text.sample("", &[("state", word)], u8::from(known == state));
        }
        Ok(())
    }

    fn plan_figures(&self) -> Result<Vec<PlanFigures>> {
        let figures = |plan: Plan| -> Result<PlanFigures> {
            let filter = OperationFilter { plan: Some(plan.id.clone()), limit: Some(LOOK_BACK) };
            let good = |operation: &Operation| operation.verb == Verb::BackUp && operation.state.is_success();
            let last_backup = self.catalog.operations(&filter)?.into_iter().find(good);
            let snapshots = self.catalog.snapshots(Some(&plan.id))?;
            Ok(PlanFigures { plan, snapshots, last_backup })
        };
        self.catalog.plans()?.into_iter().map(figures).collect()
    }

    fn operations_by_state(&self, text: &mut Exposition) -> Result<()> {
        let counts = self.catalog.operation_counts()?;
        text.family("operations", "gauge", "", "Operations in the log by state.");
        for (state, word) in STATES {
            let count = counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
            text.sample("", &[("state", word)], count);
        }
        Ok(())
    }
}

fn runs(text: &mut Exposition, plans: &[PlanFigures]) {
    text.family(
        "plan_last_success_timestamp",
        "gauge",
        "seconds",
        "When the last backup ended well, Unix time.",
    );
    for figures in plans {
        if let Some(at) = figures.last_success() {
            text.sample("", &[("plan", &figures.plan.name)], at.as_second());
        }
    }
    text.family("plan_last_duration", "gauge", "seconds", "How long the last backup that ended well took.");
    for figures in plans {
        let Some(operation) = &figures.last_backup else { continue };
        let ended_at = operation.ended_at.unwrap_or(operation.started_at);
        let seconds = ended_at.duration_since(operation.started_at).as_secs_f64().max(0.0);
        text.sample("", &[("plan", &figures.plan.name)], seconds);
    }
}

fn sizes(text: &mut Exposition, plans: &[PlanFigures]) {
    type Figure = fn(&SnapshotRow) -> u64;
    let families: [(&str, &str, &str, Figure); 3] = [
        ("plan_last_archive", "bytes", "Size of the newest archive.", |row| row.manifest.bytes_stored()),
        ("plan_last_snapshot", "bytes", "Bytes that restoring the newest snapshot writes.", |row| {
            row.manifest.totals.bytes
        }),
        ("plan_last_snapshot_files", "", "Files in the newest snapshot.", |row| row.manifest.totals.files),
    ];
    for (name, unit, help, figure) in families {
        text.family(name, "gauge", unit, help);
        for figures in plans {
            if let Some(row) = figures.newest() {
                text.sample("", &[("plan", &figures.plan.name)], figure(row));
            }
        }
    }
}

fn copies(text: &mut Exposition, plans: &[PlanFigures], destinations: &[DestinationView], now: Timestamp) {
    let pairs = || {
        plans.iter().flat_map(move |figures| {
            let of_plan =
                destinations.iter().filter(move |view| figures.plan.destinations.contains(&view.id));
            of_plan.map(move |view| (figures, view))
        })
    };
    text.family(
        "plan_proven_copy_age",
        "gauge",
        "seconds",
        "Age of the newest snapshot proven at a destination.",
    );
    for (figures, view) in pairs() {
        let proven = figures.snapshots.iter().filter(|row| {
            let is_proven = |copy: &resguardo_catalog::CopyRow| {
                copy.destination == view.id && copy.state == CopyState::Present && copy.verified.is_some()
            };
            !row.damaged && row.copies.iter().any(is_proven)
        });
        if let Some(newest) = proven.map(|row| row.manifest.created_at).max() {
            let age = now.duration_since(newest).as_secs().max(0);
            text.sample("", &[("plan", &figures.plan.name), ("destination", &view.name)], age);
        }
    }
    text.family("plan_waiting_archives", "gauge", "", "Archives that wait for a destination.");
    for (figures, view) in pairs() {
        let waits = |copy: &&resguardo_catalog::CopyRow| {
            copy.destination == view.id && copy.state == CopyState::Waiting
        };
        let waiting = figures.snapshots.iter().flat_map(|row| &row.copies).filter(waits).count();
        text.sample("", &[("plan", &figures.plan.name), ("destination", &view.name)], waiting);
    }
}

fn places(text: &mut Exposition, destinations: &[DestinationView]) {
    text.family("destination_connected", "gauge", "", "Whether a destination answers: 1 or 0.");
    for view in destinations {
        text.sample("", &[("destination", &view.name)], u8::from(view.connected));
    }
    text.family("destination_free", "gauge", "bytes", "Room left at a destination that answers.");
    for view in destinations {
        if let Some(space) = view.space {
            text.sample("", &[("destination", &view.name)], space.free);
        }
    }
}
