/** The sentence that sums up when copies are made; it follows every change. */
import * as format from "../../shared/words/format.ts";
import { hoursOf, kept, weekdays, type When } from "./when.ts";
import { whenWords } from "./when.words.ts";

/** A piece of a sentence, with or without weight. */
export interface Piece {
  readonly text: string;
  readonly strong: boolean;
}

/** Cuts a text at its asterisks. */
export function pieces(text: string): Piece[] {
  return text.split("*").map((part, index) => ({ text: part, strong: index % 2 === 1 }));
}

/** The sentence; `places` are the names of the chosen places. */
export function sentenceOf(when: When, places: readonly string[]): string {
  const w = whenWords();
  if (!when.quick && !when.weekly && !when.monthly) return w.nothing;
  const to = places.length > 0 ? format.listed(places.map(plain)) : w.thePlaces;
  const day = format.weekday(weekdays.indexOf(when.day) + 1);
  const back = w.back(String(kept.daily), String(kept.weekly), String(kept.monthly));
  if (when.quick) return `${[quickPart(when, to), ...(when.weekly ? [w.full(day)] : [])].join("; ")}. ${back}`;
  // The days, weeks and months that are kept are those that have a copy.
  const last = String(kept.daily);
  if (when.weekly) return `${w.onlyFull(day, format.timeOfDay(when.weeklyAt), to)}. ${w.backWeekly(last)}`;
  return `${w.onlyMonthly(format.timeOfDay(when.monthlyAt), to)}. ${w.backMonthly(last)}`;
}

function quickPart(when: When, to: string): string {
  const w = whenWords();
  const hours = hoursOf(when.rhythm);
  if (hours !== null) return w.hours(String(hours), to);
  const at = format.timeOfDay(when.at);
  return when.rhythm === "weekdays" ? w.weekdays(at, to) : w.daily(at, to);
}

function plain(name: string): string {
  return format.quoted(name.replaceAll("*", " "));
}
