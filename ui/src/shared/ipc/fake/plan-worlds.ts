/** Worlds in which something is the matter with a plan. */
import { clock } from "../../clock.ts";
import { pruning, usualRetention } from "./previews.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

const DAYS_OF_EXTRA = ["snap-020", "snap-023", "snap-027", "snap-062", "snap-065", "snap-069"];
const DAYS_BY_HAND = ["snap-022", "snap-085"];

/** A plan whose rules have been at work for long: little is left to go. */
function pruned(world: World): void {
  const kept = new Set(
    pruning(world, "Consultorio", usualRetention, clock.now().getTime())
      .rows.filter((row) => row.keep.length > 0)
      .map((row) => row.id),
  );
  world.snapshots = world.snapshots
    .filter((row) => kept.has(row.id) || DAYS_OF_EXTRA.includes(row.id) || DAYS_BY_HAND.includes(row.id))
    .map((row) => (DAYS_BY_HAND.includes(row.id) ? { ...row, class: "manual" } : row));
}

/** A plan with a folder that can no longer be read. */
function broken(world: World): void {
  world.plans = world.plans.map((plan, number) => {
    const [first, ...rest] = plan.sources;
    if (number > 0 || !first) return plan;
    return { ...plan, sources: [{ ...first, path: "/srv/prohibida/Documentos" }, ...rest] };
  });
}

/** A plan that its owner paused until tomorrow. */
function paused(world: World): void {
  world.pauses.plans = { "plan-1": { until: new Date(clock.now().getTime() + 24 * 3_600_000).toISOString() } };
}

/** The worlds by name. */
export const planWorlds: Record<string, Scenario> = {
  "plan-pruned": pruned,
  "plan-broken": broken,
  "plan-paused": paused,
};
