/** Screens of this section. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

/** Adds a way of the menu, counted from 0, and sends the form as it is. */
const addWay =
  (kind: number) =>
  async (page: Page): Promise<void> => {
    await page.locator(".section-head .btn--link").click();
    await page.getByRole("menuitem").nth(kind).click();
    await page.locator("dialog button[type=submit]").click();
    await page.locator(".field__error").first().waitFor();
  };

export const settings: readonly Screen[] = [
  { name: "08-ajustes-general", scenario: "clinic", route: "#/settings" },
  { name: "08-ajustes-pausa", scenario: "paused", route: "#/settings/general" },
  { name: "08-ajustes-avisos", scenario: "channels", route: "#/settings/notices" },
  { name: "08-ajustes-correo", scenario: "channels", route: "#/settings/notices", before: addWay(0) },
  { name: "08-ajustes-webhook", scenario: "channels", route: "#/settings/notices", before: addWay(4) },
  { name: "08-ajustes-tecnico", scenario: "warning", route: "#/settings/technician" },
  {
    name: "08-ajustes-examen",
    scenario: "warning",
    route: "#/settings/technician",
    before: async (page) => {
      await page.locator(".settings section .btn").first().click();
      await page.locator(".fold").first().waitFor();
    },
  },
  {
    name: "08-ajustes-mensaje",
    scenario: "warning",
    route: "#/settings/technician",
    before: async (page) => {
      await page.locator(".settings section").nth(1).locator(".btn").first().click();
      await page.locator("dialog .log").first().waitFor();
    },
  },
  {
    name: "08-ajustes-traer",
    scenario: "clinic",
    route: "#/settings/technician",
    before: async (page) => {
      await page.locator(".settings section").nth(2).locator(".btn").nth(1).click();
      await page.locator("dialog textarea").fill('{ "format": 1, "plans": [{ "name": "Consultorio" }] }');
    },
  },
  { name: "08-ajustes-acerca", scenario: "clinic", route: "#/settings/about" },
  {
    name: "08-ajustes-licencias",
    scenario: "clinic",
    route: "#/settings/about",
    before: async (page) => {
      await page.locator(".parts > summary").click();
      await page.locator(".parts__row").first().waitFor();
      await page.locator(".parts__row").nth(4).click();
      await page.locator(".parts__text").waitFor();
    },
  },
];
