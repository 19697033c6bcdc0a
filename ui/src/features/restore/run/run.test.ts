import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { router } from "../../../shared/route.svelte.ts";
import { expectAccessible } from "../../../shared/testing/axe.ts";
import { asked, open } from "../testing/window.ts";
import type { Operation } from "../../../shared/ipc/bindings.ts";
import { about } from "../../../shared/words/format.ts";
import { locale } from "../../../shared/words/language.svelte.ts";
import { words } from "./words.ts";
import { endOf } from "./report.ts";

const RUN = "#/restore/progress?operation=op-restore";
const heading = (name: string): Promise<HTMLElement> => screen.findByRole("heading", { name });

test("a_restore_at_work_tells_files_bytes_and_what_is_done_already", async () => {
  open(RUN, "restoring");
  await heading("Recuperando tus datos");
  expect(screen.getByText("1.372 de 1.906 archivos")).toBeVisible();
  expect(screen.getByText("1,9 GB de 2,6 GB")).toBeVisible();
  expect(screen.getByRole("progressbar", { name: "Avance" })).toHaveAttribute("aria-valuenow", "73");
  expect(await screen.findByText("Guardar cómo está todo ahora")).toBeVisible();
  await expectAccessible();
});

test("the_verb_agrees_with_the_time_that_is_left", () => {
  const left = (seconds: number) => words().left(about(seconds));
  locale.language = "es";
  expect([30, 60, 120].map(left)).toEqual(["queda menos de un minuto", "queda un minuto", "quedan unos 2 minutos"]);
  locale.language = "en";
  expect([30, 60, 120].map(left)).toEqual(["less than a minute left", "a minute left", "about 2 minutes left"]);
});

test("a_restore_that_saved_nothing_does_not_say_that_it_did", async () => {
  open(RUN, "restoring", "es", (world) => {
    world.snapshots = world.snapshots.filter((row) => row.class !== "safety");
  });
  await heading("Recuperando tus datos");
  expect(screen.queryByText("Guardar cómo está todo ahora")).toBeNull();
});

test("it_can_be_paused_and_goes_on", async () => {
  const { world, user } = open(RUN, "restoring");
  await user.click(await screen.findByRole("button", { name: "Pausar" }));
  await heading("En pausa");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Seguir" }));
  await heading("Recuperando tus datos");
  expect(asked(world, "operations.pause")).toEqual(["op-restore"]);
  expect(asked(world, "operations.resume")).toEqual(["op-restore"]);
});

test("stopping_is_asked_about_first_with_going_on_as_the_safe_choice", async () => {
  const { world, user } = open(RUN, "restoring");
  await user.click(await screen.findByRole("button", { name: "Detener…" }));
  const dialog = screen.getByRole("dialog", { name: "¿Detener la restauración?" });
  expect(within(dialog).getByRole("button", { name: "Seguir restaurando" })).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(asked(world, "operations.cancel")).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Detener…" }));
  await user.click(screen.getByRole("button", { name: "Detener" }));
  expect(asked(world, "operations.cancel")).toEqual(["op-restore"]);
});

test("when_it_ends_the_result_takes_its_place", async () => {
  const { world } = open(RUN, "restoring");
  await heading("Recuperando tus datos");
  const [running] = world.running;
  if (!running) throw new Error("nothing is at work");
  const report = { target: "/t", wanted: 2, restored: 2, same: 0, skipped: 0, renamed: 0, failed: 0, bytes: 9 };
  const result = JSON.stringify({ ...report, databases: 0, tables: 0, rows: 0, safety: null });
  world.operations = [{ ...running.operation, state: "succeeded", result, plan_name: "Consultorio" }];
  world.running = [];
  world.changed("operations");
  await heading("Ya lo tienes de vuelta");
});

test("a_result_says_how_many_of_how_many_and_exactly_where", async () => {
  const { world, user } = open(RUN, "restored");
  await heading("Ya lo tienes de vuelta");
  expect(screen.getByText(/Tienes 1.906 de 1.906 archivos como en la copia/)).toBeVisible();
  expect(screen.getByText("/home/marta/Documentos")).toBeVisible();
  expect(await screen.findByText(/hoy a las 10:45\. Disponible hasta el sábado 11 de abril/)).toBeVisible();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Abrir la carpeta" }));
  expect(world.revealed).toEqual(["/home/marta/Documentos"]);
  await user.click(screen.getByRole("button", { name: "Ver el registro" }));
  expect(router.now).toMatchObject({ section: "activity", path: ["op-restore"] });
});

test("databases_are_told_with_their_tables_and_rows", async () => {
  open(RUN, "restored-databases", "en");
  await heading("You have it back");
  expect(screen.getByText(/1,906 of 1,906 files, 1 database, 3 tables, and 22,650 rows/)).toBeVisible();
});

test("several_places_are_told_one_by_one_and_each_can_be_opened", async () => {
  const places = "/home/marta/Documentos, /home/marta/Escritorio, /home/marta/datos/inventario.db";
  open(RUN, "restored", "es", (world) => {
    const [row] = world.operations;
    if (row?.result) row.result = row.result.replace("/home/marta/Documentos", places);
  });
  await heading("Ya lo tienes de vuelta");
  expect(await screen.findByText("/home/marta/Escritorio")).toBeVisible();
  expect(screen.getByRole("button", { name: "Abrir la carpeta" })).toHaveAttribute("aria-haspopup", "menu");
});

test("what_could_not_come_back_is_named_with_its_reason", async () => {
  open(RUN, "restored-some");
  await heading("Ha vuelto casi todo");
  expect(screen.getByText(/2 archivos no pudieron volver/)).toBeVisible();
  expect(screen.getByText("Documentos/Presupuestos/2026/Tarifas 2026.xlsx")).toBeVisible();
  expect(screen.getByText("No había permiso")).toBeVisible();
  await expectAccessible();
});

test("a_failure_says_what_the_engine_says_of_it", async () => {
  open(RUN, "restore-failed");
  await heading("No se pudo restaurar");
  expect(await screen.findByText("No hay sitio en el disco.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Deshacer esta restauración" })).toBeNull();
  await expectAccessible();
});

test("a_failure_of_long_ago_leads_to_what_its_copy_holds", async () => {
  const { user } = open(RUN, "restore-failed");
  await heading("No se pudo restaurar");
  await user.click(screen.getByRole("button", { name: "Volver a intentarlo…" }));
  await heading("¿Qué quieres recuperar?");
  expect(router.now.choices).toEqual({ snapshot: "snap-001" });
});

test("a_stopped_restore_offers_the_way_back", async () => {
  open(RUN, "restore-stopped");
  await heading("Lo detuvimos antes de terminar");
  expect(await screen.findByRole("button", { name: "Deshacer esta restauración" })).toBeVisible();
});

test("undoing_takes_two_steps_and_is_watched_like_a_restore", async () => {
  const { world, user } = open(RUN, "restored");
  await user.click(await screen.findByRole("button", { name: "Deshacer esta restauración" }));
  const dialog = screen.getByRole("dialog", { name: "¿Deshacer esta restauración?" });
  expect(within(dialog).getByRole("button", { name: "Cancelar" })).toHaveFocus();
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: "Deshacer" }));
  expect(asked(world, "operations.start")).toEqual([{ verb: "undo", operation: "op-restore" }]);
  await heading("Dejándolo todo como estaba");
});

test("an_undo_that_is_not_possible_any_more_says_so", async () => {
  open(RUN, "restored", "es", (world) => {
    const [row] = world.operations;
    if (row) world.operations = [...world.operations, { ...row, id: "op-undo", verb: "undo" }];
  });
  await screen.findByText("Esta restauración ya no se puede deshacer.");
  expect(screen.queryByRole("button", { name: "Deshacer esta restauración" })).toBeNull();
});

test("an_undo_that_just_became_impossible_is_told_when_it_is_asked_for", async () => {
  const { user, world } = open(RUN, "restored");
  await user.click(await screen.findByRole("button", { name: "Deshacer esta restauración" }));
  const [row] = world.operations;
  if (row) world.operations = [...world.operations, { ...row, id: "op-undo", verb: "undo" }];
  await user.click(screen.getByRole("button", { name: "Deshacer" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("no se puede deshacer"));
});

test("what_an_undo_did_is_told_in_figures", async () => {
  open("#/restore/result?operation=op-undo", "restore-undone");
  await heading("Todo está como antes de restaurar");
  expect(
    screen.getByText("12 archivos vuelven a como estaban y quitamos 37 que había traído la restauración."),
  ).toBeVisible();
  await expectAccessible();
});

test("an_operation_that_nobody_knows_is_told_as_a_failed_call", async () => {
  open("#/restore/progress?operation=op-nothing");
  expect(await screen.findByRole("alert")).toHaveTextContent("No se encuentra");
});

test("every_state_of_an_operation_has_an_end_or_none", () => {
  const row = { verb: "restore", result: null, progress: null, started_at: "2026-03-12T09:00:00Z" };
  const end = (state: Operation["state"]) => endOf({ ...row, state } as Operation)?.how;
  expect([end("queued"), end("running"), end("cancelling")]).toEqual([undefined, undefined, undefined]);
  expect([end("failed"), end("cancelled"), end("interrupted")]).toEqual(["failed", "stopped", "cut"]);
});
