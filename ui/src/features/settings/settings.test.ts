import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { openMenu, plain, stage, toast, type Setting } from "../../shared/testing/stage.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import SettingsPage from "./SettingsPage.svelte";

const show = (tab: string, more: Partial<Setting> = {}) =>
  stage(SettingsPage, { scenario: "clinic", route: `#/settings/${tab}`, ...more });

test.each(["general", "notices", "technician", "about"])("%s_is_accessible", async (tab) => {
  await show(tab, { scenario: "channels" });
  await screen.findByRole("heading", { level: 1, name: "Ajustes" });
  await waitFor(() => expect(screen.queryByText("Cargando…")).toBeNull());
  await expectAccessible();
});

test("the_tabs_are_moved_through_with_the_arrows", async () => {
  const { user } = await show("general");
  const tab = screen.getByRole("tab", { name: "General", selected: true });
  tab.focus();
  await user.keyboard("{ArrowRight}");
  expect(router.now.path).toEqual(["notices"]);
  tab.focus();
  await user.keyboard("{End}");
  expect(router.now.path).toEqual(["about"]);
});

test("another_language_holds_at_once_and_the_toast_takes_it_back", async () => {
  const { user, host } = await show("general");
  await user.selectOptions(screen.getByRole("combobox", { name: "Idioma" }), "English");
  await screen.findByRole("heading", { level: 1, name: "Settings" });
  expect(document.documentElement.lang).toBe("en");
  expect(host.world.settings.language).toBe("en");
  await toast("Saved");
  toasts.undo();
  await screen.findByRole("heading", { level: 1, name: "Ajustes" });
  expect(locale.language).toBe("es");
});

test("the_theme_holds_at_once", async () => {
  const { user } = await show("general");
  await user.click(screen.getByRole("radio", { name: "Oscuro" }));
  await waitFor(() => expect(document.documentElement.dataset["theme"]).toBe("dark"));
  await user.click(screen.getByRole("radio", { name: "Automático" }));
  await waitFor(() => expect(document.documentElement.dataset["theme"]).toBeUndefined());
});

test("the_size_of_text_is_the_windows_own_zoom", async () => {
  const { user, host } = await show("general");
  const sizes = screen.getByRole("combobox", { name: "Tamaño del texto" });
  expect(
    within(sizes)
      .getAllByRole("option")
      .map((option) => plain(option.textContent ?? "")),
  ).toContain("150 %");
  await user.selectOptions(sizes, "150");
  await waitFor(() => expect(host.world.zoom).toBe(1.5));
  await toast("Guardado");
  toasts.undo();
  await waitFor(() => expect(host.world.zoom).toBe(1));
});

test("starting_and_staying_are_switches", async () => {
  const { user, host } = await show("general");
  await user.click(await screen.findByRole("switch", { name: "Abrir al iniciar sesión" }));
  await waitFor(() => expect(host.world.startup).toEqual({ at_login: false, watchdog: true }));
  await user.click(screen.getByRole("switch", { name: "Seguir al cerrar la ventana" }));
  await waitFor(() => expect(host.world.settings.stay).toBe(false));
  toasts.undo();
  await waitFor(() => expect(host.world.settings.stay).toBe(true));
});

test("what_the_system_refused_is_said_with_its_own_words", async () => {
  const { user } = await show("general", { world: (world) => (world.refused = ["systemctl: no bus"]) });
  await user.click(await screen.findByRole("switch", { name: "Abrir al iniciar sesión" }));
  await screen.findByText("El sistema no lo dejó hacer del todo.");
  expect(screen.getByText("systemctl: no bus")).toBeTruthy();
});

test("everything_is_paused_for_an_hour_and_resumed", async () => {
  const { user, host } = await show("general");
  const line = await openMenu(user, "Pausar");
  await user.click(line("1 hora"));
  await waitFor(() => expect(host.world.pauses.all?.until).toBe("2026-03-12T10:48:00.000Z"));
  await screen.findByText("En pausa hasta hoy, 11:48");
  await user.click(screen.getByRole("button", { name: "Reanudar" }));
  await screen.findByText("En marcha, a su hora");
});

test("plans_that_are_paused_on_their_own_stand_below", async () => {
  await show("general", { scenario: "paused" });
  await screen.findByText("Plan «Radiografías e imágenes»");
  expect(screen.getAllByRole("button", { name: "Reanudar" })).toHaveLength(2);
});

test("a_day_without_a_copy_is_another_number_of_hours_or_left_to_the_plans", async () => {
  const { user, host } = await show("notices");
  await user.selectOptions(await screen.findByRole("combobox", { name: "Si pasa mucho tiempo sin copia" }), "48");
  await waitFor(() => expect(host.world.notices.no_copy_hours).toBe(48));
  expect(plain((await screen.findByText(/Si pasan/)).textContent ?? "")).toBe("Si pasan 2 días sin copia");
  await user.click(screen.getByRole("switch", { name: "Si pasa mucho tiempo sin copia" }));
  await waitFor(() => expect(host.world.notices.no_copy_hours).toBeNull());
  await screen.findByText("Ahora según el horario de cada plan");
});

test("a_value_that_is_none_of_the_usual_is_offered_too", async () => {
  await show("notices", { world: (world) => (world.notices = { ...world.notices, stall_minutes: 45 }) });
  const box = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Si una operación no avanza" });
  expect(box.value).toBe("45");
});

test("a_setting_that_is_not_kept_says_why_and_stays_as_it_was", async () => {
  const refused = told("database_busy", { es: "El catálogo está ocupado", en: "Busy" }, { es: "Espera.", en: "Wait." });
  const { user, host } = await show("notices", { world: (world) => world.failing.set("notices.save", refused) });
  await user.click(await screen.findByRole("switch", { name: "Resumen semanal" }));
  await toast("El catálogo está ocupado. Espera.");
  expect(host.world.notices.digest).toBe(true);
});

test("the_examination_tells_what_is_to_be_looked_at_first", async () => {
  const { user } = await show("technician", { scenario: "warning" });
  await user.click(screen.getByRole("button", { name: "Revisar ahora" }));
  expect(plain((await screen.findByText(/por mirar\.$/)).textContent ?? "")).toBe("2 cosas por mirar.");
  expect(screen.getByText("Destino · Servidor de casa")).toBeTruthy();
  expect(plain(screen.getByText(/a la espera/).textContent ?? "")).toBe("6 copias a la espera");
  await expectAccessible();
});

test("the_message_for_the_technician_is_looked_at_before_it_is_saved", async () => {
  const { user, calls } = await show("technician", { world: (world) => world.picks.push("/tmp/mensaje.zip") });
  await user.click(screen.getByRole("button", { name: "Ver qué lleva" }));
  const dialog = await screen.findByRole("dialog", { name: "Qué lleva el mensaje" });
  expect(within(dialog).getByText("logs/resguardo.log")).toBeTruthy();
  expect(dialog.textContent).not.toContain("RECEPCION-PC");
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: "Guardar…" }));
  await toast("Mensaje guardado");
  const [saved] = calls("support.save") as [{ file: string; anonymous: boolean; texts: unknown[] }];
  expect(saved).toMatchObject({ file: "/tmp/mensaje.zip", anonymous: true });
  expect(saved.texts).toHaveLength(2);
});

test("with_names_the_message_says_which_computer", async () => {
  const { user } = await show("technician");
  await user.click(screen.getByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Ver qué lleva" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("Equipo: RECEPCION-PC.");
});

test("nobody_is_left_with_a_message_that_was_not_saved", async () => {
  const { user } = await show("technician", { world: (world) => world.picks.push("relativo.zip") });
  await user.click(screen.getByRole("button", { name: "Guardar…" }));
  await screen.findByText(/La ruta no está entera/);
});

test("the_configuration_is_shown_to_be_copied", async () => {
  const { user } = await show("technician");
  await user.click(screen.getByRole("button", { name: "Ver y copiar…" }));
  const text = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Texto de la configuración" });
  expect(text.value).toContain('"Consultorio"');
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Copiar" }));
  await toast("Configuración copiada");
  expect(await navigator.clipboard.readText()).toBe(text.value);
});

test("the_configuration_is_saved_as_a_file_and_a_refusal_keeps_it_in_sight", async () => {
  const { user, host } = await show("technician", { world: (world) => world.picks.push("/tmp/a.json", "/tmp/b.json") });
  await user.click(screen.getByRole("button", { name: "Ver y copiar…" }));
  const dialog = within(await screen.findByRole("dialog"));
  const taken = told("already_exists", { es: "Ese archivo ya existe", en: "That file exists" }, { es: "", en: "" });
  host.world.failing.set("config.save", taken);
  await user.click(dialog.getByRole("button", { name: "Guardar…" }));
  await dialog.findByText(/Ese archivo ya existe/);
  host.world.failing.clear();
  await user.click(dialog.getByRole("button", { name: "Guardar…" }));
  await toast("Configuración guardada");
  expect(host.world.saved).toEqual(["/tmp/b.json"]);
});

test("a_newer_version_is_told_where_it_is_looked_for_and_nowhere_else", async () => {
  await show("about");
  await screen.findByText("Zona horaria");
  expect(screen.queryByText("Versiones nuevas")).toBeNull();
});

test("a_newer_version_leads_to_where_it_can_be_had", async () => {
  const page = "https://resguardo.example/1.2.0";
  const newer = { version: "1.2.0", date: "2027-01-31", page, es: "Más rápido", en: "Faster" };
  const { user, host } = await show("about", { world: (world) => (world.update = { looks: true, newer }) });
  await screen.findByText("Hay una versión nueva: 1.2.0, del 31 ene 2027");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Ver la descarga…" }));
  expect(host.world.revealed).toEqual([page]);
});

test("a_configuration_is_brought_in_and_what_is_none_is_refused_at_the_field", async () => {
  const { user, calls } = await show("technician");
  await user.click(screen.getByRole("button", { name: "Traer…" }));
  const text = await screen.findByRole("textbox", { name: "Texto de la configuración" });
  await user.type(text, "hola");
  await user.click(screen.getByRole("button", { name: "Traer" }));
  await screen.findByText(/Esto no es una configuración/);
  expect(text.getAttribute("aria-invalid")).toBe("true");
  await expectAccessible();
  await user.clear(text);
  await user.click(text);
  await user.paste('{ "format": 1, "plans": [{ "name": "Taller" }] }');
  await screen.findByText("Se traerá el plan «Taller».");
  await user.click(screen.getByRole("button", { name: "Traer" }));
  await toast(/plan traído/);
  expect(calls("config.import").at(-1)).toEqual({ format: 1, plans: [{ name: "Taller" }] });
});

test("about_tells_version_and_computer", async () => {
  const { user, host } = await show("about", { language: "en" });
  await screen.findByText("Version 0.1.0");
  expect(screen.getByText("RECEPCION-PC")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Open" }));
  expect(host.world.revealed).toEqual(["/home/marta/.local/share/resguardo"]);
});
