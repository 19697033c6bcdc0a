/** Days as “YYYY-MM-DD”: months as weeks of them, and moving among them. */

/** The day of the week on which weeks begin: 1 for Monday, 7 for Sunday. */
export type WeekStart = 1 | 7;

function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function key(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** So many days later. */
export function addDays(day: string, days: number): string {
  const at = utc(day);
  at.setUTCDate(at.getUTCDate() + days);
  return key(at);
}

/** So many months later; the last day of the month when there is no such day. */
export function addMonths(day: string, months: number): string {
  const at = utc(day);
  const wanted = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(wanted, last));
  return key(at);
}

/** “YYYY-MM” of a day. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The first day of the week that a day is in. */
export function weekBegin(day: string, start: WeekStart): string {
  const number = utc(day).getUTCDay() || 7;
  return addDays(day, -((number - start + 7) % 7));
}

/** The weeks in which a month stands, each of seven days. */
export function weeksOf(month: string, start: WeekStart): readonly (readonly string[])[] {
  const first = `${month}-01`;
  const end = addMonths(first, 1);
  const weeks: string[][] = [];
  for (let week = weekBegin(first, start); week < end; week = addDays(week, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, step) => addDays(week, step)));
  }
  return weeks;
}

/** Noon of a day by the clock of this computer, to write the day out. */
export function noonOf(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date, 12);
}

/** Where a key leads from a day; `undefined` for keys that mean nothing here. */
export function moved(day: string, pressed: string, start: WeekStart): string | undefined {
  const begin = weekBegin(day, start);
  const places: Record<string, string> = {
    ArrowLeft: addDays(day, -1),
    ArrowRight: addDays(day, 1),
    ArrowUp: addDays(day, -7),
    ArrowDown: addDays(day, 7),
    Home: begin,
    End: addDays(begin, 6),
    PageUp: addMonths(day, -1),
    PageDown: addMonths(day, 1),
  };
  return places[pressed];
}
