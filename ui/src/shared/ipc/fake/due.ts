/** When the schedules of the scripted engine are due: wall times of a zone as moments, as the real one finds them. */
import type { Due, Schedule } from "../bindings.ts";
import { weekdays } from "../../words/schedules.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A due time, and which of the schedules it is one of. */
export interface DueOf {
  due: Due;
  schedule: number;
}

/** Every due time of the schedules between two moments, the earliest first. */
export function duesBetween(schedules: readonly Schedule[], from: number, to: number): DueOf[] {
  const rows: DueOf[] = [];
  for (const [number, schedule] of schedules.entries()) {
    if (schedule.off) continue;
    for (let day = from - DAY; day <= to + DAY; day += DAY) {
      for (const local of wallTimes(schedule, dateIn(schedule.zone, day))) {
        const at = momentOf(local, schedule.zone);
        if (at < from || at > to) continue;
        rows.push({ due: { at: new Date(at).toISOString(), local }, schedule: number });
      }
    }
  }
  return rows.sort((a, b) => a.due.at.localeCompare(b.due.at) || a.schedule - b.schedule);
}

/** The wall times of a schedule on a day, YYYY-MM-DD. */
function wallTimes(schedule: Schedule, date: string): string[] {
  const on = (time: string) => `${date}T${time}`;
  switch (schedule.every) {
    case "day":
      return [on(schedule.at)];
    case "week":
      return weekdayOf(date) === weekdays.indexOf(schedule.day) ? [on(schedule.at)] : [];
    case "month":
      return Number(date.slice(8)) === Math.min(schedule.day, daysOfMonth(date)) ? [on(schedule.at)] : [];
    case "hours": {
      const [hour = 0] = schedule.from.split(":").map(Number);
      const times: string[] = [];
      for (let at = hour % schedule.hours; at < 24; at += schedule.hours) {
        times.push(on(`${String(at).padStart(2, "0")}${schedule.from.slice(2)}`));
      }
      return times;
    }
    case "once":
      return schedule.at.startsWith(date) ? [schedule.at] : [];
  }
}

function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function daysOfMonth(date: string): number {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}

/** The day of a moment in a zone, YYYY-MM-DD. */
export function dateIn(zone: string, at: number): string {
  return wall(zone, at).slice(0, 10);
}

function momentOf(local: string, zone: string): number {
  const utc = Date.parse(`${local}Z`);
  const off = Date.parse(`${wall(zone, utc)}Z`) - utc;
  return utc - off;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wall(zone: string, at: number): string {
  const known =
    formats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formats.set(zone, known);
  return known.format(at).replace(" ", "T");
}
