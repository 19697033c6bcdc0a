import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { expectAccessible } from "../../../shared/testing/axe.ts";
import { open } from "../testing/window.ts";

const foot = (): HTMLElement => screen.getByRole("contentinfo");
const day = (name: RegExp): Promise<HTMLElement> => screen.findByRole("button", { name });

test("the_newest_copy_is_meant_until_somebody_says_otherwise", async () => {
  open("#/restore/when");
  await waitFor(() => expect(foot()).toHaveTextContent("Copia de hoy, 10:46"));
  expect(screen.getByRole("button", { name: "La más reciente" })).toHaveAttribute("aria-pressed", "true");
  expect(screen.getByRole("radio", { name: /10:46/ })).toBeChecked();
  await expectAccessible();
});

test("yesterday_has_three_copies_and_each_says_its_kind_and_proof", async () => {
  const { user } = open("#/restore/when");
  await user.click(await screen.findByRole("button", { name: "Ayer" }));
  const list = await screen.findByRole("radiogroup", { name: "Copias del miércoles 11 de marzo" });
  expect(within(list).getAllByRole("radio")).toHaveLength(3);
  expect(
    within(list).getByRole("radio", { name: /20:00\s*318\sarchivos cambiados\s*Rápida\s*Comprobada/ }),
  ).toBeChecked();
  await user.click(within(list).getByRole("radio", { name: /13:15.*Manual/ }));
  expect(foot()).toHaveTextContent("Copia de ayer, 13:15");
  expect(screen.getByText(/Usaremos «Disco USB Copias», que es más rápido/)).toBeVisible();
});

test("a_day_of_the_calendar_tells_its_copies_and_one_without_cannot_be_chosen", async () => {
  const { user } = open("#/restore/when");
  await user.click(await day(/domingo 8 de marzo, 1\scopia, una completa/));
  expect(foot()).toHaveTextContent("Copia del domingo 8 de marzo, 20:00");
  await user.click(await day(/viernes 13 de marzo, sin copia/));
  expect(foot()).toHaveTextContent("Copia del domingo 8 de marzo, 20:00");
  expect(await day(/sábado 7 de marzo, 1\scopia, falta en algún destino/)).toBeVisible();
});

test("arrows_move_by_days_page_keys_by_months_and_enter_chooses", async () => {
  const { user } = open("#/restore/when");
  (await day(/jueves 12 de marzo/)).focus();
  await user.keyboard("{ArrowUp}{ArrowLeft}");
  expect(await day(/miércoles 4 de marzo/)).toHaveFocus();
  await user.keyboard("{Home}");
  expect(await day(/lunes 2 de marzo/)).toHaveFocus();
  await user.keyboard("{PageUp}");
  expect(await screen.findByText("Febrero de 2026")).toBeVisible();
  const second = await day(/lunes 2 de febrero, 1\scopia/);
  expect(second).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(foot()).toHaveTextContent("Copia del lunes 2 de febrero, 20:00");
});

test("the_future_can_not_be_reached_by_keys", async () => {
  const { user } = open("#/restore/when");
  (await day(/jueves 12 de marzo/)).focus();
  await user.keyboard("{PageDown}{ArrowRight}");
  expect(await day(/jueves 12 de marzo/)).toHaveFocus();
});

test("before_a_change_takes_the_last_copy_before_that_moment", async () => {
  const { user } = open("#/restore/when");
  await user.click(await screen.findByRole("button", { name: "Antes de un cambio…" }));
  const dialog = screen.getByRole("dialog", { name: "Antes de un cambio" });
  await user.click(within(dialog).getByRole("button", { name: "Elegir esa copia" }));
  expect(within(dialog).getByText("Hace falta un día y una hora.")).toBeVisible();
  await user.clear(within(dialog).getByLabelText("Día"));
  await user.type(within(dialog).getByLabelText("Día"), "2020-01-01");
  await user.type(within(dialog).getByLabelText("Hora"), "12:00");
  await user.click(within(dialog).getByRole("button", { name: "Elegir esa copia" }));
  expect(within(dialog).getByText("No hay ninguna copia anterior a ese momento.")).toBeVisible();
  expect(within(dialog).getByLabelText("Hora")).toHaveValue("12:00");
  await expectAccessible();
  await user.clear(within(dialog).getByLabelText("Día"));
  await user.type(within(dialog).getByLabelText("Día"), "2026-03-11");
  await user.click(within(dialog).getByRole("button", { name: "Elegir esa copia" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(foot()).toHaveTextContent("Copia de ayer, 08:00");
});

test("a_copy_whose_places_are_unplugged_says_so", async () => {
  open("#/restore/when", "restore", "es", (world) => {
    world.destinations = world.destinations.map((place) => ({ ...place, connected: false }));
  });
  expect(await screen.findByText("Conéctalo antes de restaurar.")).toBeVisible();
});

test("in_English_weeks_begin_on_Sunday_and_the_clock_has_two_halves", async () => {
  open("#/restore/when", "restore", "en");
  await waitFor(() => expect(foot()).toHaveTextContent("Backup from today, 10:46 AM"));
  expect(screen.getAllByRole("columnheader")[0]?.getAttribute("aria-label")).toBe("Sunday");
});

test("safety_snapshots_are_not_offered", async () => {
  open("#/restore/when", "restore", "es", (world) => {
    const last = world.snapshots.at(-1);
    if (last) world.snapshots = [...world.snapshots, { ...last, id: "snap-s", class: "safety" }];
  });
  await waitFor(() => expect(foot()).toHaveTextContent("Copia de hoy, 10:46"));
  expect(screen.getAllByRole("radio")).toHaveLength(1);
});
