import { render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { live } from "../shared/query/live.svelte.ts";
import { told } from "../shared/ipc/fake/handlers.ts";
import { stage, type Setting } from "../shared/testing/stage.ts";
import HomePage from "../features/overview/HomePage.svelte";
import Sidebar from "./Sidebar.svelte";

async function beside(scenario: string, language: "es" | "en" = "es", world?: Setting["world"]): Promise<string> {
  await stage(HomePage, { scenario, language, ...(world ? { world } : {}) });
  const { container } = render(Sidebar, { section: "home" });
  await waitFor(() => expect(container.querySelector(".mini-state b")?.textContent).not.toBe("Un momento…"));
  await waitFor(() => expect(container.querySelector(".mini-state span")?.textContent).not.toMatch(/^Sin/));
  return container.querySelector(".mini-state")?.textContent?.replaceAll("\u00a0", " ").trim() ?? "";
}

/** The section that is marked. */
const marked = () => document.querySelector(".nav__mark")?.closest("a")?.getAttribute("title");

test("all_is_well_and_when_it_goes_on", async () => {
  expect(await beside("clinic")).toBe("Todo en ordenPróxima: hoy, 20:00");
  expect(marked()).toBeUndefined();
});

test("what_is_wrong_with_a_destination_marks_the_destinations", async () => {
  expect(await beside("warning")).toContain("Falta la copia de fuera");
  expect(marked()).toBe("Destinos");
});

test("copies_that_fail_mark_the_activity", async () => {
  expect(await beside("failure")).toBe("Sin protecciónDesde hace 4 días");
  expect(marked()).toBe("Actividad");
});

test("a_copy_that_runs_is_told_with_what_is_left", async () => {
  expect(await beside("copying")).toBe("Copiando, 65 % Queda un minuto");
  expect(live.work).toHaveLength(1);
});

test("a_pause_is_told_instead_of_a_time", async () => {
  expect(await beside("paused", "en")).toBe("All is wellPaused");
  expect(screen.getAllByText("Paused").length).toBeGreaterThan(0);
});

test("before_anything_is_set_up_it_says_what_comes_first", async () => {
  expect(await beside("empty")).toBe("Sin configurarElige qué proteger");
});

test("a_state_that_cannot_be_asked_for_is_not_told", async () => {
  const silent = told("not_running", { es: "Resguardo no responde", en: "" }, { es: "Ábrelo.", en: "" });
  expect(await beside("clinic", "es", (world) => world.failing.set("status.tell", silent))).toBe(
    "Estado desconocidoResguardo no responde",
  );
});
