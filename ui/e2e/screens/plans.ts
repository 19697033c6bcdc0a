/** The editor of plans, in each of its parts and states. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const plan = (part: string) => `#/plan/Consultorio/${part}`;

const click = (selector: string) => async (page: Page) => page.locator(selector).first().click();

/** Adds a database, so that there is something to save, as in the mockups, and shows a part. */
function unsaved(part: number): (page: Page) => Promise<void> {
  return async (page) => {
    await page.locator(".chip--add", { hasText: "clientes.sqlite" }).click();
    await page.locator(".edit__nav a").nth(part).click();
    await page.waitForTimeout(400);
  };
}

/** Another schedule, switched off again. */
async function switchedOff(page: Page): Promise<void> {
  await page.locator(".chips .chip--add").nth(3).click();
  await page.locator("input.switch").nth(3).click();
  await page.waitForTimeout(400);
}

/** A schedule for a day that has passed, and the choices of another one unfolded. */
async function tooLate(page: Page): Promise<void> {
  await page.locator(".chips .chip--add").nth(4).click();
  await page.locator("input[type=date]").fill("2026-03-01");
  await page.locator("input[type=date]").blur();
  await page.locator(".item__controls [aria-expanded]").nth(1).click();
  await page.waitForTimeout(600);
}

async function largeAndOld(page: Page): Promise<void> {
  for (const number of [0, 3, 4]) await page.locator("input.switch").nth(number).click();
}

async function onlyNear(page: Page): Promise<void> {
  await page.locator("input.check").nth(1).click();
}

async function removeAll(page: Page): Promise<void> {
  await page.locator(".btn--danger").click();
  await page.locator("dialog input.radio").nth(1).click();
}

async function removeSurely(page: Page): Promise<void> {
  await removeAll(page);
  await page.locator("dialog .btn--danger-fill").click();
}

async function leaving(page: Page): Promise<void> {
  await unsaved(0)(page);
  await page.locator(".nav__item").nth(1).click();
}

async function refused(page: Page): Promise<void> {
  await page.locator(".page-head .btn--primary").click();
  await page.locator(".field__error").first().waitFor();
}

export const plans: readonly Screen[] = [
  { name: "03-plan-1-que", scenario: "protected", route: plan("what"), before: unsaved(0) },
  { name: "03-plan-2-cuando", scenario: "protected", route: plan("when"), before: switchedOff },
  { name: "03-plan-3-conservar", scenario: "plan-pruned", route: plan("what"), before: unsaved(2) },
  { name: "03-plan-4-donde", scenario: "protected", route: plan("what"), before: unsaved(3) },
  { name: "03-plan-6-avanzado", scenario: "protected", route: plan("what"), before: unsaved(4) },
  { name: "03-plan-1-sin-cambios", scenario: "protected", route: plan("what") },
  {
    name: "03-plan-1-falta",
    scenario: "plan-broken",
    route: plan("what"),
    before: async (page) => page.locator(".mistake").waitFor(),
  },
  { name: "03-plan-1-no-copiar", scenario: "protected", route: plan("what"), before: click(".item .chip--add") },
  { name: "03-plan-2-error", scenario: "protected", route: plan("when"), before: tooLate },
  { name: "03-plan-2-pausa", scenario: "plan-paused", route: plan("when") },
  { name: "03-plan-3-ahora", scenario: "protected", route: plan("keep") },
  {
    name: "03-plan-3-con-el-tiempo",
    scenario: "protected",
    route: plan("keep"),
    before: click(".picture .seg label:nth-child(2)"),
  },
  {
    name: "03-plan-3-ultimas",
    scenario: "protected",
    route: plan("keep"),
    before: click(".edit__body .seg label:nth-child(1)"),
  },
  { name: "03-plan-4-falta-lejos", scenario: "protected", route: plan("where"), before: onlyNear },
  { name: "03-plan-6-limites", scenario: "protected", route: plan("advanced"), before: largeAndOld },
  { name: "03-plan-nombre", scenario: "protected", route: plan("what"), before: click(".plan-head__name button") },
  { name: "03-plan-borrar", scenario: "protected", route: plan("advanced"), before: removeAll },
  { name: "03-plan-borrar-copias", scenario: "protected", route: plan("advanced"), before: removeSurely },
  { name: "03-plan-salir", scenario: "protected", route: plan("what"), before: leaving },
  { name: "03-plan-nuevo", scenario: "protected", route: "#/plan" },
  { name: "03-plan-nuevo-errores", scenario: "empty", route: "#/plan", before: refused },
  { name: "03-plan-no-hay", scenario: "protected", route: "#/plan/Nadie" },
];
