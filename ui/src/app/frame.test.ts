/** The frame around all screens: its keys, where a person begins after a step, what the window is called. */
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../shared/clock.ts";
import { setHost } from "../shared/ipc/client.ts";
import { hostOf } from "../shared/ipc/fake/host.ts";
import { makeWorld, type World } from "../shared/ipc/fake/world.ts";
import { preferences } from "../shared/preferences.svelte.ts";
import { listenToEngine } from "../shared/query/live.svelte.ts";
import { forgetAnswers } from "../shared/query/query.svelte.ts";
import { router } from "../shared/route.svelte.ts";
import { toasts } from "../shared/ui/toasts.svelte.ts";
import { onTestFinished, vi } from "vitest";
import App from "./App.svelte";
import { bring } from "./pages.ts";

vi.setConfig({ testTimeout: 30_000 });
const user = userEvent.setup();
const sections = ["home", "history", "restore", "destinations", "activity", "settings"] as const;

beforeEach(() => {
  clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid");
  forgetAnswers();
  toasts.close();
});

async function open(scenario = "clinic", route = "#/home"): Promise<World> {
  const world = makeWorld(scenario, "es");
  setHost(hostOf(world));
  await preferences.load();
  onTestFinished(listenToEngine());
  router.leave(route);
  // Bringing a screen takes its time in a test's slow environment.
  await Promise.all(sections.map(bring));
  render(App);
  await waitFor(() => expect(screen.queryByText("Cargando…")).toBeNull());
  return world;
}

const held = (key: string) => user.keyboard(`{Control>}${key}{/Control}`);
const started = (world: World) => world.calls.filter(([name]) => name === "operations.start");

test("work_is_told_aloud_whichever_screen_is_open", async () => {
  const world = await open("copying", "#/destinations");
  expect(await screen.findByText(/^Copiando «Consultorio»/, { selector: ".sr" })).toBeTruthy();
  world.running = [];
  world.changed("operations");
  expect(await screen.findByText("Copiando «Consultorio»: ha terminado")).toBeTruthy();
});

test("a_restore_at_work_is_told_once_though_its_own_page_is_open", async () => {
  await open("restoring", "#/restore/progress?operation=op-restore");
  await screen.findByRole("heading", { name: "Recuperando tus datos" });
  const said = screen.getAllByRole("status").filter((each) => each.textContent?.includes("%"));
  expect(said.map((each) => each.textContent)).toEqual(["Restaurando «Consultorio»: 50\u00a0%"]);
});

describe("keys", () => {
  test("each_section_has_its_number", async () => {
    await open();
    const where = [];
    for (const key of ["2", "3", "4", "5", ",", "1"]) {
      await held(key);
      where.push(router.now.section);
    }
    expect(where).toEqual(["history", "restore", "destinations", "activity", "settings", "home"]);
  });

  test("ctrl_b_copies_every_plan_and_asks_when_there_are_many", async () => {
    const world = await open();
    await held("b");
    await waitFor(() => expect(started(world)).toHaveLength(2));
    expect(toasts.now?.text).toBe("Copiando todos los planes");
  });

  test("with_many_plans_ctrl_b_asks_which", async () => {
    const world = await open("many-plans", "#/activity");
    await held("b");
    expect(await screen.findByRole("dialog", { name: "¿Qué quieres copiar?" })).toBeTruthy();
    expect(started(world)).toHaveLength(0);
  });

  test("ctrl_r_opens_the_restore_of_the_last_copy_and_never_starts_it", async () => {
    const world = await open("restore");
    await held("r");
    expect([router.now.section, ...router.now.path]).toEqual(["restore", "latest"]);
    expect(started(world)).toHaveLength(0);
  });

  test("ctrl_f_goes_to_the_search_of_the_list", async () => {
    await open("activity", "#/activity");
    await held("f");
    const field = document.querySelector("[data-search]");
    expect(field === null || document.activeElement === field).toBe(true);
  });

  test("ctrl_z_takes_back_what_the_toast_tells_also_beside_a_box_that_was_ticked", async () => {
    await open();
    const box = document.body.appendChild(Object.assign(document.createElement("input"), { type: "checkbox" }));
    const field = document.body.appendChild(document.createElement("input"));
    onTestFinished(() => [box, field].forEach((each) => each.remove()));
    const undone = vi.fn();
    toasts.done("Hecho", undone);
    field.focus();
    await held("z");
    expect(undone).not.toHaveBeenCalled();
    box.focus();
    await held("z");
    expect(undone).toHaveBeenCalledOnce();
  });

  test("while_a_dialog_is_open_the_keys_are_its_own", async () => {
    await open("many-plans", "#/home?ask=backup");
    await screen.findByRole("dialog");
    await fireEvent.keyDown(window, { key: "4", ctrlKey: true });
    expect(router.now.section).toBe("home");
  });
});

describe("another screen", () => {
  test("begins_at_its_title_when_what_was_pressed_is_gone_with_the_one_before", async () => {
    await open();
    await user.click(await screen.findByRole("button", { name: "Restaurar…" }));
    await waitFor(() => expect(document.activeElement?.tagName).toBe("H1"));
    expect(router.now.section).toBe("restore");
  });

  test("leaves_the_focus_at_the_section_that_was_chosen", async () => {
    await open();
    const link = screen.getByRole("link", { name: "Destinos" });
    await user.click(link);
    await screen.findByRole("heading", { level: 1, name: "Destinos" });
    expect(document.activeElement).toBe(link);
  });

  test("names_the_window", async () => {
    await open();
    await waitFor(() => expect(document.title).toBe("Inicio · Resguardo"));
    await held("5");
    await waitFor(() => expect(document.title).toBe("Actividad · Resguardo"));
  });
});
