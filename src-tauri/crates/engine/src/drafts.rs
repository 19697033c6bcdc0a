//! The editor of plans: a plan as a draft, every mistake in a draft named by its field, and a draft that takes a plan's place.

use std::path::PathBuf;

use resguardo_domain::{
    Class, Error, FolderFilter, Keep, Kind, Level, Plan, PlanId, PlanOptions, Result, Retention, Schedule,
    Simulated, SourceConfig, SourceId, SourceSpec, next_runs, simulate, validate_plan_name,
};
use resguardo_sources::FolderSource;

use crate::Engine;
use crate::destinations::named_path;
use crate::plans::{MIN_PART, filter_of, source_path};
use crate::requests::{
    DraftProblem, PlanDraft, PlanPreview, PreviewRun, RetentionPreview, ScheduleNext, SimulatedRow,
};

/// Rows of a simulation that are told.
const MOST_ROWS: usize = 400;
/// Runs that are told.
const MOST_RUNS: u32 = 100;
/// Elements of a list, and characters of one: a slip of the clipboard, not a wish.
const MOST_ELEMENTS: usize = 1000;
const MOST_CHARACTERS: usize = 4096;

/// Mistakes as they are found.
#[derive(Default)]
struct Problems(Vec<DraftProblem>);

impl Problems {
    /// Notes how looking at a field ended. The field's finer name, where the rule that refused it has one, stays as `rule`.
    fn note(&mut self, field: &str, index: Option<usize>, looked: Result<()>) {
        let Err(mut error) = looked else { return };
        for fact in error.facts.iter_mut().filter(|fact| fact.name == "field" && fact.value != field) {
            "rule".clone_into(&mut fact.name);
        }
        error.facts.retain(|fact| fact.name != "field");
        error = error.fact("field", field);
        if let Some(index) = index {
            error = error.fact("index", index);
        }
        let index = index.and_then(|index| u32::try_from(index).ok());
        self.0.push(DraftProblem { field: field.to_owned(), index, kind: error.kind, error });
    }

    fn each<T>(&mut self, field: &str, all: &[T], mut look: impl FnMut(&T) -> Result<()>) {
        for (index, one) in all.iter().take(MOST_ELEMENTS).enumerate() {
            self.note(field, Some(index), look(one));
        }
        if all.len() > MOST_ELEMENTS {
            let error = Error::invalid(field, all.len(), "too many").fact("limit", MOST_ELEMENTS);
            self.note(field, None, Err(error));
        }
    }

    /// The first one as an error.
    fn first(self) -> Result<()> {
        self.0.into_iter().next().map_or(Ok(()), |problem| Err(problem.error))
    }
}

impl Engine {
    /// A plan as its editor shows it.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown plan.
    pub fn plan_draft(&self, name: &str) -> Result<PlanDraft> {
        let plan = self.plan(name)?;
        let names = self.place_names()?;
        let to = plan.destinations.iter().filter_map(|id| names.iter().find(|(known, _)| known == id));
        let paths = |kind: &str| {
            let of_kind = plan.sources.iter().filter(|source| source.config.kind() == kind);
            of_kind.map(|source| SourceConfig::encode_path(&source.config.path())).collect()
        };
        let filter = filter_of_plan(&plan);
        Ok(PlanDraft {
            name: plan.name.clone(),
            folders: paths("folder"),
            sqlite: paths("sqlite"),
            exclude: filter.exclude,
            include: filter.include,
            default_excludes: Some(filter.default_excludes),
            one_file_system: Some(filter.one_file_system),
            max_size: filter.max_size,
            max_age_days: filter.max_age_days,
            to: to.map(|(_, name)| name.clone()).collect(),
            schedules: plan.schedules,
            retention: Some(plan.retention),
            level: Some(plan.options.level),
            part_size: plan.options.part_size,
        })
    }

    /// Puts a draft in a plan's place, whole; without a name it becomes a new plan. Sources that stay keep their ids and labels.
    ///
    /// # Errors
    /// The first mistake of the draft, with the fact `field` (see [`DraftProblem`]), and what making a destination says. The plan
    /// stays as it was then.
    pub fn replace_plan(&self, name: Option<&str>, draft: &PlanDraft) -> Result<Plan> {
        let known = name.map(|name| self.plan(name)).transpose()?;
        self.problems(draft, known.as_ref())?.first()?;
        let mut plan = Plan {
            id: known
                .as_ref()
                .map_or_else(|| PlanId::from_random(self.cx.random_bits()), |plan| plan.id.clone()),
            name: draft.name.clone(),
            sources: Vec::new(),
            destinations: Vec::new(),
            schedules: draft.schedules.clone(),
            retention: draft.retention.clone().unwrap_or_default(),
            options: PlanOptions { level: draft.level.unwrap_or_default(), part_size: draft.part_size },
        };
        self.replace_sources(&mut plan, draft, known.as_ref())?;
        plan.destinations = self.make_destinations(&draft.to)?;
        self.catalog.save_plan(&self.cx, &plan)?;
        self.reload();
        let before = known.map(|plan| plan.destinations).unwrap_or_default();
        if !before.is_empty() {
            self.tell_after_change(&[before, plan.destinations.clone()].concat());
        }
        Ok(plan)
    }

    /// The sources of a draft: those that are known keep what is theirs and come first, so that a new one never takes their label.
    fn replace_sources(&self, plan: &mut Plan, draft: &PlanDraft, known: Option<&Plan>) -> Result<()> {
        let filter = filter_of(draft);
        let keeps_filters = known.is_some_and(|known| filter_of_plan(known) == filter);
        let wanted = |source: &SourceSpec| {
            let list = if source.config.kind() == "sqlite" { &draft.sqlite } else { &draft.folders };
            list.iter().any(|path| is_at(source, path))
        };
        for source in known.map(|plan| plan.sources.as_slice()).unwrap_or_default() {
            let mut source = source.clone();
            if let SourceConfig::Folder { filter: own, .. } = &mut source.config
                && !keeps_filters
            {
                own.clone_from(&filter);
            }
            plan.sources.extend(wanted(&source).then_some(source));
        }
        let fresh = |paths: &[String], kind: &str| -> Vec<String> {
            let is_known =
                |path: &String| plan.sources.iter().any(|s| s.config.kind() == kind && is_at(s, path));
            paths.iter().filter(|path| !is_known(path)).cloned().collect()
        };
        let (folders, sqlite) = (fresh(&draft.folders, "folder"), fresh(&draft.sqlite, "sqlite"));
        self.add_sources(plan, &folders, &sqlite, &filter)
    }

    /// What a draft would do: its mistakes, its next runs, what would be kept after long, and what would go now.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown plan; [`Kind::InvalidInput`] with the field `dates`. Mistakes of the draft are part of the
    /// answer.
    pub fn preview_plan(&self, draft: &PlanDraft, plan: Option<&str>, dates: u32) -> Result<PlanPreview> {
        if dates > MOST_RUNS {
            return Err(Error::invalid("dates", dates, "too many").fact("limit", MOST_RUNS));
        }
        let known = plan.map(|name| self.plan(name)).transpose()?;
        let problems = self.problems(draft, known.as_ref())?.0;
        let is_wrong = |field: &str| problems.iter().any(|problem| problem.field == field);
        let now = self.cx.now();
        let sound: Vec<(u32, Schedule)> = (0..).zip(draft.schedules.iter().cloned()).collect();
        let wrong = |at: u32| problems.iter().any(|p| p.field == "schedules" && p.index == Some(at));
        let (numbers, sound): (Vec<u32>, Vec<Schedule>) =
            sound.into_iter().filter(|(at, _)| !wrong(*at)).unzip();
        let number = |at: usize| numbers.get(at).copied().unwrap_or_default();
        let mut preview = PlanPreview::default();
        for (at, schedule) in sound.iter().enumerate() {
            preview.schedules.push(ScheduleNext { schedule: number(at), next: schedule.due(now)?.next() });
        }
        for run in next_runs(&sound, now, dates as usize)? {
            let Schedule { kind, class, .. } = sound[run.schedule];
            let also = run.also.iter().map(|at| number(*at)).collect();
            preview.runs.push(PreviewRun { due: run.due, kind, class, schedule: number(run.schedule), also });
        }
        if !is_wrong("retention") {
            let rules = draft.retention.clone().unwrap_or_default();
            let zone = jiff::tz::TimeZone::system();
            let simulated = simulate(&sound, &rules, now, &zone)?;
            preview.retention = (!simulated.is_empty()).then(|| retention_preview(simulated));
            preview.prune = known.as_ref().map(|plan| self.prune_by(plan, &rules)).transpose()?;
        }
        preview.problems = problems;
        Ok(preview)
    }

    /// Every mistake of a draft that takes a plan's place, or becomes a new one. What the plan has already is not refused because it
    /// is not there just now, or has passed.
    fn problems(&self, draft: &PlanDraft, known: Option<&Plan>) -> Result<Problems> {
        let mut problems = Problems::default();
        problems.note("name", None, self.check_name(&draft.name, known));
        self.look_at_sources(&mut problems, draft, known);
        for (field, patterns) in [("exclude", &draft.exclude), ("include", &draft.include)] {
            problems.each(field, patterns, |pattern| self.check_pattern(field, pattern));
        }
        problems.note("max_size", None, not_zero("max_size", draft.max_size));
        problems.note("max_age_days", None, not_zero("max_age_days", draft.max_age_days.map(u64::from)));
        self.look_at_destinations(&mut problems, draft);
        let (now, schedules) =
            (self.cx.now(), known.map(|plan| plan.schedules.as_slice()).unwrap_or_default());
        problems.each("schedules", &draft.schedules, |schedule| match schedule.class {
            Class::Safety => Err(Error::invalid("class", schedule.class, "not a class of a schedule")),
            _ if schedules.contains(schedule) => schedule.validate(),
            _ => schedule.validate_new(now),
        });
        problems.note("retention", None, draft.retention.as_ref().map_or(Ok(()), Retention::validate));
        let level = match draft.level {
            Some(Level::Number(number @ 10..)) => Err(Error::invalid("level", number, "expected 0 to 9")),
            _ => Ok(()),
        };
        problems.note("level", None, level);
        let part = match draft.part_size {
            Some(size) if size < MIN_PART => Err(Error::invalid("part_size", size, "at least 4 MiB")),
            _ => Ok(()),
        };
        problems.note("part_size", None, part);
        Ok(problems)
    }

    fn check_name(&self, name: &str, known: Option<&Plan>) -> Result<()> {
        validate_plan_name(name)?;
        match self.catalog.plan_by_name(name)? {
            Some(taken) if known.is_none_or(|known| known.id != taken.id) => {
                Err(Error::new(Kind::AlreadyExists, "save the plan")
                    .fact("what", "plan")
                    .fact("name", taken.name))
            }
            _ => Ok(()),
        }
    }

    fn look_at_sources(&self, problems: &mut Problems, draft: &PlanDraft, known: Option<&Plan>) {
        for (field, kind, paths) in
            [("folders", "folder", &draft.folders), ("sqlite", "sqlite", &draft.sqlite)]
        {
            let mut seen = Vec::new();
            let sources = known.map(|plan| plan.sources.as_slice()).unwrap_or_default();
            problems.each(field, paths, |path| {
                let is_known =
                    sources.iter().any(|source| source.config.kind() == kind && is_at(source, path));
                let found = if is_known { named_path(path, field)? } else { source_path(path, kind, field)? };
                if seen.contains(&found) {
                    return Err(Error::new(Kind::AlreadyExists, "add the source")
                        .fact("what", "source")
                        .fact("name", found.display()));
                }
                seen.push(found);
                Ok(())
            });
        }
        if draft.folders.is_empty() && draft.sqlite.is_empty() {
            let nothing = Error::invalid("folders", "", "a plan needs something to copy");
            problems.note("folders", None, Err(nothing));
        }
    }

    fn check_pattern(&self, field: &str, pattern: &str) -> Result<()> {
        if pattern.trim().is_empty() || pattern.chars().count() > MOST_CHARACTERS {
            return Err(Error::invalid(field, pattern, "a pattern is needed").fact("limit", MOST_CHARACTERS));
        }
        let patterns = vec![pattern.to_owned()];
        let (exclude, include) =
            if field == "exclude" { (patterns, Vec::new()) } else { (Vec::new(), patterns) };
        let filter = FolderFilter { exclude, include, ..FolderFilter::default() };
        let root = self.home.root();
        let config = SourceConfig::Folder { path: SourceConfig::encode_path(root), filter: filter.clone() };
        let spec = SourceSpec { id: SourceId::from_random(0), label: "pattern".to_owned(), config };
        FolderSource::new(&spec, root.to_owned(), &filter, Vec::new(), self.home.temp(), 1).map(drop)
    }

    fn look_at_destinations(&self, problems: &mut Problems, draft: &PlanDraft) {
        let folders: Vec<PathBuf> =
            draft.folders.iter().filter_map(|path| named_path(path, "folders").ok()).collect();
        problems.each("to", &draft.to, |name| {
            self.check_names_destination(name)?;
            self.check_destination(&folders, name)
        });
        if draft.to.is_empty() {
            problems.note("to", None, Err(Error::invalid("to", "", "a plan needs a destination")));
        }
    }
}

/// Whether a source reads from a path as a draft names it.
fn is_at(source: &SourceSpec, path: &str) -> bool {
    named_path(path, "path").is_ok_and(|path| source.config.path() == path)
}

/// The filter that all folders of a plan have, or that of the first where they differ.
fn filter_of_plan(plan: &Plan) -> FolderFilter {
    let of_folder = |source: &SourceSpec| match &source.config {
        SourceConfig::Folder { filter, .. } => Some(filter.clone()),
        SourceConfig::Sqlite { .. } => None,
    };
    plan.sources.iter().find_map(of_folder).unwrap_or_default()
}

fn not_zero(field: &str, value: Option<u64>) -> Result<()> {
    if value == Some(0) { Err(Error::invalid(field, 0, "nothing would be copied")) } else { Ok(()) }
}

fn retention_preview(simulated: Vec<Simulated>) -> RetentionPreview {
    let mut preview = RetentionPreview::default();
    let (mut kept, mut gone): (Vec<Simulated>, Vec<Simulated>) =
        simulated.into_iter().rev().partition(|row| !row.keep.is_empty());
    preview.kept = kept.len() as u64;
    preview.gone = gone.len() as u64;
    preview.oldest = kept.last().map(|row| row.at);
    for keep in kept.iter().flat_map(|row| &row.keep) {
        *preview.reasons.entry(word_of(keep).to_owned()).or_default() += 1;
    }
    kept.truncate(MOST_ROWS);
    gone.truncate(MOST_ROWS - kept.len());
    preview.left_out = preview.kept + preview.gone - (kept.len() + gone.len()) as u64;
    kept.append(&mut gone);
    kept.sort_by_key(|row| std::cmp::Reverse(row.at));
    let told = |row: Simulated| {
        let Simulated { id, at, class, kind, keep } = row;
        SimulatedRow { id, at, class, kind, keep }
    };
    preview.rows = kept.into_iter().map(told).collect();
    preview
}

/// The word of a reason, as on the wire.
fn word_of(keep: &Keep) -> &'static str {
    match keep {
        Keep::All => "all",
        Keep::Last { .. } => "last",
        Keep::Days => "days",
        Keep::Daily { .. } => "daily",
        Keep::Weekly { .. } => "weekly",
        Keep::Monthly { .. } => "monthly",
        Keep::Pinned => "pinned",
        Keep::Manual => "manual",
        Keep::Safety => "safety",
        Keep::NotVerified => "not_verified",
        Keep::Damaged => "damaged",
        Keep::Refused => "refused",
        Keep::Future => "future",
        Keep::LastRestorePoint => "last_restore_point",
        Keep::NeededBy { .. } => "needed_by",
    }
}
