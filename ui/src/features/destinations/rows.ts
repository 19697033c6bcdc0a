/** A destination as its row shows it. */
import type { DestinationView, StatusView } from "../../shared/ipc/bindings.ts";
import { standing, type Known, type Standing } from "../../shared/standing/standing.ts";
import * as format from "../../shared/words/format.ts";
import { words } from "./words.ts";

/** What a row is made of. */
export interface PlaceRow {
  readonly place: DestinationView;
  /** Where it is and who uses it. */
  readonly sub: string;
  readonly standing: Standing;
  /** The newest copy that is there, or what else there is to say. */
  readonly second: string;
}

/** The row of a destination. */
export function placeRow(place: DestinationView, status: StatusView | undefined, known: Known): PlaceRow {
  const stands = standing(place, known);
  const last = lastAt(place, status);
  const newest = last === undefined ? "" : format.dayTime(format.moment(last));
  return {
    place,
    sub: `${place.root} · ${usedBy(place.plans)}`,
    standing: stands,
    second: stands.more ?? (stands.tone === "ok" ? newest : ""),
  };
}

function usedBy(plans: readonly string[]): string {
  const [first] = plans;
  if (first === undefined) return words().noPlan;
  return plans.length === 1 ? words().plan(first) : words().planAndMore(first, plans.length - 1);
}

/** When the newest copy was made that is there. */
function lastAt(place: DestinationView, status: StatusView | undefined): string | undefined {
  const there = (status?.plans ?? []).flatMap(({ last }) => {
    const has = last?.destinations.some((copy) => copy.destination === place.name && copy.state === "present");
    return last && has ? [last.created_at] : [];
  });
  return there.sort().at(-1);
}
