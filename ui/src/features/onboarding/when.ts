/** When copies are made: the rhythms that are offered, what the engine is told, and a week of them. Rules without a screen. */
import type { ArchiveKind, Class, Retention, Schedule, Weekday } from "../../shared/ipc/bindings.ts";

/** What is offered side by side. */
export type Mode = "recommended" | "hours" | "weekdays" | "own";
/** How often the quick copy is made. */
export type Rhythm = "daily" | "weekdays" | "hours6" | "hours12";

/** The choices of this step. */
export interface When {
  readonly mode: Mode;
  readonly quick: boolean;
  readonly rhythm: Rhythm;
  /** “HH:MM” */
  readonly at: string;
  readonly weekly: boolean;
  readonly day: Weekday;
  readonly weeklyAt: string;
  readonly monthly: boolean;
  /** 1 to 31; 31 is the last day of every month. */
  readonly date: number;
  readonly monthlyAt: string;
}

/** The days of a week, Monday first. */
export const weekdays: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** What is kept, as the sentence on the screen says. */
export const kept: Retention & { daily: number; weekly: number; monthly: number } = {
  all: false,
  last: null,
  days: null,
  daily: 14,
  weekly: 8,
  monthly: 12,
};

const EVENING = "20:00";
const recommended: When = {
  mode: "recommended",
  quick: true,
  rhythm: "daily",
  at: EVENING,
  weekly: true,
  day: "sunday",
  weeklyAt: EVENING,
  monthly: true,
  date: 1,
  monthlyAt: EVENING,
};

/** What stands there before anybody chose. */
export const usual = recommended;

/** What a mode means; one's own way begins with what is there. */
export function chosenMode(mode: Mode, now: When): When {
  switch (mode) {
    case "recommended":
      return recommended;
    case "hours":
      return { ...recommended, mode, rhythm: "hours6", at: "08:00" };
    case "weekdays":
      return { ...recommended, mode, rhythm: "weekdays", day: "friday" };
    case "own":
      return { ...now, mode };
  }
}

/** The hours between two quick copies, when they follow hours. */
export function hoursOf(rhythm: Rhythm): number | null {
  switch (rhythm) {
    case "hours6":
      return 6;
    case "hours12":
      return 12;
    case "daily":
    case "weekdays":
      return null;
  }
}

/** What the engine is told. */
export function schedulesOf(when: When, zone: string): Schedule[] {
  const common = (kind: ArchiveKind, of: Class) => ({ zone, kind, class: of });
  const schedules: Schedule[] = [];
  const at = `${when.at}:00`;
  const hours = hoursOf(when.rhythm);
  const quick = common("incremental", "daily");
  if (when.quick && hours !== null) schedules.push({ ...quick, every: "hours", hours, from: at });
  else if (when.quick && when.rhythm === "daily") schedules.push({ ...quick, every: "day", at });
  else if (when.quick) {
    schedules.push(...weekdays.slice(0, 5).map((day): Schedule => ({ ...quick, every: "week", day, at })));
  }
  if (when.weekly) {
    schedules.push({ ...common("full", "weekly"), every: "week", day: when.day, at: `${when.weeklyAt}:00` });
  }
  if (when.monthly) {
    schedules.push({ ...common("full", "monthly"), every: "month", day: when.date, at: `${when.monthlyAt}:00` });
  }
  return schedules;
}

/** A day of the picture of a week. */
export interface WeekDay {
  /** 1 for Monday to 7 for Sunday. */
  readonly number: number;
  readonly quick: boolean;
  readonly full: boolean;
  /** “HH:MM” of its copy; hours between its copies when there are several. */
  readonly at: string | number | null;
}

/** A week of copies; the one of the month is not in it. */
export function weekOf(when: When): WeekDay[] {
  const hours = hoursOf(when.rhythm);
  return weekdays.map((day, index) => {
    const full = when.weekly && when.day === day;
    const quick = when.quick && (when.rhythm !== "weekdays" || index < 5);
    return { number: index + 1, quick, full, at: quick ? (hours ?? when.at) : full ? when.weeklyAt : null };
  });
}

/** Times of day that are offered: each half hour, and the one that is chosen. */
export function timesOfDay(chosen: string): string[] {
  const two = (number: number) => String(number).padStart(2, "0");
  const all = Array.from({ length: 48 }, (_, half) => `${two(Math.floor(half / 2))}:${half % 2 ? "30" : "00"}`);
  return all.includes(chosen) ? all : [...all, chosen].sort();
}

/** Bytes that a first copy gets through in a second: reading, packing and writing on an ordinary computer. */
const PACE = 20_000_000;

/** Seconds that a first copy takes, in steps that a guess deserves. */
export function firstCopySeconds(bytes: number): number {
  const seconds = bytes / PACE;
  return seconds > 600 ? Math.round(seconds / 300) * 300 : seconds;
}
