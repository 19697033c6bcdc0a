/** What is kept, where copies go, and the rest, as a person changes it. */
import { cleanup, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { button, find, freshWindow, lastDraft, open, openMenu, part, plan, show, user, world } from "./testing.ts";

freshWindow();

describe("what is kept", () => {
  test("the picture tells each group in a sentence, and its figures", async () => {
    open("plan/Consultorio/keep", "plan-pruned");
    const picture = await screen.findByRole("img");
    expect(picture.getAttribute("aria-label")).toMatch(
      /^Copias en cada grupo\. Diarias: 14, Semanales: 8, .*Se borrarían: 6$/,
    );
    expect(screen.getByText("Se liberan").parentElement?.textContent).toMatch(/GB$/);
    await expectAccessible();
  });

  test("fewer days are foretold at once, now and in time", async () => {
    open("plan/Consultorio/keep", "plan-pruned");
    await user.click(await find("Menos: Diarias"));
    await waitFor(() => expect(screen.getByRole("img").getAttribute("aria-label")).toContain("Diarias: 13"));
    await user.click(screen.getByRole("radio", { name: "Con el tiempo" }));
    expect(screen.getByText("Se habrían borrado")).toBeTruthy();
    expect(screen.queryByText("Se liberan")).toBeNull();
  });

  test("more than half waits for a person", async () => {
    open("plan/Consultorio/keep");
    expect(await screen.findByText("Por ahora no se borra nada.")).toBeTruthy();
  });

  test("rules that keep nothing say so", async () => {
    open("plan/Consultorio/keep");
    for (const name of ["Diarias", "Semanales", "Mensuales"]) {
      const box = await screen.findByRole("spinbutton", { name });
      await user.clear(box);
      await user.type(box, "0{Tab}");
    }
    expect(await screen.findByText(/Con estas reglas no se conservaría nada/)).toBeTruthy();
    expect(part("Qué se conserva").textContent).toContain("Ninguna");
  });

  test.each([
    ["Las últimas", { last: 30 }],
    ["Un número de días", { days: 30 }],
    ["Todas", { all: true }],
  ])("by %s", async (name, rules) => {
    open("plan/Consultorio/keep");
    await user.click(await screen.findByRole("radio", { name }));
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(plan()?.retention).toMatchObject(rules));
    expect(plan()?.retention.daily).toBeNull();
  });

  test("looking at another way of keeping loses no number of the one before", async () => {
    open("plan/Consultorio/keep");
    const daily = await screen.findByRole("spinbutton", { name: "Diarias" });
    await user.clear(daily);
    await user.type(daily, "30{Tab}");
    await user.click(screen.getByRole("radio", { name: "Todas" }));
    await user.click(screen.getByRole("radio", { name: "Por días, semanas y meses" }));
    expect(screen.getByRole("spinbutton", { name: "Diarias" })).toHaveProperty("value", "30");
  });

  test("a rule from elsewhere that is not shown is said, and can be taken away", async () => {
    open("plan/Consultorio/keep", "protected", "es", ({ plans: [first] }) => {
      if (first) first.retention = { ...first.retention, last: 5 };
    });
    expect(await screen.findByText("Además se conservan las últimas 5.")).toBeTruthy();
    await user.click(button("Quitar"));
    expect(lastDraft("plans.preview")?.retention?.last).toBe(5);
    await waitFor(() => expect(lastDraft("plans.preview")?.retention?.last).toBeNull());
  });
});

describe("where copies go", () => {
  test("one nearby and one away is well; without the far one it says what is missing; without any it is a mistake", async () => {
    open("plan/Consultorio/where");
    expect(await screen.findByText("Una cerca y una lejos.")).toBeTruthy();
    const turn = (name: string) => screen.getByRole("checkbox", { name }).closest(".item")?.querySelector(".badge");
    expect(turn("Disco USB Copias")?.textContent).toBe("Primero");
    expect(turn("Servidor de casa")?.textContent).toBe("Después");
    expect(turn("nas-robles")).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole("checkbox", { name: "Servidor de casa" }));
    expect(screen.getByText("Falta una lejos.")).toBeTruthy();
    await user.click(screen.getByRole("checkbox", { name: "Disco USB Copias" }));
    expect(await screen.findByText("Elige al menos un destino.")).toBeTruthy();
  });

  test("a place inside of what is copied says so at its row", async () => {
    open("plan/Consultorio");
    await find("Añadir carpeta…");
    world().picks = ["/media/marta"];
    await user.click(button("Añadir carpeta…"));
    await user.click(part("Dónde"));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("lo que se copia (/media/marta) están uno dentro del otro");
    expect(alert.closest(".item")?.textContent).toContain("Disco USB Copias");
  });

  test("adding another place leaves without asking, and the changes wait", async () => {
    open("plan/Consultorio/where");
    await user.click(await screen.findByRole("checkbox", { name: "nas-robles" }));
    await user.click(button("Añadir destino…"));
    expect(router.now).toMatchObject({ section: "destinations", path: ["add"] });
    expect(toasts.now?.text).toBe("Lo que cambiaste en el plan te espera aquí");
    cleanup();
    show("plan/Consultorio/where");
    expect((await screen.findByRole<HTMLInputElement>("checkbox", { name: "nas-robles" })).checked).toBe(true);
  });
});

describe("the rest", () => {
  test("every limit of the engine can be set", async () => {
    open("plan/Consultorio/advanced");
    await user.click(await screen.findByRole("radio", { name: "Máxima" }));
    await user.click(screen.getByRole("switch", { name: "Partir las copias grandes" }));
    await user.selectOptions(screen.getByLabelText("Tamaño de cada parte"), "2000000000");
    await user.click(screen.getByRole("switch", { name: /cachés/ }));
    await user.click(screen.getByRole("switch", { name: "No entrar en otros discos" }));
    await user.click(screen.getByRole("switch", { name: "Dejar fuera los archivos muy grandes" }));
    await user.click(screen.getByRole("switch", { name: /no cambia desde hace tiempo/ }));
    await user.click(button("Más: Días sin cambios"));
    await user.click(button("Copiar solo…"));
    await user.type(screen.getByRole("textbox", { name: "Nombre o patrón" }), "*.pdf{Enter}");
    await user.click(button("Listo"));
    await expectAccessible();
    await user.click(button("Guardar cambios"));
    await waitFor(() =>
      expect(lastDraft("plans.replace")).toMatchObject({
        level: "small",
        part_size: 2_000_000_000,
        default_excludes: false,
        one_file_system: false,
        max_size: 2_000_000_000,
        max_age_days: 366,
        include: ["*.pdf"],
      }),
    );
  });

  test("a pause is begun from the menu and ended by its button", async () => {
    open("plan/Consultorio/advanced");
    await openMenu("Pausar este plan");
    await user.click(screen.getByRole("menuitem", { name: "Durante un día" }));
    await waitFor(() => expect(world().pauses.plans["plan-1"]).toEqual({ until: "2026-03-13T09:48:00.000Z" }));
    await user.click(await find("Reanudar este plan"));
    await waitFor(() => expect(world().pauses.plans).toEqual({}));
  });

  test("removing the plan alone takes one confirmation and keeps its copies", async () => {
    open("plan/Consultorio/advanced");
    await user.click(await find("Borrar este plan…"));
    const dialog = screen.getByRole("dialog", { name: "¿Borrar el plan «Consultorio»?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancelar" }));
    expect(await within(dialog).findByText(/se quedan en sus destinos/)).toBeTruthy();
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Borrar el plan" }));
    await waitFor(() => expect(router.now.section).toBe("home"));
    expect(world().calls.find(([name]) => name === "plans.remove")?.[1]).toEqual({
      name: "Consultorio",
      delete_archives: false,
    });
    expect(toasts.now?.text).toContain("Sus copias siguen en sus destinos");
  });

  test("removing its copies too is asked for twice, each time with the way out focused", async () => {
    open("plan/Consultorio/advanced");
    await user.click(await find("Borrar este plan…"));
    await user.click(await screen.findByRole("radio", { name: /Borrar también sus copias/ }));
    await user.click(button("Continuar…"));
    expect(world().plans).toHaveLength(2);
    const dialog = await screen.findByRole("dialog", { name: /Vas a borrar 176.copias/ });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancelar" }));
    expect(dialog.textContent).toContain("de Disco USB Copias y Servidor de casa");
    await user.click(within(dialog).getByRole("button", { name: "Borrar el plan y sus copias" }));
    await waitFor(() => expect(world().plans).toHaveLength(1));
  });

  test("a removal that fails stays open and says why", async () => {
    open("plan/Consultorio/advanced");
    await user.click(await find("Borrar este plan…"));
    world().failing.set("plans.remove", told("busy", { es: "Se está copiando", en: "" }, { es: "", en: "" }));
    await user.click(await find("Borrar el plan"));
    expect(await screen.findByText("Se está copiando.")).toBeTruthy();
    expect(world().plans).toHaveLength(2);
  });
});
