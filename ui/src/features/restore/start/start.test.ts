import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { router } from "../../../shared/route.svelte.ts";
import { expectAccessible } from "../../../shared/testing/axe.ts";
import { asked, open } from "../testing/window.ts";

const told = {
  kind: "busy",
  title: "El motor no contesta",
  hint: "Espera un momento.",
  action: "wait",
  technical: "t",
};

test("the_start_page_says_how_fresh_the_latest_copy_is_and_offers_the_ways_back", async () => {
  open("#/restore");
  expect(await screen.findByRole("heading", { name: "Hoy, 10:46" })).toBeVisible();
  expect(screen.getByText("Tu copia más reciente está comprobada.")).toBeVisible();
  expect(screen.getByRole("button", { name: /Recuperar una base de datos/ })).toBeVisible();
  await expectAccessible();
});

test("in_English_it_says_the_same", async () => {
  open("#/restore", "restore", "en");
  expect(await screen.findByRole("button", { name: "Restore the latest backup…" })).toBeVisible();
  expect(screen.getByText("Your latest backup is checked.")).toBeVisible();
});

test("without_copies_there_is_one_way_on", async () => {
  const { user } = open("#/restore", "empty");
  await user.click(await screen.findByRole("button", { name: "Ir a Inicio" }));
  expect(router.now.section).toBe("home");
});

test("when_the_engine_can_not_answer_it_says_so_and_asks_again", async () => {
  const { world, user } = open("#/restore", "restore", "es", (made) => {
    made.failing.set("snapshots.list", { ...told, facts: {} } as never);
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("El motor no contesta");
  await expectAccessible();
  world.failing.clear();
  await user.click(screen.getByRole("button", { name: "Reintentar" }));
  expect(await screen.findByRole("heading", { name: "Hoy, 10:46" })).toBeVisible();
});

test("the_database_way_is_not_there_when_no_database_is_copied", async () => {
  open("#/restore", "restore", "es", (world) => {
    world.snapshots = world.snapshots.map((row) => ({ ...row, databases: [] }));
  });
  await screen.findByRole("heading", { name: "Hoy, 10:46" });
  expect(screen.queryByRole("button", { name: /base de datos/ })).toBeNull();
});

test("the_sheet_opens_without_starting_or_comparing_anything", async () => {
  const { world } = open("#/restore/latest");
  const sheet = await screen.findByRole("dialog", { name: "Restaurar la última copia" });
  expect(sheet).toHaveTextContent("Todo volverá a estar como hoy a las 10:46.");
  expect(sheet).toHaveTextContent("12.851 archivos");
  await waitFor(() => expect(sheet).toHaveTextContent("Desde «Disco USB Copias»"));
  expect(asked(world, "restore.plan")).toEqual([]);
  expect(asked(world, "operations.start")).toEqual([]);
  await expectAccessible();
});

test("the_sheet_reviews_the_counts_first_and_only_then_restores_everything", async () => {
  const { world, user } = open("#/restore/latest");
  await user.click(await screen.findByRole("button", { name: "Revisar" }));
  const sheet = await screen.findByRole("dialog", { name: "Revisa qué va a cambiar" });
  await waitFor(() => expect(sheet).toHaveTextContent(/Se sustituyen\s*12/));
  expect(sheet).toHaveTextContent("/home/marta/datos/inventario.db");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Restaurar todo" }));
  const wanted = { snapshot: "snap-000", paths: [], target: { to: "in_place" }, existing: "replace", safety: true };
  expect(asked(world, "operations.start")).toEqual([{ verb: "restore", ...wanted }]);
  expect(await screen.findByRole("heading", { name: "Recuperando tus datos" })).toBeVisible();
});

test("the_sheet_can_put_everything_into_another_folder", async () => {
  const { world, user } = open("#/restore/latest", "restore", "es", (made) => {
    made.picks = ["/home/marta/Comparar"];
  });
  await user.click(await screen.findByRole("radio", { name: "En otra carpeta…" }));
  expect(await screen.findByText("/home/marta/Comparar")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Revisar" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Restaurar todo" })).toBeEnabled());
  expect(asked(world, "restore.plan")).toMatchObject([
    { request: { target: { to: "folder", path: "/home/marta/Comparar" } } },
  ]);
});

test("a_folder_that_was_not_chosen_holds_the_review_back", async () => {
  const { user } = open("#/restore/latest");
  await user.click(await screen.findByRole("radio", { name: "En otra carpeta…" }));
  expect(screen.getByText("Todavía no has elegido la carpeta")).toBeVisible();
  expect(screen.getByRole("button", { name: "Revisar" })).toBeDisabled();
});

test("the_sheet_asks_of_which_plan_when_several_have_copies", async () => {
  const { world, user } = open("#/restore/latest", "restore", "es", (made) => {
    const other = made.snapshots.find((row) => row.id === "snap-002");
    if (other) made.snapshots = [{ ...other, id: "snap-x", plan: "Radiografías e imágenes" }, ...made.snapshots];
  });
  const plan = await screen.findByRole("combobox", { name: "Plan" });
  expect(plan).toHaveValue("Consultorio");
  await user.selectOptions(plan, "Radiografías e imágenes");
  await user.click(screen.getByRole("button", { name: "Revisar" }));
  await waitFor(() => expect(asked(world, "restore.plan")).toMatchObject([{ request: { snapshot: "snap-x" } }]));
});

test("a_sheet_whose_comparison_fails_says_why_and_nothing_starts", async () => {
  const { world, user } = open("#/restore/latest", "restore", "es", (made) => {
    made.failing.set("restore.plan", { ...told, title: "El destino no está conectado", facts: {} } as never);
  });
  await user.click(await screen.findByRole("button", { name: "Revisar" }));
  const sheet = screen.getByRole("dialog");
  expect(await within(sheet).findByRole("alert")).toHaveTextContent("El destino no está conectado");
  expect(screen.getByRole("button", { name: "Restaurar todo" })).toBeDisabled();
  expect(asked(world, "operations.start")).toEqual([]);
});

test("a_restore_at_work_is_found_again_from_the_start_page", async () => {
  const { user } = open("#/restore", "restoring");
  expect(await screen.findByText("Hay una restauración en marcha")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Ver cómo va" }));
  expect(await screen.findByRole("heading", { name: "Recuperando tus datos" })).toBeVisible();
});
