/** The editor of plans, in each of its parts and states. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const plan = (part: string) => `#/plan/Consultorio/${part}`;

/** A change, so that there is something to save, as in the mockups. */
async function change(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator(".edit__nav a").first().waitFor();
}

export const plans: readonly Screen[] = [
  { name: "03-plan-1-que", scenario: "protected", route: plan("what"), before: change },
  { name: "03-plan-2-cuando", scenario: "protected", route: plan("when"), before: change },
  { name: "03-plan-3-conservar", scenario: "protected", route: plan("keep"), before: change },
  { name: "03-plan-4-donde", scenario: "protected", route: plan("where"), before: change },
  { name: "03-plan-6-avanzado", scenario: "protected", route: plan("advanced"), before: change },
];
