/** The list of copies, newest first, under headings by week, with the place of each line in pixels. */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import { dayKey, moment } from "../../shared/words/format.ts";
import { mondayOf } from "./calendar.ts";

/** Height of a heading in pixels. */
export const HEADING = 30;
/** Height of a copy's line in pixels. */
export const LINE = 44;

/** A line of the list. */
export type Line =
  | { readonly kind: "week"; readonly key: string; readonly monday: string; readonly top: number }
  | {
      readonly kind: "snapshot";
      readonly key: string;
      readonly row: SnapshotView;
      readonly day: string;
      readonly top: number;
    };

/** A line that is a copy. */
export type SnapshotLine = Extract<Line, { kind: "snapshot" }>;

/** All lines, and how high they are together. */
export interface Lines {
  readonly lines: readonly Line[];
  readonly copies: readonly SnapshotLine[];
  readonly height: number;
}

/** Lays the copies out. */
export function linesOf(rows: readonly SnapshotView[]): Lines {
  const newest = [...rows].sort((a, b) => b.created_at.localeCompare(a.created_at));
  const lines: Line[] = [];
  let top = 0;
  let week = "";
  for (const row of newest) {
    const day = dayKey(moment(row.created_at));
    const monday = mondayOf(day);
    if (monday !== week) {
      lines.push({ kind: "week", key: `week-${monday}`, monday, top });
      week = monday;
      top += HEADING;
    }
    lines.push({ kind: "snapshot", key: row.id, row, day, top });
    top += LINE;
  }
  return { lines, copies: lines.filter((line) => line.kind === "snapshot"), height: top };
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
