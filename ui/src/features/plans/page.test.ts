/** The editor of plans: saving, leaving, naming, a new plan. */
import { cleanup, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { forgetAnswers } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { button, find, freshWindow, open, part, plan, plansChanged, show, user, world } from "./testing.ts";

freshWindow();

describe("a plan that is there", () => {
  test("shows its parts with their lines, and nothing to save", async () => {
    open("plan/Consultorio");
    expect((await screen.findByRole("link", { name: /^Qué se copia/ })).textContent).toContain("2 carpetas, 1 base");
    expect(screen.getByRole("heading", { level: 1, name: "Consultorio" })).toBeTruthy();
    expect(part("Qué se copia").textContent).toContain("2 carpetas, 1 base");
    expect(part("Cuándo").textContent).toContain("3 horarios");
    expect(part("Qué se conserva").textContent).toContain("Hasta un año atrás");
    expect(part("Dónde").textContent).toContain("2 destinos");
    expect(screen.queryByRole("button", { name: "Guardar cambios" })).toBeNull();
    expect(await screen.findByText("18,4 GB")).toBeTruthy();
    await expectAccessible();
  });

  test("one save keeps what was changed in several parts", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    await user.click(part("Cuándo"));
    await user.selectOptions(screen.getByLabelText("Cada semana: Día de la semana"), "Lunes");
    await user.click(part("Dónde"));
    await user.click(await screen.findByRole("checkbox", { name: "nas-robles" }));
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(toasts.now?.text).toBe("Cambios guardados"));
    expect(plan()?.sources.map((source) => source.path)).toContain("/home/marta/Documentos/Facturas/clientes.sqlite");
    expect(plan()?.schedules[1]).toMatchObject({ every: "week", day: "monday" });
    expect(plan()?.destinations).toContain("place-3");
    expect(screen.queryByRole("button", { name: "Guardar cambios" })).toBeNull();
  });

  test("the toast of saving takes it back", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(plan()?.sources).toHaveLength(4));
    toasts.undo();
    await waitFor(() => expect(plan()?.sources).toHaveLength(3));
    expect(await find("clientes.sqlite")).toBeTruthy();
  });

  test("ctrl s saves and ctrl z takes the last change back", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    await user.click(button("Imágenes"));
    await user.keyboard("{Control>}z{/Control}");
    expect(await find("Imágenes")).toBeTruthy();
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(plan()?.sources).toHaveLength(4));
  });

  test("discarding brings back what the engine has", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    await user.click(button("Descartar"));
    expect(await find("clientes.sqlite")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Guardar cambios" })).toBeNull();
  });

  test("what is not saved survives a reload of the page, with its part", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    await user.click(part("Dónde"));
    await waitFor(() => expect(location.hash).toBe("#/plan/Consultorio/where"));
    cleanup();
    forgetAnswers();
    show("plan/Consultorio/where");
    expect(await screen.findByText("Este plan guarda sus copias en")).toBeTruthy();
    expect(part("Qué se copia").textContent).toContain("2 carpetas, 2 bases");
    expect(button("Guardar cambios")).toBeTruthy();
  });

  test("leaving asks first: staying, leaving without it, saving", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    router.go("history");
    const dialog = await screen.findByRole("dialog", { name: "¿Salir sin guardar?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Seguir editando" }));
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Seguir editando" }));
    expect(router.now.section).toBe("plan");
    router.go("history");
    await user.click(await find("Guardar y salir"));
    await waitFor(() => expect(router.now.section).toBe("history"));
    expect(plan()?.sources).toHaveLength(4);
  });

  test("leaving without saving forgets the draft", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    router.go("history");
    await user.click(await find("Salir sin guardar"));
    expect(router.now.section).toBe("history");
    cleanup();
    show("plan/Consultorio");
    expect(await find("clientes.sqlite")).toBeTruthy();
  });

  test("it is renamed in place, and its address follows", async () => {
    open("plan/Consultorio");
    await user.click((await screen.findAllByRole("button", { name: "Cambiar el nombre" }))[0] as HTMLElement);
    const field = screen.getByRole("textbox", { name: "Nombre del plan" });
    expect(document.activeElement).toBe(field);
    await user.clear(field);
    await user.type(field, "Clínica{Enter}");
    await user.click(button("Guardar cambios"));
    await waitFor(() => expect(router.now.path).toEqual(["Clínica", "what"]));
    expect(plan()?.name).toBe("Clínica");
  });

  test.each([
    [
      "Radiografías e imágenes",
      "Ya existe un plan «Radiografías e imágenes». No se ha cambiado nada. Elige otro nombre.",
    ],
    ["a/b", "El valor «a/b» no sirve. Un nombre tiene de 1 a 64 caracteres"],
    [" ", "Ponle un nombre al plan."],
    ["x".repeat(65), "no sirve. Un nombre tiene de 1 a 64 caracteres"],
  ])("a name that is no good (%s) says so at the name", async (name, sentence) => {
    open("plan/Consultorio");
    await user.click((await screen.findAllByRole("button", { name: "Cambiar el nombre" }))[0] as HTMLElement);
    const field = screen.getByRole("textbox", { name: "Nombre del plan" });
    await user.clear(field);
    await user.type(field, `${name}{Enter}`);
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain(sentence));
    expect(screen.getByRole("textbox", { name: "Nombre del plan" }).getAttribute("aria-invalid")).toBe("true");
    await expectAccessible();
  });

  test("what the engine refuses on saving is said at its field, in its part", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    world().failing.set(
      "plans.replace",
      told("invalid_input", { es: "Ese no.", en: "Not that." }, { es: "", en: "" }, { field: "to" }),
    );
    await user.click(button("Guardar cambios"));
    expect((await screen.findByText("Ese no.")).closest("section")?.textContent).toContain("Este plan guarda");
    expect(button("Guardar cambios")).toBeTruthy();
  });

  test("a choice that is refused is described by what is wrong with it", async () => {
    open("plan/Consultorio/advanced");
    await user.click(await screen.findByRole("switch", { name: "Partir las copias grandes" }));
    world().failing.set(
      "plans.replace",
      told("invalid_input", { es: "Ese no.", en: "Not that." }, { es: "", en: "" }, { field: "part_size" }),
    );
    await user.click(button("Guardar cambios"));
    expect((await screen.findByText("Ese no.")).closest("p")?.id).toBe(
      screen.getByLabelText("Tamaño de cada parte").getAttribute("aria-describedby"),
    );
  });

  test("whoever is refused is taken to the first mistake, in the part where it is", async () => {
    open("plan/Consultorio");
    await find("Añadir carpeta…");
    world().picks = ["/media/marta"];
    await user.click(button("Añadir carpeta…"));
    await user.click(button("Guardar cambios"));
    const alert = await screen.findByRole("alert");
    expect(alert.closest(".item")?.textContent).toContain("Disco USB Copias");
    await waitFor(() => expect(document.activeElement).toBe(alert));
    expect(part("Qué se copia").textContent).toContain("3 carpetas");
  });

  test("ctrl s counts a name that is still being typed", async () => {
    open("plan/Consultorio");
    await user.click((await screen.findAllByRole("button", { name: "Cambiar el nombre" }))[0] as HTMLElement);
    await user.clear(screen.getByRole("textbox", { name: "Nombre del plan" }));
    await user.type(screen.getByRole("textbox", { name: "Nombre del plan" }), "Clínica");
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(plan()?.name).toBe("Clínica"));
  });

  test("who comes to remove it is asked at once", async () => {
    open("plan/Consultorio?ask=remove");
    const dialog = await screen.findByRole("dialog", { name: "¿Borrar el plan «Consultorio»?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Cancelar" }));
  });

  test("saving that fails for another reason says so and can be tried again", async () => {
    open("plan/Consultorio");
    await user.click(await find("clientes.sqlite"));
    world().failing.set(
      "plans.replace",
      told(
        "io",
        { es: "El disco no responde", en: "The disk is silent" },
        { es: "Prueba otra vez.", en: "Try again." },
      ),
    );
    await user.click(button("Guardar cambios"));
    expect(await screen.findByText("El disco no responde.")).toBeTruthy();
    world().failing.clear();
    await user.click(button("Reintentar"));
    await waitFor(() => expect(plan()?.sources).toHaveLength(4));
  });

  test("another program's changes are taken in while nothing was changed here", async () => {
    open("plan/Consultorio");
    await screen.findByRole("heading", { name: "Consultorio" });
    const [first] = world().plans;
    if (first) world().plans = [{ ...first, destinations: ["place-1"] }, ...world().plans.slice(1)];
    plansChanged();
    await waitFor(() => expect(part("Dónde").textContent).toContain("1 destino"));
  });

  test("one that is not there says so", async () => {
    open("plan/Nadie");
    expect(await screen.findByText("No se encuentra «Nadie».")).toBeTruthy();
    await expectAccessible();
  });

  test("until the engine answers there are grey lines", async () => {
    open("plan/Consultorio", "protected", "es", (each) => each.silent.add("plans.draft"));
    expect(screen.getByText("Cargando…")).toBeTruthy();
    await expectAccessible();
  });
});

describe("a new plan", () => {
  test("scolds nobody for what they have not come to, and is made with every place there is", async () => {
    open("plan");
    expect(await screen.findByRole("textbox", { name: "Nombre del plan" })).toBeTruthy();
    await waitFor(() => expect(world().calls.some(([name]) => name === "plans.preview")).toBe(true));
    expect(screen.queryByRole("alert")).toBeNull();
    await expectAccessible();
    await user.type(screen.getByRole("textbox", { name: "Nombre del plan" }), "Contabilidad");
    await user.click(await find("Documentos"));
    await user.click(button("Crear plan"));
    await waitFor(() => expect(router.now.path).toEqual(["Contabilidad", "what"]));
    expect(world().plans.at(-1)).toMatchObject({
      name: "Contabilidad",
      destinations: ["place-1", "place-2", "place-3"],
    });
    expect(toasts.now?.text).toBe("Plan «Contabilidad» creado");
  });

  test("creating it empty says everything that is missing, each at its place", async () => {
    open("plan", "empty");
    await user.click(await find("Crear plan"));
    expect(await screen.findByText("Ponle un nombre al plan.")).toBeTruthy();
    expect(await screen.findByText("Elige al menos una carpeta o una base de datos.")).toBeTruthy();
    expect(part("Dónde").textContent).toContain("hay algo que corregir");
    const name = screen.getByRole("textbox", { name: "Nombre del plan" });
    await waitFor(() => expect(document.activeElement).toBe(name));
    await user.click(part("Dónde"));
    expect(await screen.findByText("Todavía no hay ningún destino")).toBeTruthy();
    await expectAccessible();
  });

  test("its name and its part survive a reload too", async () => {
    open("plan");
    await screen.findByRole("textbox", { name: "Nombre del plan" });
    await user.click(part("Cuándo"));
    await user.type(screen.getByRole("textbox", { name: "Nombre del plan" }), "Contabilidad");
    dispatchEvent(new Event("pagehide"));
    await waitFor(() => expect(location.hash).toBe("#/plan?part=when"));
    cleanup();
    forgetAnswers();
    show("plan?part=when");
    expect(await screen.findByText("Próximas copias")).toBeTruthy();
    expect(screen.getByRole("textbox", { name: "Nombre del plan" })).toHaveProperty("value", "Contabilidad");
  });
});
