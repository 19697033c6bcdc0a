/** When a plan copies, in sentences. Nothing here decides when that is: the engine does. */
import type { ArchiveKind, Schedule, Weekday } from "../ipc/bindings.ts";
import * as format from "./format.ts";
import { locale } from "./language.svelte.ts";
import { scheduleWords as words } from "./schedules.words.ts";

/** The days of a week, from Monday. */
export const weekdays: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** A piece of a sentence; what matters most is strong. */
export interface Piece {
  readonly text: string;
  readonly strong: boolean;
}

/** What a schedule is called in a list: “Every week”. */
export function scheduleName(schedule: Schedule): string {
  switch (schedule.every) {
    case "day":
      return words().everyDay;
    case "week":
      return words().everyWeek;
    case "month":
      return words().everyMonth;
    case "hours":
      return eachHours(schedule.hours);
    case "once":
      return words().onlyOnce;
  }
}

/** The rhythm of a plan, by its most frequent schedule: “Every day at 8:00 PM”. */
export function rhythm(schedules: readonly Schedule[]): string {
  const main = mostFrequent(schedules);
  if (!main) return words().none;
  switch (main.every) {
    case "day":
      return words().rhythmDay(format.timeOfDay(main.at));
    case "week":
      return words().rhythmWeek(dayName(main.day, locale.language === "es"), format.timeOfDay(main.at));
    case "month":
    case "once":
      return format.capital(timed(main));
    case "hours":
      return eachHours(main.hours);
  }
}

/** All schedules of a plan in one line: “Every 12 hours, full backup on Sundays”. */
export function scheduleSentence(all: readonly Schedule[]): string {
  const schedules = all.filter((schedule) => !schedule.off);
  const main = mostFrequent(schedules);
  const rest = schedules.filter((schedule) => schedule !== main);
  const full = rest.filter((schedule) => schedule.kind === "full" && main?.kind !== "full");
  const other = rest.filter((schedule) => !full.includes(schedule));
  let line = rhythm(schedules);
  if (full.length > 0) line = words().withFull(line, format.listed(full.map(untimed)));
  if (other.length > 0) line = words().withAlso(line, format.listed(other.map(timed)));
  return line;
}

/** What a plan does and when, in sentences, one for each kind of copy. */
export function scheduleStory(schedules: readonly Schedule[]): Piece[] {
  const sameTime = new Set(schedules.map(timeText)).size === 1;
  const pieces: Piece[] = [];
  for (const [number, kind] of kindsOf(schedules).entries()) {
    const group = schedules.filter((schedule) => schedule.kind === kind);
    const when = group.map(number > 0 && sameTime ? untimed : timed);
    pieces.push({ text: `${number > 0 ? " " : ""}${format.capital(format.listed(when))}, `, strong: false });
    pieces.push({ text: kindPhrase(kind), strong: true }, { text: ".", strong: false });
  }
  if (schedules.length > 1) pieces.push({ text: ` ${words().together}`, strong: false });
  return pieces;
}

function kindsOf(schedules: readonly Schedule[]): (ArchiveKind | null)[] {
  return [...new Set(schedules.map((schedule) => schedule.kind))];
}

function kindPhrase(kind: ArchiveKind | null): string {
  switch (kind) {
    case "incremental":
      return words().whatChanged;
    case "differential":
      return words().whatChangedSinceFull;
    case "full":
      return words().everything;
    case null:
      return words().whatIsNeeded;
  }
}

function untimed(schedule: Schedule): string {
  switch (schedule.every) {
    case "day":
      return lower(words().everyDay);
    case "week":
      return words().onDays(dayName(schedule.day, true));
    case "month":
      return words().onDayOfMonth(String(schedule.day));
    case "hours":
      return lower(eachHours(schedule.hours));
    case "once":
      return words().onDate(format.date(wallDay(schedule.at)));
  }
}

function timed(schedule: Schedule): string {
  const say = schedule.every === "hours" ? words().from : words().at;
  return say(untimed(schedule), format.timeOfDay(timeText(schedule)));
}

/** The wall time of a schedule, “HH:MM:SS”. */
export function timeText(schedule: Schedule): string {
  if (schedule.every === "hours") return schedule.from;
  return schedule.every === "once" ? schedule.at.slice(11) : schedule.at;
}

function eachHours(hours: number): string {
  return hours === 1 ? words().everyHour : words().everyHours(format.count(hours));
}

/** Noon of the day of a wall time, which is on the same day almost everywhere. */
function wallDay(at: string): Date {
  return new Date(`${at.slice(0, 10)}T12:00:00Z`);
}

function dayName(day: Weekday, many: boolean): string {
  const name = format.weekday(weekdays.indexOf(day) + 1);
  if (locale.language === "en") return many ? `${name}s` : name;
  return lower(many && !name.endsWith("s") ? `${name}s` : name);
}

function lower(text: string): string {
  return text.charAt(0).toLocaleLowerCase() + text.slice(1);
}

function mostFrequent(schedules: readonly Schedule[]): Schedule | undefined {
  return schedules.toSorted((a, b) => hoursBetween(a) - hoursBetween(b))[0];
}

function hoursBetween(schedule: Schedule): number {
  switch (schedule.every) {
    case "hours":
      return schedule.hours;
    case "day":
      return 24;
    case "week":
      return 168;
    case "month":
      return 744;
    case "once":
      return Infinity;
  }
}
