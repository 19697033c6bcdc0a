//! The list of all commands. Each is a line of documentation, its types, and a handler that converts, calls, converts.

use resguardo_domain::{Manifest, Operation, OperationId, Plan};
use resguardo_engine::requests::{
    AgentView, ComputerView, DestinationView, DoctorFinding, EntryView, Events, FoundView, PlanDraft,
    PruneReport, RebuildReport, Request, RestoreLook, SnapshotView, StatusView, UndoView, UploadView,
};
use resguardo_engine::{AlertsView, ChannelView, NoticeSettings, Pauses, SupportText};

use resguardo_engine::requests::{
    ComputerFacts, DatabaseSuggestions, DayView, EntryPage, EntryQuery, FolderMeasure, OperationPage,
    PlaceSuggestion, PlanPreview, RestoreEntries, SourceSuggestion, Startup, StartupView, UpdateView,
    WindowSettings,
};

use crate::command::commands;
use crate::requests::{
    Budget, DaysOf, MeasureOf, OperationsFile, OperationsPageOf, PlanReplacement, PreviewOf,
    RestoreEntriesOf, RestorePlanOf, StartupSave,
};
use crate::requests::{
    ChannelSave, ChannelTest, ConfigFile, DestinationDraft, DestinationEdit, EntriesOf, EventsAfter,
    FindNames, FlagDecision, Nothing, OfPlan, OperationProgress, PauseRequest, Pin, PlanChange, PlanRemoval,
    RecentOperations, Selector, SupportFile, SupportOptions, WithName,
};
use crate::surroundings::{save_startup, startup, user_folders};
use crate::told::{self, AlertTold, StatusTold, Tell, TellErrors, Told};

commands! {
    /// Every plan.
    PlansList = "plans.list": |engine, _request: Nothing| -> Vec<Plan> { engine.plans() }

    /// One plan.
    PlansShow = "plans.show": |engine, request: WithName| -> Plan { engine.plan(&request.name) }

    /// Makes a plan.
    PlansAdd = "plans.add": |engine, draft: PlanDraft| -> Plan { engine.add_plan(draft) }

    /// Changes a plan.
    PlansEdit = "plans.edit": |engine, request: PlanChange| -> Plan { engine.edit_plan(&request.name, request.edit) }

    /// Removes a plan, and its archives when asked; answers how many archives were deleted.
    PlansRemove = "plans.remove": |engine, request: PlanRemoval| -> u64 {
        engine.remove_plan(&request.name, request.delete_archives)
    }

    /// What pruning a plan would do.
    PlansPruning = "plans.pruning": |engine, request: WithName| -> PruneReport { engine.plan_prune(&request.name) }

    /// A plan as its editor shows it.
    PlansDraft = "plans.draft": |engine, request: WithName| -> PlanDraft { engine.plan_draft(&request.name) }

    /// Puts a draft in a plan's place, whole, or makes a new plan of it.
    PlansReplace = "plans.replace": |engine, request: PlanReplacement| -> Plan {
        engine.replace_plan(request.name.as_deref(), &request.draft)
    }

    /// What a draft would do, and its mistakes; nothing is kept.
    PlansPreview = "plans.preview": |engine, request: PreviewOf| -> PlanPreview {
        engine.preview_plan(&request.draft, request.plan.as_deref(), request.dates)
    }

    /// Operations of the past, a page at a time, the newest first.
    OperationsPage = "operations.page": |engine, request: OperationsPageOf| -> OperationPage {
        engine.operations_page(request.of.query(), request.before.as_ref(), request.limit)
    }

    /// Writes operations of the past as a table, a new CSV file; answers how many.
    OperationsSave = "operations.save": |engine, request: OperationsFile| -> u64 {
        engine.save_operations(request.of.query(), &request.file, told::language(request.language))
    }

    /// A folder of a snapshot a page at a time, or what a search finds below it.
    SnapshotsPage = "snapshots.page": |engine, request: EntryQuery| -> EntryPage { engine.entries_page(&request) }

    /// What a restore would do to each file, a page at a time.
    RestoreEntriesPage = "restore.entries": |engine, request: RestoreEntriesOf| -> RestoreEntries {
        engine.restore_entries(&request.request, request.offset, request.limit, request.only)
    }

    /// What each day of a calendar has.
    SnapshotsDays = "snapshots.days": |engine, request: DaysOf| -> Vec<DayView> {
        engine.days(request.plan.as_deref(), request.from, request.to, request.zone.as_deref())
    }

    /// What the owner chose for the window.
    SettingsShow = "settings.show": |engine, _request: Nothing| -> WindowSettings { engine.window_settings() }

    /// Keeps what the owner chose for the window.
    SettingsSave = "settings.save": |engine, settings: WindowSettings| -> WindowSettings {
        engine.set_window_settings(&settings)
    }

    /// What starts the agent of this user by itself.
    StartupShow = "startup.show": |engine, _request: Nothing| -> Startup { startup(engine) }

    /// Changes what starts the agent of this user by itself.
    StartupChange = "startup.save": |engine, request: StartupSave| -> StartupView { save_startup(engine, &request) }

    /// This computer and this installation.
    ComputerShow = "computer.show": |engine, _request: Nothing| -> ComputerFacts { Ok(engine.computer_facts()) }

    /// Whether the makers say that there is a newer version; nothing is asked by a build without their key.
    UpdatesLook = "updates.look": |engine, _request: Nothing| -> UpdateView { engine.look_for_update() }

    /// The folders of this user that matter, as far as they exist.
    SuggestionsSources = "suggestions.sources": |engine, _request: Nothing| -> Vec<SourceSuggestion> {
        Ok(engine.suggest_sources(user_folders().as_ref()))
    }

    /// How much a backup of a folder would copy.
    SuggestionsMeasure = "suggestions.measure": |engine, request: MeasureOf| -> FolderMeasure {
        engine.measure_folder(&request.path, request.budget_ms)
    }

    /// SQLite databases below this user's own folder.
    SuggestionsDatabases = "suggestions.databases": |engine, request: Budget| -> DatabaseSuggestions {
        engine.suggest_databases(user_folders().as_ref(), request.budget_ms)
    }

    /// Places where copies could go, the best first.
    SuggestionsPlaces = "suggestions.places": |engine, _request: Nothing| -> Vec<PlaceSuggestion> {
        Ok(engine.suggest_places(user_folders().as_ref()))
    }

    /// The state of the business with its reasons, and every plan's state in one line each.
    StatusShow = "status.show": |engine, _request: Nothing| -> StatusView { engine.status() }

    /// What is wrong, and what was in the last 30 days.
    AlertsList = "alerts.list": |engine, _request: Nothing| -> AlertsView { engine.alerts() }

    /// The state of the business and its reasons as sentences.
    StatusTell = "status.tell": |engine, request: Tell| -> StatusTold {
        Ok(StatusTold::of(engine.status()?, request.language, engine.now()))
    }

    /// What is wrong, and what was in the last 30 days, as sentences.
    AlertsTell = "alerts.tell": |engine, request: Tell| -> Vec<AlertTold> {
        Ok(AlertTold::all(engine.alerts()?, request.language, engine.now()))
    }

    /// Errors that stand in answers, such as an operation's, as sentences; in the order of the request.
    ErrorsTell = "errors.tell": |_engine, request: TellErrors| -> Vec<Told> {
        let language = told::language(request.language);
        Ok(request.errors.iter().map(|error| Told::of(error, language)).collect())
    }

    /// What the owner said about being told things.
    NoticesShow = "notices.show": |engine, _request: Nothing| -> NoticeSettings { engine.notice_settings() }

    /// Keeps what the owner says about being told things.
    NoticesSave = "notices.save": |engine, settings: NoticeSettings| -> NoticeSettings {
        engine.set_notice_settings(&settings)
    }

    /// The channels through which the owner is told things.
    ChannelsList = "channels.list": |engine, _request: Nothing| -> Vec<ChannelView> { engine.channels() }

    /// Sets a channel up or changes it.
    ChannelsSave = "channels.save": |engine, request: ChannelSave| -> ChannelView {
        engine.save_channel(request.into())
    }

    /// Sends a test through a channel and waits until it was taken.
    ChannelsTest = "channels.test": |engine, request: ChannelTest| -> () {
        engine.test_channel(&request.name, request.language)
    }

    /// Forgets a channel and its secret.
    ChannelsRemove = "channels.remove": |engine, request: WithName| -> () { engine.remove_channel(&request.name) }

    /// Every destination.
    DestinationsList = "destinations.list": |engine, _request: Nothing| -> Vec<DestinationView> {
        engine.destinations()
    }

    /// Takes a folder as a destination.
    DestinationsAdd = "destinations.add": |engine, request: DestinationDraft| -> DestinationView {
        engine.add_local_destination(request.name.as_deref(), &request.folder, request.nearness)
    }

    /// Writes, reads back and deletes a small object at a destination.
    DestinationsTest = "destinations.test": |engine, request: WithName| -> DestinationView {
        engine.test_destination(&request.name)
    }

    /// Renames or moves a destination.
    DestinationsEdit = "destinations.edit": |engine, request: DestinationEdit| -> DestinationView {
        let DestinationEdit { name, new_name, folder, nearness } = request;
        engine.edit_destination(&name, new_name.as_deref(), folder.as_deref(), nearness)
    }

    /// Forgets a destination; what lies there stays.
    DestinationsRemove = "destinations.remove": |engine, request: WithName| -> () {
        engine.remove_destination(&request.name)
    }

    /// Takes over another computer's archives at a destination.
    DestinationsAdopt = "destinations.adopt": |engine, request: WithName| -> RebuildReport {
        engine.adopt(&request.name)
    }

    /// Starts a long piece of work and answers at once.
    OperationsStart = "operations.start": |engine, request: Request| -> OperationId { engine.start(request) }

    /// Asks an operation to stop.
    OperationsCancel = "operations.cancel": |engine, id: OperationId| -> () { engine.cancel(&id) }

    /// Holds an operation up until it is resumed.
    OperationsPause = "operations.pause": |engine, id: OperationId| -> () { engine.pause_operation(&id) }

    /// Lets a paused operation go on.
    OperationsResume = "operations.resume": |engine, id: OperationId| -> () { engine.resume_operation(&id) }

    /// How far an operation is, or how it ended.
    OperationsProgress = "operations.progress": |engine, id: OperationId| -> OperationProgress {
        let operation = Some(engine.operation(id.as_str())?).filter(|operation| operation.state.is_final());
        Ok(OperationProgress { operation, sample: engine.progress(&id), paused: engine.is_paused(&id) })
    }

    /// The newest operations.
    OperationsList = "operations.list": |engine, request: RecentOperations| -> Vec<Operation> {
        engine.operations(request.plan.as_deref(), request.limit)
    }

    /// One operation, by its id or the beginning of it.
    OperationsShow = "operations.show": |engine, request: WithName| -> Operation { engine.operation(&request.name) }

    /// Waits for news: what may look another way now, and what is at work.
    EventsNext = "events.next": |engine, request: EventsAfter| -> Events {
        engine.next_events(request.after, std::time::Duration::from_millis(request.wait_ms))
    }

    /// Snapshots, newest last.
    SnapshotsList = "snapshots.list": |engine, request: OfPlan| -> Vec<SnapshotView> {
        engine.snapshots(request.plan.as_deref())
    }

    /// One snapshot.
    SnapshotsShow = "snapshots.show": |engine, request: Selector| -> SnapshotView {
        engine.snapshot(&request.snapshot)
    }

    /// A snapshot's manifest.
    SnapshotsManifest = "snapshots.manifest": |engine, request: Selector| -> Manifest {
        engine.manifest(&request.snapshot)
    }

    /// What a folder of a snapshot holds, or the file itself.
    SnapshotsEntries = "snapshots.entries": |engine, request: EntriesOf| -> Vec<EntryView> {
        engine.entries(&request.snapshot, &request.path)
    }

    /// Names found across dates.
    SnapshotsFind = "snapshots.find": |engine, request: FindNames| -> Vec<FoundView> {
        engine.find(&request.pattern, request.plan.as_deref(), request.limit)
    }

    /// Pins a snapshot or takes the pin away.
    SnapshotsPin = "snapshots.pin": |engine, request: Pin| -> SnapshotView {
        engine.set_pinned(&request.snapshot, request.pinned)
    }

    /// Says whether a flagged snapshot is as it should be.
    SnapshotsSettle = "snapshots.settle": |engine, request: FlagDecision| -> SnapshotView {
        engine.settle_flag(&request.snapshot, request.accept)
    }

    /// What a restore would do, or how far looking at it is: ask again for the same until it is done.
    RestorePlan = "restore.plan": |engine, request: RestorePlanOf| -> RestoreLook {
        engine.look_at_restore(&request.request, std::time::Duration::from_millis(request.wait_ms))
    }

    /// Whether a restore can still be taken back.
    RestoreUndoable = "restore.undoable": |engine, request: WithName| -> UndoView { engine.undo_view(&request.name) }

    /// Archives on their way.
    UploadsList = "uploads.list": |engine, _request: Nothing| -> Vec<UploadView> { engine.uploads() }

    /// The agent, and the schedules of one plan or of all: what is due, what is held, what became of the last due times.
    AgentShow = "agent.show": |engine, request: OfPlan| -> AgentView { engine.agent(request.plan.as_deref()) }

    /// Tells the agent that something it depends on has changed.
    AgentReload = "agent.reload": |engine, _request: Nothing| -> () {
        engine.reload();
        Ok(())
    }

    /// Pauses a plan or everything.
    SchedulesPause = "schedules.pause": |engine, request: PauseRequest| -> Pauses {
        engine.pause(request.plan.as_deref(), request.until)
    }

    /// Ends the pause of a plan or of everything.
    SchedulesResume = "schedules.resume": |engine, request: OfPlan| -> Pauses {
        engine.resume(request.plan.as_deref())
    }

    /// A person says that the computer's clock is right.
    ClockTrust = "clock.trust": |engine, _request: Nothing| -> () { engine.trust_clock() }

    /// The configuration without secrets.
    ConfigExport = "config.export": |engine, _request: Nothing| -> serde_json::Value { engine.export_config() }

    /// Writes the configuration as a new file.
    ConfigSave = "config.save": |engine, request: ConfigFile| -> () { engine.save_config(&request.file) }

    /// Brings a configuration in; answers the plans that came with it.
    ConfigImport = "config.import": |engine, config: serde_json::Value| -> Vec<String> {
        engine.import_config(config)
    }

    /// Other computers, as they were seen at the destinations.
    ComputersList = "computers.list": |engine, _request: Nothing| -> Vec<ComputerView> { engine.computers() }

    /// Forgets a computer until it is heard of again.
    ComputersForget = "computers.forget": |engine, request: WithName| -> () { engine.forget_computer(&request.name) }

    /// Examines this installation.
    DoctorExamine = "doctor.examine": |engine, _request: Nothing| -> Vec<DoctorFinding> { engine.doctor() }

    /// What a message for the technician holds, redacted.
    SupportCollect = "support.collect": |engine, request: SupportOptions| -> Vec<SupportText> {
        engine.collect_support(request.anonymous)
    }

    /// Writes the message for the technician as one file; its summaries are redacted on the way.
    SupportSave = "support.save": |engine, request: SupportFile| -> () {
        let SupportFile { file, anonymous, summaries, texts } = request;
        engine.save_support(&file, anonymous, summaries, &texts)
    }

    /// Figures as OpenMetrics text.
    MetricsShow = "metrics.show": |engine, _request: Nothing| -> String { engine.metrics() }
}
