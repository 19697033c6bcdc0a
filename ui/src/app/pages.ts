/** Which screen stands in which section. */
import type { Component } from "svelte";
import type { Route, Section } from "../shared/route.svelte.ts";
import ActivityPage from "../features/activity/ActivityPage.svelte";
import AlertsPage from "../features/activity/AlertsPage.svelte";
import DestinationsPage from "../features/destinations/DestinationsPage.svelte";
import HistoryPage from "../features/history/HistoryPage.svelte";
import WelcomePage from "../features/onboarding/WelcomePage.svelte";
import HomePage from "../features/overview/HomePage.svelte";
import PlanPage from "../features/plans/PlanPage.svelte";
import RestorePage from "../features/restore/RestorePage.svelte";
import SettingsPage from "../features/settings/SettingsPage.svelte";
import { words } from "./words.ts";

/** The screens. */
export const pages: Record<Section, Component<{ route: Route }>> = {
  home: HomePage,
  plan: PlanPage,
  history: HistoryPage,
  restore: RestorePage,
  destinations: DestinationsPage,
  activity: ActivityPage,
  alerts: AlertsPage,
  settings: SettingsPage,
  welcome: WelcomePage,
};

/** What the window is called while a section is shown; a screen reader says it first. */
export function titleOf(section: Section): string {
  const name = words().titles[section];
  return name === "" ? "Resguardo" : `${name} · Resguardo`;
}
