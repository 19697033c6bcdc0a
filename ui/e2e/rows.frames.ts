/**
 * How smoothly a million rows scroll, printed: frames in a second, the longest one, and how long the page worked for each, which says
 * more where others use the computer too. It measures, it does not judge.
 */
import { test } from "vitest";
import type { CDPSession, Page } from "playwright-core";
import { open } from "./browser.ts";
import { stand } from "./stand.ts";

const here = stand();

/** A long list: its scenario, its address, how it comes into sight, and what scrolls. */
const lists = [
  {
    name: "tree of a million files",
    scenario: "restore-million",
    route: "#/restore",
    scrolls: ".rows",
    before: async (page: Page) => {
      await page.getByRole("button", { name: "Get back a file" }).first().click();
      await page.locator("[role=treeitem]").first().waitFor();
      await page.locator(".tree__twist[title]").first().click();
      await page.waitForTimeout(500);
    },
  },
  {
    name: "history of a million copies",
    scenario: "history-million",
    route: "#/history",
    scrolls: "main .scroll, .scroll",
    before: (page: Page) => page.locator(".copies__line").first().waitFor(),
  },
  {
    name: "review of a million files",
    scenario: "restore-review-million",
    route: "#/restore",
    scrolls: ".all__rows",
    before: async (page: Page) => {
      await page.getByRole("button", { name: "Get back a file" }).first().click();
      await page.locator("[role=treeitem] input").first().click();
      const next = page.getByRole("button", { name: "Continue" });
      await next.click();
      await page.getByText("/home/marta/Documentos").first().waitFor();
      await next.click();
      await page.getByRole("button", { name: "See all" }).click();
      await page.locator(".all__pick select").selectOption("create");
    },
  },
];

/** Pixels that each frame scrolls, of the whole height or as they are. */
const ways = {
  wheel: (_: number) => 120,
  "large leaps": (height: number) => height / 97,
  "scroll bar": (height: number) => height / 480,
};

/** Milliseconds that the page has worked since it is there: scripts, styles, layout and paint. */
async function workOf(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return (metrics.find((each) => each.name === "TaskDuration")?.value ?? 0) * 1000;
}

/** Scrolls for three seconds and notes when frames came. */
async function measure(page: Page, scrolls: string, way: keyof typeof ways): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const height = await page.evaluate((of) => document.querySelector(of)?.scrollHeight ?? 0, scrolls);
  const before = await workOf(devtools);
  const times = await page.evaluate(
    ([of, step]) =>
      new Promise<number[]>((resolve) => {
        const box = document.querySelector(of);
        const came: number[] = [];
        const frame = (now: number) => {
          came.push(now);
          if (box) box.scrollTop = (box.scrollTop + step) % box.scrollHeight;
          if (now - (came[0] ?? now) < 3000) requestAnimationFrame(frame);
          else resolve(came);
        };
        requestAnimationFrame(frame);
      }),
    [scrolls, ways[way](height)] as const,
  );
  const spans = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const work = ((await workOf(devtools)) - before) / spans.length;
  const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const late = spans.filter((span) => span > 25).length;
  return `${((spans.length / whole) * 1000).toFixed(1)} frames/s, longest ${Math.max(...spans).toFixed(0)} ms, ${late} late, ${work.toFixed(1)} ms of work each`;
}

test.each(lists)("$name", async ({ name, scenario, route, scrolls, before }) => {
  const look = { language: "en", theme: "light", width: 1100, height: 760 } as const;
  const page = await open(here.browser, look, []);
  const start = Date.now();
  await page.goto(`${here.served.address}/?fake=${scenario}&language=en${route}`);
  await page.locator("h1").first().waitFor();
  await before(page);
  await page.locator(scrolls).first().waitFor();
  console.log(`${name}: there after ${Date.now() - start} ms`);
  for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
    console.log(`${name}, ${way}: ${await measure(page, scrolls, way)}`);
  }
});
