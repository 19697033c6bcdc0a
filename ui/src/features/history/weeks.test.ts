import { beforeEach, expect, test } from "vitest";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { clock } from "../../shared/clock.ts";
import { copyOfDay, HEADING, inSight, LINE, linesOf, scaleOf, scrollTo, slotsOf } from "./weeks.ts";

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));

const of = (scenario: string) => linesOf(makeWorld(scenario, "es").snapshots);

test("the_newest_copy_comes_first_below_the_heading_of_its_week", () => {
  const { lines } = of("history");
  expect(lines.slice(0, 2)).toMatchObject([
    { kind: "week", monday: "2026-03-09", top: 0 },
    { kind: "snapshot", key: "snap-000", top: HEADING },
  ]);
  expect(lines.filter((line) => line.kind === "week")).toHaveLength(27);
});

test("of_thousands_of_copies_only_those_in_sight_are_made", () => {
  const lines = of("history-many");
  expect(lines.copies).toHaveLength(6000);
  const seen = inSight(lines, 100_000, 100_800);
  expect(seen.length).toBeLessThan(25);
  expect(seen[0]?.top).toBeLessThanOrEqual(100_000);
  expect((seen.at(-1)?.top ?? 0) + LINE).toBeGreaterThanOrEqual(100_800);
});

test("a_day_without_a_copy_leads_to_the_one_before_it", () => {
  const lines = of("history");
  expect(copyOfDay(lines, "2026-03-11")?.key).toBe("snap-001");
  expect(copyOfDay(lines, "2026-01-31")?.key).toBe("snap-042");
  expect(copyOfDay(lines, "2020-01-01")).toBeUndefined();
});

test("a_list_is_laid_out_no_higher_than_a_window_can", () => {
  const lines = linesOf(makeWorld("history-many", "es").snapshots, 4_000);
  expect(lines.height).toBeGreaterThan(24_000_000);
  const { laid, stretch } = scaleOf(lines, 700);
  expect(laid).toBe(16_000_000);
  // At the end of the scroll bar the oldest copy is at the lower edge.
  expect((laid - 700) * stretch + 700).toBeCloseTo(lines.height);
  expect(inSight(lines, lines.height - 700, lines.height).at(-1)?.key).toBe("many-0");
});

test("a_short_list_is_as_high_as_its_lines", () => {
  const lines = of("history");
  expect(scaleOf(lines, 700)).toEqual({ laid: lines.height, stretch: 1 });
});

test("lines_in_sight_are_never_more_than_there_are_slots", () => {
  const lines = of("history");
  for (let from = 0; from < lines.height; from += 97) {
    expect(inSight(lines, from - 400, from + 1100).length).toBeLessThanOrEqual(slotsOf(1500));
  }
});

test("a_line_in_sight_stays_a_near_one_comes_to_the_edge_a_far_one_into_the_midst", () => {
  const { copies } = of("history");
  const [near, far] = [copies[0], copies[100]];
  if (!near || !far) throw new Error("the clinic has copies");
  expect(scrollTo(near, LINE, 0, 700)).toBeUndefined();
  expect(scrollTo(near, LINE, 100, 700)).toBe(near.top - HEADING - 8);
  expect(scrollTo(far, LINE, far.top - 700, 700)).toBe(far.top + LINE + 16 - 700);
  expect(scrollTo(far, LINE, 0, 600)).toBe(far.top - 200);
});
