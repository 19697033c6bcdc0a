/** From “where” to the start. */
import type { Sample } from "../../../shared/ipc/bindings.ts";
import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { expectAccessible } from "../../../shared/testing/axe.ts";
import { router } from "../../../shared/route.svelte.ts";
import { asked, open, type Opened } from "../testing/window.ts";

const told = {
  kind: "busy",
  title: "El motor no contesta",
  hint: "Espera.",
  action: "wait",
  label: "",
  facts: {},
  technical: "t",
};

async function rowOf(name: string): Promise<HTMLElement> {
  const label = await screen.findByText(name, { selector: ".tree__row .sr" });
  return label.closest<HTMLElement>("[role=treeitem]") ?? label;
}

async function tickOne(name = "Documentos"): Promise<Opened> {
  const window = open("#/restore/what?snapshot=snap-001");
  const row = await rowOf(name);
  await window.user.click(within(row).getByLabelText(name));
  return window;
}

async function on({ user }: Opened, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) await user.click(screen.getByRole("button", { name: "Continuar" }));
}

const start = (): HTMLElement => screen.getByRole("button", { name: "Restaurar ahora" });

test("where_tells_exactly_where_things_go_back_to_and_each_choice_says_what_follows", async () => {
  const window = await tickOne();
  await on(window);
  expect(await screen.findByText("/home/marta/Documentos")).toBeVisible();
  expect(screen.queryByText("/home/marta/Escritorio")).toBeNull();
  expect(screen.getByText(/vuelve a como estaba\. Antes guardamos/)).toBeVisible();
  await window.user.click(screen.getByRole("radio", { name: /Conservar los dos/ }));
  expect(screen.getByText(/Los archivos que tienes se quedan/)).toBeVisible();
  await expectAccessible();
});

test("another_folder_is_picked_and_must_be_before_the_way_on", async () => {
  const window = await tickOne();
  await on(window);
  await window.user.click(await screen.findByRole("radio", { name: /En otra carpeta/ }));
  expect(screen.getByRole("button", { name: "Continuar" })).toBeDisabled();
  expect(screen.getByText("Falta elegir la carpeta")).toBeVisible();
  window.world.picks = ["/home/marta/Comparar"];
  await window.user.click(screen.getByRole("button", { name: "Elegir carpeta…" }));
  expect(await screen.findAllByText("/home/marta/Comparar")).toHaveLength(2);
  await on(window);
  await waitFor(() => expect(start()).toBeEnabled());
  expect(screen.getByText("Nada de lo que tienes ahora se sustituye.")).toBeVisible();
  expect(asked(window.world, "restore.plan")).toMatchObject([
    { request: { target: { to: "folder", path: "/home/marta/Comparar" } } },
  ]);
});

test("the_review_counts_shows_what_is_replaced_and_where_before_anything_changes", async () => {
  const window = await tickOne();
  await on(window, 2);
  expect(await screen.findByText("12")).toBeVisible();
  expect(await screen.findByRole("row", { name: /Tarifas 2026.xlsx/ })).toHaveTextContent(/Hoy, 09:00/);
  expect(screen.getByText("/home/marta/Documentos")).toBeVisible();
  expect(asked(window.world, "operations.start")).toEqual([]);
  await expectAccessible();
});

test("all_files_with_what_happens_to_each_can_be_looked_through", async () => {
  const window = await tickOne();
  await on(window, 2);
  await window.user.click(await screen.findByRole("button", { name: "Ver todos" }));
  const dialog = screen.getByRole("dialog", { name: "Qué pasa con cada archivo" });
  await waitFor(() => expect(within(dialog).getAllByRole("row")).toHaveLength(13));
  await window.user.selectOptions(within(dialog).getByRole("combobox"), "create");
  expect(await within(dialog).findAllByText("No está")).not.toHaveLength(0);
  await expectAccessible();
});

test("the_start_sends_exactly_what_was_reviewed_and_is_no_way_to_go_on_with", async () => {
  const window = await tickOne();
  await on(window, 2);
  await waitFor(() => expect(start()).toBeEnabled());
  await window.user.click(start());
  const wanted = { paths: ["files/Documentos"], target: { to: "in_place" }, existing: "replace", safety: true };
  expect(asked(window.world, "operations.start")).toEqual([{ verb: "restore", snapshot: "snap-001", ...wanted }]);
  expect(await screen.findByRole("heading", { name: "Recuperando tus datos" })).toBeVisible();
  router.leave("#/restore");
  await screen.findByRole("heading", { name: "Hoy, 10:46" });
  expect(screen.queryByRole("button", { name: "Seguir" })).toBeNull();
});

test("a_restore_that_failed_is_tried_again_with_what_was_chosen", async () => {
  const window = await tickOne();
  await on(window, 2);
  await waitFor(() => expect(start()).toBeEnabled());
  await window.user.click(start());
  await screen.findByRole("heading", { name: "Recuperando tus datos" });
  const [running] = window.world.running;
  if (!running) throw new Error("nothing runs");
  const failed = { ...running.operation, state: "failed" as const, plan_name: "Consultorio" };
  window.world.running = [];
  window.world.operations = [failed, ...window.world.operations];
  window.world.changed("operations");
  await screen.findByRole("heading", { name: "No se pudo restaurar" });
  await window.user.click(screen.getByRole("button", { name: "Volver a intentarlo…" }));
  expect(await screen.findByRole("heading", { name: "Todo listo para recuperar" })).toBeVisible();
  expect(asked(window.world, "operations.start")).toHaveLength(1);
});

test("a_folder_but_one_is_asked_for_by_the_names_of_the_others", async () => {
  const window = await tickOne();
  await window.user.click(within(await rowOf("Documentos")).getByTitle("Abrir Documentos"));
  await window.user.click(within(await rowOf("Marketing")).getByLabelText("Marketing"));
  await on(window, 2);
  await waitFor(() => expect(start()).toBeEnabled());
  const names = ["Presupuestos", "Consentimientos informados", "Contratos y nóminas"];
  expect(asked(window.world, "restore.plan")).toMatchObject([
    { request: { paths: names.map((name) => `files/Documentos/${name}`) } },
  ]);
});

test("without_the_safety_snapshot_the_loss_is_told_and_the_request_says_so", async () => {
  const window = await tickOne();
  await on(window, 2);
  await window.user.click(await screen.findByRole("switch", { name: "Guardar antes cómo está todo ahora" }));
  expect(screen.getByText(/no podrás deshacer la restauración: lo que se sustituye se pierde/)).toBeVisible();
  await window.user.click(start());
  expect(asked(window.world, "operations.start")).toMatchObject([{ safety: false }]);
});

test("what_stays_is_counted_as_staying_when_only_the_missing_comes_back", async () => {
  const window = await tickOne();
  await on(window);
  await window.user.click(await screen.findByRole("radio", { name: /No tocar el que ya está/ }));
  await on(window);
  expect(await screen.findByText("se quedan")).toBeVisible();
  expect(screen.queryByRole("switch")).toBeNull();
});

test("a_comparison_that_fails_is_told_and_can_be_tried_again", async () => {
  const window = await tickOne();
  await on(window);
  window.world.failing.set("restore.plan", told as never);
  await on(window);
  expect(await screen.findByRole("alert")).toHaveTextContent("El motor no contesta");
  expect(start()).toBeDisabled();
  await expectAccessible();
  window.world.failing.clear();
  await window.user.click(screen.getByRole("button", { name: "Reintentar" }));
  await waitFor(() => expect(start()).toBeEnabled());
});

test("while_it_compares_it_says_so_and_does_not_start", async () => {
  const window = await tickOne();
  await on(window);
  window.world.silent.add("restore.plan");
  await on(window);
  expect(await screen.findByText("Comparamos la copia con lo que tienes ahora.")).toBeVisible();
  expect(start()).toBeDisabled();
  await expectAccessible();
});

function sampled(entries: number, total: number, bytes: number): Sample {
  return { phase: "prepare", entries, total_entries: total, bytes, total_bytes: 0, issues: 0, current: "" };
}

test("a_long_comparison_says_how_far_it_is_and_goes_on_by_itself", async () => {
  const window = await tickOne();
  await on(window);
  window.world.comparing = sampled(1_200, 4_800, 2_000_000_000);
  await on(window);
  expect(await screen.findByText(/1.200 de 4.800 archivos, 2 GB leídos/)).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25");
  expect(start()).toBeDisabled();
  await expectAccessible();
  window.world.comparing = null;
  await waitFor(() => expect(start()).toBeEnabled());
});

test("a_comparison_that_nobody_waits_for_is_not_asked_for_again", async () => {
  const window = await tickOne();
  await on(window);
  window.world.comparing = sampled(1, 9, 0);
  await on(window);
  await screen.findByText(/1 de 9 archivos/);
  await window.user.click(screen.getByRole("button", { name: "Atrás" }));
  await screen.findByRole("radio", { name: /En su sitio original/ });
  const before = asked(window.world, "restore.plan").length;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(asked(window.world, "restore.plan").length).toBeLessThanOrEqual(before + 1);
});

test("a_start_that_the_engine_refuses_keeps_everything_that_was_chosen", async () => {
  const window = await tickOne();
  await on(window, 2);
  await waitFor(() => expect(start()).toBeEnabled());
  window.world.failing.set("operations.start", told as never);
  await window.user.click(start());
  expect(await screen.findByRole("alert")).toHaveTextContent("El motor no contesta");
  expect(start()).toBeEnabled();
  await window.user.click(screen.getByRole("button", { name: "Atrás" }));
  expect(await screen.findByRole("radio", { name: /En su sitio original/ })).toBeChecked();
});

test("enter_in_another_place_never_starts_it", async () => {
  const window = await tickOne();
  await on(window, 2);
  await waitFor(() => expect(start()).toBeEnabled());
  screen.getByRole("switch").focus();
  await window.user.keyboard("{Enter}");
  expect(asked(window.world, "operations.start")).toEqual([]);
});
