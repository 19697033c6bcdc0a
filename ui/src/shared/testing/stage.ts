/** Sets a screen on a scripted engine, as a person finds it, for component tests. */
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { Component } from "svelte";
import { vi } from "vitest";
import { setHost } from "../ipc/client.ts";
import { fakeHost, type FakeHost } from "../ipc/fake/host.ts";
import { preferences } from "../preferences.svelte.ts";
import { listenToEngine } from "../query/live.svelte.ts";
import { forgetAnswers } from "../query/query.svelte.ts";
import { parseRoute, router, type Route } from "../route.svelte.ts";
import { toasts } from "../ui/toasts.svelte.ts";

// Whoever drives a screen as a person would takes a person's time where other work goes on beside it.
vi.setConfig({ testTimeout: 20_000 });

/** A screen on its stage. */
export interface Stage {
  readonly host: FakeHost;
  readonly user: UserEvent;
  /** The requests of a command, in the order in which they were made. */
  calls(command: string): unknown[];
}

/** What the screen stands on. */
export interface Setting {
  scenario: string;
  route?: string;
  language?: "es" | "en";
  /** Changes the world before anybody looks. */
  world?: (host: FakeHost["world"]) => void;
}

/** Shows a screen at its address. */
export async function stage(page: Component<{ route: Route }>, setting: Setting): Promise<Stage> {
  const { scenario, route = "#/home", language = "es" } = setting;
  const host = fakeHost(new URLSearchParams({ fake: scenario, language }));
  setting.world?.(host.world);
  setHost(host);
  forgetAnswers();
  toasts.close();
  await preferences.load();
  listenToEngine();
  router.leave(route);
  render(page, { route: parseRoute(route) });
  const calls = (command: string) => host.world.calls.filter(([name]) => name === command).map(([, asked]) => asked);
  return { host, user: userEvent.setup(), calls };
}

/** Opens a menu and gives its lines by their labels; jsdom has no popovers of its own. */
export async function openMenu(user: UserEvent, name: string | RegExp): Promise<(label: string) => HTMLElement> {
  await user.click(await screen.findByRole("button", { name }));
  const menu = screen.getByRole("menu", { name, hidden: true });
  menu.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
  return (label) => screen.getByRole("menuitem", { name: label, hidden: true });
}

/** The toast that says so. */
export async function toast(text: string | RegExp): Promise<void> {
  await waitFor(() => {
    const said = toasts.now?.text ?? "";
    if (typeof text === "string" ? said !== text : !text.test(said)) throw new Error(`the toast says “${said}”`);
  });
}

/** Spaces as people type them. */
export function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, " ");
}
