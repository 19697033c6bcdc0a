/** What is missing, as a fact: the main reason of the state in a name, a thing and a figure. */
import type { Names, ProtectionState, StatusReason } from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import * as format from "../../shared/words/format.ts";
import type { Fact } from "./facts.ts";
import { words } from "./words.ts";

type Told = readonly [icon: IconName, name: string, value: string, more: string];

/** The fact about a reason; the proof and what is not set up have facts of their own. */
export function missingFact(reason: StatusReason, state: ProtectionState, names: Names): Fact | undefined {
  const told = missing(reason, names);
  if (!told) return undefined;
  const [icon, name, value, more] = told;
  return { icon, tone: state === "not_protected" ? "c-bad" : state === "to_start" ? "" : "c-warn", name, value, more };
}

function missing(reason: StatusReason, names: Names): Told | undefined {
  const say = words().facts;
  switch (reason.reason) {
    case "no_copy":
    case "late":
      return ["circle-x", say.uncopied, sources(reason, names), say.ofPlan(plan(reason, names))];
    case "runs_fail":
      return ["circle-x", say.failures, say.inARow(reason.failures), say.ofPlan(plan(reason, names))];
    case "flagged":
      return ["triangle-alert", say.toReview, source(reason.source, names), say.ofPlan(plan(reason, names))];
    case "signed_out":
      return ["log-in", say.signedOut, place(reason, names), ""];
    case "absent":
      return ["plug", say.disconnected, place(reason, names), say.since(lower(reason.since))];
    case "space_low":
      return ["hard-drive", say.littleRoom, place(reason, names), say.free(format.percent(reason.percent / 100))];
    case "behind":
      return ["cloud-upload", say.toSend, say.copies(reason.archives), place(reason, names)];
    case "not_away":
      return ["triangle-alert", say.lastAway, ...lastOf(reason.last, sources(reason, names))];
    case "not_near":
      return ["triangle-alert", say.lastNear, ...lastOf(reason.last, sources(reason, names))];
    case "no_away_destination":
      return ["triangle-alert", say.noAway, plan(reason, names), ""];
    case "no_near_destination":
      return ["triangle-alert", say.noNear, plan(reason, names), ""];
    case "not_scheduled":
      return ["calendar-clock", say.unscheduled, plan(reason, names), ""];
    case "first_copy_pending":
      return ["clock", say.toStart, plan(reason, names), say.firstDue(lower(reason.due, true))];
    case "drill_failed":
    case "drill_overdue":
    case "recovery_unconfirmed":
    case "nothing_active":
    case "no_plan":
      return undefined;
  }
}

function lastOf(last: string | null, sources: string): [string, string] {
  if (last === null) return [words().facts.none, sources];
  const at = format.moment(last);
  return [format.dayTime(at), format.away(at)];
}

function lower(at: string, withTime = false): string {
  const moment = format.moment(at);
  return format.inside(withTime ? format.dayTime(moment) : format.day(moment));
}

const plan = (reason: { plan: string }, names: Names): string => names.plans[reason.plan] ?? reason.plan;
const source = (id: string, names: Names): string => names.sources[id] ?? id;
const place = (reason: { destination: string }, names: Names): string =>
  names.destinations[reason.destination] ?? reason.destination;

/** The first of the sources, and how many more. */
function sources({ sources: [first = "", ...more] }: { sources: readonly string[] }, names: Names): string {
  const name = source(first, names);
  return more.length === 0 ? name : words().facts.andMore(name, more.length);
}
