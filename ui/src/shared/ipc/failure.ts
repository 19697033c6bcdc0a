/** An error as it reaches the window: what happened and what to do, in the owner's language, with the technical text apart. */
import type { Told } from "./bindings.ts";

/** What a failed call throws. */
export class Failure extends Error {
  constructor(readonly told: Told) {
    super(told.title);
  }

  /** The field of the form that is at fault, when one is. */
  get field(): string | undefined {
    return this.told.facts["field"];
  }
}

/** Makes a failure of whatever a call threw. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (isTold(thrown)) return new Failure(thrown);
  const technical = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new Failure({
    kind: "internal",
    title: "Resguardo",
    hint: technical,
    action: "try_again",
    label: "",
    facts: {},
    technical,
  });
}

function isTold(thrown: unknown): thrown is Told {
  return typeof thrown === "object" && thrown !== null && "kind" in thrown && "title" in thrown && "hint" in thrown;
}
