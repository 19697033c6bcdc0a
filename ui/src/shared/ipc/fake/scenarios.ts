/** The states of the world that pictures and tests ask for by name. Each feature adds its own in a table of its own. */
import type { StatusTold } from "../bindings.ts";
import type { World } from "./world.ts";

/** What makes a world another one. */
export type Scenario = (world: World) => void;

const protectedTold: Record<"es" | "en", StatusTold> = {
  es: { state: "protected", title: "Tu negocio está protegido", short: "Todo en orden", lines: [] },
  en: { state: "protected", title: "Your business is protected", short: "All is well", lines: [] },
};
const toStart: Record<"es" | "en", StatusTold> = {
  es: { state: "to_start", title: "Todavía no hay nada protegido", short: "Sin configurar", lines: [] },
  en: { state: "to_start", title: "Nothing is protected yet", short: "Not set up", lines: [] },
};

function empty(world: World): void {
  world.plans = [];
  world.destinations = [];
  world.snapshots = [];
  world.operations = [];
  world.status = (language) => toStart[language];
}

/** The scenarios by name. */
export const scenarios = {
  protectedStatus: (language: "es" | "en"): StatusTold => protectedTold[language],
  worlds: {
    protected: () => undefined,
    empty,
    fresh: (world) => {
      empty(world);
      world.settings = { ...world.settings, first_run_done: false };
    },
  } as Record<string, Scenario>,
};
