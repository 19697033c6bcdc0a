/** Searching in the list of copies. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { visit, type Beginning } from "../../shared/testing/visit.ts";
import HistoryPage from "./HistoryPage.svelte";

const open = (route = "#/history", some: Partial<Beginning> = {}) =>
  visit(HistoryPage, { scenario: "history", route, ...some });
const grid = () => screen.findByRole("grid", { name: "Lista de copias" });

describe("the search", () => {
  const field = () => screen.findByRole("searchbox", { name: "Buscar en las copias" });

  test("what_is_typed_is_found_counted_and_escape_takes_it_back", async () => {
    const { user } = open();
    await user.type(await field(), "2026-03-11");
    expect(await screen.findByText(/^1\scopia encontrada$/)).toBeTruthy();
    expect((await grid()).getAttribute("aria-rowcount")).toBe("2");
    expect(within(await grid()).getByRole("row", { name: /^Ayer 20:00/ })).toBeTruthy();
    await expectAccessible();
    await user.keyboard("{Escape}");
    await waitFor(async () => expect((await grid()).getAttribute("aria-rowcount")).toBe("177"));
    expect(document.activeElement).toBe(await field());
  });

  test("nothing_found_says_so_and_shows_all_again", async () => {
    const { user } = open("#/history", { language: "en" });
    await user.type(await screen.findByRole("searchbox"), "zebra");
    expect(await screen.findByText("No backup fits what you look for")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Show all" }));
    expect((await screen.findByRole("grid")).getAttribute("aria-rowcount")).toBe("177");
    expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  });

  test("a_day_of_the_strip_is_shown_among_all_copies", async () => {
    const { user } = open();
    await user.type(await field(), "completa");
    await screen.findByText(/copias encontradas$/);
    await user.click(screen.getByRole("button", { name: "Miércoles 4 de marzo: rápida" }));
    expect((await grid()).getAttribute("aria-rowcount")).toBe("177");
  });
});
