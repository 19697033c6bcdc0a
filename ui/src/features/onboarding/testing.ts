/** Drives the first steps as a person does, on the scripted engine. */
import { configure, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, vi } from "vitest";
import { clock } from "../../shared/clock.ts";
import type { OperationRequest } from "../../shared/ipc/bindings.ts";
import { setHost } from "../../shared/ipc/client.ts";
import { hostOf, type FakeHost } from "../../shared/ipc/fake/host.ts";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { preferences } from "../../shared/preferences.svelte.ts";
import { listenToEngine } from "../../shared/query/live.svelte.ts";
import { forgetAnswers } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { recovery } from "./recovery.svelte.ts";
import { setup } from "./setup.svelte.ts";
import WelcomePage from "./WelcomePage.svelte";

// Whole screens in a slow environment: what is awaited may take its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

/** What the window runs on. */
export let host: FakeHost;
let deaf: () => void;
/** The person. */
export const person = userEvent.setup();

/** The window on a world; the first steps begin anew. */
export async function open(scenario = "fresh", language = "es"): Promise<void> {
  setup.reset();
  recovery.forget();
  forgetAnswers();
  host = hostOf(makeWorld(scenario, language));
  setHost(host);
  await preferences.load();
  deaf = listenToEngine();
}

/** Shows a step, as the window's frame does. */
export function show(step = ""): void {
  setup.go(step as never);
  render(WelcomePage, { route: router.now });
}

/** The button of that name, once it is there. */
export const button = (name: string | RegExp) => screen.findByRole("button", { name });
/** Clicks it. */
export const press = async (name: string | RegExp) => person.click(await button(name));
/** The title of the step. */
export const title = () => screen.findByRole("heading", { level: 1 });
/** The step that the window is at. */
export const at = () => router.now.path[0];
/** The requests of a command, in order. */
export const calls = (name: string) =>
  host.world.calls.filter(([command]) => command === name).map(([, request]) => request);
/** The operations that were started. */
export const started = () => calls("operations.start") as OperationRequest[];

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));
afterEach(() => deaf());
