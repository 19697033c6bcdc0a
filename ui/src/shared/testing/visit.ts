/** A page on a scripted engine that follows the router while a test walks through it. */
import { configure, render } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { Component } from "svelte";
import { onTestFinished, vi } from "vitest";
import { setHost } from "../ipc/client.ts";
import { fakeHost, type FakeHost } from "../ipc/fake/host.ts";
import { listenToEngine } from "../query/live.svelte.ts";
import { forgetAnswers } from "../query/query.svelte.ts";
import { router, type Route } from "../route.svelte.ts";
import { toasts } from "../ui/toasts.svelte.ts";
import Routed from "./Routed.svelte";

// Whole pages are slow in jsdom on a busy computer; a test that fails for good still ends.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 60_000 });

/** What a visit begins with. */
export interface Beginning {
  scenario: string;
  route: string;
  language?: "es" | "en";
  /** Changes the world before anybody looks. */
  world?: (world: FakeHost["world"]) => void;
}

/** A page that somebody looks at. */
export interface Visit {
  readonly host: FakeHost;
  readonly user: UserEvent;
  /** The requests of a command, in order. */
  asked(command: string): unknown[];
  /** What the toast on screen says. */
  said(): string | undefined;
}

/** Shows a page at an address. */
export function visit(page: Component<{ route: Route }>, beginning: Beginning): Visit {
  const { scenario, route, language = "es" } = beginning;
  const host = fakeHost(new URLSearchParams({ fake: scenario, language }));
  beginning.world?.(host.world);
  setHost(host);
  forgetAnswers();
  toasts.close();
  onTestFinished(listenToEngine());
  router.leave(route);
  render(Routed, { page });
  return {
    host,
    user: userEvent.setup(),
    asked: (command) => host.world.calls.filter(([name]) => name === command).map(([, request]) => request),
    said: () => toasts.now?.text,
  };
}

/** What a person reads in a part of the page, with spaces as people type them. */
export function textOf(part: Element): string {
  return part.textContent.replaceAll(/\s+/g, " ").trim();
}
