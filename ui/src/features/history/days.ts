/** The days of a long list of copies, found by leaps: to ask a calendar about each copy would take seconds for a million. */
import { dayKey, moment } from "../../shared/words/format.ts";
import { mondayOf } from "./calendar.ts";

/** Copies of one day, which follow each other. */
export interface Day {
  readonly date: string;
  readonly monday: string;
  /** Which of the copies is its first, the newest being 0. */
  readonly first: number;
  /** Weeks that begin in the list up to here, this one among them. */
  readonly weeks: number;
  /** Whether the heading of its week stands above it. */
  readonly begins: boolean;
}

/** The days of copies, the newest first. */
export function daysOf(newest: readonly { readonly created_at: string }[]): readonly Day[] {
  const days: Day[] = [];
  let [first, length, weeks, week] = [0, 1, 0, ""];
  for (let row = newest[0]; row; row = newest[first]) {
    const date = dayKey(moment(row.created_at));
    const monday = mondayOf(date);
    const begins = monday !== week;
    if (begins) weeks += 1;
    days.push({ date, monday, first, weeks, begins });
    week = monday;
    // Most days have as many copies as the one before.
    const next = firstNot(newest, first + 1, length, (each) => dayKey(moment(each.created_at)) === date);
    [first, length] = [next, Math.max(1, next - first - 1)];
  }
  return days;
}

/** The last of those that something is true of, which come first; `undefined` when there is none. */
export function lastOf<T>(all: readonly T[], isTrue: (each: T) => boolean): T | undefined {
  return all[firstNot(all, 0, 1, isTrue) - 1];
}

/** The first, from a place on, that something is not true of. It leaps so far, then farther and farther, then looks between. */
function firstNot<T>(all: readonly T[], from: number, leap: number, isTrue: (each: T) => boolean): number {
  const holds = (index: number): boolean => {
    const each = all[index];
    return each !== undefined && isTrue(each);
  };
  let [low, step, next] = [from, leap, 1];
  for (; holds(low + step - 1); next *= 2) [low, step] = [low + step, next];
  let high = Math.min(all.length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
