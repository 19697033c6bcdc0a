/** Screens of this section. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

/** Opens the menu of a row and chooses a line of it, counted from 0. */
const choose =
  (row: number, line: number) =>
  async (page: Page): Promise<void> => {
    await page.locator(".dests .item .end button").nth(row).click();
    await page.getByRole("menuitem").nth(line).click();
    await page.waitForTimeout(100);
  };

export const destinations: readonly Screen[] = [
  { name: "06-destinos", scenario: "crowded", route: "#/destinations" },
  { name: "06-destinos-bien", scenario: "clinic", route: "#/destinations?at=nas-robles" },
  { name: "06-destinos-vacio", scenario: "empty", route: "#/destinations" },
  { name: "06-destinos-agregar", scenario: "warning", route: "#/destinations/add" },
  {
    name: "06-destinos-formulario",
    scenario: "warning",
    route: "#/destinations/add",
    before: async (page) => {
      await page.locator(".place-options .option").first().click();
      await page.locator("dialog input").first().fill("/home/marta/Documentos/copias");
      await page.locator("dialog button[type=submit]").click();
      await page.locator(".field__error").first().waitFor();
    },
  },
  { name: "06-destinos-prueba", scenario: "warning", route: "#/destinations", before: choose(1, 0) },
  { name: "06-destinos-nombre", scenario: "clinic", route: "#/destinations", before: choose(0, 4) },
  { name: "06-destinos-quitar", scenario: "clinic", route: "#/destinations", before: choose(1, 7) },
  {
    name: "06-destinos-buscar",
    scenario: "clinic",
    route: "#/destinations",
    before: async (page) => {
      await choose(0, 3)(page);
      await page.locator("dialog .btn--primary").click();
      await page.locator("dialog .note").waitFor();
    },
  },
];
