/** Screens of the first run. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const button = (es: string, en: string) => (page: Page) =>
  page
    .getByRole("button", { name: new RegExp(`^(${es}|${en})`) })
    .first()
    .click();
const protect = button("Proteger ahora", "Protect now");
const title = (es: string, en: string) => async (page: Page) => {
  await protect(page);
  await page.getByRole("heading", { level: 1, name: new RegExp(`${es}|${en}`) }).waitFor();
};
const screen = (name: string, scenario: string, step: string, before?: (page: Page) => Promise<void>): Screen => ({
  name: `01-bienvenida-${name}`,
  scenario,
  route: `#/welcome${step && `/${step}`}`,
  ...(before ? { before } : {}),
});

export const onboarding: readonly Screen[] = [
  screen("0-puertas", "fresh", ""),
  screen("1-que", "fresh", "what"),
  screen("1-que-buscando", "fresh-looking", "what"),
  screen("1-que-nada", "fresh-nothing-found", "what", button("Continuar", "Continue")),
  screen("2-donde", "fresh", "where"),
  screen("2-donde-lejos", "fresh", "where", async (page) => {
    await page.getByRole("checkbox", { name: "nas-robles" }).click();
    await page.getByRole("button", { name: /: nas-robles/ }).click();
  }),
  screen("2-donde-un-disco", "fresh-one-disk", "where", async (page) => {
    await page.getByRole("checkbox", { name: "marta" }).click();
  }),
  screen("2-donde-ninguno", "fresh-one-disk", "where", button("Continuar", "Continue")),
  screen("3-cuando", "fresh", "when"),
  screen("3-cuando-a-mi-manera", "fresh", "when", async (page) => {
    await page.getByText(/A mi manera|My own way/).click();
  }),
  screen("3-cuando-horas", "fresh", "when", async (page) => {
    await page
      .getByText(/Cada 6 horas|Every 6 hours/)
      .first()
      .click();
  }),
  screen("3-cuando-nombre", "fresh", "when", async (page) => {
    await page.getByRole("textbox").fill("a/b");
    await protect(page);
  }),
  screen("3-cuando-salir", "fresh", "when", async (page) => {
    await page.getByRole("switch").first().click();
    await page.keyboard.press("Escape");
  }),
  {
    ...screen("4-copiando", "fresh", "when", async (page) => {
      await protect(page);
      await page.getByText(/%/).first().waitFor();
      await page.waitForTimeout(1200);
    }),
    // Only a clock that runs can tell how long something takes.
    route: "&clock=runs#/welcome/when",
  },
  screen("4-probando", "fresh-proving", "when", title("Comprobando", "Checking")),
  screen("4-hecha", "fresh-copied", "when", title("hecha y probada", "made and proven")),
  screen("4-sin-prueba", "fresh-unproven", "when", title("copia está hecha$", "backup is made$")),
  screen("4-fallo", "fresh-copy-fails", "when", title("no pudo terminar", "could not finish")),
  screen("5-recuperar", "fresh", "recover"),
  screen("5-recuperar-nada", "fresh", "recover", button("nas-robles", "nas-robles")),
  screen("5-recuperar-encontradas", "fresh", "recover", button("Disco USB", "USB drive")),
  screen("5-recuperar-danadas", "fresh-damaged", "recover", async (page) => {
    await button("Disco USB", "USB drive")(page);
    await page.locator("summary").click();
  }),
];
