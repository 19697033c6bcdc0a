//! The nouns, pure rules and contracts of Resguardo: no I/O, no async runtime, no database.
//!
//! Everything above speaks these words. A rule that decides something about the owner's data (what expires, what a
//! name on disk is, which archive kind comes next) lives here as a pure function, so that it can be read and tested alone.
#![deny(missing_docs)]

mod alerts;
mod chain;
mod context;
mod destination;
mod drills;
mod entry;
mod error;
mod guard;
mod hash;
mod heartbeat;
mod id;
mod language;
mod listing;
mod manifest;
mod operation;
mod path;
mod pause_flag;
mod place;
mod plan;
mod preview;
mod redact;
mod retention;
mod rolling;
mod schedule;
mod secret;
mod snapshot;
mod source;
mod status;
mod tick;
mod topic;

pub use alerts::{
    AlertFacts, AlertSettings, AlertStep, Cause, Channel, InboxRow, Severity, SignInExpiry, Stall, Told,
    causes as alert_causes, decide as decide_alerts,
};
pub use chain::{ChainFacts, ChainLimits, next_kind};
pub use context::{Cancel, Clock, Context, Faults, Phase, Progress, Random, Sample};
pub use destination::{
    Body, Destination, DestinationInfo, DestinationKind, FileBody, Limits, ObjectInfo, ObjectKey, Session,
    Space,
};
pub use drills::{DrillDecision, DrillExtent, DrillFacts, DrillMemory, decide as decide_drill};
pub use entry::{Entry, EntryKind, SpecialKind, Stamp, Xattr};
pub use error::{Error, Fact, Kind, Result, Retry};
pub use guard::{
    Baseline, ChangeFinding, ChangeTally, ChangeVerdict, FileKind, FlagState, Look, Measure, Remembered,
    is_made_unreadable, is_ransom_extension, is_ransom_note, judge as judge_change,
};
pub use hash::{Digest, ParseDigestError};
pub use heartbeat::{HEARTBEAT_FORMAT, Heartbeat, HeartbeatDoubt, PlanBeat, SeenHeartbeat, silent};
pub use id::{ComputerId, DestinationId, OperationId, PlanId, RunId, SnapshotId, SourceId};
pub use language::Language;
pub use listing::{Content, Delta, Record, Reference};
pub use manifest::{
    ChainLink, ComputerInfo, FIRST_FORMAT, FORMAT_VERSION, ListingPlace, Manifest, PartInfo, SourceChanges,
    SourceSummary, Totals, Writer,
};
pub use operation::{Event, Operation, OperationState, Verb, transition};
pub use path::{EntryPath, decode_name, encode_name};
pub use pause_flag::PauseFlag;
pub use place::{Method, Piece, Place, Run, Stored};
pub use plan::{FolderFilter, Level, Plan, PlanOptions, SourceConfig, SourceSpec, validate_plan_name};
pub use preview::{RunAhead, Simulated, next_runs, simulate};
pub use redact::{HIDDEN, HIDDEN_MAIL, Redactor, hide_secrets, is_secret_name, without_secrets};
pub use retention::{
    Candidate, Decision, Keep, PruneFacts, Refusal, Retention, RetentionPlan, SAFETY_DAYS, Verdict,
    decide as decide_retention,
};
pub use rolling::{CopyAge, RollingRules, choose as choose_rereads};
pub use schedule::{Due, DueTimes, Schedule, ScheduleRule, Weekday, next_dates};
pub use secret::{Protection, Secret, SecretKey, SecretStore, SecretsState, SecretsStatus};
pub use snapshot::{ArchiveKind, ArchiveName, Class, SnapshotState, VerifyLevel};
pub use source::{
    Batch, CaptureReport, Collector, DatabaseCheck, DatabaseFacts, Issue, IssueKind, Opened, Opener, ReadAt,
    Source, SourceInfo,
};
pub use status::{
    Action as StatusAction, DestinationStatus, LastDrill, Nearness, PlanStatus, ProvenCopy,
    Reason as StatusReason, RecoverySheet, SourceStatus, State as ProtectionState, Status, StatusFacts,
    judge as judge_status,
};
pub use tick::{
    ClockDoubt, Conditions, Decision as TickDecision, FailedSlot, Fate, HoldReason, OfficeHours,
    Outcome as TickOutcome, Pause, PlanFacts, Reading, RunWhy, ScheduleFacts, SlotName, SucceededRun, Tick,
    UploadDecision, UploadFacts, UploadHold, UploadRules, Watch, catch_up_grace, decide as decide_tick,
    decide_upload,
};
pub use topic::Topic;
