import { beforeEach, expect, test } from "vitest";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import { clock } from "../../shared/clock.ts";
import { copyOfDay, HEADING, inSight, LINE, linesOf } from "./weeks.ts";

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
