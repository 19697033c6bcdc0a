/** Screens of this section. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const drawer = async (page: Page): Promise<void> => page.locator(".drawer h2").waitFor();
const search =
  (text: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press("Control+f");
    await page.keyboard.type(text);
    await page.getByText(/ (encontradas?|found)$/).waitFor();
  };
const list = async (page: Page): Promise<void> => page.locator(".copies__line").first().waitFor();

export const history: readonly Screen[] = [
  { name: "04-copias", scenario: "history", route: "#/history", before: list },
  { name: "04-copias-detalle", scenario: "history", route: "#/history?snapshot=snap-001", before: drawer },
  { name: "04-copias-marcada", scenario: "history-flagged", route: "#/history?snapshot=snap-001", before: drawer },
  { name: "04-copias-todas", scenario: "history", route: "#/history?plans=all&day=2026-02-01", before: list },
  { name: "04-copias-buscar", scenario: "history", route: "#/history", before: search("2026") },
  { name: "04-copias-buscar-nada", scenario: "history", route: "#/history", before: search("zzz") },
  { name: "04-copias-vacio", scenario: "history-none", route: "#/history" },
  { name: "04-copias-sin-plan", scenario: "empty", route: "#/history" },
  {
    name: "04-copias-borrar",
    scenario: "history",
    route: "#/history?snapshot=snap-001",
    before: async (page) => {
      await drawer(page);
      await page.locator(".drawer__foot .btn--danger").click();
      await page.locator("dialog[open]").waitFor();
    },
  },
];
