/** The picture of what is kept: a lane for each reason, a mark for each copy, at a place by its age. */
import type { Keep, PruneReport, RetentionPreview } from "../../shared/ipc/bindings.ts";
import * as format from "../../shared/words/format.ts";

/** A lane. What stays for no rule of the owner's stands under `safe`. */
export type LaneName = "all" | "last" | "days" | "daily" | "weekly" | "monthly" | "manual" | "pinned" | "safe" | "gone";

const order: readonly LaneName[] = [
  "all",
  "last",
  "days",
  "daily",
  "weekly",
  "monthly",
  "manual",
  "pinned",
  "safe",
  "gone",
];

/** A copy in the picture. */
export interface Copy {
  readonly id: string;
  readonly at: string;
  readonly bytes: number;
  readonly keep: readonly Keep[];
}

/** A row of the picture: its copies' places from the right edge, in percent. */
export interface Lane {
  readonly name: LaneName;
  readonly count: number;
  readonly marks: readonly number[];
}

/** A label below the picture. */
export interface Tick {
  readonly place: number;
  /** Days back; 0 is today. */
  readonly days: number;
}

/** The picture and its figures. */
export interface Picture {
  readonly lanes: readonly Lane[];
  readonly ticks: readonly Tick[];
  readonly kept: number;
  readonly gone: number;
  readonly oldest: string | null;
  /** Bytes that stay and bytes that are freed, when they are known. */
  readonly bytes: { readonly kept: number; readonly freed: number } | null;
}

/** What the rules would leave of the copies that there are. */
export function pictureOfNow(report: PruneReport): Picture {
  const copies = report.rows
    .map((row) => ({ id: row.id, at: row.created_at, bytes: row.bytes, keep: row.keep }))
    .reverse();
  const kept = copies.filter((copy) => copy.keep.length > 0);
  return {
    ...drawn(copies),
    kept: kept.length,
    gone: report.deleted,
    oldest: kept.at(-1)?.at ?? null,
    bytes: { kept: kept.reduce((sum, copy) => sum + copy.bytes, 0), freed: report.freed },
  };
}

/** What there would be after a long time. */
export function pictureInTime(preview: RetentionPreview): Picture {
  const copies = preview.rows.map((row) => ({ id: row.id, at: row.at, bytes: 0, keep: row.keep }));
  const kept = copies.filter((copy) => copy.keep.length > 0);
  // Copies that would be long gone are a figure, not a row of crosses.
  return { ...drawn(kept), kept: preview.kept, gone: preview.gone, oldest: preview.oldest, bytes: null };
}

function drawn(copies: readonly Copy[]): Pick<Picture, "lanes" | "ticks"> {
  const scale = scaleOf(Math.max(0, ...copies.map(age)));
  const lanes = order.map((name) => {
    const own = copies.filter((copy) => lanesOf(copy).has(name));
    return { name, count: own.length, marks: apart(own.map((copy) => scale.place(age(copy)))) };
  });
  return { lanes: lanes.filter((lane) => lane.count > 0), ticks: scale.ticks };
}

/** Calendar days since a copy was made: copies of each evening stand evenly. */
function age(copy: Copy): number {
  return Math.max(0, -format.daysFromToday(format.moment(copy.at)));
}

/** Marks that would lie on each other are one; the count beside them says how many there are. */
function apart(places: readonly number[]): number[] {
  const shown: number[] = [];
  for (const place of places) {
    const last = shown.at(-1);
    if (last === undefined || place - last >= CLOSEST) shown.push(place);
  }
  return shown;
}

function lanesOf(copy: Copy): Set<LaneName> {
  if (copy.keep.length === 0) return new Set(["gone"]);
  const named = new Set(copy.keep.map(laneOf));
  if (named.size > 1) named.delete("safe");
  return named;
}

function laneOf(keep: Keep): LaneName {
  switch (keep.reason) {
    case "all":
    case "last":
    case "days":
    case "daily":
    case "weekly":
    case "monthly":
    case "manual":
    case "pinned":
      return keep.reason;
    case "safety":
    case "not_verified":
    case "damaged":
    case "refused":
    case "future":
    case "last_restore_point":
    case "needed_by":
      return "safe";
  }
}

/** The least distance of two marks, in percent. */
const CLOSEST = 1.8;
const RIGHT = 1.5;
const LEFT = 96.4;

/** The near past has more room than the far one: it is where most copies are. */
function scaleOf(oldest: number): { place: (days: number) => number; ticks: Tick[] } {
  const stops: Tick[] = [{ place: RIGHT, days: 0 }];
  if (oldest > 28) stops.push({ place: 30, days: 14 });
  if (oldest > 140) stops.push({ place: 62, days: 60 });
  stops.push({ place: LEFT, days: rounded(oldest) });
  return { place: (days) => placeOf(days, stops), ticks: stops };
}

/** The end of the scale: whole weeks, months or years. */
function rounded(days: number): number {
  if (days <= 14) return 14;
  if (days <= 70) return Math.ceil(days / 7) * 7;
  return days <= 365 ? Math.min(365, Math.ceil(days / 30.4) * 30.4) : Math.ceil(days / 365.25) * 365.25;
}

function placeOf(days: number, stops: readonly Tick[]): number {
  for (const [number, stop] of stops.entries()) {
    const next = stops[number + 1];
    if (!next || days > next.days) continue;
    return stop.place + ((days - stop.days) / (next.days - stop.days)) * (next.place - stop.place);
  }
  return LEFT;
}
