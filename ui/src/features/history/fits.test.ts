import { beforeEach, expect, test } from "vitest";
import { clock } from "../../shared/clock.ts";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { folded, search } from "./fits.ts";
import { LINE, Lines } from "./weeks.ts";

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));

async function found(text: string, language: "es" | "en" = "es"): Promise<string[]> {
  locale.language = language;
  const lines = new Lines(makeWorld("history", language).snapshots, LINE);
  return ((await search(lines, text, () => true)) ?? []).map((row) => row.id);
}

test("words_count_without_accents_capitals_and_points", () => {
  expect(folded("Miércoles, 11 de MARZO")).toBe(" miercoles 11 de marzo ");
});

test("a_day_is_found_however_it_is_written", async () => {
  const day = await found("2026-03-11");
  expect(day).toEqual(["snap-001"]);
  for (const text of ["ayer", "11/3/2026", "11 mar 2026", "miercoles 11 de marzo", "11 marzo"])
    expect(await found(text)).toEqual(day);
  for (const text of ["yesterday", "3/11/2026", "Mar 11, 2026", "wednesday march 11"])
    expect(await found(text, "en")).toEqual(day);
});

test("a_day_is_not_found_by_a_part_of_its_number", async () => {
  expect(await found("1 mar 2026")).not.toContain("snap-001");
  expect(await found("2026-11-03")).toEqual([]);
});

test("plans_kinds_places_and_proofs_are_found_and_every_word_must_fit", async () => {
  const all = await found("consultorio");
  expect(all).toHaveLength(176);
  expect(await found("consultorio usb")).toHaveLength(176);
  const full = await found("completa");
  expect(full.length).toBeGreaterThan(0);
  expect(full.length).toBeLessThan(all.length);
  expect(await found("completa nube")).toEqual([]);
});

test("a_search_that_nobody_waits_for_ends_with_nothing", async () => {
  const lines = new Lines(makeWorld("history", "es").snapshots, LINE);
  expect(await search(lines, "ayer", () => false)).toBeUndefined();
});
