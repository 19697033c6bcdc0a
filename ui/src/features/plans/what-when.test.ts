/** What is copied and when, as a person changes it. */
import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { button, find, freshWindow, lastDraft, open, openMenu, part, plan, user, world } from "./testing.ts";

freshWindow();

describe("what is copied", () => {
  test("a folder that is chosen is added once, and taken out by its menu", async () => {
    open("plan/Consultorio");
    await find("Añadir carpeta…");
    world().picks = ["/srv/Radiografias", "/srv/Radiografias"];
    await user.click(button("Añadir carpeta…"));
    expect(await screen.findByText("Radiografias")).toBeTruthy();
    await user.click(button("Añadir carpeta…"));
    expect(screen.getAllByText("Radiografias")).toHaveLength(1);
    await openMenu("Opciones de Radiografias");
    await user.click(screen.getByRole("menuitem", { name: "Quitar Radiografias del plan" }));
    expect(screen.queryByText("Radiografias")).toBeNull();
  });

  test("a folder that is not there says so at its row and in the list of parts", async () => {
    open("plan/Consultorio");
    await find("Añadir carpeta…");
    world().picks = ["/no-esta/Facturas"];
    await user.click(button("Añadir carpeta…"));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("No está lo que hay que copiar: /no-esta/Facturas");
    expect(alert.closest(".item")?.textContent).toContain("Facturas");
    expect(part("Qué se copia").textContent).toContain("hay algo que corregir");
    await expectAccessible();
  });

  test("a folder of the plan that can no longer be read says so at its row", async () => {
    open("plan/Consultorio", "plan-broken");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("No se puede leer la carpeta");
    expect(alert.closest(".item")?.textContent).toContain("/srv/prohibida/Documentos");
  });

  test("a plan without a folder says so at the list", async () => {
    open("plan/Consultorio");
    for (const name of ["Documentos", "Escritorio", "inventario.db"]) {
      await openMenu(`Opciones de ${name}`);
      await user.click(screen.getByRole("menuitem", { name: `Quitar ${name} del plan` }));
    }
    expect(await screen.findByText("Elige al menos una carpeta o una base de datos.")).toBeTruthy();
    expect(screen.getByText("Todavía no hay carpetas")).toBeTruthy();
  });

  test("exclusions hold for all folders: well-known ones, own ones, a wrong one", async () => {
    open("plan/Consultorio");
    await user.click(await find("No copiar…"));
    const dialog = screen.getByRole("dialog", { name: "No copiar" });
    await user.click(within(dialog).getByRole("checkbox", { name: "Vídeos" }));
    await user.type(within(dialog).getByRole("textbox", { name: "Otros nombres" }), "*.bak{Enter}");
    await user.type(within(dialog).getByRole("textbox", { name: "Otros nombres" }), "*.bak");
    expect(within(dialog).getByText("Ya está en la lista.")).toBeTruthy();
    await user.clear(within(dialog).getByRole("textbox", { name: "Otros nombres" }));
    await user.type(within(dialog).getByRole("textbox", { name: "Otros nombres" }), "[[x{Enter}");
    expect(await within(dialog).findByText(/El valor «\[x» no sirve/)).toBeTruthy();
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Quitar [x" }));
    await user.click(within(dialog).getByRole("button", { name: "Listo" }));
    expect(screen.getByText("Vídeos")).toBeTruthy();
    await user.click(button("Volver a copiar: *.bak"));
    await user.click(button("Guardar cambios"));
    await waitFor(() =>
      expect(lastDraft("plans.replace")?.exclude).toEqual(["*.tmp", "*.mp4", "*.mov", "*.avi", "*.mkv"]),
    );
  });

  test("in English it is said in English", async () => {
    open("plan/Consultorio", "protected", "en");
    expect(await screen.findByText("For all folders of this plan")).toBeTruthy();
    expect(part("What is backed up").textContent).toContain("2 folders, 1 database");
    expect(await screen.findByText(/12,480 files/)).toBeTruthy();
  });
});

describe("when it is copied", () => {
  const row = (name: string) => screen.getByLabelText(name).closest(".item") as HTMLElement;

  test("the sentence and the next runs follow each change", async () => {
    open("plan/Consultorio/when");
    expect(await screen.findByText(/Los domingos y el día 1 de cada mes/)).toBeTruthy();
    const list = await screen.findByRole("list");
    expect(
      within(list)
        .getAllByRole("listitem")
        .map((item) => item.textContent.replaceAll(/\s+/g, " ").trim()),
    ).toEqual([
      "Jue 12 mar 20:00 Rápida",
      "Vie 13 mar 20:00 Rápida",
      "Sáb 14 mar 20:00 Rápida",
      "Dom 15 mar 20:00 Completa",
      "Lun 16 mar 20:00 Rápida",
    ]);
    await user.selectOptions(screen.getByLabelText("Cada día: Hora"), "08:30");
    expect(screen.getByText(/Cada día a las 08:30/)).toBeTruthy();
    await waitFor(() => expect(list.textContent).toContain("08:30"));
  });

  test("nothing stands in the way of a person who cannot see it", async () => {
    open("plan/Consultorio/when", "plan-paused");
    await screen.findByText(/^Este plan está en pausa/);
    await screen.findByText("15 mar");
    await expectAccessible();
  });

  test("several can be added, each with its kind and its class", async () => {
    open("plan/Consultorio/when");
    await user.click(await find("Cada 6 o 12 horas"));
    await user.selectOptions(screen.getByLabelText("Cada 6 horas: Cada cuántas horas"), "Cada 12 h");
    await user.click(button("Más opciones de Cada 12 horas"));
    await user.selectOptions(screen.getByLabelText("Cada 12 horas: Tipo de copia"), "Automática");
    await user.selectOptions(screen.getByLabelText("Cada 12 horas: Se guarda con las"), "Semanales");
    await user.selectOptions(screen.getByLabelText("Cada día: Tipo de copia"), "Diferencial");
    await user.selectOptions(screen.getByLabelText("Cada mes: Día del mes"), "Día 31");
    expect(row("Cada mes").textContent).toContain("en los meses más cortos, el último día");
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(plan()?.schedules).toHaveLength(4));
    expect(plan()?.schedules[0]).toMatchObject({ every: "day", kind: "differential" });
    expect(plan()?.schedules[2]).toMatchObject({ every: "month", day: 31 });
    expect(plan()?.schedules[3]).toMatchObject({ every: "hours", hours: 12, kind: null, class: "weekly" });
  });

  test("one that is switched off stays in the plan, copies nothing, and is switched on again", async () => {
    open("plan/Consultorio/when");
    await user.click(await screen.findByLabelText("Cada mes"));
    expect(row("Cada mes").textContent).toContain("Apagado por ahora");
    expect(screen.queryByText(/el día 1 de cada mes/)).toBeNull();
    expect(part("Cuándo").textContent).toContain("2 horarios");
    await user.click(button("Guardar cambios"));
    await waitFor(() =>
      expect(plan()?.schedules.map((schedule) => schedule.off)).toEqual([undefined, undefined, true]),
    );
    await user.click(screen.getByRole("switch", { name: "Cada mes" }));
    expect(row("Cada mes").textContent).not.toContain("Apagado");
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(plan()?.schedules.some((schedule) => schedule.off)).toBe(false));
  });

  test("a date that has passed says so at its row, also when a row before it is off", async () => {
    open("plan/Consultorio/when");
    await user.click(await screen.findByLabelText("Cada día"));
    await user.click(button("Una sola vez"));
    await fireEvent.change(screen.getByLabelText("Una sola vez: Fecha"), { target: { value: "2026-03-01" } });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("ya ha pasado");
    expect(row("Una sola vez").contains(alert)).toBe(true);
    expect(part("Cuándo").textContent).toContain("hay algo que corregir");
    expect(await screen.findByText("Corrige el horario marcado y aquí verás las próximas copias.")).toBeTruthy();
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Una sola vez: Fecha")));
    await expectAccessible();
  });

  test("without any it is copied by hand only, and says so", async () => {
    open("plan/Consultorio/when");
    for (const name of ["Cada día", "Cada semana", "Cada mes"]) await user.click(await find(`Quitar ${name}`));
    expect(screen.getByText("Sin horario, este plan solo se copia cuando tú lo pides")).toBeTruthy();
    expect(part("Cuándo").textContent).toContain("Solo a mano");
    await expectAccessible();
  });

  test("a preview that fails says so in its place and can be asked again", async () => {
    open("plan/Consultorio/when", "protected", "es", (each) =>
      each.failing.set("plans.preview", told("io", { es: "No se pudo calcular", en: "" }, { es: "", en: "" })),
    );
    expect(await screen.findByText("No se pudo calcular.")).toBeTruthy();
    world().failing.clear();
    await user.click(button("Reintentar"));
    expect(await screen.findByText("15 mar")).toBeTruthy();
  });

  test("a paused plan says until when, and goes on by one button", async () => {
    open("plan/Consultorio/when", "plan-paused");
    expect(await screen.findByText("Este plan está en pausa hasta mañana, 10:48.")).toBeTruthy();
    await user.click(button("Reanudar este plan"));
    await waitFor(() => expect(world().pauses.plans).toEqual({}));
    expect(toasts.now?.text).toBe("Plan reanudado");
  });
});
