/**
 * Pictures of every screen and state, in both themes and languages, into the folder `SHOTS_DIR` (never into the tree).
 * `SHOTS` names some screens, separated by commas; `LOOKS` some looks (`es-light`, `en-dark`, `es-light-800x600`...).
 */
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { launch, open, type Look } from "./browser.ts";
import { screens } from "./screens/index.ts";
import { serve, type Served } from "./serve.ts";

const folder = process.env["SHOTS_DIR"] ?? join(tmpdir(), "resguardo-shots");
const named = process.env["SHOTS"]?.split(",");
const looked = process.env["LOOKS"]?.split(",");
const sizes = [
  { width: 1100, height: 760, name: "" },
  { width: 800, height: 600, name: "-800x600" },
];

let browser: Browser;
let served: Served;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  served = await serve(new URL("../dist-fake", import.meta.url).pathname);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await served.close();
});

for (const language of ["es", "en"] as const) {
  for (const theme of ["light", "dark"] as const) {
    for (const size of sizes) {
      const look = `${language}-${theme}${size.name}`;
      if (looked ? !looked.includes(look) : named && look !== "es-light") continue;
      test(`pictures ${look}`, async () => {
        for (const screen of screens) {
          if (named && !named.includes(screen.name)) continue;
          await picture({ language, theme, width: size.width, height: size.height }, look, screen);
        }
      });
    }
  }
}

async function picture(look: Look, lookName: string, screen: (typeof screens)[number]): Promise<void> {
  const troubles: string[] = [];
  const page = await open(browser, look, troubles);
  await page.goto(`${served.address}/?fake=${screen.scenario}&language=${look.language}${screen.route}`);
  await page.locator("h1").first().waitFor();
  await screen.before?.(page);
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(folder, `${screen.name}.${lookName}.png`) });
  expect(troubles, screen.name).toEqual([]);
  await page.context().close();
}
