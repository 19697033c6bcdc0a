//! Plans, destinations, settings, copies, uploads and operations.
#![allow(clippy::unwrap_used)]

mod support;

use resguardo_catalog::{CopyState, DestinationRow, OperationFilter, UploadRow, UploadState};
use resguardo_domain::{
    ArchiveKind, ChangeFinding, DestinationId, DestinationKind, Error, FlagState, Kind, ObjectKey, Operation,
    OperationId, OperationState, PlanId, RunId, Session, SnapshotState, SourceId, SourceSummary, Verb,
    VerifyLevel,
};
use support::{World, digest, file, ingest, manifest, plan, plan_id, snapshot_id};

fn destination(number: u64, name: &str) -> DestinationRow {
    DestinationRow {
        id: DestinationId::from_random(number),
        name: name.into(),
        kind: DestinationKind::Local,
        config: serde_json::json!({ "path": "/mnt/usb", "number": number }),
    }
}

#[test]
fn a_plans_name_is_taken_in_any_case() {
    let world = World::new();
    let catalog = world.open();
    catalog.save_plan(&world.cx, &plan(1, "Clínica")).unwrap();
    let error = catalog.save_plan(&world.cx, &plan(2, "CLÍNICA")).unwrap_err();
    assert_eq!((error.kind, error.get("name")), (Kind::AlreadyExists, Some("Clínica")));
    assert_eq!(catalog.plan_by_name("clÍnica").unwrap(), Some(plan(1, "Clínica")));
    assert_eq!(catalog.plan(&PlanId::from_random(2)).unwrap(), None);
}

#[test]
fn a_plan_is_edited_and_renamed_under_its_id() {
    let world = World::new();
    let catalog = world.open();
    catalog.save_plan(&world.cx, &plan(1, "b")).unwrap();
    catalog.save_plan(&world.cx, &plan(2, "a")).unwrap();
    catalog.save_plan(&world.cx, &plan(1, "B")).unwrap();
    let found: Vec<_> = catalog.plans().unwrap().into_iter().map(|plan| plan.name).collect();
    assert_eq!(found, ["a", "B"]);
}

#[test]
fn a_removed_plan_takes_its_snapshots_along_but_its_generations_are_never_given_again() {
    let world = World::new();
    let catalog = world.open();
    catalog.save_plan(&world.cx, &plan(1, "a")).unwrap();
    let full = ingest(&world, &catalog, 5, None, vec![file("files/a", 1)]);
    catalog.set_copy(&world.cx, &full.id, &DestinationId::from_random(1), CopyState::Present).unwrap();

    catalog.remove_plan(&world.cx, &plan_id()).unwrap();

    assert!(catalog.plans().unwrap().is_empty());
    assert_eq!(catalog.snapshot(&full.id).unwrap(), None);
    assert!(catalog.copies(&full.id).unwrap().is_empty());
    assert!(catalog.find("a", None, 9).unwrap().is_empty());
    assert_eq!(catalog.next_generation(&world.cx, &plan_id()).unwrap(), 6);
    assert_eq!(catalog.remove_plan(&world.cx, &plan_id()).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn a_destination_in_use_is_not_removed() {
    let world = World::new();
    let catalog = world.open();
    let usb = destination(1, "USB");
    catalog.save_destination(&world.cx, &usb).unwrap();
    assert_eq!(
        catalog.save_destination(&world.cx, &destination(2, "usb")).unwrap_err().kind,
        Kind::AlreadyExists
    );
    let mut user = plan(1, "Clínica");
    user.destinations.push(usb.id.clone());
    catalog.save_plan(&world.cx, &user).unwrap();

    let error = catalog.remove_destination(&world.cx, &usb.id).unwrap_err();
    assert_eq!((error.kind, error.get("plan")), (Kind::Busy, Some("Clínica")));
    assert_eq!(catalog.destination(&usb.id).unwrap(), Some(usb.clone()));
    assert_eq!(catalog.destination_by_name("Usb").unwrap(), Some(usb.clone()));

    catalog.remove_plan(&world.cx, &user.id).unwrap();
    catalog.remove_destination(&world.cx, &usb.id).unwrap();
    assert!(catalog.destinations().unwrap().is_empty());
}

#[test]
fn a_setting_that_was_never_changed_is_none() {
    let world = World::new();
    let catalog = world.open();
    assert_eq!(catalog.setting::<u32>("limit").unwrap(), None);
    catalog.set_setting(&world.cx, "limit", &7_u32).unwrap();
    assert_eq!(catalog.setting::<u32>("limit").unwrap(), Some(7));
    assert_eq!(catalog.setting::<Vec<String>>("limit").unwrap_err().kind, Kind::Internal);
    catalog.clear_setting(&world.cx, "limit").unwrap();
    assert_eq!(catalog.setting::<u32>("limit").unwrap(), None);
}

#[test]
fn a_snapshot_is_complete_while_one_copy_is_present() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let (usb, cloud) = (DestinationId::from_random(1), DestinationId::from_random(2));
    let state = || catalog.snapshot(&full.id).unwrap().unwrap().state;
    assert_eq!(state(), SnapshotState::Waiting);
    catalog.set_copy(&world.cx, &full.id, &usb, CopyState::Waiting).unwrap();
    assert_eq!(state(), SnapshotState::Waiting);
    catalog.set_copy(&world.cx, &full.id, &usb, CopyState::Present).unwrap();
    catalog.set_copy(&world.cx, &full.id, &cloud, CopyState::Present).unwrap();
    assert_eq!(state(), SnapshotState::Complete);
    catalog.set_copy(&world.cx, &full.id, &cloud, CopyState::Lost).unwrap();
    assert_eq!(state(), SnapshotState::Complete);
    catalog.set_copy(&world.cx, &full.id, &usb, CopyState::Deleted).unwrap();
    assert_eq!(state(), SnapshotState::Waiting);
    let unknown = catalog.set_copy(&world.cx, &snapshot_id(9), &usb, CopyState::Present);
    assert_eq!(unknown.unwrap_err().kind, Kind::NotFound);
}

#[test]
fn the_best_proof_of_a_copy_is_kept_until_the_copy_is_lost() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let usb = DestinationId::from_random(1);
    let now = world.cx.now();
    let unknown = catalog.set_verified(&world.cx, &full.id, &usb, VerifyLevel::Opened, now);
    assert_eq!(unknown.unwrap_err().kind, Kind::NotFound);
    catalog.set_copy(&world.cx, &full.id, &usb, CopyState::Present).unwrap();
    catalog.set_verified(&world.cx, &full.id, &usb, VerifyLevel::Opened, now).unwrap();
    catalog.set_verified(&world.cx, &full.id, &usb, VerifyLevel::Checked, now).unwrap();
    let copy = catalog.copies_at(&usb).unwrap().remove(0);
    assert_eq!((copy.verified, copy.verified_at), (Some(VerifyLevel::Opened), Some(now)));
    catalog.set_copy(&world.cx, &full.id, &usb, CopyState::Lost).unwrap();
    assert_eq!(catalog.snapshot(&full.id).unwrap().unwrap().copies[0].verified, None);
}

#[test]
fn a_snapshot_row_tells_all_that_is_known() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let mut safety = manifest(2, ArchiveKind::Full, None);
    safety.class = resguardo_domain::Class::Safety;
    catalog.ingest(&world.cx, &safety, digest(2), std::iter::empty()).unwrap();
    catalog.set_damaged(&world.cx, &full.id, true).unwrap();
    catalog.set_pinned(&world.cx, &full.id, true).unwrap();
    catalog.set_state(&world.cx, &full.id, SnapshotState::Damaged).unwrap();
    assert_eq!(
        catalog.set_state(&world.cx, &full.id, SnapshotState::Deleted).unwrap_err().kind,
        Kind::InvalidInput
    );

    let rows = catalog.snapshots(Some(&plan_id())).unwrap();

    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0].manifest, rows[0].manifest_sha256), (&full, digest(1)));
    assert_eq!((rows[0].state, rows[0].damaged, rows[0].pinned), (SnapshotState::Damaged, true, true));
    assert_eq!(catalog.latest(&plan_id()).unwrap().unwrap().manifest, full);
    assert_eq!(catalog.snapshots_by_prefix("00000000abc0").unwrap().len(), 2);
    assert_eq!(catalog.snapshots_by_prefix(full.id.as_str()).unwrap().len(), 1);
    assert!(catalog.snapshots_by_prefix("%").unwrap().is_empty());
    assert!(catalog.snapshots(Some(&PlanId::from_random(9))).unwrap().is_empty());
}

#[test]
fn an_upload_goes_on_where_it_stopped() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, Vec::new());
    let usb = DestinationId::from_random(1);
    let key = |name: &str| ObjectKey::new(format!("caja/Clínica/daily/{name}")).unwrap();
    let part = UploadRow::new(full.id.clone(), usb.clone(), key("a.zip"), u64::MAX, digest(1));
    let sidecar = UploadRow::new(full.id.clone(), usb.clone(), key("a_manifest.json"), 10, digest(2));
    catalog.save_upload(&world.cx, &part).unwrap();
    catalog.save_upload(&world.cx, &sidecar).unwrap();
    let session = Session { acknowledged: 7, token: Some("t".into()) };
    catalog.set_session(&world.cx, &full.id, &usb, &part.object, &session).unwrap();
    let failed = UploadRow {
        session: session.clone(),
        state: UploadState::Failed,
        attempts: 3,
        last_error: Some(Error::new(Kind::Io, "upload").fact("status", 500)),
        next_try: Some(world.cx.now()),
        ..part.clone()
    };

    assert_eq!(catalog.waiting_uploads().unwrap()[0].session, session);
    catalog.save_upload(&world.cx, &failed).unwrap();
    assert_eq!(catalog.waiting_uploads().unwrap(), [failed.clone(), sidecar.clone()]);

    catalog.save_upload(&world.cx, &UploadRow { state: UploadState::Done, ..failed }).unwrap();
    assert_eq!(catalog.waiting_uploads().unwrap(), [sidecar]);
    assert_eq!(catalog.uploads(&full.id).unwrap().len(), 2);
    catalog.remove_uploads(&world.cx, &full.id, &usb).unwrap();
    assert!(catalog.uploads(&full.id).unwrap().is_empty());
}

fn operation(number: u64, state: OperationState, second: i64) -> Operation {
    Operation {
        id: OperationId::from_random(number),
        run: RunId::from_random(1),
        verb: Verb::BackUp,
        plan: Some(PlanId::from_random(number % 2)),
        snapshot: None,
        state,
        started_at: jiff::Timestamp::from_second(second).unwrap(),
        ended_at: None,
        progress: None,
        error: None,
        issues: Vec::new(),
        issue_count: 0,
        result: None,
    }
}

#[test]
fn the_log_lists_the_newest_operations_first_and_knows_the_unfinished() {
    let world = World::new();
    let catalog = world.open();
    let mut first = operation(0x1000_0000_0000_0001, OperationState::Running, 10);
    let second = operation(0x1000_0000_0000_0002, OperationState::Queued, 20);
    let third = operation(0x2000_0000_0000_0003, OperationState::Succeeded, 20);
    for operation in [&first, &second, &third] {
        catalog.insert_operation(&world.cx, operation).unwrap();
    }
    assert_eq!(catalog.insert_operation(&world.cx, &first).unwrap_err().kind, Kind::AlreadyExists);

    assert_eq!(
        catalog.operations(&OperationFilter::default()).unwrap(),
        [third.clone(), second.clone(), first.clone()]
    );
    let of_plan = OperationFilter { plan: Some(PlanId::from_random(1)), limit: Some(1) };
    assert_eq!(catalog.operations(&of_plan).unwrap(), std::slice::from_ref(&third));
    assert_eq!(catalog.unfinished_operations().unwrap(), [first.clone(), second.clone()]);

    first.state = OperationState::Interrupted;
    catalog.update_operation(&world.cx, &first).unwrap();
    assert_eq!(catalog.unfinished_operations().unwrap(), [second]);
    assert_eq!(catalog.operation("2").unwrap(), third);
    assert_eq!(catalog.operation("1").unwrap_err().kind, Kind::Ambiguous);
    assert_eq!(catalog.operation("f").unwrap_err().kind, Kind::NotFound);
    let unknown = operation(9, OperationState::Failed, 1);
    assert_eq!(catalog.update_operation(&world.cx, &unknown).unwrap_err().kind, Kind::NotFound);
    assert_eq!(catalog.forget_operations(&world.cx, world.cx.now()).unwrap(), 2);
    assert_eq!(catalog.operations(&OperationFilter::default()).unwrap().len(), 1);
}

#[test]
fn what_a_person_says_of_a_flagged_snapshot_outlives_a_rebuild() {
    let world = World::new();
    let catalog = world.open();
    let mut odd = manifest(1, ArchiveKind::Full, None);
    odd.sources.push(SourceSummary {
        id: SourceId::from_random(1),
        kind: "folder".into(),
        label: "data".into(),
        path: "files/data".into(),
        origin: "/srv".into(),
        files: 1,
        bytes: 1,
        rows: Default::default(),
        changes: None,
        findings: vec![ChangeFinding::FilesGone { before: 5000, after: 1 }],
    });
    let flag = || catalog.snapshot(&odd.id).unwrap().unwrap().flag;
    let take_in = || catalog.ingest(&world.cx, &odd, digest(1), std::iter::empty()).unwrap();
    take_in();
    assert_eq!(flag(), Some(FlagState::Open));
    catalog.settle_flag(&world.cx, &odd.id, false).unwrap();
    assert_eq!(flag(), Some(FlagState::Refused));
    catalog.settle_flag(&world.cx, &odd.id, true).unwrap();
    catalog.clear_snapshots(&world.cx, &plan_id()).unwrap();
    take_in();
    assert_eq!(flag(), Some(FlagState::Accepted));
    let plain = ingest(&world, &catalog, 2, None, vec![file("files/a", 1)]);
    assert_eq!(catalog.snapshot(&plain.id).unwrap().unwrap().flag, None);
    let unknown = catalog.settle_flag(&world.cx, &snapshot_id(9), true).unwrap_err();
    assert_eq!(unknown.kind, Kind::NotFound);
}
