/** What the side of the first steps stands beside. */
import type { Step } from "./setup.svelte.ts";

/** A step, a door, or how the last step ended. */
export type SideOf = Step | "doors" | "recover" | "done" | "failed";
