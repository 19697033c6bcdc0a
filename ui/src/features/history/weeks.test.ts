import { beforeEach, expect, test } from "vitest";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { dayKey, moment } from "../../shared/words/format.ts";
import { clock } from "../../shared/clock.ts";
import { HEADING, LINE, Lines, scaleOf, scrollTo, slotsOf, type SnapshotLine } from "./weeks.ts";

beforeEach(() => clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid"));

const of = (scenario: string, line = LINE) => new Lines(makeWorld(scenario, "es").snapshots, line);
const all = (lines: Lines): SnapshotLine[] =>
  Array.from({ length: lines.total }, (_, index) => lines.at(index)).filter((line) => line !== undefined);

test("the_newest_copy_comes_first_below_the_heading_of_its_week", () => {
  const lines = of("history");
  expect(lines.at(0)).toMatchObject({ key: "snap-000", top: HEADING, heading: "2026-03-09" });
  expect(lines.at(1)?.heading).toBeUndefined();
  expect(all(lines).filter((line) => line.heading)).toHaveLength(27);
});

test("each_line_begins_where_the_one_before_and_its_heading_end", () => {
  const lines = of("history-many");
  let top = 0;
  for (const line of all(lines)) {
    top += line.heading ? HEADING : 0;
    expect(line.top).toBe(top);
    top += LINE;
  }
  expect(lines.height).toBe(top);
});

test("a_copy_lies_on_the_day_that_a_calendar_says", () => {
  for (const line of all(of("history-many"))) expect(line.day).toBe(dayKey(moment(line.row.created_at)));
});

test("what_is_at_a_height_is_found", () => {
  const lines = of("history");
  for (const line of all(lines)) {
    const begin = line.top - (line.heading ? HEADING : 0);
    expect([begin, line.top + LINE - 1].map((height) => lines.indexAt(height))).toEqual([line.index, line.index]);
  }
  expect([lines.indexAt(-500), lines.indexAt(lines.height + 500)]).toEqual([0, lines.total - 1]);
});

test("no_copies_are_no_lines", () => {
  const none = new Lines([], LINE);
  expect([none.total, none.height, none.at(0), none.oldest, none.ofDay("2026-03-11")]).toEqual([
    0,
    0,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a_day_without_a_copy_leads_to_the_one_before_it", () => {
  const lines = of("history");
  expect(lines.ofDay("2026-03-11")?.key).toBe("snap-001");
  expect(lines.ofDay("2026-01-31")?.key).toBe("snap-042");
  expect(lines.ofDay("2020-01-01")).toBeUndefined();
});

test("a_list_is_laid_out_no_higher_than_a_window_can", () => {
  const lines = of("history-many", 4_000);
  expect(lines.height).toBeGreaterThan(24_000_000);
  const { laid, stretch } = scaleOf(lines, 700);
  expect(laid).toBe(16_000_000);
  // At the end of the scroll bar the oldest copy is at the lower edge.
  expect((laid - 700) * stretch + 700).toBeCloseTo(lines.height);
  expect(lines.at(lines.indexAt(lines.height))?.key).toBe("many-0");
});

test("a_short_list_is_as_high_as_its_lines", () => {
  const lines = of("history");
  expect(scaleOf(lines, 700)).toEqual({ laid: lines.height, stretch: 1 });
});

test("lines_in_sight_are_never_more_than_there_are_slots", () => {
  const lines = of("history");
  for (let from = 0; from < lines.height; from += 97) {
    expect(lines.indexAt(from + 1500) - lines.indexAt(from) + 1).toBeLessThanOrEqual(slotsOf(lines, 1500));
  }
});

test("a_line_in_sight_stays_a_near_one_comes_to_the_edge_a_far_one_into_the_midst", () => {
  const lines = of("history");
  const [near, far] = [lines.at(0), lines.at(100)];
  if (!near || !far) throw new Error("the clinic has copies");
  expect(scrollTo(near, LINE, 0, 700)).toBeUndefined();
  expect(scrollTo(near, LINE, 100, 700)).toBe(near.top - HEADING - 8);
  expect(scrollTo(far, LINE, far.top - 700, 700)).toBe(far.top + LINE + 16 - 700);
  expect(scrollTo(far, LINE, 0, 600)).toBe(far.top - 200);
});
