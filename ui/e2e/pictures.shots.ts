/**
 * Pictures of every screen and state, in both themes and languages, into the folder `SHOTS_DIR` (never into the tree).
 * `SHOTS` names some screens, separated by commas; `LOOKS` some looks (`es-light`, `en-dark`, `es-light-800x600`; `-zoom` for text of
 * twice its size, `-contrast` for the system's colours; any `-WIDTHxHEIGHT`).
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
const usual = ["es", "en"].flatMap((language) =>
  ["light", "dark"].flatMap((theme) =>
    ["", "-800x600", "-zoom", "-contrast"].map((size) => `${language}-${theme}${size}`),
  ),
);

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

for (const name of looked ?? (named ? ["es-light"] : usual)) {
  test(`pictures ${name}`, async () => {
    for (const screen of screens) {
      if (!named || named.includes(screen.name)) await picture(lookOf(name), name, screen);
    }
  });
}

/** The look of a name; with text of twice its size half of the window is left for it. */
function lookOf(name: string): Look {
  const [language, theme, ...more] = name.split("-");
  const zoom = more.includes("zoom") ? 2 : 1;
  const [width = 1100, height = 760] =
    (more.find((each) => /^\d+x\d+$/.test(each)) ?? "").match(/\d+/g)?.map(Number) ?? [];
  return {
    language: language === "en" ? "en" : "es",
    theme: theme === "dark" ? "dark" : "light",
    width: Math.round(width / zoom),
    height: Math.round(height / zoom),
    zoom,
    contrast: more.includes("contrast"),
  };
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
