import { configure, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clock } from "../../shared/clock.ts";
import type { OperationRequest } from "../../shared/ipc/bindings.ts";
import { setHost } from "../../shared/ipc/client.ts";
import { advance, copied, end, proven } from "../../shared/ipc/fake/first-run-worlds.ts";
import { engineError } from "../../shared/ipc/fake/first-run.ts";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { hostOf, type FakeHost } from "../../shared/ipc/fake/host.ts";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { preferences } from "../../shared/preferences.svelte.ts";
import { listenToEngine } from "../../shared/query/live.svelte.ts";
import { forgetAnswers } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { recovery } from "./recovery.svelte.ts";
import { setup } from "./setup.svelte.ts";
import WelcomePage from "./WelcomePage.svelte";

// Whole screens in a slow environment: what is awaited may take its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

let host: FakeHost;
let deaf: () => void;
const person = userEvent.setup();

/** The window on a world; the first steps begin anew. */
async function open(scenario = "fresh", language = "es"): Promise<void> {
  setup.reset();
  recovery.forget();
  forgetAnswers();
  host = hostOf(makeWorld(scenario, language));
  setHost(host);
  await preferences.load();
  deaf = listenToEngine();
}

/** Shows a step, as the window's frame does. */
function show(step = ""): void {
  setup.go(step as never);
  render(WelcomePage, { route: router.now });
}

const button = (name: string | RegExp) => screen.findByRole("button", { name });
const press = async (name: string | RegExp) => person.click(await button(name));
const title = () => screen.findByRole("heading", { level: 1 });
const at = () => router.now.path[0];
const calls = (name: string) => host.world.calls.filter(([command]) => command === name).map(([, request]) => request);
const started = () => calls("operations.start") as OperationRequest[];

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));
afterEach(() => deaf());

describe("the two doors", () => {
  test("one_leads_to_the_setup_and_one_to_copies_that_exist", async () => {
    await open();
    show();
    expect((await title()).textContent).toBe("Te damos la bienvenida a Resguardo");
    await expectAccessible();
    await press("Configurar");
    expect(at()).toBe("what");
    setup.go(undefined);
    await press("Ya tengo copias");
    expect(at()).toBe("recover");
  });

  test("they_speak_english_too", async () => {
    await open("fresh", "en");
    show();
    expect(await button("Set up")).toBeTruthy();
    expect(await button("I already have backups")).toBeTruthy();
  });

  test("not_now_is_kept_and_leads_home", async () => {
    await open();
    show();
    await press("Ahora no");
    await waitFor(() => expect(router.now.section).toBe("home"));
    expect(host.world.settings.first_run_done).toBe(true);
  });

  test("home_is_reached_even_when_that_cannot_be_kept", async () => {
    await open();
    host.world.failing.set("settings.save", told("io", { es: "No", en: "No" }, { es: "x", en: "x" }));
    show();
    await press("Ahora no");
    await waitFor(() => expect(router.now.section).toBe("home"));
  });
});

describe("what", () => {
  test("sizes_appear_when_they_are_known_and_add_up", async () => {
    await open("fresh-looking");
    show("what");
    expect(await screen.findAllByText(/Contando… · /)).toHaveLength(5);
    expect(screen.getByText("Buscando…")).toBeTruthy();
    await expectAccessible();
  });

  test("the_total_follows_the_ticks", async () => {
    await open();
    show("what");
    expect(await screen.findByText(/45,2/)).toBeTruthy();
    await person.click(await screen.findByRole("checkbox", { name: "Imágenes" }));
    expect(await screen.findByText(/20,6/)).toBeTruthy();
    await expectAccessible();
  });

  test("an_empty_folder_and_a_database_inside_a_folder_cannot_be_ticked_and_say_why", async () => {
    await open();
    show("what");
    expect(await screen.findByText(/^Vacía, no hay nada que copiar/)).toBeTruthy();
    const music = screen.getByRole("checkbox", { name: "Música" });
    expect(music).toHaveProperty("disabled", true);
    const clients = await screen.findByRole("checkbox", { name: "clientes.sqlite" });
    expect(clients).toHaveProperty("disabled", true);
    expect(screen.getByText(/^Ya se copia con «Documentos»/)).toBeTruthy();
  });

  test("a_folder_that_is_added_is_measured_and_ticked_one_that_cannot_be_read_says_so", async () => {
    await open();
    host.world.picks = ["/srv/Radiografias", "/srv/prohibida"];
    show("what");
    await press("Añadir otra carpeta…");
    expect(await screen.findByRole("checkbox", { name: "Radiografias" })).toHaveProperty("checked", true);
    expect(await screen.findByText(/1\.204 archivos · \/srv\/Radiografias/)).toBeTruthy();
    await press("Añadir otra carpeta…");
    expect(await screen.findByText("No se puede leer la carpeta")).toBeTruthy();
  });

  test("a_database_file_is_added_by_hand", async () => {
    await open();
    host.world.picks = ["/srv/tienda.db"];
    show("what");
    await press("Añadir un archivo…");
    expect(await screen.findByRole("checkbox", { name: "tienda.db" })).toHaveProperty("checked", true);
  });

  test("nothing_chosen_is_said_at_the_list_and_goes_away_with_the_next_tick", async () => {
    await open("fresh-nothing-found");
    host.world.picks = ["/srv/Radiografias"];
    show("what");
    await press("Continuar");
    expect((await screen.findByRole("alert")).textContent).toBe("Marca al menos una carpeta o una base de datos.");
    expect(at()).toBe("what");
    await expectAccessible();
    await press("Añadir otra carpeta…");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("a_failed_look_can_be_repeated", async () => {
    await open();
    host.world.failing.set("suggestions.sources", told("io", { es: "No va", en: "No" }, { es: "x", en: "x" }));
    show("what");
    expect((await screen.findByRole("alert")).textContent).toContain("No va.");
    host.world.failing.clear();
    await press("Reintentar");
    expect(await screen.findByRole("checkbox", { name: "Documentos" })).toBeTruthy();
  });

  test("many_databases_are_shown_when_somebody_asks", async () => {
    await open();
    const one = (number: number) => ({ path: `/srv/db/${number}.db`, size: 9000, mtime: "2026-03-01T00:00:00Z" });
    host.world.found.databases = { databases: Array.from({ length: 9 }, (_, at) => one(at)), complete: false };
    show("what");
    await press("Mostrar las otras 4");
    expect(screen.getAllByText(/^SQLite/)).toHaveLength(9);
    expect(screen.getByText("Puede haber más: no ha dado tiempo a mirarlo todo")).toBeTruthy();
  });
});

describe("where", () => {
  test("the_best_place_is_chosen_and_a_choice_of_both_kinds_is_praised", async () => {
    await open();
    show("where");
    expect(await screen.findByRole("checkbox", { name: "Disco USB «Copias»" })).toHaveProperty("checked", true);
    expect(screen.getByText("Buen comienzo.")).toBeTruthy();
    await person.click(screen.getByRole("checkbox", { name: "nas-robles" }));
    await press("Pasar a Lejos: nas-robles");
    expect(await screen.findByText("Buena elección.")).toBeTruthy();
    await expectAccessible();
  });

  test("the_disk_of_the_data_is_said_to_be_no_protection", async () => {
    await open("fresh-one-disk");
    show("where");
    await person.click(await screen.findByRole("checkbox", { name: "Este equipo, «marta»" }));
    expect(await screen.findByText("Así no estarías protegido del todo.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Pasar a Lejos/ })).toBeNull();
  });

  test("a_drive_that_is_too_small_is_named", async () => {
    await open();
    const [usb] = host.world.found.places;
    if (usb) usb.free = 12e9;
    show("where");
    expect(await screen.findByText("Quizá no quepa en «Copias».")).toBeTruthy();
  });

  test("no_place_chosen_is_said_at_the_list", async () => {
    await open("fresh-one-disk");
    show("where");
    await screen.findByRole("checkbox");
    await press("Continuar");
    expect((await screen.findByRole("alert")).textContent).toBe("Elige al menos un lugar para las copias.");
    expect(at()).toBe("where");
  });

  test("a_folder_from_elsewhere_is_away_and_one_inside_what_is_copied_is_refused_in_the_engines_words", async () => {
    await open();
    host.world.picks = ["/home/marta/Documentos/copias"];
    show("where");
    await screen.findByRole("checkbox", { name: "Disco USB «Copias»" });
    await press(/^Una carpeta de otro lugar/);
    expect(await button("Pasar a Cerca: copias")).toBeTruthy();
    await press("Continuar");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("La carpeta de las copias está dentro de lo que se copia.");
    expect(at()).toBe("where");
    expect(calls("destinations.add")).toEqual([]);
  });
});

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

describe("the first copy", () => {
  /** Starts the first copy and shows it. */
  async function copy(scenario: string, language = "es"): Promise<string> {
    await open(scenario, language);
    await setup.look();
    await Promise.all([setup.findings.know("when")]);
    await setup.next("when");
    render(WelcomePage, { route: router.now });
    return setup.choices.copy ?? "";
  }

  test("it_is_shown_as_it_goes_and_the_way_home_is_open", async () => {
    const id = await copy("empty");
    expect((await title()).textContent).toBe("Tu primera copia está en marcha");
    advance(host.world, id, 0.25);
    expect(await screen.findByText(/5\.424 de 21\.696 archivos/)).toBeTruthy();
    expect((await screen.findByRole("progressbar")).getAttribute("aria-valuenow")).toBe("25");
    clock.stop(new Date("2026-03-12T09:49:00Z"), "Europe/Madrid");
    advance(host.world, id, 0.5);
    expect(await screen.findByText(/faltan unos 2 minutos/)).toBeTruthy();
    await expectAccessible();
    await press("Ir al inicio");
    await waitFor(() => expect(router.now.section).toBe("home"));
    expect(host.world.running).toHaveLength(1);
    expect(sessionStorage.getItem("welcome")).toBeNull();
  });

  test("it_ends_with_one_real_file_that_came_back", async () => {
    const id = await copy("empty");
    end(host.world, id, copied(host.world));
    expect((await screen.findByRole("heading", { name: "Comprobando que se recupera" })).tagName).toBe("H1");
    await waitFor(() => expect(started().at(-1)).toMatchObject({ verb: "drill", extent: "one_file" }));
    end(host.world, setup.choices.proof ?? "", proven(host.world));
    expect(await screen.findByText(/Hemos recuperado «Tarifas 2026.xlsx» desde «Copias»/)).toBeTruthy();
    expect((await title()).textContent).toBe("Tu primera copia está hecha y probada");
    expect(started()).toHaveLength(2);
    await expectAccessible();
    await press("Ir al inicio");
    await waitFor(() => expect(host.world.settings.first_run_done).toBe(true));
  });

  test("a_failure_says_what_why_and_what_to_do_and_leads_to_the_step_at_fault", async () => {
    const id = await copy("empty");
    end(host.world, id, { error: engineError("destination_full") });
    expect((await screen.findByRole("alert")).textContent).toContain("No queda sitio en «Copias».");
    expect((await title()).textContent).toBe("La primera copia no pudo terminar");
    await expectAccessible();
    await press("Cambiar dónde se guarda");
    expect(at()).toBe("where");
    await setup.next("when");
    expect(calls("plans.replace")).toHaveLength(1);
    expect(started()).toHaveLength(2);
  });

  test("it_can_be_tried_again_at_once", async () => {
    const id = await copy("empty");
    end(host.world, id, { error: engineError("destination_full") });
    await press("Volver a intentarlo");
    await waitFor(() => expect(started()).toHaveLength(2));
    expect((await title()).textContent).toBe("Tu primera copia está en marcha");
  });

  test("a_copy_that_reached_no_place_is_a_failure", async () => {
    const id = await copy("empty");
    const waiting = [{ name: "x", destination: "Copias", error: engineError("destination_full") }];
    const { result } = copied(host.world);
    end(host.world, id, { result: { ...result, present: [], waiting } });
    expect(await screen.findByText(/No queda sitio/)).toBeTruthy();
    expect(started()).toHaveLength(1);
  });

  test("a_proof_that_fails_is_told_and_can_be_repeated", async () => {
    const id = await copy("empty", "en");
    end(host.world, id, copied(host.world));
    await waitFor(() => expect(setup.choices.proof).not.toBeNull());
    end(host.world, setup.choices.proof ?? "", { error: engineError("verify_failed") });
    expect(await screen.findByText(/The file did not come back as it was saved/)).toBeTruthy();
    await press("Repeat the proof");
    await waitFor(() => expect(started()).toHaveLength(3));
    end(host.world, setup.choices.proof ?? "", proven(host.world));
    expect(await screen.findByText(/It is identical/)).toBeTruthy();
  });
});

describe("copies that exist already", () => {
  test("a_drive_is_looked_through_and_what_was_found_is_told", async () => {
    await open();
    show("recover");
    await expectAccessible();
    await press(/^Disco USB «Copias»/);
    expect((await screen.findByRole("heading", { name: "Hemos encontrado tus copias" })).tagName).toBe("H1");
    expect(screen.getByText("182")).toBeTruthy();
    expect(screen.getByText("Consultorio y Radiografías e imágenes")).toBeTruthy();
    expect(calls("destinations.adopt")).toEqual([{ name: "Copias" }]);
    await expectAccessible();
    await press("Recuperar archivos…");
    await waitFor(() => expect(router.now.section).toBe("restore"));
    expect(host.world.settings.first_run_done).toBe(true);
  });

  test("a_place_without_copies_says_so_and_does_not_stay_a_destination", async () => {
    await open();
    show("recover");
    await press(/^nas-robles/);
    expect(await screen.findByText("En «nas-robles» no hay copias de Resguardo.")).toBeTruthy();
    expect(host.world.destinations).toEqual([]);
  });

  test("a_folder_is_chosen_by_hand", async () => {
    await open();
    host.world.picks = ["/media/marta/Copias/Resguardo"];
    show("recover");
    await press(/^Otra carpeta/);
    expect(await screen.findByText("182")).toBeTruthy();
  });

  test("copies_that_cannot_be_used_are_named_with_the_engines_words", async () => {
    await open("fresh-damaged");
    show("recover");
    await press(/^Disco USB/);
    expect(await screen.findByText("1 copia no se puede usar")).toBeTruthy();
    expect(await screen.findByText(/Esta copia está dañada/)).toBeTruthy();
  });

  test("a_failure_leaves_no_destination_behind", async () => {
    await open();
    host.world.failing.set("destinations.adopt", told("io", { es: "No responde", en: "No" }, { es: "x", en: "x" }));
    show("recover");
    await press(/^Disco USB/);
    expect((await screen.findByRole("alert")).textContent).toContain("No responde.");
    expect(host.world.destinations).toEqual([]);
  });
});
