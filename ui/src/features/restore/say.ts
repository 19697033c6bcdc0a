/** Dates and counts as the sentences of a restore need them; figures by the customs of the language come from the shared words. */
import { date, day, dayTime, daysFromToday, moment } from "../../shared/words/format.ts";

export {
  bytes,
  capital,
  count,
  counted,
  dayTime,
  listed,
  longDay,
  moment,
  quoted,
  time,
} from "../../shared/words/format.ts";

/** “hoy”, “ayer”; nothing for other days. */
export function nearDay(at: string): string | undefined {
  const when = moment(at);
  const off = daysFromToday(when);
  return off === 0 || off === -1 ? day(when).toLocaleLowerCase() : undefined;
}

/** A moment in a narrow column: with its time while that still matters. */
export function shortMoment(at: string | null): string {
  if (at === null) return "";
  const when = moment(at);
  return Math.abs(daysFromToday(when)) < 14 ? dayTime(when) : date(when);
}
