/** Drives the editor of plans as a person does, on the scripted engine. */
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, vi } from "vitest";
import { clock } from "../../shared/clock.ts";
import type { Plan, PlanDraft } from "../../shared/ipc/bindings.ts";
import { setHost } from "../../shared/ipc/client.ts";
import { hostOf, type FakeHost } from "../../shared/ipc/fake/host.ts";
import { makeWorld, type World } from "../../shared/ipc/fake/world.ts";
import { forgetAnswers, topicsChanged } from "../../shared/query/query.svelte.ts";
import { parseRoute, router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import PlanPage from "./PlanPage.svelte";

/** The person. */
export const user = userEvent.setup();

let host: FakeHost;

/** The world behind the window. */
export const world = (): World => host.world;
/** Tells the window that plans changed elsewhere. */
export const plansChanged = (): void => host.tell("plans");
/** The plan that is edited, as the engine has it. */
export const plan = (): Plan | undefined => host.world.plans[0];
/** The last draft that a command was given. */
export function lastDraft(command: string): PlanDraft | undefined {
  const request = host.world.calls.findLast(([name]) => name === command)?.[1] as { draft: PlanDraft } | undefined;
  return request?.draft;
}

/** Opens a page in a world; `change` makes it another one first. */
export function open(path: string, scenario = "protected", language = "es", change?: (world: World) => void): void {
  host = hostOf(makeWorld(scenario, language));
  change?.(host.world);
  setHost(host);
  host.listen((events) => topicsChanged(events.topics));
  show(path);
}

/** Shows a page of the same world. */
export function show(path: string): void {
  router.leave(`#/${path}`);
  render(PlanPage, { route: parseRoute(path) });
}

export const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });
export const find = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole("button", { name });
export const part = (name: string): HTMLElement => screen.getByRole("link", { name: new RegExp(`^${name}`) });

/** Opens a menu; what the browser does with a popover is done by hand. */
export async function openMenu(name: string): Promise<void> {
  await screen.findAllByRole("button", { name });
  const menu = screen.getByRole("menu", { name, hidden: true });
  await fireEvent(menu, Object.assign(new Event("toggle"), { newState: "open" }));
}

/** A fresh window before each test of a file. A busy computer is given its time. */
export function freshWindow(): void {
  vi.setConfig({ testTimeout: 30_000 });
  configure({ asyncUtilTimeout: 5000 });
  beforeEach(() => {
    clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid");
    forgetAnswers();
    toasts.close();
  });
  afterEach(() => {
    cleanup();
    router.leave("#/home");
  });
}
