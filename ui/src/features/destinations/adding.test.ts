import { screen, waitFor } from "@testing-library/svelte";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { stage, toast, type Setting } from "../../shared/testing/stage.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import DestinationsPage from "./DestinationsPage.svelte";

const add = (more: Partial<Setting> = {}) =>
  stage(DestinationsPage, { scenario: "clinic", route: "#/destinations/add", ...more });
const field = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });

async function chooseToshiba(user: UserEvent): Promise<void> {
  await user.click(await screen.findByRole("button", { name: /«Toshiba»/ }));
}

async function say(user: UserEvent, name: string, text: string): Promise<void> {
  await user.clear(field(name));
  await user.type(field(name), text);
}

const save = (user: UserEvent) => user.click(screen.getByRole("button", { name: "Probar y guardar" }));

test("what_was_found_says_what_speaks_against_it", async () => {
  await add();
  const own = await screen.findByRole("button", { name: /«marta»/ });
  expect(own.textContent).toContain("En el mismo disco que tus archivos");
  expect(screen.getByRole("button", { name: /«Copias»/ }).textContent).toContain("Ya se usa");
  expect(screen.getByRole("button", { name: /«Toshiba»/ }).textContent).not.toContain("Ya se usa");
  await expectAccessible();
});

test("a_drive_becomes_a_destination_of_all_plans_after_a_trial", async () => {
  const { user, calls, host } = await add();
  await chooseToshiba(user);
  expect(field("Carpeta").value).toBe("/media/marta/Toshiba/Resguardo");
  expect(field("Nombre").value).toBe("Toshiba");
  await expectAccessible();
  await user.click(screen.getByRole("radio", { name: "Lejos" }));
  await user.click(screen.getByRole("checkbox", { name: "Consultorio" }));
  await save(user);
  await toast("«Toshiba» es ahora un destino");
  expect(calls("destinations.add")).toEqual([
    { folder: "/media/marta/Toshiba/Resguardo", name: "Toshiba", nearness: "away" },
  ]);
  expect(calls("destinations.test")).toEqual([{ name: "Toshiba" }]);
  expect(host.world.destinations.at(-1)?.plans).toEqual(["Radiografías e imágenes"]);
  expect(router.now.path).toEqual([]);
  toasts.undo();
  await waitFor(() => expect(host.world.destinations.map((place) => place.name)).not.toContain("Toshiba"));
});

test.each([
  ["/home/marta/Documentos/copias", /están uno dentro del otro/],
  ["/media/no-existe/x", /No existe la carpeta/],
  ["/media/solo-lectura", /El destino no da acceso/],
  ["/media/de-otro", /La carpeta del destino es de otro/],
])("the_folder_%s_is_refused_at_its_field_and_nothing_typed_is_lost", async (folder, message) => {
  const { user, host } = await add();
  await chooseToshiba(user);
  await say(user, "Carpeta", folder);
  await say(user, "Nombre", "Otro disco");
  await save(user);
  const error = await screen.findByText(message);
  expect(field("Carpeta").getAttribute("aria-describedby")).toBe(error.id);
  expect(field("Carpeta").value).toBe(folder);
  expect(field("Nombre").value).toBe("Otro disco");
  expect(document.activeElement).toBe(field("Carpeta"));
  expect(host.world.destinations).toHaveLength(3);
});

test("a_name_that_is_taken_is_refused_at_its_field", async () => {
  const { user } = await add();
  await chooseToshiba(user);
  await say(user, "Nombre", "nas-robles");
  await save(user);
  await screen.findByText(/Ya existe un destino «nas-robles»/);
  expect(field("Nombre").getAttribute("aria-invalid")).toBe("true");
  expect(field("Carpeta").getAttribute("aria-invalid")).toBeNull();
  await expectAccessible();
});

test("what_is_empty_is_said_at_its_field_before_anybody_is_asked", async () => {
  const { user, calls } = await add();
  await chooseToshiba(user);
  await user.clear(field("Carpeta"));
  await user.clear(field("Nombre"));
  await save(user);
  expect(field("Carpeta").getAttribute("aria-describedby")).toBe((await screen.findByText(/^Escribe la carpeta/)).id);
  expect(field("Nombre").getAttribute("aria-describedby")).toBe((await screen.findByText("Escribe un nombre.")).id);
  expect(document.activeElement).toBe(field("Carpeta"));
  expect(calls("destinations.add")).toEqual([]);
  await say(user, "Carpeta", "/media/marta/Toshiba");
  expect(screen.queryByText(/^Escribe la carpeta/)).toBeNull();
});

test.each(["a".repeat(65), "copias/lunes"])("the_name_%s_is_refused_at_its_field", async (name) => {
  const { user } = await add();
  await chooseToshiba(user);
  await say(user, "Nombre", name);
  await save(user);
  await screen.findByText(/no sirve\. Un nombre tiene de 1 a 64 caracteres/);
  expect(field("Nombre").value).toBe(name);
  await waitFor(() => expect(document.activeElement).toBe(field("Nombre")));
});

test("a_place_whose_trial_fails_is_not_kept", async () => {
  const { user, host, calls } = await add();
  await chooseToshiba(user);
  await say(user, "Carpeta", "/media/falla");
  await save(user);
  await screen.findByText(/está desconectado/);
  expect(calls("destinations.remove")).toEqual([{ name: "Toshiba" }]);
  expect(host.world.destinations).toHaveLength(3);
});

test("a_destination_that_was_known_before_stays_when_its_trial_fails", async () => {
  const gone = told(
    "destination_absent",
    { es: "Está desconectado", en: "Gone" },
    { es: "Conéctalo.", en: "Connect." },
  );
  const { user, calls } = await add({ world: (world) => world.failing.set("destinations.test", gone) });
  await chooseToshiba(user);
  await say(user, "Carpeta", "/media/marta/Copias");
  await say(user, "Nombre", "Disco USB Copias");
  await save(user);
  await screen.findByText(/Está desconectado/);
  expect(calls("destinations.add")).toHaveLength(1);
  expect(calls("destinations.remove")).toEqual([]);
});

test("any_folder_can_be_picked", async () => {
  const { user } = await add({ world: (world) => world.picks.push("/mnt/oficina/copias") });
  await user.click(await screen.findByRole("button", { name: /Otra carpeta/ }));
  await waitFor(() => expect(field("Carpeta").value).toBe("/mnt/oficina/copias"));
  expect(field("Nombre").value).toBe("copias");
});

test("a_draft_outlives_a_reload_and_is_asked_about_before_it_goes", async () => {
  const { user } = await add();
  await chooseToshiba(user);
  await say(user, "Nombre", "Caja fuerte");
  expect(sessionStorage.getItem("new-destination")).toContain("Caja fuerte");
  await user.click(screen.getByRole("button", { name: "Cancelar" }));
  await screen.findByText("¿Descartar este destino?");
  await user.click(screen.getByRole("button", { name: "Seguir" }));
  expect(field("Nombre").value).toBe("Caja fuerte");
  router.go("home");
  await screen.findByText("¿Descartar este destino?");
  await user.click(screen.getByRole("button", { name: "Descartar" }));
  expect(router.now.section).toBe("home");
  expect(sessionStorage.getItem("new-destination")).toBeNull();
});
