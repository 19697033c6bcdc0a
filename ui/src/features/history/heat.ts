/** The strip of half a year: what each day was, by shape, and how many there were of each. */
import type { DayView } from "../../shared/ipc/bindings.ts";
import { daysBetween, mondayOf, plusDays, weekdayOf } from "./calendar.ts";

/** Weeks in the strip. */
export const WEEKS = 26;

/** What a day was. */
export type Mark = "quick" | "full" | "partial" | "failed" | "none";

/** A day in the strip: a column for each week, a row for each day of it. */
export interface Cell {
  readonly date: string;
  readonly column: number;
  readonly row: number;
  readonly mark: Mark;
  readonly snapshots: number;
}

/** The strip. */
export interface Heat {
  readonly cells: readonly Cell[];
  /** The first day of each month, with its column. */
  readonly months: readonly { date: string; column: number }[];
  readonly copied: number;
  readonly failed: number;
  readonly partial: number;
  /** Days without a copy since the first day with one; today is not over and does not count. */
  readonly missing: number;
}

/** The first day of the strip that ends today. */
export function firstDay(today: string): string {
  return plusDays(mondayOf(today), -7 * (WEEKS - 1));
}

/** What a day was. A copy that waits for a place is no news on the day on which it was made. */
export function markOf(day: DayView | undefined, today: string): Mark {
  if (!day) return "none";
  if (day.snapshots === 0) return day.failed > 0 ? "failed" : "none";
  if (day.incomplete > 0 || (day.waiting > 0 && day.date !== today)) return "partial";
  return day.full ? "full" : "quick";
}

/** Lays the days out. */
export function heatOf(days: readonly DayView[], today: string): Heat {
  const known = new Map(days.map((day) => [day.date, day]));
  const first = firstDay(today);
  const cells = Array.from({ length: daysBetween(first, today) + 1 }, (_, number): Cell => {
    const date = plusDays(first, number);
    const day = known.get(date);
    const snapshots = day?.snapshots ?? 0;
    return { date, column: Math.floor(number / 7), row: weekdayOf(date), mark: markOf(day, today), snapshots };
  });
  const begun = cells.findIndex((cell) => cell.mark !== "none");
  const since = begun < 0 ? [] : cells.slice(begun).filter((cell) => cell.date !== today);
  return {
    cells,
    months: monthsOf(cells),
    copied: cells.filter((cell) => cell.snapshots > 0).length,
    failed: cells.filter((cell) => cell.mark === "failed").length,
    partial: cells.filter((cell) => cell.mark === "partial").length,
    missing: since.filter((cell) => cell.mark === "none").length,
  };
}

/** A month is named above the first week that begins in it; one that would stand too close to the next is left out. */
function monthsOf(cells: readonly Cell[]): { date: string; column: number }[] {
  const mondays = cells.filter((cell) => cell.row === 0);
  const begins = mondays.filter((cell, at) => mondays[at - 1]?.date.slice(0, 7) !== cell.date.slice(0, 7));
  return begins
    .filter((cell, at) => (begins[at + 1]?.column ?? Infinity) - cell.column > 1)
    .map((cell) => ({ date: cell.date, column: cell.column }));
}

/** Where a key goes from a day; `undefined` for other keys. */
export function keyTo(key: string, from: string, first: string, last: string): string | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: -7,
    ArrowRight: 7,
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -28,
    PageDown: 28,
  };
  if (key === "Home") return first;
  if (key === "End") return last;
  const step = steps[key];
  if (step === undefined) return undefined;
  const to = plusDays(from, step);
  return to < first ? first : to > last ? last : to;
}
