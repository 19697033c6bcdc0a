//! The editor of plans: what it shows, what it may save, and what it foretells.

use resguardo_domain::{ArchiveKind, Class, Kind, Level, Plan, Retention, Schedule, ScheduleRule};
use resguardo_engine::{DraftProblem, PlanDraft, PlanEdit};
use resguardo_tests::shop::{Shop, text};

fn daily(hour: i8) -> Schedule {
    let at = jiff::civil::time(hour, 0, 0, 0);
    Schedule {
        rule: ScheduleRule::Day { at },
        zone: "Europe/Madrid".into(),
        kind: None,
        class: Class::Daily,
        off: false,
    }
}

fn passed() -> Schedule {
    let at = jiff::civil::datetime(2020, 1, 1, 10, 0, 0, 0);
    Schedule { rule: ScheduleRule::Once { at }, ..daily(2) }
}

fn problems(shop: &Shop, draft: &PlanDraft, plan: Option<&str>) -> Vec<DraftProblem> {
    shop.engine.preview_plan(draft, plan, 5).unwrap().problems
}

/// The only problem, which must also be the error of saving.
fn problem(shop: &Shop, draft: &PlanDraft, plan: Option<&str>) -> (String, Option<u32>, Kind) {
    let mut found = problems(shop, draft, plan);
    assert_eq!(found.len(), 1, "{found:?}");
    let before = (shop.engine.plans().unwrap(), shop.engine.destinations().unwrap().len());
    let error = shop.engine.replace_plan(plan, draft).unwrap_err();
    assert_eq!((shop.engine.plans().unwrap(), shop.engine.destinations().unwrap().len()), before);
    let found = found.remove(0);
    assert_eq!(error, found.error);
    assert_eq!(error.get("field"), Some(found.field.as_str()));
    assert_eq!(error.get("index").map(str::to_owned), found.index.map(|index| index.to_string()));
    (found.field, found.index, found.kind)
}

#[test]
fn a_plan_becomes_a_draft_and_the_draft_the_same_plan() {
    let shop = Shop::new();
    let edit = PlanEdit {
        exclude: Some(vec!["*.iso".into()]),
        schedules: Some(vec![daily(2)]),
        retention: Some(Retention { last: Some(7), ..Retention::EMPTY }),
        level: Some(Level::Small),
        part_size: Some(Some(8 << 20)),
        ..PlanEdit::default()
    };
    let plan = shop.engine.edit_plan("shop", edit).unwrap();
    let draft = shop.engine.plan_draft("shop").unwrap();
    assert_eq!(draft.folders, [text(&shop.data())]);
    assert_eq!((draft.exclude.len(), draft.to.len(), draft.part_size), (1, 1, Some(8 << 20)));
    assert_eq!(shop.engine.replace_plan(Some("shop"), &draft).unwrap(), plan);
    assert_eq!(shop.engine.plan_draft("none").unwrap_err().kind, Kind::NotFound);
    assert_eq!(shop.engine.replace_plan(Some("none"), &draft).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn what_is_off_stays_in_the_plan_and_is_not_foretold() {
    let shop = Shop::new();
    let mut draft = shop.engine.plan_draft("shop").unwrap();
    draft.schedules = vec![daily(2), Schedule { off: true, ..passed() }, Schedule { off: true, ..daily(14) }];
    let preview = shop.engine.preview_plan(&draft, Some("shop"), 5).unwrap();
    assert_eq!(preview.problems, []);
    let next: Vec<bool> = preview.schedules.iter().map(|schedule| schedule.next.is_some()).collect();
    assert_eq!(next, [true, false, false]);
    assert!(
        preview.runs.len() == 5 && preview.runs.iter().all(|run| run.schedule == 0 && run.also.is_empty())
    );
    let plan = shop.engine.replace_plan(Some("shop"), &draft).unwrap();
    assert_eq!(plan.schedules, draft.schedules);
    assert_eq!(shop.engine.plan_draft("shop").unwrap().schedules, draft.schedules);
    draft.schedules[1].off = false;
    let error = shop.engine.replace_plan(Some("shop"), &draft).unwrap_err();
    assert_eq!((error.get("field"), error.get("index")), (Some("schedules"), Some("1")));
}

#[test]
fn what_stays_in_a_plan_keeps_its_id_and_all_the_rest_is_replaced() {
    let shop = Shop::new();
    let before = shop.engine.plan("shop").unwrap();
    std::fs::create_dir_all(shop.path("more/data")).unwrap();
    let mut draft = shop.engine.plan_draft("shop").unwrap();
    draft.name = "Consultorio".into();
    draft.folders = vec![text(&shop.path("more/data")), text(&shop.data())];
    draft.exclude = vec!["*.tmp".into()];
    draft.to.push(text(&shop.path("drive 2")));
    draft.schedules = vec![daily(20)];
    let after = shop.engine.replace_plan(Some("shop"), &draft).unwrap();
    let source = |plan: &Plan, at: usize| (plan.sources[at].id.clone(), plan.sources[at].label.clone());
    assert_eq!((after.id.clone(), source(&after, 0)), (before.id.clone(), source(&before, 0)));
    assert_eq!((after.sources.len(), after.sources[1].label.as_str()), (2, "data 2"));
    assert_eq!(
        (after.destinations[0].clone(), after.destinations.len()),
        (before.destinations[0].clone(), 2)
    );
    assert_eq!(shop.engine.plan("consultorio").unwrap(), after);
    draft.folders.remove(1);
    let less = shop.engine.replace_plan(Some("Consultorio"), &draft).unwrap();
    assert_eq!((less.sources.len(), source(&less, 0)), (1, source(&after, 1)));
}

#[test]
fn a_draft_without_a_plan_becomes_a_new_one() {
    let shop = Shop::without_plan();
    shop.write("a.txt", "a");
    let plan = shop.engine.replace_plan(None, &shop.draft(&[&shop.drive()])).unwrap();
    assert_eq!((plan.name.as_str(), plan.retention.daily), ("shop", Some(14)));
    shop.back_up();
}

#[test]
fn each_mistake_is_told_with_its_field_before_saving_and_refused_when_saving() {
    let shop = Shop::new();
    let base = PlanDraft { name: "other".into(), ..shop.draft(&[&shop.path("drive 2")]) };
    let with = |change: &dyn Fn(&mut PlanDraft)| {
        let mut draft = base.clone();
        change(&mut draft);
        problem(&shop, &draft, None)
    };
    let told = |field: &str, index: Option<u32>, kind: Kind| (field.to_owned(), index, kind);
    assert!(problems(&shop, &base, None).is_empty());
    let bad = Kind::InvalidInput;
    assert_eq!(with(&|d| d.name.clear()), told("name", None, bad));
    assert_eq!(with(&|d| d.name = "n".repeat(65)), told("name", None, bad));
    assert_eq!(with(&|d| d.name = "SHOP".into()), told("name", None, Kind::AlreadyExists));
    assert_eq!(with(&|d| d.folders.clear()), told("folders", None, bad));
    assert_eq!(with(&|d| d.folders.push(String::new())), told("folders", Some(1), bad));
    let nowhere = text(&shop.path("nowhere"));
    assert_eq!(with(&|d| d.folders.push(nowhere.clone())), told("folders", Some(1), Kind::SourceMissing));
    assert_eq!(
        with(&|d| d.folders.push(d.folders[0].clone())),
        told("folders", Some(1), Kind::AlreadyExists)
    );
    let file = text(&shop.data().join("first.txt"));
    assert_eq!(with(&|d| d.folders.push(file.clone())), told("folders", Some(1), bad));
    assert_eq!(with(&|d| d.sqlite.push(nowhere.clone())), told("sqlite", Some(0), Kind::SourceMissing));
    assert_eq!(with(&|d| d.sqlite.push(d.folders[0].clone())), told("sqlite", Some(0), bad));
    assert_eq!(with(&|d| d.exclude = vec!["*.x".into(), "[z-a]".into()]), told("exclude", Some(1), bad));
    assert_eq!(with(&|d| d.exclude = vec![" ".into()]), told("exclude", Some(0), bad));
    assert_eq!(with(&|d| d.exclude = vec!["x".into(); 1001]), told("exclude", None, bad));
    assert_eq!(with(&|d| d.include = vec!["x".repeat(5000)]), told("include", Some(0), bad));
    assert_eq!(with(&|d| d.to.clear()), told("to", None, bad));
    assert_eq!(with(&|d| d.to = vec!["nobody".into()]), told("to", Some(0), Kind::NotFound));
    assert_eq!(with(&|d| d.to = vec![file.clone()]).0, "to");
    let inside = text(&shop.data().join("copies"));
    assert_eq!(with(&|d| d.to.push(inside.clone())), told("to", Some(1), Kind::DestinationInsideSource));
    let around = text(shop.dir.path());
    assert_eq!(with(&|d| d.to.push(around.clone())), told("to", Some(1), Kind::DestinationInsideSource));
    assert_eq!(with(&|d| d.schedules = vec![daily(2), passed()]), told("schedules", Some(1), bad));
    let unknown = Schedule { zone: "Nowhere/Atlantis".into(), ..daily(2) };
    assert_eq!(with(&|d| d.schedules = vec![unknown.clone()]), told("schedules", Some(0), bad));
    let safety = Schedule { class: Class::Safety, ..daily(2) };
    assert_eq!(with(&|d| d.schedules = vec![safety.clone()]), told("schedules", Some(0), bad));
    assert_eq!(with(&|d| d.retention = Some(Retention::EMPTY)), told("retention", None, bad));
    assert_eq!(with(&|d| d.level = Some(Level::Number(10))), told("level", None, bad));
    assert_eq!(with(&|d| d.part_size = Some(1 << 20)), told("part_size", None, bad));
    assert_eq!(with(&|d| d.max_size = Some(0)), told("max_size", None, bad));
    assert_eq!(with(&|d| d.max_age_days = Some(0)), told("max_age_days", None, bad));
}

#[test]
fn several_mistakes_are_told_together_and_the_finer_name_is_kept() {
    let shop = Shop::new();
    let draft = PlanDraft {
        retention: Some(Retention { weekly: Some(0), ..Retention::default() }),
        schedules: vec![passed()],
        ..PlanDraft::default()
    };
    let found = problems(&shop, &draft, None);
    let fields: Vec<&str> = found.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["name", "folders", "to", "schedules", "retention"]);
    assert_eq!(found[4].error.get("rule"), Some("keep-weekly"));
    assert_eq!(found[3].error.get("rule"), Some("once"));
}

#[test]
fn what_a_plan_has_already_does_not_keep_its_owner_from_saving_the_rest() {
    let shop = Shop::new();
    let mut draft = shop.engine.plan_draft("shop").unwrap();
    std::fs::rename(shop.data(), shop.path("unplugged")).unwrap();
    draft.schedules = vec![daily(20)];
    assert!(problems(&shop, &draft, Some("shop")).is_empty());
    assert_eq!(shop.engine.replace_plan(Some("shop"), &draft).unwrap().schedules, [daily(20)]);
    draft.name = "copy of it".into();
    assert_eq!(problems(&shop, &draft, None)[0].kind, Kind::SourceMissing);
}

#[test]
fn the_next_runs_and_what_will_be_kept_are_foretold() {
    let shop = Shop::new();
    let sunday = resguardo_domain::Weekday::Sunday;
    let at = jiff::civil::time(20, 0, 0, 0);
    let rule = ScheduleRule::Week { day: sunday, at };
    let weekly = Schedule { rule, class: Class::Weekly, kind: Some(ArchiveKind::Full), ..daily(20) };
    let draft = PlanDraft { schedules: vec![passed(), daily(20), weekly], ..shop.draft(&[&shop.drive()]) };
    let preview = shop.engine.preview_plan(&draft, Some("shop"), 14).unwrap();
    let fields: Vec<_> =
        preview.problems.iter().map(|problem| (problem.field.as_str(), problem.index)).collect();
    assert_eq!(fields, [("schedules", Some(0))]);
    let told: Vec<u32> = preview.schedules.iter().map(|next| next.schedule).collect();
    assert_eq!((told, preview.runs.len()), (vec![1, 2], 14));
    let sundays: Vec<_> = preview.runs.iter().filter(|run| run.schedule == 2).collect();
    assert_eq!(sundays.len(), 2);
    assert!(sundays.iter().all(|run| run.also == [1] && run.kind == Some(ArchiveKind::Full)));
    assert!(sundays.iter().all(|run| run.due.local.weekday() == jiff::civil::Weekday::Sunday));
    let kept = preview.retention.unwrap();
    assert_eq!((kept.reasons["daily"], kept.reasons["weekly"], kept.reasons["monthly"]), (14, 8, 12));
    assert_eq!(kept.rows.len() as u64, kept.kept + kept.gone - kept.left_out);
    assert!(kept.rows.is_sorted_by(|a, b| a.at >= b.at) && kept.gone > 0 && kept.rows.len() <= 400);
    assert_eq!(kept.oldest, kept.rows.iter().filter(|row| !row.keep.is_empty()).map(|row| row.at).min());
    let none = PlanDraft { schedules: Vec::new(), ..draft.clone() };
    let quiet = shop.engine.preview_plan(&none, None, 5).unwrap();
    assert!(quiet.runs.is_empty() && quiet.retention.is_none() && quiet.prune.is_none());
    assert_eq!(shop.engine.preview_plan(&draft, None, 101).unwrap_err().get("field"), Some("dates"));
    assert_eq!(shop.engine.preview_plan(&draft, Some("none"), 5).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn the_snapshots_that_new_rules_would_delete_now_are_named_and_stay() {
    let shop = Shop::new();
    for n in 0..4 {
        shop.write("first.txt", format!("{n}"));
        shop.back_up_as(Some(ArchiveKind::Full));
    }
    let keep = |last: u32| PlanDraft {
        retention: Some(Retention { last: Some(last), ..Retention::EMPTY }),
        ..shop.engine.plan_draft("shop").unwrap()
    };
    let wide = shop.engine.preview_plan(&keep(9), Some("shop"), 1).unwrap().prune.unwrap();
    assert_eq!((wide.rows.len(), wide.deleted, wide.freed), (4, 0, 0));
    let narrow = shop.engine.preview_plan(&keep(3), Some("shop"), 1).unwrap().prune.unwrap();
    assert_eq!((narrow.deleted, narrow.rows[0].keep.is_empty(), narrow.refusal), (1, true, None));
    assert_eq!(narrow.freed, narrow.rows[0].bytes);
    assert_eq!(shop.snapshots().len(), 4);
    assert_eq!(shop.engine.plan("shop").unwrap().retention, Retention::default());
}
