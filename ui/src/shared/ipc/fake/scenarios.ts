/** The states of the world that pictures and tests ask for by name. Each feature adds its own in a table of its own. */
import type { StatusTold } from "../bindings.ts";
import { restoreWorlds } from "./restore-worlds.ts";
import { firstRunWorlds } from "./first-run-worlds.ts";
import { activityWorlds } from "./activity-worlds.ts";
import { historyWorlds } from "./history-worlds.ts";
import { firstPlaces } from "./places.ts";
import { planWorlds } from "./plan-worlds.ts";
import { states } from "./states.ts";
import type { World } from "./world.ts";

/** What makes a world another one. */
export type Scenario = (world: World) => void;

const protectedTold: Record<"es" | "en", StatusTold> = {
  es: { state: "protected", title: "Tu negocio está protegido", word: "Todo en orden", lines: [] },
  en: { state: "protected", title: "Your business is protected", word: "All is well", lines: [] },
};
const toStart: Record<"es" | "en", StatusTold> = {
  es: { state: "to_start", title: "Todavía no hay nada protegido", word: "Sin configurar", lines: [] },
  en: { state: "to_start", title: "Nothing is protected yet", word: "Not set up", lines: [] },
};

function empty(world: World): void {
  world.plans = [];
  world.destinations = [];
  world.snapshots = [];
  world.operations = [];
  world.found.places = firstPlaces();
  world.status = (language) => toStart[language];
}

/** The scenarios by name. */
export const scenarios = {
  protectedStatus: (language: "es" | "en"): StatusTold => protectedTold[language],
  worlds: {
    ...restoreWorlds,
    protected: () => undefined,
    ...states,
    empty,
    ...planWorlds,
    ...firstRunWorlds((world) => {
      empty(world);
      world.settings = { ...world.settings, first_run_done: false };
    }),
    ...historyWorlds,
    ...activityWorlds,
  } as Record<string, Scenario>,
};
