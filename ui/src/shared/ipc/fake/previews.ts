/** What the scripted engine foretells of a draft: its next runs, what would be kept in time, what would go now. */
import { clock } from "../../clock.ts";
import type {
  PlanDraft,
  PlanPreview,
  PreviewRun,
  PruneReport,
  Retention,
  RetentionPreview,
  Schedule,
} from "../bindings.ts";
import { problemsOf } from "./drafts.ts";
import { duesBetween, type DueOf } from "./due.ts";
import { decide, type Judged } from "./retention.ts";
import type { World } from "./world.ts";

const DAY = 86_400_000;
const MOST_ROWS = 400;

/** The rules when a draft names none. */
export const usualRetention: Retention = { all: false, last: null, days: null, daily: 14, weekly: 8, monthly: 12 };

/** The answer of `plans.preview`. */
export function preview(world: World, draft: PlanDraft, plan: string | null, dates: number): PlanPreview {
  const problems = problemsOf(world, draft, plan);
  const wrong = problems.filter((problem) => problem.field === "schedules").map((problem) => problem.index);
  const schedules = draft.schedules ?? [];
  const rules = draft.retention ?? usualRetention;
  const sound = wrong.length === 0 && !problems.some((problem) => problem.field === "retention");
  const now = clock.now().getTime();
  const fit = schedules.map((_, number) => number).filter((number) => !wrong.includes(number));
  const next = (number: number) => {
    const one = schedules[number];
    return one ? (duesBetween([one], now + 1, now + 400 * DAY)[0]?.due ?? null) : null;
  };
  return {
    problems,
    schedules: fit.map((number) => ({ schedule: number, next: next(number) })),
    runs: wrong.length === 0 ? merged(schedules, duesBetween(schedules, now + 1, now + 400 * DAY)).slice(0, dates) : [],
    retention: sound && schedules.some((each) => each.every !== "once") ? simulated(schedules, rules, now) : null,
    prune: plan !== null && sound ? pruning(world, plan, rules, now) : null,
  };
}

const strength = { full: 3, differential: 2, incremental: 1 } as const;

/** What is due at one moment is one run, of the most that is asked for. */
function merged(schedules: readonly Schedule[], dues: readonly DueOf[]): PreviewRun[] {
  const runs: PreviewRun[] = [];
  for (const { due, schedule } of dues) {
    const one = schedules[schedule];
    if (!one) continue;
    const run: PreviewRun = { due, kind: one.kind, class: one.class, schedule, also: [] };
    const last = runs.at(-1);
    if (last?.due.at !== due.at) runs.push(run);
    else if (rank(run) > rank(last)) runs.splice(-1, 1, { ...run, also: [...last.also, last.schedule] });
    else last.also.push(schedule);
  }
  return runs;
}

function rank(run: PreviewRun): number {
  return run.kind ? strength[run.kind] : 0;
}

function simulated(schedules: readonly Schedule[], rules: Retention, now: number): RetentionPreview {
  const days = Math.max(
    rules.days ?? 0,
    rules.daily ?? 0,
    (rules.weekly ?? 0) * 7,
    (rules.monthly ?? 0) * 31,
    rules.last ?? 0,
  );
  const back = Math.min(rules.all ? 365 : days + 31, 1200);
  const rows: Judged[] = [];
  let chain: string[] = [];
  for (const [number, run] of merged(schedules, duesBetween(schedules, now - back * DAY, now)).entries()) {
    const full = run.kind === "full" || chain.length === 0 || (run.kind === null && chain.length >= 30);
    const id = `simulated-${number}`;
    rows.unshift({
      id,
      at: run.due.at,
      class: run.class,
      kind: full ? "full" : "incremental",
      needs: full ? [] : chain,
    });
    chain = full ? [id] : [...chain, id];
  }
  return told(rows, decide(rows, rules, now, schedules[0]?.zone ?? "UTC"));
}

function told(rows: readonly Judged[], decided: ReturnType<typeof decide>): RetentionPreview {
  const all = rows.map(({ id, at, class: of, kind }) => ({ id, at, class: of, kind, keep: decided.get(id) ?? [] }));
  const kept = all.filter((row) => row.keep.length > 0);
  const gone = all.filter((row) => row.keep.length === 0);
  const shown = [...kept, ...gone].slice(0, MOST_ROWS).sort((a, b) => b.at.localeCompare(a.at));
  const reasons: Record<string, number> = {};
  for (const row of kept) {
    for (const reason of new Set(row.keep.map((keep) => keep.reason))) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return {
    rows: shown,
    left_out: all.length - shown.length,
    kept: kept.length,
    gone: gone.length,
    reasons,
    oldest: kept.at(-1)?.at ?? null,
  };
}

/** What the rules would delete now of a plan. */
export function pruning(world: World, plan: string, rules: Retention, now: number): PruneReport {
  const snapshots = world.snapshots.filter((row) => row.plan === plan);
  const rows: Judged[] = snapshots
    .map((row) => ({
      id: row.id,
      at: row.created_at,
      class: row.class,
      kind: row.kind,
      needs: row.needs,
      pinned: row.pinned,
    }))
    .reverse();
  const decided = decide(rows, rules, now, clock.zone() ?? "UTC");
  const all = snapshots.map((row) => ({
    id: row.id,
    name: row.name,
    created_at: row.created_at,
    bytes: row.bytes_stored,
    keep: decided.get(row.id) ?? [],
  }));
  const gone = all.filter((row) => row.keep.length === 0);
  return {
    rows: all,
    deleted: gone.length,
    freed: gone.reduce((sum, row) => sum + row.bytes, 0),
    refusal: gone.length * 2 > all.length ? "more_than_half" : null,
  };
}
