/** Screens with everything twice as large, as in a window of half the size: nothing scrolls sideways and no title is cut. */
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { open } from "./browser.ts";
import { activity } from "./screens/activity.ts";
import { destinations } from "./screens/destinations.ts";
import { history } from "./screens/history.ts";
import { restore } from "./screens/restore.ts";
import { settings } from "./screens/settings.ts";
import { stand } from "./stand.ts";

const look = { language: "es", theme: "light", width: 550, height: 380 } as const;

const here = stand();

const screens = [...history, ...restore, ...destinations, ...activity, ...settings];

test.each(screens.map((screen) => [screen.name, screen] as const))("%s", async (_, screen) => {
  const page = await open(here.browser, look, []);
  await page.goto(`${here.served.address}/?fake=${screen.scenario}&language=${look.language}${screen.route}`);
  await page.locator("h1").first().waitFor();
  await screen.before?.(page);
  expect(await sideways(page)).toEqual([]);
  expect(
    await page.locator("h1").evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length),
  ).toBe(0);
  await page.context().close();
});

/** What is wider than its place. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll<HTMLElement>("body *")]
      .filter((each) => each === document.documentElement || /auto|scroll/.test(getComputedStyle(each).overflowX))
      .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
      .map((each) => `${each.tagName} ${each.className} ${each.scrollWidth} > ${each.clientWidth}`),
  );
}
