/** Calendar days as the texts YYYY-MM-DD, without hours and zones. */
const DAY = 86_400_000;

function utc(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

/** A day so many days away. */
export function plusDays(date: string, days: number): string {
  return new Date(utc(date).getTime() + days * DAY).toISOString().slice(0, 10);
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(date: string): number {
  return (utc(date).getUTCDay() + 6) % 7;
}

/** The Monday of a day's week. */
export function mondayOf(date: string): string {
  return plusDays(date, -weekdayOf(date));
}

/** Days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / DAY);
}

/** A moment within a day in every zone in which somebody may read it: what `format` writes dates of. */
export function noonOf(date: string): Date {
  return new Date(`${date}T12:00:00`);
}
