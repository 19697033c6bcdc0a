/**
 * The scripted engine: what the window runs on in a plain browser, for development, tests and pictures. `?fake=<scenario>` names the
 * world, `&language=es|en` its language; its clock stands still unless `&clock=runs` is there.
 */
import { clock } from "../../clock.ts";
import type { Topic } from "../bindings.ts";
import type { CommandName } from "../client.ts";
import type { Host } from "../host.ts";
import { commands } from "./commands.ts";
import { notFound } from "./handlers.ts";
import { makeWorld, type World } from "./world.ts";

/** The moment of the mockups. */
const MOMENT = new Date("2026-03-12T09:48:00Z");
const ZONE = "Europe/Madrid";

/** A host over a scripted engine, and the world behind it. */
export interface FakeHost extends Host {
  readonly world: World;
  /** Tells the window that these changed. */
  tell(...topics: Topic[]): void;
}

/** What is chosen in the address of the page. */
export function fakeHost(choices = new URLSearchParams(location.search)): FakeHost {
  if (choices.get("clock") !== "runs") clock.stop(MOMENT, ZONE);
  const world = makeWorld(choices.get("fake") ?? "protected", choices.get("language"));
  return hostOf(world);
}

/** A host over a world. */
export function hostOf(world: World): FakeHost {
  const ears = new Set<(topics: readonly Topic[]) => void>();
  const tell = (...topics: Topic[]): void => ears.forEach((ear) => ear(topics));
  world.changed = tell;
  const pick = (): Promise<string | null> => Promise.resolve(world.picks.shift() ?? null);
  return {
    world,
    tell,
    call: (command, request) => answer(world, command as CommandName, request),
    listen: (hear) => {
      const ear = (topics: readonly Topic[]): void => {
        world.sequence += 1;
        hear({ sequence: world.sequence, topics: [...topics], running: world.running });
      };
      ears.add(ear);
      if (world.before.length > 0) tenSecondsAgo(() => hear({ sequence: 0, topics: [], running: world.before }));
      ear([]);
      return () => ears.delete(ear);
    },
    pickFolder: pick,
    pickFile: pick,
    pickSave: pick,
    reveal: (path) => {
      world.revealed.push(path);
      return Promise.resolve();
    },
    openRelease: () => {
      world.revealed.push(world.update.newer?.page ?? "");
      return Promise.resolve();
    },
    zoom: (factor) => {
      world.zoom = factor;
      return Promise.resolve();
    },
    route: () => Promise.resolve(null),
    routes: () => () => undefined,
  };
}

/** Does something while the clock, which stands, stands ten seconds earlier. */
function tenSecondsAgo(deed: () => void): void {
  const [now, zone] = [clock.now(), clock.zone()];
  clock.stop(new Date(now.getTime() - 10_000), zone);
  deed();
  clock.stop(now, zone);
}

/** Answers as the engine does: a copy, so that nobody changes the world by accident. */
async function answer(world: World, command: CommandName, request: unknown): Promise<unknown> {
  world.calls.push([command, request]);
  const failing = world.failing.get(command);
  if (failing) throw failing;
  if (world.silent.has(command)) return new Promise(() => undefined);
  const handler = commands[command];
  if (!handler) throw notFound("command", command);
  const value: unknown = await handler(world, structuredClone(request) as never);
  return value === undefined ? null : structuredClone(value);
}
