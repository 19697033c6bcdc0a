import { expect, test } from "vitest";
import { addDays, addMonths, moved, weekBegin, weeksOf } from "./calendar.ts";

test("march_2026_stands_in_six_weeks_from_monday_and_five_from_sunday", () => {
  const monday = weeksOf("2026-03", 1);
  expect(monday).toHaveLength(6);
  expect([monday[0]?.[0], monday.at(-1)?.at(-1)]).toEqual(["2026-02-23", "2026-04-05"]);
  const sunday = weeksOf("2026-03", 7);
  expect([sunday.length, sunday[0]?.[0]]).toEqual([5, "2026-03-01"]);
});

test("the_last_day_of_a_month_goes_to_the_last_day_of_a_shorter_one", () => {
  expect(addMonths("2026-03-31", -1)).toBe("2026-02-28");
  expect(addMonths("2024-01-31", 1)).toBe("2024-02-29");
  expect(addMonths("2026-01-15", -1)).toBe("2025-12-15");
  expect(addDays("2026-03-29", 1)).toBe("2026-03-30");
});

test.each([
  ["ArrowLeft", "2026-03-10"],
  ["ArrowRight", "2026-03-12"],
  ["ArrowUp", "2026-03-04"],
  ["ArrowDown", "2026-03-18"],
  ["Home", "2026-03-09"],
  ["End", "2026-03-15"],
  ["PageUp", "2026-02-11"],
  ["PageDown", "2026-04-11"],
  ["x", undefined],
])("%s leads from the eleventh to %s", (key, to) => {
  expect(moved("2026-03-11", key, 1)).toBe(to);
});

test("a_week_begins_on_sunday_where_people_count_so", () => {
  expect(weekBegin("2026-03-11", 7)).toBe("2026-03-08");
  expect(weekBegin("2026-03-08", 1)).toBe("2026-03-02");
});
