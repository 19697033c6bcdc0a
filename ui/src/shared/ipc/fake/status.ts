/** The state of the business. */
import type { Handlers } from "./handlers.ts";
import { names } from "./alerts.ts";

export const status: Handlers = {
  "status.tell": (world, { language }) => world.status(language === "spanish" ? "es" : "en"),
  "status.show": (world) => ({
    state: world.status("es").state,
    reason: null,
    action: null,
    reasons: [],
    names: names(world),
    plans: world.plans.map((plan) => {
      const rows = world.snapshots.filter((row) => row.plan === plan.name);
      return {
        id: plan.id,
        plan: plan.name,
        last: rows.at(-1) ?? null,
        snapshots: rows.length,
        waiting: rows.filter((row) => row.state === "waiting").length,
        running: world.running.find((each) => each.operation.plan === plan.id)?.operation.id ?? null,
        failure: null,
      };
    }),
  }),
};
