/**
 * Copies that fit what is typed: by plan, kind, state and places as their lines say them, and by their day in every way in which a
 * person writes it. Every word must fit; capitals, accents and points do not matter.
 */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import * as format from "../../shared/words/format.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { noonOf } from "./calendar.ts";
import { badgesOf, kindOf, placeOf, proofOf } from "./describe.ts";
import type { Lines } from "./weeks.ts";

/** Copies looked at between two glances at the clock. */
const SOME = 500;
/** Milliseconds of searching after which others have their turn. */
const TURN = 8;

/** The words of a text, with a space before and after each. */
export function folded(text: string): string {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return ` ${plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

/** What must be found: each word as the beginning of one, numbers and dates whole. A date in figures is written by custom. */
function termsOf(text: string): readonly string[] {
  const dated = text.replace(
    /\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b/g,
    (_, one: string, two: string, year: string) => {
      const [day, month] = locale.language === "es" ? [one, two] : [two, one];
      return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    },
  );
  const terms = dated.split(/\s+/).map(folded);
  return terms.filter((term) => term.trim() !== "").map((term) => (/\d $/.test(term) ? term : term.trimEnd()));
}

/** Looks through all copies, newest first. It lets others go first, and ends with `undefined` once nobody waits for it. */
export async function search(
  lines: Lines,
  text: string,
  isWanted: () => boolean,
): Promise<readonly SnapshotView[] | undefined> {
  const fits = fitting(termsOf(text));
  const found: SnapshotView[] = [];
  let since = performance.now();
  let looked = 0;
  for (const { row, day } of lines.all()) {
    if (fits(row, day)) found.push(row);
    looked += 1;
    if (looked % SOME !== 0 || performance.now() - since < TURN) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (!isWanted()) return undefined;
    since = performance.now();
  }
  return isWanted() ? found : undefined;
}

/** Whether a copy fits. Most are described as others are, and lie on the day of the one before: such texts are made once. */
function fitting(terms: readonly string[]): (row: SnapshotView, day: string) => boolean {
  const known = new Map<string, string>();
  let [date, rest]: [string, readonly string[]] = ["", terms];
  return (row, day) => {
    if (day !== date) {
      const said = folded(dayText(day));
      [date, rest] = [day, terms.filter((term) => !said.includes(term))];
    }
    if (rest.length === 0) return true;
    const key = sameAs(row);
    const text = known.get(key) ?? folded(rowText(row));
    known.set(key, text);
    return rest.every((term) => text.includes(term));
  };
}

function dayText(day: string): string {
  const at = noonOf(day);
  return [day, format.day(at), format.date(at), format.longDay(at)].join(" ");
}

function rowText(row: SnapshotView): string {
  const signs = [kindOf(row), proofOf(row), ...badgesOf(row), ...row.destinations.map((copy) => placeOf(copy, []))];
  return [row.plan, ...signs.map((sign) => sign.text)].join(" ");
}

/** What `rowText` rests on. */
function sameAs({ plan, kind, class: of, state, flag, pinned, destinations }: SnapshotView): string {
  let key = `${plan}|${kind}|${of}|${state}|${flag ?? ""}|${pinned}`;
  for (const copy of destinations) key += `|${copy.destination}|${copy.state}|${copy.verified ?? ""}`;
  return key;
}
