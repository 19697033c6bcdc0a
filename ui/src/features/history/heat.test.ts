import { describe, expect, test } from "vitest";
import type { DayView } from "../../shared/ipc/bindings.ts";
import { firstDay, heatOf, keyTo, markOf } from "./heat.ts";

const TODAY = "2026-03-12";
const day = (date: string, some: Partial<DayView> = {}): DayView => ({
  date,
  snapshots: 1,
  class: "daily",
  full: false,
  waiting: 0,
  failed: 0,
  incomplete: 0,
  ...some,
});

describe("what a day was", () => {
  test("a day of which nothing is known has no copy", () => expect(markOf(undefined, TODAY)).toBe("none"));
  test("a day on which only failures happened failed", () =>
    expect(markOf(day("2026-03-10", { snapshots: 0, failed: 2 }), TODAY)).toBe("failed"));
  test("a failure that a copy made good is no failed day", () =>
    expect(markOf(day("2026-03-10", { failed: 2 }), TODAY)).toBe("quick"));
  test("a full copy is told from a quick one", () =>
    expect(markOf(day("2026-03-08", { full: true }), TODAY)).toBe("full"));
  test("a copy that still waits for a place is incomplete, but not on the day on which it was made", () => {
    expect(markOf(day("2026-03-10", { waiting: 1 }), TODAY)).toBe("partial");
    expect(markOf(day(TODAY, { waiting: 1 }), TODAY)).toBe("quick");
  });
});

describe("the strip", () => {
  test("it ends today and begins on a Monday 26 weeks before the next one", () => {
    expect(firstDay(TODAY)).toBe("2025-09-15");
    const { cells } = heatOf([], TODAY);
    expect(cells[0]).toMatchObject({ date: "2025-09-15", column: 0, row: 0 });
    expect(cells.at(-1)).toMatchObject({ date: TODAY, column: 25, row: 3 });
  });

  test("days without a copy count from the first day with one, and today is not over", () => {
    const heat = heatOf([day("2026-03-08"), day("2026-03-10", { snapshots: 0, failed: 1 })], TODAY);
    expect(heat).toMatchObject({ copied: 1, failed: 1, partial: 0, missing: 2 });
  });

  test("a plan without any copy misses no days", () => expect(heatOf([], TODAY).missing).toBe(0));

  test("each month is named once, and not where the next name would touch it", () => {
    const months = heatOf([], TODAY).months.map((month) => month.date.slice(0, 7));
    expect(months).toEqual(["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]);
  });

  test.each([
    ["ArrowLeft", "2026-03-05"],
    ["ArrowUp", "2026-03-11"],
    ["PageUp", "2026-02-12"],
    ["Home", "2025-09-15"],
    ["ArrowRight", TODAY],
    ["End", TODAY],
  ])("%s goes from today to %s", (key, to) => expect(keyTo(key, TODAY, "2025-09-15", TODAY)).toBe(to));

  test("no key leads out of it, and letters lead nowhere", () => {
    expect(keyTo("PageUp", "2025-09-20", "2025-09-15", TODAY)).toBe("2025-09-15");
    expect(keyTo("a", TODAY, "2025-09-15", TODAY)).toBeUndefined();
  });
});
