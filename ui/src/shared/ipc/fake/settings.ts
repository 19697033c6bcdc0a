/** What the owner chose for the window and the computer, and what a technician asks for. */
import type { DoctorFinding, JsonValue } from "../bindings.ts";
import { invalid, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

function exported(world: World): JsonValue {
  const plans = world.plans.map(({ id, name }) => ({ id, name }));
  return { format: 1, plans, destinations: world.destinations.map(({ id, name, root }) => ({ id, name, root })) };
}

/** Takes plans in; what is no configuration changes nothing. */
function imported(world: World, config: JsonValue): string[] {
  const plans = typeof config === "object" && config !== null && !Array.isArray(config) ? config["plans"] : undefined;
  if (!Array.isArray(plans))
    throw invalid("file", "", { es: "Esto no es una configuración", en: "This is not a configuration" });
  world.changed("plans", "destinations");
  return plans.map((plan) => String((plan as { name?: string }).name));
}

function findings(world: World): DoctorFinding[] {
  const fine = (what: string, name: string, amount: number | null = null): DoctorFinding => ({
    level: "ok",
    what,
    name,
    amount,
    error: null,
  });
  const places = world.destinations.map((place): DoctorFinding => {
    if (place.connected) return fine("destination", place.name);
    const facts = [{ name: "destination", value: place.name }];
    const error = { kind: "destination_absent", retry: "after_user", doing: "look", facts, cause: null } as const;
    return { ...fine("destination", place.name), level: "warning", error };
  });
  const waiting = world.snapshots.filter((row) => row.state === "waiting").length;
  return [
    fine("catalog", `${world.found.computer.home}/catalog.db`),
    fine("home", world.found.computer.home, 88_000_000_000),
    ...places,
    ...world.plans.flatMap((plan) => plan.sources).map((source) => fine("source", source.path)),
    ...(waiting > 0 ? [{ ...fine("uploads", world.plans[0]?.name ?? "", waiting), level: "warning" }] : []),
    ...world.findings,
  ];
}

export const settings: Handlers = {
  "settings.show": (world) => world.settings,
  "settings.save": (world, settings) => {
    const size = settings.text_size;
    if (size !== null && (size < 80 || size > 200))
      throw invalid("text_size", String(size), { es: "El tamaño no sirve", en: "The size can't be used" });
    world.settings = { ...world.settings, ...settings };
    world.changed("settings");
    return world.settings;
  },
  "startup.show": (world) => world.startup,
  "startup.save": (world, { at_login, watchdog }) => {
    world.startup = { at_login, watchdog };
    world.changed("settings");
    return { ...world.startup, refused: world.refused };
  },
  "updates.look": (world) => world.update,
  "doctor.examine": findings,
  "config.export": exported,
  "config.save": (world, { file }) => {
    world.saved.push(file);
    return null;
  },
  "config.import": imported,
};
