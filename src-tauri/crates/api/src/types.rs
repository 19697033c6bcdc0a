//! The types that requests and responses are made of, so that callers need no other crate for them.

pub use resguardo_domain::{
    AlertSettings, ArchiveKind, Cause, ChangeFinding, Channel, Class, ClockDoubt, ComputerId, DestinationId,
    DestinationKind, Digest, DrillExtent, Due, EntryPath, Error, Fact, FlagState, FolderFilter,
    HeartbeatDoubt, HoldReason, Issue, IssueKind, Keep, Kind, Language, Level, Manifest, Nearness, Operation,
    OperationId, OperationState, Pause, Phase, Plan, PlanId, PlanOptions, ProtectionState, Refusal, Result,
    Retention, Retry, RunWhy, Sample, Schedule, ScheduleRule, Severity, SlotName, SnapshotId, SnapshotState,
    SourceConfig, SourceId, SourceSpec, SourceSummary, Space, Status, StatusAction, StatusReason,
    TickDecision, Topic, UploadHold, Verb, VerifyLevel, Weekday, hide_secrets, without_secrets,
};
pub use resguardo_engine::requests::{
    AgentView, BackUpReport, ComputerView, CopyName, CopyView, DestinationView, DoctorFinding, DrillReport,
    EntryView, Events, Existing, FoundView, NextDate, OddSource, PlanDraft, PlanEdit, PlanSchedule,
    PlanStatus, PruneReport, PruneRow, RebuildProblem, RebuildReport, Request, RestoreLook, RestorePreview,
    RestoreReport, RestoreRequest, RestoreTarget, RunningOperation, SlotView, SnapshotView, StatusView,
    SyncReport, UndoReport, UploadHeld, UploadView, VerifyRow, Waiting,
};
pub use resguardo_engine::{
    AlertView, AlertsView, ChannelConfig, ChannelView, EmailConfig, Encryption, Identity, Names,
    NoticeSettings, Opening, Pauses, PingConfig, Shape, SlotRun, SlotState, SupportText, WebhookConfig,
};
// What the window brought along.
pub use resguardo_engine::requests::{
    ComputerFacts, DatabaseSuggestion, DatabaseSuggestions, DayView, DraftProblem, EntryOrder, EntryPage,
    EntryQuery, EntryRow, FileFacts, FolderMeasure, FolderRole, LanguageChoice, OperationPage, OperationRow,
    PlaceSuggestion, PlanPreview, PreviewRun, RestoreDeed, RestoreEntries, RestoreEntry, RetentionPreview,
    ScheduleNext, SimulatedRow, SnapshotDatabase, SourceSuggestion, Startup, StartupProgram, StartupView,
    Theme, WindowSettings,
};
