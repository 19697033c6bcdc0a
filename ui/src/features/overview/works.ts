/** Work that goes on, in words: its steps, what it is busy with. */
import type { Phase, Verb } from "../../shared/ipc/bindings.ts";
import type { Work } from "../../shared/query/live.svelte.ts";
import { words } from "./words.ts";

const steps: Partial<Record<Verb, readonly Phase[]>> = {
  back_up: ["prepare", "archive", "seal", "publish"],
  restore: ["prepare", "restore"],
};

/** A step of the work. */
export interface Step {
  readonly name: string;
  readonly state: "done" | "now" | "to come";
}

/** The steps of the work, where it has several. */
export function workSteps(work: Work): Step[] {
  const phases = steps[work.operation.verb] ?? [];
  const at = work.sample === null ? 0 : phases.indexOf(work.sample.phase);
  if (at < 0) return [];
  return phases.map((phase, number) => ({
    name: words().steps[phase],
    state: number < at ? "done" : number === at ? "now" : "to come",
  }));
}

/** What a person is told before work of this kind is stopped. */
export function endingOf(verb: Verb): "copy" | "restore" | "undo" | "other" {
  if (verb === "back_up") return "copy";
  return verb === "restore" || verb === "undo" ? verb : "other";
}

/** What the work is busy with, as a person reads a path. */
export function workCurrent(work: Work): string {
  const current = work.sample?.current ?? "";
  return current.replace(/^(files|databases)\//, "").replaceAll("/", " › ");
}
