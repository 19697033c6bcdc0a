/** What is wrong with a draft, by the rules of the real engine, and the same as the error that saving ends with. */
import { clock } from "../../clock.ts";
import type { DraftProblem, Kind, Plan, PlanDraft, Schedule, Told } from "../bindings.ts";
import { duesBetween } from "./due.ts";
import { engineError, tellError } from "./errors.ts";
import type { World } from "./world.ts";

/** Folders and files that are not there, for tests of what is said then. */
const ABSENT = "/no-";
const YEAR = 366 * 86_400_000;
const SMALLEST_PART = 4 * 1024 * 1024;

/** Every mistake. What the plan has already is not refused because it is not there just now, or has passed. */
export function problemsOf(world: World, draft: PlanDraft, plan: string | null): DraftProblem[] {
  const known = world.plans.find((each) => each.name === plan);
  return [
    ...nameProblems(world, draft.name ?? "", known),
    ...sourceProblems(draft, known),
    ...patternProblems("exclude", draft.exclude ?? []),
    ...patternProblems("include", draft.include ?? []),
    ...placeProblems(world, draft),
    ...(draft.schedules ?? []).flatMap((schedule, index) => scheduleProblems(schedule, index, known)),
    ...ruleProblems(draft),
  ];
}

/** The first mistake as the error of saving; `undefined` when there is none. */
export function firstMistake(world: World, draft: PlanDraft, plan: string | null): Told | undefined {
  const [problem] = problemsOf(world, draft, plan);
  return problem && tellError(problem.error);
}

function problem(kind: Kind, field: string, index: number | null, facts: Record<string, string>): DraftProblem {
  const place: Record<string, string> = index === null ? { field } : { field, index: String(index) };
  return { field, index, kind, error: engineError(kind, "check the draft", { ...facts, ...place }, null) };
}

function invalid(field: string, index: number | null, value: string): DraftProblem {
  return problem("invalid_input", field, index, { value });
}

function nameProblems(world: World, name: string, known: Plan | undefined): DraftProblem[] {
  const length = [...name].length;
  if (length === 0 || length > 64 || /[/\\:*?"<>|@]/.test(name) || /^[ .-]|[ .]$/.test(name)) {
    return [invalid("name", null, name)];
  }
  const taken = world.plans.some((each) => each.name === name && each !== known);
  return taken ? [problem("already_exists", "name", null, { what: "plan", name })] : [];
}

function sourceProblems(draft: PlanDraft, known: Plan | undefined): DraftProblem[] {
  const [folders, files] = [draft.folders ?? [], draft.sqlite ?? []];
  const absent = (field: string) => (path: string, index: number) => {
    const isKnown = known?.sources.some((source) => source.path === path);
    return path.startsWith(ABSENT) && !isKnown ? [problem("source_missing", field, index, { path })] : [];
  };
  const nothing = folders.length + files.length === 0 ? [invalid("folders", null, "")] : [];
  return [...folders.flatMap(absent("folders")), ...files.flatMap(absent("sqlite")), ...nothing];
}

function placeProblems(world: World, draft: PlanDraft): DraftProblem[] {
  const to = draft.to ?? [];
  if (to.length === 0) return [invalid("to", null, "")];
  return to.flatMap((name, index) => {
    const root = world.destinations.find((place) => place.name === name)?.root ?? name;
    const holds = (outer: string, inner: string) => `${inner}/`.startsWith(`${outer}/`);
    const path = (draft.folders ?? []).find((folder) => holds(folder, root) || holds(root, folder));
    return path ? [problem("destination_inside_source", "to", index, { destination: root, path })] : [];
  });
}

function scheduleProblems(schedule: Schedule, index: number, known: Plan | undefined): DraftProblem[] {
  const isKnown = known?.schedules.some((each) => JSON.stringify(each) === JSON.stringify(schedule));
  const now = clock.now().getTime();
  if (isKnown || schedule.off || duesBetween([schedule], now + 1, now + YEAR).length > 0) return [];
  return [invalid("schedules", index, schedule.every === "once" ? schedule.at : schedule.every)];
}

function ruleProblems(draft: PlanDraft): DraftProblem[] {
  const found: DraftProblem[] = [];
  const rules = draft.retention;
  const all = rules ? [rules.last, rules.days, rules.daily, rules.weekly, rules.monthly] : [];
  if (rules && !rules.all && all.every((rule) => rule === null)) found.push(invalid("retention", null, ""));
  if (draft.part_size != null && draft.part_size < SMALLEST_PART) {
    found.push(invalid("part_size", null, String(draft.part_size)));
  }
  return found;
}

function patternProblems(field: string, patterns: readonly string[]): DraftProblem[] {
  return patterns.flatMap((pattern, index) => (/\[[^\]]*$/.test(pattern) ? [invalid(field, index, pattern)] : []));
}
