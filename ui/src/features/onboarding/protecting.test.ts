import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { setup } from "./setup.svelte.ts";
import { open, show, press, at, calls, started, host, person } from "./testing.ts";

describe("when", () => {
  test("a_change_shows_in_the_sentence_and_a_switch_makes_it_ones_own_way", async () => {
    await open();
    show("when");
    expect(await screen.findByRole("radio", { name: "Recomendado" })).toHaveProperty("checked", true);
    await person.selectOptions(screen.getByRole("combobox", { name: "Hora de la copia rápida" }), "22:30");
    expect(screen.getByRole("img").getAttribute("aria-label")).toContain("Cada día a las 22:30");
    await person.click(screen.getByRole("switch", { name: "Cada semana, copia completa" }));
    expect(screen.getByRole("radio", { name: "A mi manera" })).toHaveProperty("checked", true);
    expect(screen.getByRole("img").getAttribute("aria-label")).not.toContain("domingos");
    await expectAccessible();
  });

  test("in_the_usual_ways_all_copies_of_a_day_have_one_time", async () => {
    await open();
    show("when");
    await person.selectOptions(await screen.findByRole("combobox", { name: "Hora de la copia rápida" }), "22:30");
    expect(setup.choices.when).toMatchObject({ mode: "recommended", weeklyAt: "22:30", monthlyAt: "22:30" });
  });

  test("a_name_that_will_not_do_says_so_at_the_field_and_makes_nothing", async () => {
    await open();
    show("when");
    const field = await screen.findByRole("textbox", { name: "Nombre del plan" });
    await waitFor(() => expect(field).toHaveProperty("value", "RECEPCION-PC"));
    await person.clear(field);
    await person.type(field, "a/b");
    await press("Proteger ahora");
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    expect(field).toHaveProperty("value", "a/b");
    expect(document.activeElement).toBe(field);
    expect(calls("plans.replace")).toEqual([]);
    await expectAccessible();
    await person.clear(field);
    await press("Proteger ahora");
    expect(await screen.findByText("Ponle un nombre al plan.")).toBeTruthy();
    expect(document.activeElement).toBe(field);
  });

  test("protect_now_makes_the_destination_and_the_plan_and_starts_the_first_copy", async () => {
    await open();
    show("when");
    await screen.findByText(/unos 40 minutos/);
    await press("Proteger ahora");
    await waitFor(() => expect(at()).toBe("copy"));
    expect(calls("destinations.add")).toEqual([
      { name: "Copias", folder: "/media/marta/Copias/Resguardo", nearness: "near" },
    ]);
    expect(calls("plans.replace")[0]).toMatchObject({
      name: null,
      draft: {
        name: "RECEPCION-PC",
        folders: ["/home/marta/Documentos", "/home/marta/Escritorio", "/home/marta/Imágenes"],
        sqlite: ["/home/marta/datos/inventario.db"],
        to: ["Copias"],
        retention: { daily: 14, weekly: 8, monthly: 12 },
      },
    });
    expect(started()).toEqual([{ verb: "back_up", plan: "RECEPCION-PC", kind: null, class: "daily" }]);
  });

  test("another_try_after_a_failure_takes_what_was_made_and_loses_nothing", async () => {
    await open();
    host.world.failing.set("operations.start", told("busy", { es: "Ocupado", en: "Busy" }, { es: "x", en: "x" }));
    show("when");
    await press("Proteger ahora");
    expect((await screen.findByRole("alert")).textContent).toContain("Ocupado.");
    expect(at()).toBe("when");
    host.world.failing.clear();
    await press("Proteger ahora");
    await waitFor(() => expect(at()).toBe("copy"));
    expect(calls("destinations.add")).toHaveLength(1);
    expect(calls("plans.replace").map((asked) => (asked as { name: string | null }).name)).toEqual([
      null,
      "RECEPCION-PC",
    ]);
  });

  test("a_mistake_of_an_earlier_step_leads_back_to_it", async () => {
    await open();
    host.world.failing.set(
      "plans.replace",
      told("source_missing", { es: "Falta", en: "Missing" }, { es: "x", en: "x" }, { field: "folder" }),
    );
    show("when");
    await press("Proteger ahora");
    await waitFor(() => expect(at()).toBe("what"));
    expect(setup.fault?.failure?.told.title).toBe("Falta");
  });
});

describe("leaving", () => {
  test("escape_asks_once_something_was_chosen_and_staying_keeps_it", async () => {
    await open();
    show("when");
    await person.click(await screen.findByRole("switch", { name: "Cada mes, otra copia completa" }));
    await person.keyboard("{Escape}");
    const dialog = await screen.findByRole("dialog", { name: "¿Lo dejamos para luego?" });
    const stay = within(dialog).getByRole("button", { name: "Seguir configurando" });
    expect(document.activeElement).toBe(stay);
    await expectAccessible();
    await person.click(stay);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(setup.choices.when.monthly).toBe(false);
  });

  test("another_section_is_reached_after_the_question_and_the_choices_wait", async () => {
    await open();
    show("what");
    await person.click(await screen.findByRole("checkbox", { name: "Imágenes" }));
    router.go("settings");
    expect(router.now.section).toBe("welcome");
    await press("Dejarlo para luego");
    await waitFor(() => expect(router.now.section).toBe("settings"));
    expect(JSON.parse(sessionStorage.getItem("welcome") ?? "{}")).toMatchObject({
      what: { ticks: { "/home/marta/Imágenes": false } },
    });
  });

  test("nothing_chosen_is_not_asked_about", async () => {
    await open();
    show("what");
    await press("Ahora no");
    await waitFor(() => expect(router.now.section).toBe("home"));
  });
});
