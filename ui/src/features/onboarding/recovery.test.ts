import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { told } from "../../shared/ipc/fake/handlers.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { open, show, press, calls, host } from "./testing.ts";

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
