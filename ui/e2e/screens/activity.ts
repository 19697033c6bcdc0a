/** Screens of this section. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const report = async (page: Page): Promise<void> => page.locator(".fix dd").first().waitFor();

export const activity: readonly Screen[] = [
  {
    name: "07-actividad",
    scenario: "activity",
    route: "#/activity",
    before: async (page) => page.locator(".act__line").first().waitFor(),
  },
  {
    name: "07-actividad-fallo",
    scenario: "activity",
    route: "#/activity/op-busy-2",
    before: async (page) => {
      await report(page);
      await page.locator("details.fold > summary").click();
    },
  },
  { name: "07-actividad-copia", scenario: "activity", route: "#/activity/op-issues", before: report },
  { name: "07-actividad-restauracion", scenario: "activity", route: "#/activity/op-restore", before: report },
  { name: "07-actividad-en-marcha", scenario: "activity-working", route: "#/activity/op-now" },
  { name: "07-actividad-vacio", scenario: "empty", route: "#/activity" },
  {
    name: "07-actividad-tecnico",
    scenario: "activity",
    route: "#/activity",
    before: async (page) => {
      await page.locator(".page-head .btn--icon").click();
      await page.locator("dialog[open] pre").waitFor();
    },
  },
  {
    name: "07-avisos",
    scenario: "activity",
    route: "#/alerts",
    before: async (page) => page.locator(".alert").first().waitFor(),
  },
  { name: "07-avisos-vacio", scenario: "protected", route: "#/alerts" },
];
