import { screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { packageOf, unlisted } from "../../../listed.ts";
import { expectAccessible } from "../../shared/testing/axe.ts";
import { plain, stage } from "../../shared/testing/stage.ts";
import { found, led, parts } from "./parts.ts";
import SettingsPage from "./SettingsPage.svelte";

vi.mock(import("./parts.ts"), async (original) => {
  const real = await original();
  return { ...real, parts: vi.fn(real.parts) };
});

async function shown(language: "es" | "en" = "en") {
  const staged = await stage(SettingsPage, { scenario: "clinic", route: "#/settings/about", language });
  const name = language === "en" ? "Third-party licences" : "Licencias de terceros";
  const summary = await screen.findByText(name);
  return { ...staged, unfold: () => staged.user.click(summary) };
}

test("the_parts_come_when_they_are_asked_for_and_one_is_found_by_name_or_licence", async () => {
  const { user, unfold } = await shown();
  expect(screen.queryByRole("searchbox")).toBeNull();
  await unfold();
  const search = await screen.findByRole("searchbox", { name: "Search by name or licence" });
  expect(screen.getByText(/^4\d\d parts$/)).toBeTruthy();
  await user.type(search, "mit rusqlite");
  await user.click(screen.getByRole("button", { name: /^rusqlite .* MIT$/ }));
  const text = screen.getByRole("group", { name: "Licence of rusqlite" });
  expect(text.textContent).toMatch(/^Copyright \(c\) .*rusqlite[\s\S]*Permission is hereby granted/);
  await expectAccessible();
  await user.clear(search);
  await user.type(search, "mpl-2");
  expect(screen.getByText("4 parts")).toBeTruthy();
  await user.type(search, "zzz");
  expect(screen.getByText("No part matches what you are looking for.")).toBeTruthy();
});

test("the_arrows_go_through_the_rows_and_tab_goes_past_them", async () => {
  const { user, unfold } = await shown("es");
  await unfold();
  const search = await screen.findByRole("searchbox");
  await user.type(search, "sqlite");
  expect(plain(screen.getByText(/piezas$/).textContent ?? "")).toBe("3 piezas");
  await user.tab();
  expect(document.activeElement?.textContent).toContain("libsqlite3-sys");
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement?.textContent).toContain("SQLite 3.");
  expect(document.activeElement?.textContent).toContain("dentro de libsqlite3-sys");
  await user.keyboard("{Home}{Enter}");
  expect(document.activeElement?.getAttribute("aria-expanded")).toBe("true");
  await user.tab();
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Licencia de libsqlite3-sys");
});

test("a_list_that_does_not_come_says_so_and_is_asked_for_again", async () => {
  const asked = vi.mocked(parts).mockClear().mockRejectedValueOnce(new Error("no such file"));
  const { user, unfold } = await shown();
  await unfold();
  await screen.findByRole("alert");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("searchbox");
  expect(asked).toHaveBeenCalledTimes(2);
});

test("every_part_has_a_licence_and_its_text_and_what_the_pages_bring_is_among_them", async () => {
  const all = await parts();
  expect(all.filter((part) => part.licence === "" || part.texts.length === 0 || part.texts.includes(""))).toEqual([]);
  const names = all.map((part) => part.name);
  for (const name of ["Inter", "Lucide", "svelte", "@tauri-apps/api", "tauri", "SQLite", "zstd-sys", "Rust"])
    expect(names).toContain(name);
  expect(new Set(all.map((part) => `${part.name} ${part.version}`)).size).toBe(all.length);
});

test("words_of_a_search_may_stand_in_any_order", () => {
  const part = { name: "ring", version: "0.17", licence: "Apache-2.0 AND ISC", texts: [] };
  expect(found([part], " isc RING ")).toEqual([part]);
  expect(found([part], "")).toEqual([part]);
  expect(found([part], "ring mit")).toEqual([]);
});

test("keys_lead_through_rows_and_stop_at_the_ends", () => {
  expect([led("ArrowDown", 0, 3), led("ArrowDown", 2, 3), led("ArrowUp", 0, 3)]).toEqual([1, 2, 0]);
  expect([led("Home", 2, 3), led("End", 0, 3), led("a", 1, 3)]).toEqual([0, 2, undefined]);
});

test("what_comes_into_the_pages_unlisted_is_called_by_name_and_version", () => {
  expect(packageOf("/ui/node_modules/@tauri-apps/api/core.js")).toBe("@tauri-apps/api");
  expect(packageOf("/ui/node_modules/a/node_modules/clsx/dist/clsx.mjs")).toBe("clsx");
  expect(packageOf("\0vite/preload-helper.js")).toBe("vite");
  expect(packageOf("/ui/src/main.ts")).toBeUndefined();
  const listed = [{ name: "clsx", version: "2.1.1" }];
  expect(unlisted(["clsx", "svelte", "svelte"], () => "2.1.1", listed)).toEqual(["svelte 2.1.1"]);
  expect(unlisted(["clsx"], () => "2.1.2", listed)).toEqual(["clsx 2.1.2"]);
});
