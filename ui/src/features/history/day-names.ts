/** The names of days, kept: half a year of them stands in the strip each time it is shown, and writing them took most of its time. */
import * as format from "../../shared/words/format.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { noonOf } from "./calendar.ts";

const names = new Map<string, string>();
let writtenFor = "";

/** A day as a title has it; without its year when it is of the year of today. */
export function dayName(date: string, today: string): string {
  const now = `${locale.language} ${today}`;
  if (now !== writtenFor) names.clear();
  writtenFor = now;
  const known = names.get(date);
  if (known !== undefined) return known;
  const name = format.capital(format.longDay(noonOf(date)));
  names.set(date, name);
  return name;
}
