/** Which screen stands in which section, and getting it. */
import type { Component } from "svelte";
import type { Route, Section } from "../shared/route.svelte.ts";
import { words } from "./words.ts";

/** A screen. */
export type Page = Component<{ route: Route }>;

/** Each comes when it is wanted: the first one does not wait for the others. */
const pages: Record<Section, () => Promise<{ default: Page }>> = {
  home: () => import("../features/overview/HomePage.svelte"),
  plan: () => import("../features/plans/PlanPage.svelte"),
  history: () => import("../features/history/HistoryPage.svelte"),
  restore: () => import("../features/restore/RestorePage.svelte"),
  destinations: () => import("../features/destinations/DestinationsPage.svelte"),
  activity: () => import("../features/activity/ActivityPage.svelte"),
  alerts: () => import("../features/activity/AlertsPage.svelte"),
  settings: () => import("../features/settings/SettingsPage.svelte"),
  welcome: () => import("../features/onboarding/WelcomePage.svelte"),
};

const here = new Map<Section, Page>();

/** The screen of a section, once it is here. */
export function pageOf(section: Section): Page | undefined {
  return here.get(section);
}

/** Brings the screen of a section. */
export async function bring(section: Section): Promise<Page> {
  const page = here.get(section) ?? (await pages[section]()).default;
  here.set(section, page);
  return page;
}

/** So long after the first screen the others come, one after the other, so that no click waits for them; in milliseconds. */
const [QUIET, BETWEEN] = [3000, 300];

/** Brings the screens that are not here yet, while nothing else is to be done. One that can't be had comes when it is wanted. */
export function bringOthers(): void {
  const all = Object.keys(pages) as Section[];
  const next = (): void => {
    const section = all.find((each) => each !== "welcome" && !here.has(each));
    if (section === undefined) return;
    void bring(section).then(
      () => setTimeout(next, BETWEEN),
      () => undefined,
    );
  };
  setTimeout(next, QUIET);
}

/** What the window is called while a section is shown; a screen reader says it first. */
export function titleOf(section: Section): string {
  const name = words().titles[section];
  return name === "" ? "Resguardo" : `${name} · Resguardo`;
}
