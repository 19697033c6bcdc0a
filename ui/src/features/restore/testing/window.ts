/** Opens the section on a scripted engine, for tests that do what a person does. */
import "./matchers.ts";
import { vi } from "vitest";
import { cleanup, render } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { clock } from "../../../shared/clock.ts";
import { setHost } from "../../../shared/ipc/client.ts";
import { hostOf } from "../../../shared/ipc/fake/host.ts";
import { makeWorld, type World } from "../../../shared/ipc/fake/world.ts";
import { listenToEngine } from "../../../shared/query/live.svelte.ts";
import { forgetAnswers } from "../../../shared/query/query.svelte.ts";
import { router } from "../../../shared/route.svelte.ts";
import Window from "./Window.svelte";

/** A person at the window, and the world behind it. */
export interface Opened {
  readonly world: World;
  readonly user: ReturnType<typeof userEvent.setup>;
  /** Loads the page again, as after a crash of the view. */
  reload(): void;
}

// Names of roles are slow to tell without a browser.
vi.setConfig({ testTimeout: 30_000 });

let end: (() => void) | undefined;

/** Opens a place in a world; `change` makes the world another one before anybody looks. */
export function open(
  route: string,
  scenario = "restore",
  language: "es" | "en" = "es",
  change?: (world: World) => void,
): Opened {
  clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid");
  const world = makeWorld(scenario, language);
  change?.(world);
  setHost(hostOf(world));
  const show = (): void => {
    end?.();
    forgetAnswers();
    end = listenToEngine();
    render(Window);
  };
  router.leave(route);
  show();
  return {
    world,
    user: userEvent.setup(),
    reload: () => {
      cleanup();
      show();
    },
  };
}

/** The requests of a command, in the order of their calls. */
export function asked(world: World, command: string): unknown[] {
  return world.calls.filter(([name]) => name === command).map(([, request]) => request);
}
