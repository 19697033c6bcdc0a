/** Every screen in every state, in both themes, looked at by axe: no violation, and nothing that scrolls sideways. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { launch, open } from "./browser.ts";
import { screens } from "./screens/index.ts";
import { serve, type Served } from "./serve.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let served: Served;

beforeAll(async () => {
  served = await serve(new URL("../dist-fake", import.meta.url).pathname);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await served.close();
});

const looks = [
  { language: "es", theme: "light", width: 1100, height: 760 },
  { language: "en", theme: "dark", width: 800, height: 600 },
] as const;

describe.each(looks)("$language $theme $width", (look) => {
  test.each(screens.map((screen) => [screen.name, screen] as const))("%s", async (_, screen) => {
    const troubles: string[] = [];
    const page = await open(browser, look, troubles);
    await page.goto(`${served.address}/?fake=${screen.scenario}&language=${look.language}${screen.route}`);
    await page.locator("h1").first().waitFor();
    await screen.before?.(page);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

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
