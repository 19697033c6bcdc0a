import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { textOf, visit, type Beginning } from "../../shared/testing/visit.ts";
import HistoryPage from "./HistoryPage.svelte";

const open = (route = "#/history", some: Partial<Beginning> = {}) =>
  visit(HistoryPage, { scenario: "history", route, ...some });
const grid = () => screen.findByRole("grid", { name: "Lista de copias" });
const drawer = () => screen.findByRole("complementary");
const told = (kind: string, title: string, facts: Record<string, string> = {}) => ({
  kind: kind as "io",
  title,
  hint: "Vuelve a intentarlo.",
  action: "try_again" as const,
  label: "",
  facts,
  technical: `${kind} at the disk`,
});

describe("the list", () => {
  test("a_copy_says_when_what_how_much_where_and_how_proven", async () => {
    open();
    const row = within(await grid()).getByRole("row", { name: /^Ayer 20:00/ });
    const cells = within(row).getAllByRole("gridcell").map(textOf);
    expect(cells).toEqual([
      "Ayer 20:00",
      "Rápida",
      "214 MB",
      "1 min 48 s",
      "318 cambiados",
      "Disco USB Copias: guardada. Servidor de casa: guardada.",
      "Comprobada",
    ]);
    expect(screen.getByText("Esta semana")).toBeTruthy();
    expect(screen.getByText("Semana pasada")).toBeTruthy();
    await expectAccessible();
  });

  test("a_place_that_lost_its_copy_says_so", async () => {
    open();
    const row = within(await grid()).getByRole("row", { name: /^Sáb 7/ });
    expect(textOf(row)).toContain("Servidor de casa: no está");
  });

  test("thousands_of_copies_are_counted_but_not_all_drawn", async () => {
    open("#/history", { scenario: "history-many" });
    expect((await grid()).getAttribute("aria-rowcount")).toBe("6001");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
  });

  test("the_keys_move_in_it_and_enter_opens_the_details", async () => {
    const { user } = open();
    (await grid()).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}{Enter}");
    expect(document.activeElement).toBe(await screen.findByRole("heading", { name: "Ayer, 20:00" }));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
    expect(document.activeElement).toBe(await grid());
  });

  test("another_plan_has_its_own_list_and_all_plans_name_theirs", async () => {
    const { user, asked } = open();
    await grid();
    await user.selectOptions(screen.getByRole("combobox", { name: "Plan" }), "Todos los planes");
    await waitFor(() => expect(asked("snapshots.list")).toContainEqual({ plan: null }));
    const row = await waitFor(() => within(screen.getByRole("grid")).getByRole("row", { name: /^Ayer/ }));
    expect(textOf(row)).toContain("Consultorio");
    await user.selectOptions(screen.getByRole("combobox", { name: "Plan" }), "Radiografías e imágenes");
    expect(await screen.findByText("Aún no hay ninguna copia")).toBeTruthy();
  });

  test("in_english_too", async () => {
    open("#/history", { language: "en" });
    const list = await screen.findByRole("grid", { name: "List of backups" });
    expect(textOf(within(list).getByRole("row", { name: /^Yesterday 8:00/ }))).toContain("318 changed");
    expect(screen.getByText("You can go back to any of 176 backups, since Sep 11, 2025")).toBeTruthy();
  });
});

describe("the strip of half a year", () => {
  test("it_is_one_picture_with_a_whole_sentence", async () => {
    open();
    expect((await screen.findByRole("img")).getAttribute("aria-label")).toBe(
      "Copias de los últimos seis meses: 172\u00a0días con copia, 3\u00a0días con fallo, 3\u00a0días con copia incompleta, 4\u00a0días sin copia",
    );
  });

  test("one_tab_reaches_it_and_arrows_walk_by_days_and_weeks", async () => {
    const { user } = open();
    await grid();
    const today = screen.getByRole("button", { name: "Jueves 12 de marzo: rápida" });
    today.focus();
    await user.keyboard("{ArrowLeft}{ArrowUp}");
    const day = screen.getByRole("button", { name: "Miércoles 4 de marzo: rápida" });
    expect(document.activeElement).toBe(day);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.now.choices).toMatchObject({ day: "2026-03-04", plan: "Consultorio" }));
    expect(day.getAttribute("aria-pressed")).toBe("true");
  });

  test("a_day_without_a_copy_says_so_and_leads_to_the_one_before", async () => {
    const { user } = open();
    await grid();
    await user.click(screen.getByRole("button", { name: "Sábado 31 de enero: sin copia" }));
    expect(await screen.findByText(/^No hay ninguna copia del sábado 31 de enero/)).toBeTruthy();
  });

  test("a_failed_day_is_told_from_an_incomplete_one", async () => {
    open();
    await grid();
    expect(screen.getByRole("button", { name: "Sábado 7 de febrero: falló" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Sábado 7 de marzo: incompleta" })).toBeTruthy();
  });
});

describe("a copy", () => {
  test("its_details_say_why_it_is_kept_what_it_rests_on_and_how_far_it_is_proven", async () => {
    open("#/history?snapshot=snap-001");
    const details = await drawer();
    expect(await within(details).findByText("ser la copia diaria número 2")).toBeTruthy();
    expect(within(details).getByRole("button", { name: "Completa del domingo 8 de marzo" })).toBeTruthy();
    expect(textOf(details)).toContain("Abierta y comprobada hoy, 03:18");
    expect(textOf(details)).toContain("22,6 GB · 12.851 archivos");
    expect(textOf(details)).toContain("inventario · 12 tablas, 24.310 filas");
    await expectAccessible();
  });

  test("what_it_rests_on_is_a_click_away", async () => {
    const { user } = open("#/history?snapshot=snap-001");
    await user.click(await screen.findByRole("button", { name: "Completa del domingo 8 de marzo" }));
    expect(await screen.findByRole("heading", { name: "Dom 8, 20:00" })).toBeTruthy();
  });

  test("restoring_begins_with_it", async () => {
    const { user } = open("#/history?snapshot=snap-001");
    await user.click(within(await drawer()).getByRole("button", { name: "Restaurar…" }));
    expect(router.now).toMatchObject({ section: "restore", choices: { snapshot: "snap-001" } });
  });

  test("checking_it_starts_and_the_button_waits", async () => {
    const { user, asked, said } = open("#/history?snapshot=snap-001");
    await user.click(within(await drawer()).getByRole("button", { name: "Comprobar" }));
    expect(await screen.findByRole("button", { name: "Comprobando…" })).toHaveProperty("disabled", true);
    expect(asked("operations.start")).toEqual([{ verb: "verify", snapshots: ["snap-001"], level: "opened" }]);
    expect(said()).toContain("Comprobando la copia");
  });

  test("pinning_can_be_taken_back_from_the_toast", async () => {
    const { user, asked } = open("#/history?snapshot=snap-001");
    await user.click(within(await drawer()).getByRole("button", { name: /^Fijar/ }));
    expect(await screen.findByText("Fijada")).toBeTruthy();
    expect(await screen.findByText("estar fijada")).toBeTruthy();
    const { toasts } = await import("../../shared/ui/toasts.svelte.ts");
    expect(toasts.undo()).toBe(true);
    await waitFor(() => expect(screen.queryByText("Fijada")).toBeNull());
    expect(asked("snapshots.pin")).toEqual([
      { snapshot: "snap-001", pinned: true },
      { snapshot: "snap-001", pinned: false },
    ]);
  });

  test("exporting_asks_for_a_folder_and_nothing_happens_without_one", async () => {
    const { user, asked, host } = open("#/history?snapshot=snap-001");
    const button = within(await drawer()).getByRole("button", { name: "Exportar a una carpeta…" });
    await user.click(button);
    expect(asked("operations.start")).toEqual([]);
    host.world.picks = ["/media/marta/Entrega"];
    await user.click(button);
    await waitFor(() =>
      expect(asked("operations.start")).toEqual([
        { verb: "export", snapshot: "snap-001", paths: [], to: "/media/marta/Entrega" },
      ]),
    );
  });

  test("removing_it_takes_two_steps_with_the_safe_one_first", async () => {
    const { user, asked, said } = open("#/history?snapshot=snap-001");
    await user.click(within(await drawer()).getByRole("button", { name: "Borrar esta copia…" }));
    const dialog = await screen.findByRole("dialog", { name: "¿Borrar la copia del miércoles 11 de marzo, 20:00?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Conservarla" }));
    expect(textOf(dialog)).toContain("Se liberan 214 MB.");
    expect(asked("operations.start")).toEqual([]);
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Borrar esta copia" }));
    await waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
    expect(asked("operations.start")).toEqual([{ verb: "delete", snapshot: "snap-001" }]);
    expect(said()).toBe("Borrando la copia del miércoles 11 de marzo, 20:00");
    expect(within(await grid()).queryByRole("row", { name: /^Ayer/ })).toBeNull();
  });

  test("one_that_others_rest_on_cannot_be_removed_and_says_why", async () => {
    const { user } = open("#/history?snapshot=snap-004");
    const details = await drawer();
    expect(await within(details).findByText("Se apoyan en ella")).toBeTruthy();
    await user.click(within(details).getByRole("button", { name: "Borrar esta copia…" }));
    const dialog = await screen.findByRole("dialog", { name: "Esta copia no se puede borrar todavía" });
    expect(textOf(dialog)).toContain("4 copias se apoyan en ella");
    expect(within(dialog).queryByRole("button", { name: "Borrar esta copia" })).toBeNull();
  });

  test("a_refusal_of_the_engine_stands_in_the_details_and_they_stay", async () => {
    const { user, host } = open("#/history?snapshot=snap-001");
    const details = await drawer();
    host.world.failing.set("operations.start", told("busy", "Resguardo ya está trabajando"));
    await user.click(within(details).getByRole("button", { name: "Comprobar" }));
    expect(textOf(await within(details).findByRole("alert"))).toContain("Resguardo ya está trabajando");
  });

  test("one_that_is_gone_says_so", async () => {
    open("#/history?snapshot=nowhere");
    expect(textOf(await within(await drawer()).findByRole("alert"))).toContain("No se encuentra «nowhere»");
    expect(await grid()).toBeTruthy();
  });
});

describe("a flagged copy", () => {
  const flagged = () => open("#/history?snapshot=snap-001", { scenario: "history-flagged" });

  test("its_findings_are_said_with_their_figures_and_its_problems_with_files_too", async () => {
    flagged();
    const details = await drawer();
    expect(textOf(details)).toContain("Archivos: de 12.480 a 3.112");
    expect(textOf(details)).toContain("Tamaño: de 18,4 GB a 4,1 GB");
    expect(textOf(details)).toContain("Filas de articulos: de 4.210 a 3");
    expect(textOf(details)).toContain("el 94 % de ellos ya no se reconoce");
    expect(textOf(details)).toContain("LEEME_PARA_RECUPERAR.txt");
    expect(await within(details).findByText("Documentos/Agenda/agenda.xlsx")).toBeTruthy();
    expect(within(details).getByText("sin permiso para leerlo")).toBeTruthy();
    await expectAccessible();
  });

  test("saying_that_the_change_is_mine_accepts_it", async () => {
    const { user, asked, said } = flagged();
    await user.click(within(await drawer()).getByRole("button", { name: "El cambio es mío" }));
    expect(await screen.findByText(/Dijiste que está bien/)).toBeTruthy();
    expect(asked("snapshots.settle")).toEqual([{ snapshot: "snap-001", accept: true }]);
    expect(said()).toContain("Copia aceptada");
  });

  test("calling_it_bad_asks_first_and_can_be_changed_later", async () => {
    const { user, asked } = flagged();
    await user.click(within(await drawer()).getByRole("button", { name: "No está bien…" }));
    const dialog = await screen.findByRole("dialog", { name: "¿Dar esta copia por mala?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancelar" }));
    await user.click(within(dialog).getByRole("button", { name: "Darla por mala" }));
    expect(await screen.findByText(/Dijiste que no está bien/)).toBeTruthy();
    expect(asked("snapshots.settle")).toEqual([{ snapshot: "snap-001", accept: false }]);
    expect(screen.getByRole("button", { name: "El cambio es mío" })).toBeTruthy();
  });
});

describe("other states", () => {
  test("a_plan_without_copies_says_when_the_first_comes_and_offers_not_to_wait", async () => {
    const { user, asked } = open("#/history", { scenario: "history-none" });
    expect(await screen.findByText(/La primera está prevista para hoy a las 20:00/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Copiar ahora" }));
    expect(await screen.findByRole("button", { name: "Copiando…" })).toHaveProperty("disabled", true);
    expect(asked("operations.start")).toEqual([{ verb: "back_up", plan: "Consultorio", kind: null, class: "manual" }]);
  });

  test("without_a_plan_the_way_leads_to_one", async () => {
    const { user } = open("#/history", { scenario: "empty" });
    await user.click(await screen.findByRole("button", { name: "Crear un plan" }));
    expect(router.now.section).toBe("plan");
  });

  test("what_cannot_be_read_can_be_asked_for_again", async () => {
    const { user, host } = open("#/history", {
      world: (world) => world.failing.set("snapshots.list", told("io", "No se pudo leer")),
    });
    expect(textOf(await screen.findByRole("alert"))).toContain("No se pudo leer");
    host.world.failing.clear();
    await user.click(screen.getByRole("button", { name: "Reintentar" }));
    expect(await grid()).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("while_nothing_is_known_grey_lines_stand_in", async () => {
    open("#/history", { world: (world) => world.silent.add("snapshots.list") });
    expect((await screen.findAllByText("Cargando…")).length).toBeGreaterThan(0);
    expect(screen.queryByRole("grid")).toBeNull();
  });
});
