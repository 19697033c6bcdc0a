/** Screens of restoring, in their states. */
import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

type Step = (page: Page) => Promise<void>;

const button =
  (name: RegExp): Step =>
  (page) =>
    page.getByRole("button", { name }).first().click();

const on: Step = button(/^(Continuar|Continue)$/);
const begin: Step = button(/Recuperar un archivo|Get back a file/);

/** The copy of yesterday evening, as in the mockups. */
const yesterday: Step = async (page) => {
  await button(/Volver a un día|Go back to a certain/)(page);
  await button(/^(Ayer|Yesterday)$/)(page);
};

const row = (page: Page, name: string) =>
  page.locator("[role=treeitem]", { has: page.getByText(name, { exact: true }) });

const open =
  (name: string): Step =>
  (page) =>
    row(page, name).locator("button").click();

const tick =
  (name: string): Step =>
  (page) =>
    row(page, name).locator("input").click();

/** What is ticked in the mockups. */
const ticked: Step = async (page) => {
  await yesterday(page);
  await on(page);
  for (const folder of ["Documentos", "Presupuestos", "2026"]) await open(folder)(page);
  await tick("Consentimientos informados")(page);
  await tick("Tarifas 2026.xlsx")(page);
  await tick("Presupuesto_ortodoncia_Fernández-Villaverde_versión_definitiva.pdf")(page);
};

const databases: Step = async (page) => {
  await yesterday(page);
  await on(page);
  await page.getByRole("radio", { name: /Bases de datos|Databases/ }).check({ force: true });
  await page.getByRole("checkbox").first().click();
};

const where: Step = async (page) => {
  await ticked(page);
  await on(page);
  await page.getByText("/home/marta/Documentos").waitFor();
};

const review: Step = async (page) => {
  await where(page);
  await on(page);
  await page.getByText("Tarifas 2026.xlsx").waitFor();
};

const run = "#/restore/progress?operation=op-restore";

export const restore: readonly Screen[] = [
  { name: "05-restaurar", scenario: "restore", route: "#/restore" },
  { name: "05-restaurar-vacio", scenario: "empty", route: "#/restore" },
  { name: "05-restaurar-0-rapida", scenario: "restore", route: "#/restore/latest" },
  {
    name: "05-restaurar-0-rapida-revisar",
    scenario: "restore",
    route: "#/restore/latest",
    before: button(/^(Revisar|Review)$/),
  },
  { name: "05-restaurar-1-cuando", scenario: "restore", route: "#/restore", before: yesterday },
  {
    name: "05-restaurar-1-antes",
    scenario: "restore",
    route: "#/restore/when",
    before: button(/Antes de un cambio|Before a change/),
  },
  { name: "05-restaurar-2-que", scenario: "restore", route: "#/restore", before: ticked },
  {
    name: "05-restaurar-2-buscar",
    scenario: "restore",
    route: "#/restore",
    before: async (page) => {
      await begin(page);
      await page.getByRole("searchbox").fill("presu");
      await page.getByText(/resultados|results/).waitFor();
    },
  },
  { name: "05-restaurar-2-bases", scenario: "restore", route: "#/restore", before: databases },
  { name: "05-restaurar-3-donde", scenario: "restore", route: "#/restore", before: where },
  { name: "05-restaurar-4-revisar", scenario: "restore", route: "#/restore", before: review },
  {
    name: "05-restaurar-4-comparando",
    scenario: "comparing",
    route: "#/restore",
    before: async (page) => {
      await where(page);
      await on(page);
      await page.getByRole("progressbar").waitFor();
    },
  },
  {
    name: "05-restaurar-4-todos",
    scenario: "restore",
    route: "#/restore",
    before: async (page) => {
      await review(page);
      await button(/Ver todos|See all/)(page);
    },
  },
  {
    name: "05-restaurar-salir",
    scenario: "restore",
    route: "#/restore",
    before: async (page) => {
      await ticked(page);
      await button(/^(Cancelar|Cancel)$/)(page);
    },
  },
  { name: "05-restaurar-5-progreso", scenario: "restoring", route: run },
  { name: "05-restaurar-5-pausa", scenario: "restoring-paused", route: run },
  { name: "05-restaurar-6-resultado", scenario: "restored", route: run },
  { name: "05-restaurar-6-bases", scenario: "restored-databases", route: run },
  { name: "05-restaurar-6-parte", scenario: "restored-some", route: run },
  { name: "05-restaurar-6-fallo", scenario: "restore-failed", route: run },
  { name: "05-restaurar-6-detenida", scenario: "restore-stopped", route: run },
  { name: "05-restaurar-6-deshecha", scenario: "restore-undone", route: "#/restore/result?operation=op-undo" },
];
