/** The worlds of the first run: a first copy that runs, ends well or fails, and computers on which more or less is found. */
import type { EngineError, Operation } from "../bindings.ts";
import { engineError } from "./errors.ts";
import { hoursFromNow } from "./handlers.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

/** Lets a running operation be so far. */
export function advance(world: World, id: string, share: number): void {
  const total = { entries: 21_696, bytes: 45_186_000_000 };
  world.running = world.running.map((each) =>
    each.operation.id === id
      ? {
          ...each,
          sample: {
            phase: "archive",
            entries: Math.floor(total.entries * share),
            bytes: Math.floor(total.bytes * share),
            total_entries: total.entries,
            total_bytes: total.bytes,
            issues: 0,
            current: "files/Documentos/Presupuestos/2026/Tarifas 2026.xlsx",
          },
        }
      : each,
  );
  world.changed();
}

/** Ends a running operation: well, with what it did, or with an error. */
export function end(world: World, id: string, how: { result: object } | { error: EngineError }): void {
  const running = world.running.find((each) => each.operation.id === id);
  if (!running) return;
  const failed = "error" in how;
  const operation: Operation = {
    ...running.operation,
    state: failed ? "failed" : "succeeded",
    ended_at: hoursFromNow(0),
    error: failed ? how.error : null,
    result: failed ? null : JSON.stringify(how.result),
  };
  world.running = world.running.filter((each) => each !== running);
  const plan = world.plans.find((each) => each.id === operation.plan)?.name ?? null;
  world.operations = [{ ...operation, plan_name: plan }, ...world.operations];
  world.changed("operations", "snapshots");
}

/** What the first copy did. */
export function copied(world: World): { result: object } {
  return {
    result: {
      snapshot: "snap-first",
      kind: "full",
      name: "backup_daily_20260312_094800",
      files: 21_696,
      bytes_total: 45_186_000_000,
      bytes_stored: 31_200_000_000,
      added: 21_696,
      changed: 0,
      removed: 0,
      present: world.destinations.map((place) => place.name),
      waiting: [],
    },
  };
}

/** What the proof did. */
export function proven(world: World): { result: object } {
  return {
    result: {
      snapshot: "snap-first",
      name: "backup_daily_20260312_094800",
      destination: world.destinations[0]?.name ?? "",
      extent: "one_file",
      files: 1,
      bytes: 94_000,
      databases: 0,
      file: "files/Documentos/Presupuestos/2026/Tarifas 2026.xlsx",
    },
  };
}

/** What becomes of operations that begin, by their verb. */
function plays(world: World, how: { back_up: (id: string) => void; drill?: (id: string) => void }): void {
  world.began = (id, verb) => {
    const play = verb === "back_up" ? how.back_up : how.drill;
    if (play) setTimeout(() => play(id));
  };
}

/** The worlds of the first run, from an empty one. */
export function firstRunWorlds(fresh: Scenario): Record<string, Scenario> {
  const from =
    (change: Scenario): Scenario =>
    (world) => {
      fresh(world);
      change(world);
    };
  return {
    fresh: from((world) =>
      plays(world, {
        back_up: (id) => {
          advance(world, id, 0.04);
          setTimeout(() => advance(world, id, 0.04042), 1000);
        },
      }),
    ),
    "fresh-copied": from((world) =>
      plays(world, {
        back_up: (id) => end(world, id, copied(world)),
        drill: (id) => end(world, id, proven(world)),
      }),
    ),
    "fresh-proving": from((world) => plays(world, { back_up: (id) => end(world, id, copied(world)) })),
    "fresh-unproven": from((world) =>
      plays(world, {
        back_up: (id) => end(world, id, copied(world)),
        drill: (id) => end(world, id, { error: engineError("verify_failed", "run the operation") }),
      }),
    ),
    "fresh-copy-fails": from((world) =>
      plays(world, {
        back_up: (id) => end(world, id, { error: engineError("destination_full", "run the operation") }),
      }),
    ),
    "fresh-one-disk": from((world) => {
      world.found.places = world.found.places.filter((place) => place.same_disk);
    }),
    "fresh-nothing-found": from((world) => {
      world.found = { ...world.found, sources: [], databases: { databases: [], complete: true } };
    }),
    "fresh-looking": from((world) => {
      for (const name of ["suggestions.measure", "suggestions.databases", "suggestions.places"]) world.silent.add(name);
    }),
    "fresh-damaged": from((world) => {
      world.found.copies["/media/marta/Copias/Resguardo"] = {
        snapshots: 181,
        found: 181,
        plans: ["Consultorio"],
        problems: [
          {
            name: "Consultorio/daily/backup_daily_20260211_190000_manifest.json",
            error: engineError("archive_damaged", "run the operation"),
          },
        ],
      };
    }),
  };
}
