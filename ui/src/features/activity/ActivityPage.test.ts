import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { live } from "../../shared/query/live.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { textOf, visit, type Beginning } from "../../shared/testing/visit.ts";
import ActivityPage from "./ActivityPage.svelte";

const open = (route = "#/activity", some: Partial<Beginning> = {}) =>
  visit(ActivityPage, { scenario: "activity", route, ...some });
const lines = () => screen.findAllByRole("listitem");
const link = (name: string | RegExp) => screen.findByRole("link", { name });
const told = (kind: string, title: string) => ({
  kind: kind as "io",
  title,
  hint: "Vuelve a intentarlo.",
  action: "try_again" as const,
  label: "",
  facts: {},
  technical: `${kind} at the disk`,
});

describe("the list", () => {
  test("each_line_says_what_was_done_and_how_it_ended_under_its_day", async () => {
    open();
    const [failed, done, checked] = await lines();
    expect(textOf(failed as Element)).toContain("La copia de «Consultorio» no pudo terminar");
    await waitFor(() => expect(textOf(failed as Element)).toContain("usando una base de datos"));
    expect(textOf(done as Element)).toContain("214 MB nuevos · 1 min 48 s · Disco USB Copias y nas-robles");
    expect(textOf(checked as Element)).toContain("Comprobadas 36 copias Todas se pueden leer y están enteras.");
    const days = screen.getAllByRole("heading", { level: 2 }).map(textOf);
    expect(days.slice(0, 2)).toEqual(["Hoy, jueves 12 de marzo", "Ayer, miércoles 11 de marzo"]);
    await expectAccessible();
  });

  test("in_english_too", async () => {
    open("#/activity", { language: "en" });
    expect(await link("Quick backup of “Radiografías e imágenes”")).toBeTruthy();
    expect(screen.getByText("25 files and 1 database restored and compared")).toBeTruthy();
    expect(screen.getByText("The backup of “Radiografías e imágenes” was stopped, as you asked")).toBeTruthy();
  });

  test("the_keys_go_from_line_to_line_and_coming_back_leads_to_the_one_that_was_opened", async () => {
    const { user } = open("#/activity");
    const lines = await screen.findAllByRole("link", { name: /Consultorio|Radiografías|Comprobadas/ });
    lines[0]?.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(textOf(document.activeElement ?? document.body)).toBe("Comprobadas 36 copias");
    await user.keyboard("{Home}rest");
    expect(textOf(document.activeElement ?? document.body)).toBe("Restauración de 3 archivos");
    await user.keyboard("{ArrowUp}{Enter}");
    router.follow("#/activity/op-busy-1");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 })));
    await user.click(screen.getByRole("button", { name: "Volver a Actividad" }));
    await waitFor(() => expect(document.activeElement?.getAttribute("href")).toBe("#/activity/op-busy-1"));
  });

  test("a_filter_asks_the_engine_for_its_verbs", async () => {
    const { user, asked } = open();
    await lines();
    await user.click(screen.getByRole("button", { name: "Restauraciones" }));
    await waitFor(async () => expect(await lines()).toHaveLength(1));
    expect(asked("operations.page").at(-1)).toMatchObject({ verbs: ["restore", "undo", "export"] });
    await user.click(screen.getByRole("button", { name: "Avisos y fallos" }));
    await waitFor(async () => expect(await lines()).toHaveLength(5));
    expect(screen.getByRole("button", { name: "Avisos y fallos" }).getAttribute("aria-pressed")).toBe("true");
  });

  test("a_search_that_finds_nothing_says_so_and_can_be_taken_away", async () => {
    const { user } = open();
    await lines();
    await user.type(screen.getByRole("searchbox", { name: "Buscar" }), "zanahoria");
    expect(await screen.findByText("Nada encaja con lo que buscas")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Ver todo" }));
    expect((await lines()).length).toBeGreaterThan(5);
    expect(screen.getByRole("searchbox").getAttribute("value") ?? "").toBe("");
  });

  test("a_search_finds_what_stands_in_an_error", async () => {
    const { user } = open();
    await lines();
    await user.type(screen.getByRole("searchbox", { name: "Buscar" }), "inventario.db");
    await waitFor(async () => expect(await lines()).toHaveLength(2));
  });

  test("older_pages_come_after_the_ones_that_are_there_and_stay_when_something_new_happens", async () => {
    const { user, asked, host } = open("#/activity", { scenario: "activity-many" });
    expect(await lines()).toHaveLength(50);
    await user.click(screen.getByRole("button", { name: "Ver más antiguas" }));
    await waitFor(async () => expect(await lines()).toHaveLength(100));
    expect(asked("operations.page").at(-1)).toMatchObject({ before: "op-many-49", limit: 50 });
    const [first] = host.world.operations;
    if (first) host.world.operations = [{ ...first, id: "op-fresh", verb: "drill" }, ...host.world.operations];
    host.tell("operations");
    await waitFor(async () => expect(await lines()).toHaveLength(101));
  });

  test("the_newest_failure_has_its_remedy_on_the_line", async () => {
    const { user, asked } = open();
    const [failed] = await lines();
    await user.click(
      await within(failed as HTMLElement).findByRole("button", { name: "Arreglar: Volver a intentarlo" }),
    );
    await waitFor(() =>
      expect(asked("operations.start")).toEqual([
        { verb: "back_up", plan: "Consultorio", kind: null, class: "manual" },
      ]),
    );
    const fixes = screen.queryAllByRole("button", { name: /^Arreglar: Volver/ });
    expect(fixes.length).toBeLessThan(2);
  });

  test("without_problems_the_filter_says_that_all_is_well", async () => {
    const { user } = open("#/activity", { scenario: "protected" });
    await lines();
    await user.click(screen.getByRole("button", { name: "Avisos y fallos" }));
    expect(await screen.findByText("Ningún aviso ni fallo")).toBeTruthy();
    await expectAccessible();
  });

  test("before_anything_happened_it_says_what_will_be_here", async () => {
    open("#/activity", { scenario: "empty" });
    expect(await screen.findByText("Todavía no ha pasado nada")).toBeTruthy();
  });

  test("what_cannot_be_read_can_be_asked_for_again", async () => {
    const { user, host } = open("#/activity", {
      world: (world) => world.failing.set("operations.page", told("io", "No se pudo leer")),
    });
    expect(textOf(await screen.findByRole("alert"))).toContain("No se pudo leer");
    host.world.failing.clear();
    await user.click(screen.getByRole("button", { name: "Reintentar" }));
    expect((await lines()).length).toBeGreaterThan(5);
  });

  test("the_inbox_is_one_step_away_with_how_many_are_open", async () => {
    open();
    expect((await link("Avisos · 5")).getAttribute("href")).toBe("#/alerts");
  });
});

describe("a failure", () => {
  test("says_what_happened_why_and_what_to_do_and_folds_the_technical_part", async () => {
    open("#/activity/op-busy-2");
    expect(
      await screen.findByRole("heading", { level: 1, name: "La copia de «Consultorio» no pudo terminar" }),
    ).toBeTruthy();
    expect(screen.getAllByRole("term").map(textOf)).toEqual(["Qué pasó", "Por qué", "Qué hacer"]);
    await waitFor(() => expect(screen.getAllByRole("definition").map(textOf).join(" ")).toContain("inventario.db"));
    expect(await screen.findByText("La última copia buena es de hoy, 10:46.")).toBeTruthy();
    expect(screen.getByText(/2 intentos seguidos sin terminar/)).toBeTruthy();
    expect(document.querySelector("details")?.open).toBe(false);
    await expectAccessible();
  });

  test("its_button_does_what_helps", async () => {
    const { user, asked, said } = open("#/activity/op-busy-2");
    await user.click(await screen.findByRole("button", { name: "Volver a intentarlo" }));
    await waitFor(() => expect(said()).toContain("En marcha"));
    expect(asked("operations.start")).toEqual([{ verb: "back_up", plan: "Consultorio", kind: null, class: "manual" }]);
  });

  test("a_remedy_that_fails_says_why_on_the_page", async () => {
    const { user, host } = open("#/activity/op-busy-2");
    host.world.failing.set("operations.start", told("busy", "Resguardo ya está trabajando"));
    await user.click(await screen.findByRole("button", { name: "Volver a intentarlo" }));
    expect(textOf(await screen.findByRole("alert"))).toContain("Resguardo ya está trabajando");
  });

  test("a_removal_of_more_than_half_asks_with_its_figures_and_the_safe_way_first", async () => {
    const { user, asked } = open("#/activity/op-prune");
    await user.click(await screen.findByRole("button", { name: "Revisar y confirmar…" }));
    const dialog = await screen.findByRole("dialog", { name: "¿Borrar las copias antiguas de «Consultorio»?" });
    expect(textOf(dialog)).toContain("se irían 41 de 60");
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Conservarlas" }));
    expect(asked("operations.start")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Borrarlas" }));
    await waitFor(() =>
      expect(asked("operations.start")).toEqual([{ verb: "prune", plan: "Consultorio", confirmed: true }]),
    );
  });

  test("one_that_was_cut_off_says_that_nothing_half_done_counts", async () => {
    open("#/activity/op-cut");
    expect(await screen.findByText(/El programa se cerró, o el equipo se apagó/)).toBeTruthy();
    expect(screen.getByText(/Nada a medias cuenta como copia/)).toBeTruthy();
  });

  test("its_report_can_be_copied", async () => {
    const { user, said } = open("#/activity/op-busy-2");
    await screen.findByRole("button", { name: "Volver a intentarlo" });
    await waitFor(() => expect(document.querySelector("details")).not.toBeNull());
    await user.click(screen.getByRole("button", { name: "Copiar informe" }));
    await waitFor(() => expect(said()).toBe("Informe copiado"));
    const copied = await navigator.clipboard.readText();
    expect(copied).toContain("database is locked (5)");
    expect(copied).toContain("op-busy-2");
  });

  test("the_message_for_the_technician_shows_all_that_it_holds_before_it_is_written", async () => {
    const { user, asked, host, said } = open("#/activity/op-busy-2");
    await user.click(await screen.findByRole("button", { name: "Mensaje para el técnico…" }));
    const dialog = await screen.findByRole("dialog", { name: "Mensaje para el técnico" });
    expect(textOf(await within(dialog).findByRole("region"))).toContain("La copia de «Consultorio» no pudo terminar");
    const part = within(dialog).getByRole("combobox", { name: "Parte del mensaje" });
    await user.selectOptions(part, "logs/resguardo.log");
    expect(textOf(within(dialog).getByRole("region"))).toContain("failed database_busy");
    await user.click(within(dialog).getByRole("button", { name: "Guardar…" }));
    expect(asked("support.save")).toEqual([]);
    host.world.picks = ["/home/marta/ya-esta.zip", "/home/marta/mensaje.zip"];
    await user.click(within(dialog).getByRole("button", { name: "Guardar…" }));
    expect(textOf(await within(dialog).findByRole("alert"))).toContain("Ya existe el archivo");
    await user.click(within(dialog).getByRole("button", { name: "Guardar…" }));
    await waitFor(() => expect(said()).toBe("Mensaje guardado en /home/marta/mensaje.zip"));
    expect(asked("support.save").at(-1)).toMatchObject({ file: "/home/marta/mensaje.zip", anonymous: true });
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("a success", () => {
  test("a_backup_says_what_where_how_long_and_its_problems_with_files", async () => {
    const { user } = open("#/activity/op-issues");
    expect(await screen.findByText("Guardó 12.792 archivos (22,6 GB). Ocupa 341 MB.")).toBeTruthy();
    expect(screen.getByText("A la espera: Servidor de casa. Se enviará cuando vuelva.")).toBeTruthy();
    expect(screen.getByText("De 08:06 a 08:07")).toBeTruthy();
    expect(screen.getByText("Escritorio/privado/claves.kdbx")).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Ver la copia" }));
    expect(router.now).toMatchObject({ section: "history", choices: { snapshot: "snap-003" } });
  });

  test("a_restore_shows_its_folder_and_can_be_undone_after_a_question", async () => {
    const { user, asked, host, said } = open("#/activity/op-restore");
    await user.click(await screen.findByRole("button", { name: "Abrir la carpeta" }));
    expect(host.world.revealed).toEqual(["/home/marta/Escritorio/Fotos fachada"]);
    await user.click(screen.getByRole("button", { name: "Deshacer esta restauración…" }));
    const dialog = await screen.findByRole("dialog", { name: "¿Deshacer esta restauración?" });
    expect(asked("operations.start")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Deshacer ahora" }));
    await waitFor(() => expect(said()).toBe("Deshaciendo la restauración"));
    expect(asked("operations.start")).toEqual([{ verb: "undo", operation: "op-restore" }]);
    expect(screen.queryByRole("button", { name: "Deshacer esta restauración…" })).toBeNull();
  });

  test("an_undo_that_the_engine_refuses_is_not_offered_again", async () => {
    const { user, host } = open("#/activity/op-restore");
    host.world.failing.set("operations.start", told("cannot_undo", "Esto ya no se puede deshacer"));
    await user.click(await screen.findByRole("button", { name: "Deshacer esta restauración…" }));
    await user.click(await screen.findByRole("button", { name: "Deshacer ahora" }));
    expect(textOf(await screen.findByRole("alert"))).toContain("Esto ya no se puede deshacer");
    expect(screen.queryByRole("button", { name: "Deshacer esta restauración…" })).toBeNull();
  });
});

describe("an operation at work", () => {
  test("a_restore_is_stopped_on_its_own_page_which_asks_first", async () => {
    const { user } = open("#/activity/op-restore", { scenario: "restoring" });
    await user.click(await screen.findByRole("button", { name: "Ver la restauración" }));
    expect(screen.queryByRole("button", { name: "Detener" })).toBeNull();
    expect(router.now).toMatchObject({ section: "restore", path: ["progress"], choices: { operation: "op-restore" } });
  });

  test("shows_how_far_it_is_and_can_be_held_and_ended", async () => {
    const { user, asked } = open("#/activity/op-now", { scenario: "activity-working" });
    const bar = await screen.findByRole("progressbar", { name: "Progreso" });
    expect(bar.getAttribute("aria-valuenow")).toBe("64");
    expect(screen.getByText(/6,4 GB de 10 GB · 4.120 archivos/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Pausar" }));
    expect(await screen.findByText("En pausa")).toBeTruthy();
    await user.click(await screen.findByRole("button", { name: "Seguir" }));
    expect(await screen.findByRole("button", { name: "Pausar" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Detener" }));
    await waitFor(() => expect(live.ofOperation("op-now")).toBeUndefined());
    expect(asked("operations.pause")).toEqual(["op-now"]);
    expect(asked("operations.cancel")).toEqual(["op-now"]);
  });

  test("one_that_is_not_known_says_so", async () => {
    open("#/activity/nowhere");
    expect(textOf(await screen.findByRole("alert"))).toContain("No se encuentra «nowhere»");
  });
});
