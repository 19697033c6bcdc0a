/** The state of the business. */
import type { PlanStatus, StatusView } from "../bindings.ts";
import { names } from "./alerts.ts";
import type { Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

function planStatus(world: World, id: string, plan: string): PlanStatus {
  const rows = world.snapshots.filter((row) => row.plan === plan);
  const run = world.operations.find((row) => row.verb === "back_up" && row.plan === id && row.state !== "running");
  const waits = world.uploads.filter((upload) => rows.some((row) => row.id === upload.snapshot)).length;
  return {
    id,
    plan,
    last: rows.at(-1) ?? null,
    snapshots: rows.length,
    waiting: Math.max(waits, rows.filter((row) => row.state === "waiting").length),
    running: world.running.find((each) => each.operation.plan === id)?.operation.id ?? null,
    failure: run?.state === "failed" ? run.error : null,
  };
}

function statusView(world: World): StatusView {
  const told = world.status("es");
  const [main] = told.lines;
  return {
    state: told.state,
    reason: main?.reason ?? null,
    action: main?.action ?? null,
    reasons: told.lines.map((line) => line.reason),
    // The destination that its worlds take away, or let fall behind, is the one elsewhere.
    lacking: ["absent", "behind"].includes(main?.reason.reason ?? "") ? "away" : null,
    names: names(world),
    plans: world.plans.map((plan) => planStatus(world, plan.id, plan.name)),
  };
}

export const status: Handlers = {
  "status.tell": (world, { language }) => world.status(language === "spanish" ? "es" : "en"),
  "status.show": statusView,
};
