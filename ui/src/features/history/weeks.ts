/** The list of copies, newest first, under headings by week, with the place of each line in pixels. */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import { dayKey, moment } from "../../shared/words/format.ts";
import { mondayOf } from "./calendar.ts";

/** Height of a heading in pixels. */
export const HEADING = 30;
/** Height of a copy's line in pixels. */
export const LINE = 44;
/** Height of a copy's line in pixels where there is little room across. */
export const TALL_LINE = 72;
/** Above this an engine can't lay a list out (about 33 million pixels): the scroll bar then stands for shares of the list. */
const HIGHEST = 16_000_000;
/** Milliseconds of a quarter of an hour: all zones change their day at one. */
const QUARTER = 900_000;

/** A line of the list. */
export type Line =
  | { readonly kind: "week"; readonly key: string; readonly monday: string; readonly top: number; readonly at: number }
  | {
      readonly kind: "snapshot";
      readonly key: string;
      readonly row: SnapshotView;
      readonly day: string;
      readonly top: number;
      /** Which of the copies it is, the newest being 0. */
      readonly index: number;
      /** Which of all lines it is. */
      readonly at: number;
    };

/** A line that is a copy. */
export type SnapshotLine = Extract<Line, { kind: "snapshot" }>;

/** All lines, and how high they are together. */
export interface Lines {
  readonly lines: readonly Line[];
  readonly copies: readonly SnapshotLine[];
  readonly height: number;
  /** Height of a copy's line. */
  readonly line: number;
}

/** Lays the copies out. */
export function linesOf(rows: readonly SnapshotView[], line = LINE): Lines {
  const newest = [...rows].sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
  const dayOf = daysByQuarter();
  const lines: Line[] = [];
  const copies: SnapshotLine[] = [];
  let [top, today, week] = [0, "", ""];
  for (const row of newest) {
    const day = dayOf(row.created_at);
    const monday = day === today ? week : mondayOf(day);
    if (monday !== week) {
      lines.push({ kind: "week", key: `week-${monday}`, monday, top, at: lines.length });
      top += HEADING;
    }
    [today, week] = [day, monday];
    const copy: SnapshotLine = { kind: "snapshot", key: row.id, row, day, top, index: copies.length, at: lines.length };
    lines.push(copy);
    copies.push(copy);
    top += line;
  }
  return { lines, copies, height: top, line };
}

/** The day of a moment. Calendars are slow to ask, and many copies lie within the same quarter of an hour. */
function daysByQuarter(): (at: string) => string {
  const known = new Map<number, string>();
  return (at) => {
    const made = moment(at);
    const quarter = Math.floor(made.getTime() / QUARTER);
    const day = known.get(quarter) ?? dayKey(made);
    known.set(quarter, day);
    return day;
  };
}

/** A list as the page scrolls it: so high it is laid out, and so many of its pixels go by with one of the page's. */
export function scaleOf({ height }: Lines, seen: number): { laid: number; stretch: number } {
  const laid = Math.min(height, HIGHEST);
  return { laid, stretch: laid > seen ? Math.max(1, (height - seen) / (laid - seen)) : 1 };
}

/** How far the list must be scrolled so that a line is in sight; `undefined` when it is. */
export function scrollTo(line: SnapshotLine, high: number, from: number, seen: number): number | undefined {
  const [begin, end] = [line.top - HEADING - 8, line.top + high + 16];
  if (line.top >= from && line.top + high <= from + seen) return undefined;
  // From far away it comes into the midst of others, else as near as it can.
  if (end < from - seen || begin > from + 2 * seen) return line.top - seen / 3;
  return line.top < from ? begin : end - seen;
}

/** Lines that a stretch of the list has at most: so many are made, and made use of again as others come into sight. */
export function slotsOf(height: number): number {
  return Math.ceil(height / HEADING) + 4;
}

/** The lines between two heights. */
export function inSight({ lines }: Lines, from: number, to: number): readonly Line[] {
  const first = Math.max(0, firstAfter(lines, from) - 1);
  return lines.slice(first, firstAfter(lines, to));
}

/** The first line that begins after a height. */
function firstAfter(lines: readonly Line[], height: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.top ?? 0) <= height) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The copy of a day, or the newest one before it; `undefined` when all are later. */
export function copyOfDay({ copies }: Lines, day: string): SnapshotLine | undefined {
  return copies.find((line) => line.day <= day);
}
