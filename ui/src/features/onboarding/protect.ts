/** From the choices to a plan that copies: destinations, the plan, its first copy. Whatever fails names the step at fault. */
import type { DestinationView, EngineError, Plan, PlanDraft } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { freeName, type Place } from "./where.ts";

/** What is not right, and where a person can put it right. */
export interface Fault {
  readonly step: "what" | "where" | "when";
  /** The part of the step: its list, its name, or nothing in particular. */
  readonly field: "sources" | "to" | "name" | "schedules" | null;
  readonly text?: string;
  readonly failure?: Failure;
}

const order = ["what", "where", "when"] as const;

/** An error of an operation, in words. */
export async function tell(error: EngineError): Promise<Failure> {
  try {
    const [told] = await call("errors.tell", { errors: [error], language: engineLanguage() });
    return told ? new Failure(told) : failureOf(error);
  } catch (thrown) {
    return failureOf(thrown);
  }
}

/** The step at which an error can be put right. */
export function faultOf(failure: Failure): Fault {
  const { kind, facts } = failure.told;
  switch (failure.field) {
    case "folder":
    case "folders":
    case "sqlite":
    case "source":
    case "path":
      return { step: "what", field: "sources", failure };
    case "to":
    case "local":
    case "destination":
      return { step: "where", field: "to", failure };
    case "name":
      return { step: "when", field: "name", failure };
    case "schedules":
      return { step: "when", field: "schedules", failure };
    default:
      return { ...atFault(kind, facts["what"]), failure };
  }
}

function atFault(kind: string, what: string | undefined): Pick<Fault, "step" | "field"> {
  if (kind.startsWith("destination_") || kind === "object_too_large" || what === "destination") {
    return { step: "where", field: "to" };
  }
  if (kind.startsWith("source_") || kind.startsWith("database_") || what === "source") {
    return { step: "what", field: "sources" };
  }
  if (kind === "already_exists" && what === "plan") return { step: "when", field: "name" };
  return { step: "when", field: null };
}

/** The first mistake of a draft that belongs to a step or to one before it; asked before anything is made. */
export async function problemOf(
  draft: PlanDraft,
  plan: string | null,
  step: Fault["step"],
): Promise<Fault | undefined> {
  try {
    const preview = await call("plans.preview", { draft, plan, dates: 1 });
    for (const problem of preview.problems) {
      const fault = faultOf(await tell(problem.error));
      if (order.indexOf(fault.step) <= order.indexOf(step)) return fault;
    }
    return undefined;
  } catch (thrown) {
    return { step, field: null, failure: failureOf(thrown) };
  }
}

/** The plan that was made, and the operation that copies. */
export interface Protected {
  readonly plan: string;
  readonly copy: string;
}

/**
 * Makes the destinations and the plan, or changes the plan that was made before, and starts its first copy. `made` hears of the
 * plan's name as soon as there is one, so that another try changes it instead of failing over it.
 */
export async function protect(
  draft: PlanDraft,
  places: readonly Place[],
  before: string | null,
  made: (plan: string) => void,
): Promise<Protected | Fault> {
  try {
    const to = await destinations(places);
    const wanted = { ...draft, to };
    const plan = await call("plans.replace", { name: before, draft: wanted });
    made(plan.name);
    return { plan: plan.name, copy: await startCopy(plan) };
  } catch (thrown) {
    return faultOf(failureOf(thrown));
  }
}

/** Starts a copy of the class of the plan's schedules: one made by hand would stay for ever. */
export function startCopy(plan: Plan): Promise<string> {
  const of = plan.schedules[0]?.class ?? "manual";
  return call("operations.start", { verb: "back_up", plan: plan.name, kind: null, class: of });
}

/** The names of the destinations of the places; those that are there already are taken as they are. */
async function destinations(places: readonly Place[]): Promise<string[]> {
  const names: string[] = [];
  for (const place of places) {
    const known = await call("destinations.list", {});
    names.push((await destination(place, known)).name);
  }
  return names;
}

async function destination(place: Place, known: readonly DestinationView[]): Promise<DestinationView> {
  const same = known.find((each) => each.root === place.folder);
  if (same && same.nearness === place.nearness) return same;
  if (same) return call("destinations.edit", { name: same.name, nearness: place.nearness });
  const name = freeName(
    place.label,
    known.map((each) => each.name),
  );
  return call("destinations.add", { name, folder: place.folder, nearness: place.nearness });
}
