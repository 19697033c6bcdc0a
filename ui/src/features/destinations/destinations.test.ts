import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { openMenu, plain, stage, toast, type Setting } from "../../shared/testing/stage.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import DestinationsPage from "./DestinationsPage.svelte";

const show = (scenario: string, more: Partial<Setting> = {}) =>
  stage(DestinationsPage, { scenario, route: "#/destinations", ...more });
const row = (name: string) => screen.findByRole("group", { name });

test.each(["clinic", "crowded", "empty"])("%s_is_accessible", async (scenario) => {
  await show(scenario);
  await screen.findByRole("heading", { level: 1, name: "Destinos" });
  await waitFor(() => expect(screen.queryByText("Cargando…")).toBeNull());
  await expectAccessible();
});

test("near_and_away_stand_apart_with_state_room_and_plans", async () => {
  await show("clinic");
  const usb = await row("Disco USB Copias");
  await waitFor(() => expect(plain(usb.textContent ?? "")).toContain("Al día Hoy, 08:02"));
  expect(plain(usb.textContent ?? "")).toContain("plan Consultorio y 1 más");
  expect(plain(usb.textContent ?? "")).toContain("Quedan 612 GB de 1 TB");
  const near = screen.getByRole("heading", { name: "Cerca" }).closest("section");
  expect(near?.contains(usb)).toBe(true);
  expect(plain((await row("nas-robles")).textContent ?? "")).toContain("Subiendo, 64 % 1 copia por llegar");
});

test("in_English_it_says_the_same", async () => {
  await show("clinic", { language: "en" });
  const usb = await row("Disco USB Copias");
  await waitFor(() => expect(plain(usb.textContent ?? "")).toContain("Up to date Today, 8:02 AM"));
  expect(plain(usb.textContent ?? "")).toContain("612 GB left of 1 TB");
});

test("what_is_wrong_stands_above_with_one_action_and_the_trial_tells_its_result_at_the_row", async () => {
  const { user } = await show("warning");
  await screen.findByText(/«Servidor de casa» está desconectado desde/);
  expect(document.querySelectorAll(".btn--primary")).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: "Probar la conexión" }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("El destino «Servidor de casa» está desconectado");
  await expectAccessible();
});

test("whoever_comes_for_a_destination_finds_it_with_the_focus", async () => {
  await show("clinic", { route: "#/destinations?at=nas-robles" });
  const nas = await row("nas-robles");
  expect(document.activeElement).toBe(nas);
});

test("a_destination_that_works_says_so_after_a_trial", async () => {
  const { user } = await show("clinic");
  const line = await openMenu(user, "Opciones de Disco USB Copias");
  await user.click(line("Probar la conexión"));
  await toast("«Disco USB Copias» responde: se puede escribir y leer");
});

test("its_folder_is_shown_by_the_system", async () => {
  const { user, host } = await show("clinic");
  const line = await openMenu(user, "Opciones de Disco USB Copias");
  await user.click(line("Abrir la carpeta"));
  expect(host.world.revealed).toEqual(["/media/marta/Copias"]);
});

test("a_name_that_is_taken_is_told_at_the_field_and_stays_typed", async () => {
  const { user, host } = await show("clinic");
  const line = await openMenu(user, "Opciones de nas-robles");
  await user.click(line("Cambiar el nombre…"));
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Nombre" });
  expect(document.activeElement).toBe(field);
  await user.clear(field);
  await user.type(field, "Servidor de casa{Enter}");
  await screen.findByText(/Ya existe un destino «Servidor de casa»/);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.value).toBe("Servidor de casa");
  await expectAccessible();
  await user.clear(field);
  await user.type(field, "Oficina 2{Enter}");
  await toast("Ahora se llama «Oficina 2»");
  toasts.undo();
  await waitFor(() => expect(host.world.destinations.map((place) => place.name)).toContain("nas-robles"));
});

test("it_is_put_under_away_and_back", async () => {
  const { user, host } = await show("clinic");
  const line = await openMenu(user, "Opciones de Disco USB Copias");
  await user.click(line("Ponerlo en Lejos"));
  await toast("«Disco USB Copias» cuenta ahora como lejos");
  expect(host.world.destinations[0]?.nearness).toBe("away");
  toasts.undo();
  await waitFor(() => expect(host.world.destinations[0]?.nearness).toBe("near"));
});

test("another_folder_that_is_not_it_is_refused_at_the_row", async () => {
  const { user, host } = await show("clinic", { world: (world) => world.picks.push("/media/de-otro") });
  const line = await openMenu(user, "Opciones de Disco USB Copias");
  await user.click(line("Está en otra carpeta…"));
  await screen.findByText("La carpeta del destino es de otro.");
  expect(host.world.destinations[0]?.root).toBe("/media/marta/Copias");
});

test("removing_says_what_it_means_and_the_way_out_has_the_focus", async () => {
  const { user, host } = await show("clinic");
  const line = await openMenu(user, "Opciones de Servidor de casa");
  await user.click(line("Quitar…"));
  const dialog = await screen.findByRole("dialog", { name: "Quitar «Servidor de casa»" });
  expect(dialog.textContent).toContain("El plan «Consultorio» dejará de copiar allí.");
  expect(dialog.textContent).toContain("Resguardo no borra nada");
  expect(document.activeElement?.textContent).toBe("Cancelar");
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: "Quitar el destino" }));
  await toast("«Servidor de casa» ya no es un destino");
  expect(host.world.plans[0]?.destinations).toEqual(["place-1"]);
  toasts.undo();
  await waitFor(() => expect(host.world.plans[0]?.destinations).toHaveLength(2));
  expect(host.world.destinations.map((place) => place.name)).toContain("Servidor de casa");
});

test("the_only_destination_of_a_plan_is_not_removed", async () => {
  const { user } = await show("clinic", {
    world: (world) => {
      const [plan] = world.plans;
      if (plan) plan.destinations = ["place-2"];
    },
  });
  const line = await openMenu(user, "Opciones de Servidor de casa");
  await user.click(line("Quitar…"));
  await screen.findByText(/Es el único destino del plan «Consultorio»/);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Quitar el destino" }).disabled).toBe(true);
});

test("copies_that_lie_there_are_looked_for_and_told", async () => {
  const { user } = await show("clinic");
  const line = await openMenu(user, "Opciones de nas-robles");
  await user.click(line("Buscar copias que ya haya allí…"));
  await user.click(screen.getByRole("button", { name: "Buscar copias" }));
  expect(plain((await screen.findByText(/encontradas/)).textContent ?? "")).toContain("12 copias encontradas.");
  await expectAccessible();
});

test("other_computers_are_told_with_what_is_wrong_and_forgotten_in_two_steps", async () => {
  const { user, host } = await show("crowded");
  await screen.findByText("No es de fiar");
  expect(plain(screen.getByText(/sin copia$/).textContent ?? "")).toBe("9 días sin copia");
  const [, laptop] = screen.getAllByRole("button", { name: "Olvidar…" });
  if (laptop) await user.click(laptop);
  await screen.findByRole("dialog", { name: "Olvidar el equipo «Portátil Marta»" });
  await user.click(screen.getByRole("button", { name: "Olvidar el equipo" }));
  await toast(/queda olvidado/);
  expect(host.world.computers.map((computer) => computer.name)).not.toContain("Portátil Marta");
});

test("without_any_the_way_in_is_one_button", async () => {
  const { user } = await show("empty");
  await screen.findByText("Todavía no hay ningún destino");
  const [, button] = screen.getAllByRole("button", { name: "Añadir destino" });
  if (button) await user.click(button);
  expect(router.now.path).toEqual(["add"]);
});

test("an_engine_that_fails_is_told_and_asked_again", async () => {
  const broken = told(
    "catalog_damaged",
    { es: "El catálogo está dañado", en: "Damaged" },
    { es: "Se rehace", en: "…" },
  );
  const { user, host } = await show("clinic", { world: (world) => world.failing.set("destinations.list", broken) });
  await screen.findByText("El catálogo está dañado.");
  host.world.failing.clear();
  await user.click(screen.getByRole("button", { name: "Reintentar" }));
  await row("nas-robles");
});
