/** The whole story in a browser on a real engine: first run, a mishap, restore, undo, another language, a reload. */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { launch, open } from "./browser.ts";
import { openShop, type Shop } from "./engine.ts";

const look = { language: "es", theme: "light", width: 1100, height: 760 } as const;
const troubles: string[] = [];
let browser: Browser;
let shop: Shop;
let page: Page;
let clicks = 0;

beforeAll(async () => {
  shop = await openShop();
  browser = await launch();
  page = await open(browser, look, troubles);
  page.setDefaultTimeout(30_000);
});

afterAll(async () => {
  await browser.close();
  await shop.close();
});

async function press(name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name }).click();
  clicks += 1;
}

const title = (text: string | RegExp) => page.getByRole("heading", { level: 1, name: text }).waitFor();
const prices = () => readFile(join(shop.documents, "prices.txt"), "utf8");
const letter = () => existsSync(join(shop.documents, "2026", "letter.txt"));

test("a first-time user has a proven copy after six clicks at most", async () => {
  await page.goto(shop.address);
  await press("Configurar");
  await page.getByText("2 archivos").first().waitFor();
  await press("Continuar");
  await press(/Otro disco o carpeta/);
  await press("Continuar");
  await press("Proteger ahora");
  await title("Tu primera copia está hecha y probada");
  await page.getByText(/Ha vuelto idéntico/).waitFor();
  expect(clicks).toBeLessThanOrEqual(6);
  await press(/inicio/i);
  await page.getByRole("article").getByText("Documents").waitFor();
});

test("the copy stands in the history and in the activity", async () => {
  await page.getByRole("link", { name: "Copias" }).click();
  await page.getByText("2 en total").waitFor();
  await page.getByRole("link", { name: "Actividad" }).click();
  await page.getByText("Restauración de prueba superada").waitFor();
});

test("what was spoiled and deleted comes back, and that can be taken back too", async () => {
  await writeFile(join(shop.documents, "prices.txt"), "SPOILED\n");
  await rm(join(shop.documents, "2026", "letter.txt"));
  await page.keyboard.press("Control+r");
  await press("Revisar");
  await press("Restaurar todo");
  await page.getByRole("button", { name: "Deshacer esta restauración" }).waitFor();
  expect([await prices(), letter()]).toEqual(["cleaning 40\n", true]);
  await press("Deshacer esta restauración");
  await page.getByRole("dialog").getByRole("button", { name: "Deshacer", exact: true }).click();
  await page.getByText("Todo está como antes de restaurar").waitFor();
  expect([await prices(), letter()]).toEqual(["SPOILED\n", false]);
});

test("another language is spoken at once and after a reload", async () => {
  await page.getByRole("link", { name: "Ajustes" }).click();
  await page.getByRole("combobox", { name: /Idioma/ }).selectOption("en");
  await title("Settings");
  await page.reload();
  await title("Settings");
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
});

test("no script failed and nothing broke the content policy", () => {
  expect(troubles).toEqual([]);
});
