/**
 * Every screen in every state, in both themes, looked at by axe: no violation, and nothing that scrolls sideways; and once more with
 * text of twice its size in the smallest window, where nothing may be lost.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { open } from "./browser.ts";
import { screens } from "./screens/index.ts";
import { stand } from "./stand.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const here = stand();

const looks = [
  { language: "es", theme: "light", width: 1100, height: 760 },
  { language: "en", theme: "dark", width: 800, height: 600 },
] as const;

describe.each(looks)("$language $theme $width", (look) => {
  test.each(screens.map((screen) => [screen.name, screen] as const))("%s", async (_, screen) => {
    const troubles: string[] = [];
    const page = await open(here.browser, look, troubles);
    await page.goto(`${here.served.address}/?fake=${screen.scenario}&language=${look.language}${screen.route}`);
    await page.locator("h1").first().waitFor();
    await screen.before?.(page);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    if (look.language === "es") expect(await lost(page)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

/** What nobody can reach any more when a window of 800x600 shows everything at twice its size. */
async function lost(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 400, height: 300 });
  await page.waitForTimeout(50);
  return page.evaluate(() => {
    const open = document.querySelector("dialog[open]") ?? document;
    const all = open.querySelectorAll<HTMLElement>(
      "button, a, input:not(.sr), select, textarea, h1:not(.sr), h2, [role=tab]",
    );
    const scrolls = (style: string) => style === "auto" || style === "scroll";
    /** The nearest box that cuts it off, and whether one can scroll there. */
    const cut = (element: HTMLElement): string | undefined => {
      const box = element.getBoundingClientRect();
      for (let around = element.parentElement; around; around = around.parentElement) {
        const [frame, style] = [around.getBoundingClientRect(), getComputedStyle(around)];
        if (style.position === "absolute" && frame.width <= 1) return undefined;
        if (style.overflowX !== "visible" && (box.left < frame.left - 1 || box.right > frame.right + 1))
          return "sideways";
        if (scrolls(style.overflowY) || around instanceof HTMLDialogElement) return undefined;
        if (style.overflowY !== "visible" && box.bottom > frame.bottom + 1) return "below";
      }
      return box.right > innerWidth + 1 || box.left < -1
        ? "sideways"
        : box.bottom > innerHeight + 1
          ? "below"
          : undefined;
    };
    return [...all].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[popover]")) return [];
      const how = cut(element);
      return how === undefined ? [] : [`${how}: ${element.outerHTML.slice(0, 120)}`];
    });
  });
}

async function violations(page: Page): Promise<string[]> {
  // Evaluated by the browser's protocol, which the page's content policy does not hold.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run(): Promise<{ violations: AxeRow[] }> } }).axe;
    type AxeRow = { id: string; nodes: { html: string; failureSummary?: string }[] };
    const result = await runner.run();
    return result.violations.flatMap((row) =>
      row.nodes.map((node) => `${row.id}: ${node.html} ${node.failureSummary}`),
    );
  });
}
