/** What only a real browser does with keys: menus that open and close, dialogs that keep the focus and give it back. */
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { open } from "./browser.ts";
import { stand } from "./stand.ts";

const here = stand();

async function at(scenario: string, route: string): Promise<Page> {
  const page = await open(here.browser, { language: "es", theme: "light", width: 1100, height: 760 }, []);
  await page.goto(`${here.served.address}/?fake=${scenario}&language=es${route}`);
  await page.locator("h1").first().waitFor();
  return page;
}

/** What has the focus: its name, or its text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    return (activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "").trim();
  });

test("a_menu_opens_with_an_arrow_moves_by_letters_and_escape_closes_it_alone", async () => {
  const page = await at("clinic", "#/home");
  const button = page.getByRole("button", { name: "Más opciones de «Consultorio»" });
  await button.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Editar el plan…");
  await page.keyboard.press("End");
  expect(await focused(page)).toBe("Borrar el plan…");
  await page.keyboard.press("h");
  expect(await focused(page)).toBe("Hacer una copia completa");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe("Ver sus copias");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("menu").count()).toBe(0);
  expect(await focused(page)).toBe("Más opciones de «Consultorio»");
  await page.context().close();
});

test("a_dialog_begins_at_the_safe_answer_keeps_the_focus_and_gives_it_back", async () => {
  const page = await at("copying", "#/home");
  const stop = page.getByRole("button", { name: "Detener…" });
  await stop.focus();
  await page.keyboard.press("Enter");
  expect(await focused(page)).toBe("Que siga");
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const { activeElement } = document;
      // Between its end and its beginning a dialog gives the keys to the window's own frame.
      return activeElement === document.body || activeElement?.closest("dialog") !== null;
    });
    expect(inside).toBe(true);
  }
  await page.keyboard.press("Escape");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  expect(await focused(page)).toBe("Detener…");
  await page.context().close();
});

test("the_first_copy_is_begun_with_the_keyboard_alone_and_each_step_begins_at_its_title", async () => {
  const page = await at("fresh-copied", "#/welcome");
  const title = (name: string) => expect.poll(() => focused(page)).toBe(name);
  const go = async (name: RegExp) => {
    const button = page.getByRole("button", { name });
    for (let step = 0; step < 40 && !(await button.evaluate((node) => node === document.activeElement)); step += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
  };
  await go(/^Configurar/);
  await title("¿Qué quieres proteger?");
  await go(/^Continuar/);
  await title("¿Dónde guardamos las copias?");
  await go(/^Continuar/);
  await title("¿Cuándo hacemos las copias?");
  await go(/^Proteger ahora/);
  await page.getByRole("heading", { level: 1, name: "Tu primera copia está hecha y probada" }).waitFor();
  await page.context().close();
});

test("whatever_has_the_focus_shows_it", async () => {
  const page = await at("clinic", "#/home");
  const bare: string[] = [];
  for (let step = 0; step < 24; step += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const { activeElement } = document;
      if (!activeElement || activeElement === document.body) return true;
      return getComputedStyle(activeElement).outlineStyle !== "none";
    });
    if (!shown) bare.push(await focused(page));
  }
  expect(bare).toEqual([]);
  await page.context().close();
});
