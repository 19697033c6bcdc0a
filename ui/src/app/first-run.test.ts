import { configure, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clock } from "../shared/clock.ts";
import { setHost } from "../shared/ipc/client.ts";
import { hostOf } from "../shared/ipc/fake/host.ts";
import { makeWorld, type World } from "../shared/ipc/fake/world.ts";
import { preferences } from "../shared/preferences.svelte.ts";
import { listenToEngine } from "../shared/query/live.svelte.ts";
import { router } from "../shared/route.svelte.ts";
import App from "./App.svelte";
import { begin as beginWindow, isFirstRun } from "./begin.ts";

// Whole screens in a slow environment: what is awaited may take its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

let deaf = (): void => undefined;

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));
afterEach(() => deaf());

async function begin(scenario: string): Promise<World> {
  const world = makeWorld(scenario, "es");
  setHost(hostOf(world));
  await preferences.load();
  deaf = listenToEngine();
  return world;
}

test("the_first_steps_open_when_nothing_is_set_up_and_they_were_not_put_off", async () => {
  const world = await begin("fresh");
  expect(await isFirstRun()).toBe(true);
  world.plans = makeWorld("protected", "es").plans;
  expect(await isFirstRun()).toBe(false);
  deaf();
  await begin("empty");
  expect(await isFirstRun()).toBe(false);
});

test("an_engine_that_takes_its_time_does_not_keep_the_window_empty", async () => {
  const world = makeWorld("fresh", "es");
  world.silent.add("settings.show").add("status.tell");
  router.leave("#/home");
  await beginWindow(hostOf(world));
  render(App);
  expect(screen.getByRole("heading", { level: 1, name: "Inicio" })).toBeTruthy();
  expect(screen.getAllByText("Cargando…").length).toBeGreaterThan(0);
});

test("from_the_first_screen_to_a_finished_and_proven_copy_it_takes_six_clicks_at_most", async () => {
  const world = await begin("fresh-copied");
  router.go("welcome");
  render(App);
  const person = userEvent.setup();
  let clicks = 0;
  const click = async (name: RegExp) => {
    clicks += 1;
    await person.click(await screen.findByRole("button", { name }));
  };
  await click(/^Configurar/);
  await screen.findByRole("heading", { level: 1, name: "¿Qué quieres proteger?" });
  await click(/^Continuar/);
  await screen.findByRole("checkbox", { name: "Disco USB «Copias»" });
  await click(/^Continuar/);
  await screen.findByRole("heading", { level: 1, name: "¿Cuándo hacemos las copias?" });
  await click(/^Proteger ahora/);
  await screen.findByRole("heading", { level: 1, name: "Tu primera copia está hecha y probada" });
  expect(world.operations.map((row) => [row.verb, row.state])).toEqual([
    ["drill", "succeeded"],
    ["back_up", "succeeded"],
  ]);
  await click(/^Ir al inicio/);
  await waitFor(() => expect(router.now.section).toBe("home"));
  expect(world.plans.map((plan) => plan.name)).toEqual(["RECEPCION-PC"]);
  expect(world.settings.first_run_done).toBe(true);
  expect(clicks).toBeLessThanOrEqual(6);
});
