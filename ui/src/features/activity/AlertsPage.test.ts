import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { textOf, visit, type Beginning } from "../../shared/testing/visit.ts";
import AlertsPage from "./AlertsPage.svelte";

const open = (some: Partial<Beginning> = {}) => visit(AlertsPage, { scenario: "activity", route: "#/alerts", ...some });
const button = (name: string) => screen.findByRole("button", { name });

test("open_alerts_come_first_with_since_when_and_those_that_are_over_below", async () => {
  open();
  const [first] = await screen.findAllByRole("listitem");
  expect(textOf(first as Element)).toContain("Grave: La copia de «Consultorio» no pudo terminar");
  expect(textOf(first as Element)).toContain("Desde ayer, 20:06");
  const over = screen.getByRole("heading", { name: "Últimos 30 días" }).closest("section");
  expect(textOf(over as Element)).toContain("La copia de «Radiografías e imágenes» se retrasa");
  expect(textOf(over as Element)).toContain("El 28 feb 2026, de 09:00 a 15:00");
  await expectAccessible();
});

test("runs_that_fail_lead_to_the_newest_failure", async () => {
  const { user } = open();
  await user.click(await button("Ver qué pasó"));
  await waitFor(() => expect(router.now).toMatchObject({ section: "activity", path: ["op-busy-2"] }));
});

test("odd_changes_lead_to_the_copy_that_waits_for_a_decision", async () => {
  const { user } = open();
  await user.click(await button("Revisar los cambios"));
  await waitFor(() => expect(router.now).toMatchObject({ section: "history", choices: { plan: "Consultorio" } }));
});

test("a_restore_test_begins_for_every_plan_that_has_copies", async () => {
  const { user, asked } = open();
  await user.click(await button("Probar ahora"));
  await waitFor(() =>
    expect(asked("operations.start")).toEqual([{ verb: "drill", plan: "Consultorio", extent: "sample" }]),
  );
});

test("too_little_room_leads_to_the_destinations", async () => {
  const { user } = open();
  await user.click(await button("Ver los destinos"));
  expect(router.now.section).toBe("destinations");
});

test("a_late_plan_can_be_backed_up_at_once", async () => {
  const { user, asked } = open({
    world: (world) => (world.alerts = world.alerts.map((alert) => ({ ...alert, closed_at: null }))),
  });
  await user.click(await button("Copiar ahora"));
  await waitFor(() =>
    expect(asked("operations.start")).toEqual([
      { verb: "back_up", plan: "Radiografías e imágenes", kind: null, class: "manual" },
    ]),
  );
});

test("a_computer_is_forgotten_only_after_a_second_step", async () => {
  const { user, asked, said } = open();
  await user.click(await button("Ya no uso ese equipo…"));
  const dialog = await screen.findByRole("dialog", { name: "¿Olvidar lo que se sabe de «quirofano»?" });
  expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancelar" }));
  expect(asked("computers.forget")).toEqual([]);
  await user.click(within(dialog).getByRole("button", { name: "Olvidarlo" }));
  await waitFor(() => expect(said()).toContain("Olvidado"));
  expect(asked("computers.forget")).toEqual([{ name: "computer-2" }]);
  await waitFor(() => expect(screen.queryByText(/quirofano/)).toBeNull());
});

test("the_one_that_the_address_names_has_the_focus", async () => {
  open({ route: "#/alerts/drill_overdue" });
  await waitFor(() => expect(textOf(document.activeElement as Element)).toContain("no se prueba a restaurar"));
});

test("when_nothing_is_wrong_it_says_so", async () => {
  open({ scenario: "protected", language: "en" });
  expect(await screen.findByText("There are no alerts")).toBeTruthy();
  await expectAccessible();
});

test("what_cannot_be_read_can_be_asked_for_again", async () => {
  const failure = {
    kind: "io",
    title: "No se pudo leer",
    hint: "",
    action: "try_again",
    label: "",
    facts: {},
    technical: "io",
  };
  const { user, host } = open({ world: (world) => world.failing.set("alerts.list", failure as never) });
  expect(textOf(await screen.findByRole("alert"))).toContain("No se pudo leer");
  host.world.failing.clear();
  await user.click(screen.getByRole("button", { name: "Reintentar" }));
  expect(await button("Ver qué pasó")).toBeTruthy();
});
