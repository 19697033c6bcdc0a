import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { router } from "../../../shared/route.svelte.ts";
import { expectAccessible } from "../../../shared/testing/axe.ts";
import { open, type Opened } from "../testing/window.ts";

const WHAT = "#/restore/what?snapshot=snap-001";
const row = async (name: string): Promise<HTMLElement> => {
  const label = await screen.findByText(name, { selector: ".tree__row .sr" });
  return label.closest<HTMLElement>("[role=treeitem]") ?? label;
};
const foot = (): HTMLElement => screen.getByRole("contentinfo");

async function unfold({ user }: Opened, ...names: string[]): Promise<void> {
  for (const name of names) await user.click(within(await row(name)).getByTitle(/^(Abrir|Cerrar) /));
}

async function tick({ user }: Opened, name: string): Promise<void> {
  await user.click(within(await row(name)).getByLabelText(name));
}

test("folders_open_one_by_one_and_what_is_ticked_is_counted_in_the_basket", async () => {
  const window = open(WHAT);
  await unfold(window, "Documentos", "Presupuestos", "2026");
  await tick(window, "Consentimientos informados");
  await tick(window, "Tarifas 2026.xlsx");
  expect(foot()).toHaveTextContent("1.905 archivos, 2,6 GB");
  expect(await row("Documentos")).toHaveAttribute("aria-checked", "mixed");
  expect(await row("Tarifas 2026.xlsx")).toHaveAttribute("aria-level", "4");
  const basket = screen.getByRole("complementary", { name: "Vas a recuperar" });
  expect(basket).toHaveTextContent("1.904 archivos · 2,6 GB");
  await expectAccessible();
  await window.user.click(within(basket).getByRole("button", { name: "Quitar Tarifas 2026.xlsx" }));
  expect(foot()).toHaveTextContent("1.904 archivos, 2,6 GB");
});

test("a_ticked_folder_ticks_what_is_below_without_asking_for_it", async () => {
  const window = open(WHAT);
  await tick(window, "Documentos");
  const looked = window.world.calls.filter(([name]) => name === "snapshots.page").map(([, asked]) => asked);
  expect(looked).toHaveLength(1);
  expect(foot()).toHaveTextContent("12.480 archivos, 18,4 GB");
  await unfold(window, "Documentos");
  expect(await row("Marketing")).toHaveAttribute("aria-checked", "true");
  await tick(window, "Marketing");
  expect(await row("Documentos")).toHaveAttribute("aria-checked", "mixed");
  expect(foot()).toHaveTextContent("11.610 archivos, 13,2 GB");
  expect(screen.getByRole("complementary")).toHaveTextContent("sin 1 elemento");
});

test("all_that_is_in_a_folder_ticked_one_by_one_is_the_folder", async () => {
  const window = open(WHAT);
  await unfold(window, "Documentos", "Presupuestos");
  for (const name of ["2024", "2025", "2026"]) await tick(window, name);
  expect(await row("Presupuestos")).toHaveAttribute("aria-checked", "true");
  expect(within(screen.getByRole("complementary")).getAllByRole("listitem")).toHaveLength(1);
});

test("the_tree_is_walked_folded_ticked_and_searched_by_keys", async () => {
  const { user } = open(WHAT);
  const tree = await screen.findByRole("tree");
  await row("Documentos");
  tree.focus();
  const at = (): string | null | undefined =>
    document.getElementById(tree.getAttribute("aria-activedescendant") ?? "")?.querySelector(".sr")?.textContent;
  await user.keyboard("{ArrowRight}");
  await row("Marketing");
  await user.keyboard("{ArrowRight}");
  expect(at()).toBe("Presupuestos");
  await user.keyboard("{End}");
  expect(at()).toBe("Escritorio");
  await user.keyboard("mark");
  expect(at()).toBe("Marketing");
  await user.keyboard(" ");
  expect(await row("Marketing")).toHaveAttribute("aria-checked", "true");
  await user.keyboard("{ArrowLeft}");
  expect(at()).toBe("Documentos");
  await user.keyboard("{ArrowLeft}");
  expect(await row("Documentos")).toHaveAttribute("aria-expanded", "false");
  await user.keyboard("{Home}{ArrowDown}");
  expect(at()).toBe("Escritorio");
});

test("a_search_finds_names_everywhere_below_and_its_finds_can_be_ticked", async () => {
  const window = open(WHAT);
  await window.user.type(await screen.findByRole("searchbox"), "tarifas");
  expect(await screen.findByText("1 resultado")).toBeVisible();
  expect(screen.getAllByRole("treeitem")).toHaveLength(1);
  expect(screen.getByText("Documentos/Presupuestos/2026")).toBeVisible();
  await tick(window, "Tarifas 2026.xlsx");
  expect(foot()).toHaveTextContent("1 archivo, 94 KB");
  await expectAccessible();
  await window.user.clear(screen.getByRole("searchbox"));
  await window.user.type(screen.getByRole("searchbox"), "nada de eso");
  expect(await screen.findByText("Nada se llama «nada de eso» en esta copia")).toBeVisible();
});

test("databases_are_ticked_whole_and_their_tables_told", async () => {
  const { user } = open(WHAT);
  await user.click(await screen.findByRole("radio", { name: "Bases de datos" }));
  const tables = await screen.findByRole("list", { name: "Tablas de inventario" });
  await waitFor(() => expect(within(tables).getAllByRole("listitem")).toHaveLength(3));
  expect(tables).toHaveTextContent(/movimientos\s*18.402/);
  expect(within(tables).queryByRole("checkbox")).toBeNull();
  expect(screen.getByText("La base de datos vuelve entera.")).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "Base de datos inventario" }));
  expect(foot()).toHaveTextContent("1 base de datos, 86 MB");
  await user.type(screen.getByRole("searchbox"), "prov");
  expect(await screen.findByText("1 tabla encontrada")).toBeVisible();
  await expectAccessible();
});

test("nothing_ticked_holds_the_way_on_and_removing_all_can_be_undone", async () => {
  const window = open(WHAT);
  await row("Documentos");
  expect(screen.getByRole("button", { name: "Continuar" })).toBeDisabled();
  await tick(window, "Documentos");
  await window.user.click(screen.getByRole("button", { name: "Quitar todo" }));
  expect(foot()).toHaveTextContent("Todavía no has marcado nada");
  await window.user.click(screen.getByRole("button", { name: "Deshacer" }));
  expect(foot()).toHaveTextContent("12.480 archivos");
});

test("a_reload_keeps_what_is_ticked_and_what_is_open", async () => {
  const window = open(WHAT);
  await unfold(window, "Documentos", "Presupuestos");
  await tick(window, "2025");
  window.reload();
  expect(await row("2025")).toHaveAttribute("aria-checked", "true");
  expect(foot()).toHaveTextContent("804 archivos");
});

test("leaving_is_asked_about_once_something_was_chosen_and_not_before", async () => {
  const window = open(WHAT);
  await row("Documentos");
  await window.user.keyboard("{Escape}");
  expect(router.now.path).toEqual([]);
  router.follow(WHAT);
  await tick(window, "Documentos");
  await window.user.keyboard("{Escape}");
  const dialog = await screen.findByRole("dialog", { name: "¿Salir sin restaurar?" });
  expect(within(dialog).getByRole("button", { name: "Seguir aquí" })).toHaveFocus();
  await expectAccessible();
  await window.user.click(within(dialog).getByRole("button", { name: "Seguir aquí" }));
  expect(await row("Documentos")).toHaveAttribute("aria-checked", "true");
  router.go("home");
  await window.user.click(await screen.findByRole("button", { name: "Salir" }));
  expect(router.now.section).toBe("home");
  router.follow(WHAT);
  expect(await row("Documentos")).toHaveAttribute("aria-checked", "false");
});

test("a_folder_that_can_not_be_read_says_so_at_its_place", async () => {
  const window = open(WHAT);
  await row("Documentos");
  const failure = { kind: "io", title: "No se lee", hint: "", action: "", facts: {}, technical: "" };
  window.world.failing.set("snapshots.page", failure as never);
  await unfold(window, "Documentos");
  expect(await screen.findByText("No se pudo leer esta carpeta")).toBeVisible();
  window.world.failing.clear();
  await window.user.click(screen.getByRole("button", { name: "Reintentar" }));
  expect(await row("Marketing")).toBeVisible();
});

test("what_is_no_file_can_not_be_ticked", async () => {
  const window = open(WHAT, "restore", "en", (world) => {
    const pipe = { path: "files/pipe", type: "fifo", size: 0, mtime: null, mode: 0, files: 0, bytes: 0 };
    world.folders["files"] = [pipe, ...(world.folders["files"] ?? [])];
  });
  await tick(window, "pipe");
  expect(await row("pipe")).toHaveAttribute("aria-checked", "false");
  expect(screen.getByText("It can’t be brought back: it is not a file")).toBeVisible();
});

test("a_copy_that_is_gone_leads_back_to_the_calendar", async () => {
  const { user } = open("#/restore/what?snapshot=snap-gone");
  await user.click(await screen.findByRole("button", { name: "Elegir una copia" }));
  expect(await screen.findByRole("heading", { name: "¿A qué día quieres volver?" })).toBeVisible();
});
