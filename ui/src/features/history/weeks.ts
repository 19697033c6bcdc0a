/** The list of copies, newest first, under headings by week, with the place of each line in pixels. */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import { daysOf, lastOf, type Day } from "./days.ts";

/** Height of a heading in pixels. */
export const HEADING = 30;
/** Height of a copy's line in pixels. */
export const LINE = 44;
/** Height of a copy's line in pixels where there is little room across. */
export const TALL_LINE = 72;
/** Above this an engine can't lay a list out (about 33 million pixels): the scroll bar then stands for shares of the list. */
const HIGHEST = 16_000_000;

/** A copy as a line of the list. */
export interface SnapshotLine {
  readonly key: string;
  readonly row: SnapshotView;
  readonly day: string;
  /** Where it begins, in pixels; the heading of its week is above that. */
  readonly top: number;
  /** Which of the copies it is, the newest being 0. */
  readonly index: number;
  /** The Monday of the week whose heading it stands right below. */
  readonly heading: string | undefined;
}

/**
 * All copies, and where each stands. Only days are laid out: a line is worked out when somebody looks at it, so that a million
 * copies are there as soon as ten.
 */
export class Lines {
  readonly #days: readonly Day[];
  readonly #newest: readonly SnapshotView[];

  constructor(
    rows: readonly SnapshotView[],
    /** Height of a copy's line in pixels. */
    readonly line: number,
  ) {
    this.#newest = [...rows].sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
    this.#days = daysOf(this.#newest);
  }

  /** Copies in all. */
  get total(): number {
    return this.#newest.length;
  }

  /** How high all lines are together. */
  get height(): number {
    return this.total * this.line + (this.#days.at(-1)?.weeks ?? 0) * HEADING;
  }

  /** The oldest copy. */
  get oldest(): SnapshotView | undefined {
    return this.#newest.at(-1);
  }

  /** The line of a copy. */
  at(index: number): SnapshotLine | undefined {
    const row = this.#newest[index];
    const day = lastOf(this.#days, (each) => each.first <= index);
    if (!row || !day) return undefined;
    const heading = day.begins && day.first === index ? day.monday : undefined;
    const top = index * this.line + day.weeks * HEADING;
    return { key: row.id, row, day: day.date, top, index, heading };
  }

  /** Every copy with its day, the newest first. */
  *all(): Iterable<{ readonly row: SnapshotView; readonly day: string }> {
    for (const [number, { date, first }] of this.#days.entries()) {
      const end = this.#days[number + 1]?.first ?? this.total;
      for (let index = first; index < end; index += 1) {
        const row = this.#newest[index];
        if (row) yield { row, day: date };
      }
    }
  }

  /** The copy whose line, or the heading above it, is at a height; at the ends the nearest one. */
  indexAt(height: number): number {
    const day = lastOf(this.#days, (each) => this.#begin(each) <= height);
    if (!day) return 0;
    const within = Math.floor((height - day.first * this.line - day.weeks * HEADING) / this.line);
    return Math.min(this.total - 1, day.first + Math.max(0, within));
  }

  /** The copy with an id. */
  find(key: string): SnapshotLine | undefined {
    const index = this.#newest.findIndex((row) => row.id === key);
    return index < 0 ? undefined : this.at(index);
  }

  /** The newest copy of a day, or the one before it; `undefined` when all are later. */
  ofDay(date: string): SnapshotLine | undefined {
    const day = this.#days.find((each) => each.date <= date);
    return day && this.at(day.first);
  }

  /** Where the first line of a day begins, with its heading. */
  #begin({ first, weeks, begins }: Day): number {
    return first * this.line + (weeks - (begins ? 1 : 0)) * HEADING;
  }
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

/** Copies that a stretch of the page shows at most: so many lines are made, and made use of again as others come into sight. */
export function slotsOf({ line, total }: Lines, height: number): number {
  return Math.min(total, Math.ceil(height / line) + 2);
}
