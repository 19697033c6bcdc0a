/** What a person chose on the way to a restore. It outlives a reload of the page; each step reads it anew. */
import type { Existing, RestoreRequest } from "../../shared/ipc/bindings.ts";
import { Kept } from "../../shared/kept.svelte.ts";
import { address, router } from "../../shared/route.svelte.ts";
import { chosen, things, totals, type Marks } from "./selection.ts";

/** The steps, in their order. */
export const steps = ["when", "what", "where", "review"] as const;

/** A step of the way. */
export type Step = (typeof steps)[number];

/** What is chosen. */
export interface Choices {
  readonly plan: string | null;
  readonly snapshot: string | null;
  readonly marks: Marks;
  /** Folders that are open in the tree, with their place in the folder around them. */
  readonly open: Readonly<Record<string, number>>;
  readonly tab: "files" | "databases";
  readonly to: "in_place" | "folder";
  readonly folder: string;
  readonly existing: Existing;
  readonly safety: boolean;
  /** Whether a person chose anything that would be lost. */
  readonly touched: boolean;
}

const fresh: Choices = {
  plan: null,
  snapshot: null,
  marks: {},
  open: {},
  tab: "files",
  to: "in_place",
  folder: "",
  existing: "replace",
  safety: true,
  touched: false,
};

/** The way to a restore. */
export class Wizard {
  readonly #kept = new Kept<Choices>("restore", fresh);

  get choices(): Choices {
    return this.#kept.value;
  }

  /** Files and bytes that are ticked. */
  readonly totals = $derived.by(() => totals(this.choices.marks));
  /** Files and databases that are ticked. */
  readonly things = $derived.by(() => things(this.choices.marks));
  /** What is ticked, by path. */
  readonly chosen = $derived.by(() => chosen(this.choices.marks));

  /** Takes a choice of the person. */
  choose(changes: Partial<Choices>): void {
    this.#kept.value = { ...this.choices, ...changes, touched: true };
  }

  /** Notes what was not a choice: where the tree is open, which snapshot the way began with. */
  note(changes: Partial<Choices>): void {
    this.#kept.value = { ...this.choices, ...changes };
  }

  /** Takes another snapshot; what was ticked in the one before may not be in it. Answers whether something was. */
  takeSnapshot(plan: string, snapshot: string): boolean {
    if (snapshot === this.choices.snapshot) return false;
    const lost = this.chosen.length > 0;
    this.choose({ plan, snapshot, marks: {}, open: {} });
    return lost;
  }

  /** Begins anew. */
  forget(): void {
    this.#kept.forget(fresh);
  }

  /** The restore as the engine is asked for it. An empty list would mean everything, so that is never asked for here. */
  request(paths: readonly string[]): RestoreRequest | null {
    const { snapshot, to, folder, existing, safety } = this.choices;
    if (snapshot === null || paths.length === 0) return null;
    const target = to === "in_place" ? { to } : { to, path: folder };
    return { snapshot, paths: [...paths], target, existing, safety };
  }
}

/** The address of a step. */
export const stepAddress = (step: Step): string => address("restore", [step]);

/** Goes to another step; this is not leaving. */
export function goTo(step: Step): void {
  router.leave(stepAddress(step));
}

/** Goes to where a restore is watched, and to what it did. */
export function watch(operation: string): void {
  router.leave(address("restore", ["progress"], { operation }));
}
