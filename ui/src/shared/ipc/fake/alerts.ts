/** What is wrong, and what was lately. */
import type { Handlers } from "./handlers.ts";
import type { World } from "./world.ts";
import type { Names } from "../bindings.ts";

/** The owner's names. */
export function names(world: World): Names {
  return {
    plans: Object.fromEntries(world.plans.map((plan) => [plan.id, plan.name])),
    destinations: Object.fromEntries(world.destinations.map((place) => [place.id, place.name])),
    sources: Object.fromEntries(world.plans.flatMap((plan) => plan.sources.map((source) => [source.id, source.label]))),
  };
}

export const alerts: Handlers = {
  "alerts.list": (world) => ({ alerts: world.alerts, names: names(world) }),
};
