//! The types that requests and responses are made of, so that callers need no other crate for them.

pub use resguardo_domain::{
    ArchiveKind, ChangeFinding, Class, ClockDoubt, DestinationId, DestinationKind, Digest, DrillExtent, Due,
    EntryPath, Error, Fact, FlagState, FolderFilter, HoldReason, Issue, IssueKind, Keep, Kind, Level,
    Manifest, Operation, OperationId, OperationState, Pause, Phase, Plan, PlanId, PlanOptions, Refusal,
    Result, Retention, Retry, RunWhy, Sample, Schedule, ScheduleRule, SlotName, SnapshotId, SnapshotState,
    SourceConfig, SourceId, SourceSpec, SourceSummary, Space, TickDecision, UploadHold, Verb, VerifyLevel,
    Weekday, hide_secrets, without_secrets,
};
pub use resguardo_engine::requests::{
    AgentView, BackUpReport, CopyName, CopyView, DestinationView, DoctorFinding, DrillReport, EntryView,
    Existing, FoundView, NextDate, OddSource, PlanDraft, PlanEdit, PlanSchedule, PlanStatus, PruneReport,
    PruneRow, RebuildProblem, RebuildReport, Request, RestorePreview, RestoreReport, RestoreRequest,
    RestoreTarget, SlotView, SnapshotView, SyncReport, UndoReport, UploadHeld, UploadView, VerifyRow,
    Waiting,
};
pub use resguardo_engine::{Opening, Pauses, SlotRun, SlotState, SupportText};
