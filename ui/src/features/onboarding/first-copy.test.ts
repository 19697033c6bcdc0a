import { render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { clock } from "../../shared/clock.ts";
import { engineError } from "../../shared/ipc/fake/errors.ts";
import { advance, copied, end, proven } from "../../shared/ipc/fake/first-run-worlds.ts";
import { router } from "../../shared/route.svelte.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { setup } from "./setup.svelte.ts";
import { open, press, title, at, calls, started, host } from "./testing.ts";
import WelcomePage from "./WelcomePage.svelte";

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
    end(host.world, id, { error: engineError("destination_full", "run the operation") });
    expect((await screen.findByRole("alert")).textContent).toContain("No queda sitio en «Copias».");
    expect((await title()).textContent).toBe("La primera copia no pudo terminar");
    await expectAccessible();
    await press("Cambiar dónde se guarda");
    expect(at()).toBe("where");
    await setup.next("when");
    expect(calls("plans.replace")).toMatchObject([{ name: null }, { name: "RECEPCION-PC" }]);
    expect(started()).toHaveLength(2);
  });

  test("it_can_be_tried_again_at_once", async () => {
    const id = await copy("empty");
    end(host.world, id, { error: engineError("destination_full", "run the operation") });
    await press("Volver a intentarlo");
    await waitFor(() => expect(started()).toHaveLength(2));
    expect((await title()).textContent).toBe("Tu primera copia está en marcha");
  });

  test("a_copy_that_reached_no_place_is_a_failure", async () => {
    const id = await copy("empty");
    const waiting = [{ name: "x", destination: "Copias", error: engineError("destination_full", "run the operation") }];
    const { result } = copied(host.world);
    end(host.world, id, { result: { ...result, present: [], waiting } });
    expect(await screen.findByText(/No queda sitio/)).toBeTruthy();
    expect(started()).toHaveLength(1);
  });

  test("a_proof_that_fails_is_told_and_can_be_repeated", async () => {
    const id = await copy("empty", "en");
    end(host.world, id, copied(host.world));
    await waitFor(() => expect(setup.choices.proof).not.toBeNull());
    end(host.world, setup.choices.proof ?? "", { error: engineError("verify_failed", "run the operation") });
    expect(await screen.findByText(/The file did not come back as it was saved/)).toBeTruthy();
    await press("Repeat the test");
    await waitFor(() => expect(started()).toHaveLength(3));
    end(host.world, setup.choices.proof ?? "", proven(host.world));
    expect(await screen.findByText(/It is identical/)).toBeTruthy();
  });
});
