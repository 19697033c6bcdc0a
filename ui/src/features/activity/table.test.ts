import { screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { visit } from "../../shared/testing/visit.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import ActivityPage from "./ActivityPage.svelte";

const open = () => visit(ActivityPage, { scenario: "activity", route: "#/activity" });
const lines = () => screen.findAllByRole("listitem");

test("what_is_shown_is_written_as_a_table_where_the_person_says", async () => {
  const { user, asked, host } = open();
  await lines();
  await user.click(screen.getByRole("button", { name: "Avisos y fallos" }));
  await waitFor(async () => expect(await lines()).toHaveLength(5));
  const save = screen.getByRole("button", { name: "Exportar" });
  await user.click(save);
  expect(asked("operations.save"), "nobody said where").toEqual([]);
  host.world.picks = ["/home/ana/ya-esta.csv", "/home/ana/actividad.csv"];
  await user.click(save);
  expect(await screen.findByText(/Ya existe el archivo «ya-esta.csv»/)).toBeTruthy();
  await user.click(save);
  await waitFor(() => expect(host.world.saved).toEqual(["/home/ana/actividad.csv"]));
  expect(asked("operations.save").at(-1)).toMatchObject({ only_problems: true, language: "spanish" });
  await waitFor(() => expect(toasts.now?.text).toBe("Tabla guardada: 5\u00a0líneas"));
  expect(screen.queryByText(/Ya existe el archivo/)).toBeNull();
});

test("there_is_nothing_to_export_where_nothing_is_shown", async () => {
  const { user } = open();
  await lines();
  await user.type(screen.getByRole("searchbox", { name: "Buscar" }), "zanahoria");
  expect(await screen.findByText("Nada encaja con lo que buscas")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Exportar" }).hasAttribute("disabled")).toBe(true);
});
