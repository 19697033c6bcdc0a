/** How each destination of a plan stands for that plan. */
import type { DestinationView, Plan, PlanStatus } from "../../shared/ipc/bindings.ts";
import type { Work } from "../../shared/query/live.svelte.ts";
import { standing, type Known, type Standing } from "../../shared/standing/standing.ts";
import { percent } from "../../shared/words/format.ts";
import { planWords } from "./plans.words.ts";

/** A line of the card. */
export interface PlaceLine {
  readonly place: DestinationView;
  readonly standing: Standing;
}

/** The destinations of a plan, in its order. */
export function placeLines(
  plan: Plan,
  places: readonly DestinationView[],
  status: PlanStatus | undefined,
  work: Work | undefined,
  known: Known,
): PlaceLine[] {
  const mine = plan.destinations.flatMap((id) => places.filter((place) => place.id === id));
  return mine.map((place, number) => ({
    place,
    standing: running(work, number) ?? ofPlan(place, status, known),
  }));
}

/** While a copy runs, it is packed for the first destination and taken to the others afterwards. */
function running(work: Work | undefined, number: number): Standing | undefined {
  if (work?.operation.verb !== "back_up") return undefined;
  if (number > 0) return { tone: "wait", text: planWords().afterwards };
  const text = work.share === null ? planWords().copyingNow : planWords().copying(percent(work.share));
  return { tone: "busy", text, icon: "hard-drive-download" };
}

function ofPlan(place: DestinationView, status: PlanStatus | undefined, known: Known): Standing {
  const general = standing(place, known);
  if (general.tone !== "ok") return general;
  if (status?.last == null) return { tone: "off", text: planWords().noCopies, icon: "circle" };
  if (status.failure !== null) return { tone: "bad", text: planWords().lastMissing };
  const copy = status.last.destinations.find((each) => each.destination === place.name);
  if (copy?.state === "lost" || status.last.state === "damaged") return { tone: "bad", text: planWords().damaged };
  return { tone: "ok", text: planWords().here };
}
