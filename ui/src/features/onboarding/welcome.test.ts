import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { setup } from "./setup.svelte.ts";
import { open, show, button, press, title, at, calls, host, person } from "./testing.ts";

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
    expect(alert.textContent).toContain(
      "El destino /home/marta/Documentos/copias y lo que se copia (/home/marta/Documentos) están uno dentro del otro.",
    );
    expect(at()).toBe("where");
    expect(calls("destinations.add")).toEqual([]);
  });
});
