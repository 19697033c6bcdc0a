/** How numbers, sizes, dates and times are written, in one place, by the customs of each language. */
import { clock } from "../clock.ts";
import { locale, type Language } from "./language.svelte.ts";

const NO_BREAK = "\u00a0";
const regions: Record<Language, string> = { es: "es-ES", en: "en-US" };
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return cached(
    "n",
    options,
    (region) => new Intl.NumberFormat(region, { useGrouping: "always" as never, ...options }),
  );
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const zone = clock.zone();
  return cached(
    "d",
    zone ? { ...options, timeZone: zone } : options,
    (region, all) => new Intl.DateTimeFormat(region, all),
  );
}

function cached<O extends object, F extends Intl.NumberFormat | Intl.DateTimeFormat>(
  kind: string,
  options: O,
  make: (region: string, options: O) => F,
): F {
  const key = `${kind}${locale.language}${JSON.stringify(options)}`;
  const known = cache.get(key) ?? make(regions[locale.language], options);
  cache.set(key, known);
  return known as F;
}

/** 1.284 or 1,284. */
export function count(value: number): string {
  return numbers({ maximumFractionDigits: 0 }).format(value);
}

/** A counted thing: `counted(2, "archivo", "archivos")`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)}${NO_BREAK}${value === 1 ? one : many}`;
}

/** «64 %» or “64%” of a share between 0 and 1, never above what is done. */
export function percent(share: number): string {
  const whole = Math.max(0, Math.min(100, Math.floor(share * 100)));
  return locale.language === "es" ? `${whole}${NO_BREAK}%` : `${whole}%`;
}

/** «150 %» or “150%” of a size. */
export function scale(percent: number): string {
  return locale.language === "es" ? `${count(percent)}${NO_BREAK}%` : `${count(percent)}%`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units with three figures at most: 214 MB, 37,6 GB, 1,65 TB. */
export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 99.95 ? 0 : unit >= 4 && rest < 9.995 ? 2 : 1;
  return `${numbers({ maximumFractionDigits: digits }).format(rest)}${NO_BREAK}${UNITS[unit] ?? "B"}`;
}

/** Bytes in each second. */
export function speed(bytesEachSecond: number): string {
  return `${bytes(bytesEachSecond)}/s`;
}

/** A moment as the engine writes it. */
export function moment(text: string): Date {
  return new Date(text);
}

/** What writes a day in figures, by zone; of one order in both languages, so that nothing has to be looked for in what is written. */
const figures = new Map<string | undefined, Intl.DateTimeFormat>();

function figuresOf(zone: string | undefined): Intl.DateTimeFormat {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", ...(zone ? { timeZone: zone } : {}) } as const;
  const made = new Intl.DateTimeFormat("en-US", options);
  figures.set(zone, made);
  return made;
}

/** The calendar day of a moment in the zone of the window, as YYYY-MM-DD. */
export function dayKey(at: Date): string {
  const zone = clock.zone();
  const [month, day, year] = (figures.get(zone) ?? figuresOf(zone)).format(at).split("/");
  return `${year}-${month}-${day}`;
}

/** Whole calendar days from today to that moment: 0 today, -1 yesterday. */
export function daysFromToday(at: Date): number {
  const day = (key: string) => Date.UTC(+key.slice(0, 4), +key.slice(5, 7) - 1, +key.slice(8, 10));
  return Math.round((day(dayKey(at)) - day(dayKey(clock.now()))) / 86_400_000);
}

/** 20:00 or 8:00 PM. */
export function time(at: Date): string {
  return dates({ hour: locale.language === "es" ? "2-digit" : "numeric", minute: "2-digit" }).format(at);
}

/** A time of day that stands in a schedule, “HH:MM”. */
export function timeOfDay(text: string): string {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  if (locale.language === "es") return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const half = hour < 12 ? "AM" : "PM";
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, "0")}${NO_BREAK}${half}`;
}

/** Hoy, Ayer, Mañana, then “Mar 10” within two weeks, then “8 mar 2026”. */
export function day(at: Date): string {
  const off = daysFromToday(at);
  const near = nearDay(off);
  if (near) return near;
  if (off > -14 && off < 14) {
    const name = capital(clean(dates({ weekday: "short" }).format(at)));
    return `${name} ${dates({ day: "numeric" }).format(at)}`;
  }
  return date(at);
}

function nearDay(off: number): string | undefined {
  const names: Record<Language, Record<number, string>> = {
    es: { [-1]: "Ayer", 0: "Hoy", 1: "Mañana" },
    en: { [-1]: "Yesterday", 0: "Today", 1: "Tomorrow" },
  };
  return names[locale.language][off];
}

/** “Hoy, 20:00”. */
export function dayTime(at: Date): string {
  return `${day(at)}, ${time(at)}`;
}

/** 8 mar 2026 or Mar 8, 2026. */
export function date(at: Date): string {
  return clean(dates({ day: "numeric", month: "short", year: "numeric" }).format(at));
}

/** 8 feb or Feb 8: a day where its year is said elsewhere. */
export function dayMonth(at: Date): string {
  return clean(dates({ day: "numeric", month: "short" }).format(at));
}

/** Jue or Thu. */
export function shortWeekday(at: Date): string {
  return capital(clean(dates({ weekday: "short" }).format(at)));
}

/** miércoles, 11 de marzo; with the year when it is not this one. */
export function longDay(at: Date): string {
  const sameYear = dayKey(at).slice(0, 4) === dayKey(clock.now()).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  const text = dates(sameYear ? options : { ...options, year: "numeric" }).format(at);
  return locale.language === "es" ? text.replace(",", "") : text;
}

/** “Hoy, jueves 12 de marzo”, “Lunes 9”: a heading over what happened on a day. */
export function dayHeading(at: Date): string {
  const near = nearDay(daysFromToday(at));
  return near ? `${near}, ${longDay(at)}` : capital(longDay(at));
}

/** Marzo de 2026 or March 2026. */
export function month(at: Date): string {
  return capital(dates({ month: "long", year: "numeric" }).format(at));
}

/** mar or Mar: the name of a month where there is little room. */
export function shortMonth(at: Date): string {
  return clean(dates({ month: "short" }).format(at));
}

/** The name of a day of the week, 1 for Monday to 7 for Sunday. */
export function weekday(number: number, width: "long" | "short" | "narrow" = "long"): string {
  const monday = Date.UTC(2024, 0, number);
  const name = new Intl.DateTimeFormat(regions[locale.language], { weekday: width, timeZone: "UTC" }).format(monday);
  return capital(clean(name));
}

/** 1 min 48 s, 31 min, 2 h 5 min: how long something took. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const unit = (value: number, name: string) => `${value}${NO_BREAK}${name}`;
  if (hours > 0) return minutes > 0 ? `${unit(hours, "h")} ${unit(minutes, "min")}` : unit(hours, "h");
  if (minutes > 0) return rest > 0 ? `${unit(minutes, "min")} ${unit(rest, "s")}` : unit(minutes, "min");
  return unit(rest, "s");
}

/** “unos 2 minutos”: a figure that a person can feel. */
export function about(seconds: number): string {
  const es = locale.language === "es";
  if (seconds < 45) return es ? "menos de un minuto" : "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return es ? "un minuto" : "a minute";
  if (minutes < 90) return es ? `unos ${count(minutes)} minutos` : `about ${count(minutes)} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours < 36) return es ? `unas ${count(hours)} horas` : `about ${count(hours)} hours`;
  const days = Math.round(seconds / 86_400);
  return es ? `unos ${count(days)} días` : `about ${count(days)} days`;
}

/** Whether such a figure takes a verb of many: «quedan unos 2 minutos», but «queda un minuto». */
export function isSeveral(about: string): boolean {
  return /^un[oa]s /.test(about);
}

/** “Hace 3 días”, “3 days ago”, “Dentro de 9 h 12 min”. */
export function away(at: Date): string {
  const seconds = (at.getTime() - clock.now().getTime()) / 1000;
  const es = locale.language === "es";
  const off = daysFromToday(at);
  if (seconds < 0) {
    if (seconds > -60) return es ? "Ahora mismo" : "Just now";
    const past = off <= -2 ? days(-off) : duration(Math.floor(-seconds / 60) * 60);
    return es ? `Hace ${past}` : `${past} ago`;
  }
  const future = off >= 2 ? days(off) : duration(Math.max(60, Math.round(seconds / 60) * 60));
  return es ? `Dentro de ${future}` : `In ${future}`;
}

/** 3 días or 3 days. */
export function days(value: number): string {
  return locale.language === "es" ? counted(value, "día", "días") : counted(value, "day", "days");
}

/** «Consultorio» or “Office”. */
export function quoted(text: string): string {
  return locale.language === "es" ? `«${text}»` : `“${text}”`;
}

/** a, b y c; a, b, and c. */
export function listed(items: readonly string[]): string {
  const names = new Intl.ListFormat(regions[locale.language], { style: "long", type: "conjunction" });
  return names.format(items);
}

/** A day as it stands inside a sentence: hoy, mar 10; today, Tue 10. */
export function inside(day: string): string {
  const lower = locale.language === "es" || /^(Today|Yesterday|Tomorrow)/.test(day);
  return lower ? day.charAt(0).toLocaleLowerCase(regions[locale.language]) + day.slice(1) : day;
}

/** The first letter as a capital. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(regions[locale.language]) + text.slice(1);
}

function clean(text: string): string {
  return text.replaceAll(".", "").replaceAll(" de ", " ");
}
