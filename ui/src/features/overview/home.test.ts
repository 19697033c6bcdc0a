import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { live } from "../../shared/query/live.svelte.ts";
import { timePassed } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { openMenu, plain, stage, toast, type Setting } from "../../shared/testing/stage.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import HomePage from "./HomePage.svelte";

const home = (scenario: string, more: Partial<Setting> = {}) => stage(HomePage, { scenario, ...more });
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

/** What a fact says, by its name. */
function fact(name: string): string {
  return plain(screen.getByText(name, { selector: "dt" }).parentElement?.textContent ?? "");
}

test.each(["clinic", "warning", "several", "failure", "copying", "paused", "empty"])(
  "%s_is_accessible",
  async (scenario) => {
    await home(scenario);
    await waitFor(() => expect(screen.getAllByRole("heading", { level: 1 })).toHaveLength(1));
    await screen.findByRole("heading", { level: 1 });
    await waitFor(() => expect(screen.queryByText("Cargando…")).toBeNull());
    await expectAccessible();
  },
);

test("when_all_is_well_no_button_is_filled", async () => {
  await home("clinic");
  await heading("Tu negocio está protegido");
  expect(document.querySelectorAll(".btn--primary")).toHaveLength(0);
  expect(screen.getByText(/cerca, en «Disco USB Copias», y lejos, en «Servidor de casa»/)).toBeTruthy();
  await waitFor(() => expect(fact("Última copia")).toContain("Hoy, 08:02 Copia rápida · 214 MB nuevos"));
  expect(fact("Próxima copia")).toContain("Hoy, 20:00 Dentro de 9 h 12 min");
  await waitFor(() => expect(fact("Restauración probada")).toContain("25 archivos y 1 base, sin fallos"));
});

test("in_English_it_says_the_same", async () => {
  await home("clinic", { language: "en" });
  await heading("Your business is protected");
  await waitFor(() => expect(fact("Next backup")).toContain("Today, 8:00 PM In 9 h 12 min"));
  const plan = screen.getByRole("article", { name: "Consultorio" });
  expect(within(plan).getByText(/^Every day at 8:00 PM/)).toBeTruthy();
});

test("what_is_wrong_has_the_one_filled_button_and_it_leads_there", async () => {
  const { user } = await home("warning");
  await heading("Protegido aquí, pero no fuera");
  expect(document.querySelectorAll(".btn--primary")).toHaveLength(1);
  await waitFor(() => expect(fact("Desconectado")).toContain("Servidor de casa Desde vie 6"));
  await user.click(screen.getByRole("button", { name: "Conectar el destino" }));
  expect(router.now.section).toBe("destinations");
  expect(router.now.choices["at"]).toBe("Servidor de casa");
});

test("further_reasons_stand_below_each_with_what_to_do", async () => {
  const { user, calls } = await home("several");
  expect(await screen.findByText("La última restauración probada es del 2 feb 2026.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Probar a restaurar" }).classList).not.toContain("btn--primary");
  await user.click(screen.getByRole("button", { name: "Enviar ahora" }));
  expect(calls("operations.start")).toEqual([{ verb: "sync", plan: null }]);
  await toast("Enviando las copias pendientes");
});

test("a_failure_leads_to_the_operation_that_failed", async () => {
  const { user } = await home("failure");
  await heading("Tu negocio no está protegido");
  await waitFor(() => expect(fact("Última copia buena")).toContain("Hace 4 días"));
  await user.click(screen.getByRole("button", { name: "Ver qué pasó" }));
  await waitFor(() => expect(router.now.section).toBe("activity"));
  expect(router.now.path).toEqual(["plan-1-run-29"]);
});

test("the_cards_of_plans_show_what_when_where_and_how_it_went", async () => {
  await home("clinic");
  const plan = await screen.findByRole("article", { name: "Radiografías e imágenes" });
  expect(within(plan).getByText(/^Cada 12 horas/)).toBeTruthy();
  expect(within(plan).getByText("Radiografias")).toBeTruthy();
  await waitFor(() => expect(plain(plan.textContent ?? "")).toContain("nas-robles Subiendo, 64 %"));
  expect(await within(plan).findByRole("img", { name: "Últimas 30 copias: todas bien" })).toBeTruthy();
});

test("the_name_of_a_plan_leads_to_it", async () => {
  const { user } = await home("clinic");
  await user.click(await screen.findByRole("link", { name: "Consultorio" }));
  await waitFor(() => expect([router.now.section, ...router.now.path]).toEqual(["plan", "Consultorio"]));
});

test("a_plan_that_fails_says_at_each_destination_that_the_last_one_is_missing", async () => {
  await home("failure");
  const plan = await screen.findByRole("article", { name: "Consultorio" });
  await waitFor(() => expect(within(plan).getAllByText("Falta la última")).toHaveLength(2));
  expect(plain(plan.textContent ?? "")).toContain("4 fallos seguidos");
});

test("a_copy_begins_at_the_card", async () => {
  const { user, calls } = await home("clinic");
  await user.click(await screen.findByRole("button", { name: "Copiar ahora: Consultorio" }));
  expect(calls("operations.start")).toEqual([{ verb: "back_up", plan: "Consultorio", kind: null, class: "manual" }]);
  await toast("Copiando «Consultorio»");
  await screen.findByRole("heading", { level: 2, name: "Copiando «Consultorio»" });
  const button = screen.getByRole("button", { name: "Copiar ahora: Consultorio" });
  expect((button as HTMLButtonElement).disabled).toBe(true);
});

test("what_runs_is_told_with_figures_a_person_can_feel", async () => {
  await home("copying");
  const card = await screen.findByRole("region", { name: "Copiando «Consultorio»" });
  const text = plain(card.textContent ?? "");
  expect(text).toContain("Documentos › Presupuestos › 2026 › Presupuesto_ortodoncia");
  expect(text).toContain("12.418 de 18.902");
  expect(text).toContain("6,2 GB de 9,4 GB");
  expect(text).toContain("38 MB/s");
  expect(within(card).getByRole("progressbar").getAttribute("aria-valuenow")).toBe("65");
  expect(within(card).getByText("Copiar archivos").getAttribute("aria-current")).toBe("step");
});

test("it_can_be_held_and_goes_on", async () => {
  const { user, host } = await home("copying");
  await user.click(await screen.findByRole("button", { name: "Pausar" }));
  await user.click(await screen.findByRole("button", { name: "Seguir" }));
  await screen.findByRole("button", { name: "Pausar" });
  expect(host.world.running[0]?.paused).toBe(false);
});

test("stopping_is_asked_about_with_the_safe_answer_first", async () => {
  const { user, host } = await home("copying");
  await user.click(await screen.findByRole("button", { name: "Detener…" }));
  expect(document.activeElement?.textContent).toBe("Que siga");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Detener" }));
  await waitFor(() => expect(host.world.running).toEqual([]));
  await waitFor(() => expect(live.work).toEqual([]));
});

test("a_plan_is_paused_until_tomorrow_and_the_toast_takes_it_back", async () => {
  const { user, host, calls } = await home("clinic");
  const line = await openMenu(user, "Más opciones de «Consultorio»");
  await user.click(line("Pausar hasta mañana"));
  await toast("«Consultorio» está en pausa");
  const [asked] = calls("schedules.pause") as [{ plan: string; until: string }];
  expect(asked.until.slice(0, 10)).toBe("2026-03-13");
  const plan = screen.getByRole("article", { name: "Consultorio" });
  await within(plan).findByText(/^En pausa hasta mañana/);
  toasts.undo();
  await waitFor(() => expect(host.world.pauses.plans).toEqual({}));
});

test("a_kind_of_copy_and_a_check_begin_from_the_menu", async () => {
  const { user, calls } = await home("clinic");
  const line = await openMenu(user, "Más opciones de «Consultorio»");
  await user.click(line("Hacer una copia completa"));
  await openMenu(user, "Más opciones de «Consultorio»");
  await user.click(line("Comprobar la última copia"));
  expect(calls("operations.start")).toEqual([
    { verb: "back_up", plan: "Consultorio", kind: "full", class: "manual" },
    { verb: "verify", snapshots: ["plan-1-snap-29"], level: "opened" },
  ]);
});

test("what_would_be_removed_is_shown_before_anything_goes", async () => {
  const { user, calls } = await home("plan-pruned");
  const line = await openMenu(user, "Más opciones de «Consultorio»");
  await user.click(line("Ver qué se borraría…"));
  const dialog = await screen.findByRole("dialog", { name: "Qué se borraría de «Consultorio»" });
  await within(dialog).findByText(/copias antiguas\. Quedarían libres/);
  expect(document.activeElement?.textContent).toBe("Cancelar");
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: "Borrarlas ahora" }));
  expect(calls("operations.start")).toEqual([{ verb: "prune", plan: "Consultorio", confirmed: false }]);
});

test("when_more_than_half_would_go_a_person_has_to_say_so", async () => {
  const { user, calls, host } = await home("protected");
  const rows = host.world.snapshots.slice(0, 3).map((row) => ({ ...row, bytes: 1, keep: [] }));
  const { commands } = await import("../../shared/ipc/fake/commands.ts");
  const before = commands["plans.pruning"];
  commands["plans.pruning"] = () => ({ rows, deleted: 3, freed: 3, refusal: "more_than_half" });
  const line = await openMenu(user, "Más opciones de «Consultorio»");
  await user.click(line("Ver qué se borraría…"));
  const remove = await screen.findByRole<HTMLButtonElement>("button", { name: "Borrarlas ahora" });
  expect(remove.disabled).toBe(true);
  await user.click(screen.getByRole("checkbox", { name: "Entiendo que se borrará más de la mitad" }));
  await user.click(remove);
  expect(calls("operations.start")).toEqual([{ verb: "prune", plan: "Consultorio", confirmed: true }]);
  if (before) commands["plans.pruning"] = before;
});

test("with_more_than_three_plans_it_is_asked_which", async () => {
  const { user, calls } = await home("many-plans", { route: "#/home?ask=backup" });
  const dialog = await screen.findByRole("dialog", { name: "¿Qué quieres copiar?" });
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: /^Contabilidad/ }));
  expect(calls("operations.start")).toEqual([{ verb: "back_up", plan: "Contabilidad", kind: null, class: "manual" }]);
});

test("the_hero_asks_too_when_there_are_many", async () => {
  const { user, calls } = await home("many-plans");
  await user.click(await screen.findByRole("button", { name: "Copiar ahora" }));
  expect(router.now.choices["ask"]).toBe("backup");
  expect(calls("operations.start")).toEqual([]);
});

test("everything_paused_is_said_and_resumed_in_one_click", async () => {
  const { user, host } = await home("paused");
  await screen.findByText("Todas las copias están en pausa.");
  await user.click(screen.getByRole("button", { name: "Reanudar" }));
  await waitFor(() => expect(host.world.pauses.all).toBeNull());
  await waitFor(() => expect(screen.queryByText("Todas las copias están en pausa.")).toBeNull());
});

test("a_clock_that_is_not_believed_is_said_and_trusted_by_a_person", async () => {
  const { user } = await home("clinic", {
    world: (world) => (world.agent = { ...world.agent, clock_doubt: { doubt: "forward", seconds: 9000 } }),
  });
  await user.click(await screen.findByRole("button", { name: "El reloj está bien" }));
  await waitFor(() => expect(screen.queryByText(/El reloj de este equipo/)).toBeNull());
});

test("without_a_plan_the_way_in_is_the_one_filled_button", async () => {
  const { user } = await home("empty");
  await heading("Todavía no hay nada protegido");
  expect(document.querySelectorAll(".btn--primary")).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: "Proteger mi negocio" }));
  expect([router.now.section, ...router.now.path]).toEqual(["welcome", "what"]);
  await user.click(screen.getByRole("button", { name: "Recuperar copias que ya existen" }));
  expect([router.now.section, ...router.now.path]).toEqual(["welcome", "recover"]);
});

test("an_engine_that_fails_is_told_and_asked_again", async () => {
  const broken = told(
    "catalog_damaged",
    { es: "El catálogo está dañado", en: "Damaged" },
    { es: "Se rehace", en: "…" },
  );
  const { user, host } = await home("clinic", { world: (world) => world.failing.set("status.tell", broken) });
  await screen.findByText("El catálogo está dañado.");
  await expectAccessible();
  host.world.failing.clear();
  await user.click(screen.getByRole("button", { name: "Reintentar" }));
  await heading("Tu negocio está protegido");
});

test("a_state_that_was_good_is_not_shown_any_more_when_nobody_answers_for_it", async () => {
  const { user, host } = await home("clinic");
  await heading("Tu negocio está protegido");
  const gone = told("not_running", { es: "Resguardo no responde", en: "…" }, { es: "Ábrelo otra vez.", en: "…" });
  host.world.failing.set("status.tell", gone);
  timePassed();
  expect(await screen.findByText("Resguardo no responde.")).toBeTruthy();
  expect(screen.queryByText("Tu negocio está protegido")).toBeNull();
  expect(screen.getByRole("article", { name: "Consultorio" })).toBeTruthy();
  await expectAccessible();
  host.world.failing.clear();
  await user.click(screen.getByRole("button", { name: "Reintentar" }));
  await heading("Tu negocio está protegido");
});

test("while_nothing_is_known_grey_lines_stand_for_it", async () => {
  await home("clinic", { world: (world) => world.silent.add("status.tell") });
  expect((await screen.findAllByText("Cargando…")).length).toBeGreaterThan(0);
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Inicio");
});

test("an_action_that_fails_says_why", async () => {
  const { user } = await home("clinic", {
    world: (world) =>
      world.failing.set(
        "operations.start",
        told("busy", { es: "Ya está trabajando", en: "Busy" }, { es: "Espera.", en: "Wait." }),
      ),
  });
  await user.click(await screen.findByRole("button", { name: "Copiar ahora: Consultorio" }));
  await toast("Ya está trabajando. Espera.");
});
