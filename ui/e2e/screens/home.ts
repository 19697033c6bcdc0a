/** Screens of this section. */
import type { Screen } from "./screen.ts";

/** Opens the menu of the first plan. */
async function planMenu(page: Parameters<NonNullable<Screen["before"]>>[0]): Promise<void> {
  await page.locator("article.plan .btn--icon").first().click();
}

export const home: readonly Screen[] = [
  { name: "02-inicio-protegido", scenario: "clinic", route: "#/home" },
  { name: "02-inicio-aviso", scenario: "warning", route: "#/home" },
  { name: "02-inicio-varias", scenario: "several", route: "#/home" },
  { name: "02-inicio-fallo", scenario: "failure", route: "#/home" },
  { name: "02-inicio-copiando", scenario: "copying", route: "#/home" },
  { name: "02-inicio-pausa", scenario: "paused", route: "#/home" },
  { name: "02-inicio-vacio", scenario: "empty", route: "#/home" },
  { name: "02-inicio-menu", scenario: "clinic", route: "#/home", before: planMenu },
  { name: "02-inicio-elegir", scenario: "many-plans", route: "#/home?ask=backup" },
  {
    name: "02-inicio-borrar",
    scenario: "protected",
    route: "#/home",
    before: async (page) => {
      await planMenu(page);
      await page.getByRole("menuitem").nth(-2).click();
      await page.locator("dialog .item").first().waitFor();
    },
  },
];
