//! The types that requests and responses are made of, so that callers need no other crate for them.

pub use resguardo_domain::{
    ArchiveKind, Class, DestinationId, DestinationKind, Digest, EntryPath, Error, Fact, FolderFilter, Issue,
    IssueKind, Keep, Kind, Level, Manifest, Operation, OperationId, OperationState, Phase, Plan, PlanId,
    PlanOptions, Refusal, Result, Retention, Retry, Sample, Schedule, ScheduleRule, SnapshotId,
    SnapshotState, SourceConfig, SourceId, SourceSpec, SourceSummary, Space, Verb, VerifyLevel, Weekday,
    hide_secrets, without_secrets,
};
pub use resguardo_engine::requests::{
    BackUpReport, CopyView, DestinationView, DoctorFinding, EntryView, Existing, FoundView, PlanDraft,
    PlanEdit, PlanStatus, PruneReport, PruneRow, RebuildProblem, RebuildReport, Request, RestorePreview,
    RestoreReport, RestoreRequest, RestoreTarget, SnapshotView, SyncReport, UndoReport, UploadView,
    VerifyRow, Waiting,
};
pub use resguardo_engine::{Opening, SupportText};
