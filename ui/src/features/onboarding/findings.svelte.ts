/** What the engine finds on this computer for somebody who begins: folders with their sizes, databases, places, the computer itself. */
import { SvelteMap } from "svelte/reactivity";
import type { FolderMeasure } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { clock } from "../../shared/clock.ts";
import { Asked } from "./asked.svelte.ts";
import type { Found } from "./what.ts";

/** How long one folder may be counted. */
const COUNTING_MS = 60_000;
/** How long databases may be looked for. */
const LOOKING_MS = 15_000;

/** The findings; they outlive a step of the wizard. */
export class Findings {
  readonly sources = new Asked("suggestions.sources", {});
  readonly databases = new Asked("suggestions.databases", { budget_ms: LOOKING_MS });
  readonly places = new Asked("suggestions.places", {});
  readonly computer = new Asked("computer.show", {});
  readonly #measures = new SvelteMap<string, FolderMeasure | Failure>();
  #counting = new Set<string>();

  get #all() {
    return [this.sources, this.databases, this.places, this.computer];
  }

  /** As the rules of what is protected want it. */
  get found(): Found {
    return {
      sources: this.sources.data ?? [],
      databases: this.databases.data?.databases ?? [],
      measures: this.#measures,
      now: clock.now(),
    };
  }

  /** Looks around and counts the folders, those that were added too; what is known already is not looked for again. */
  async look(added: readonly string[]): Promise<void> {
    for (const asked of this.#all) void asked.know();
    await this.sources.know();
    for (const { path } of this.sources.data ?? []) void this.count(path);
    for (const path of added) void this.count(path);
  }

  /** Waits for what a step rests on: what is proposed must be known before it is taken at its word. */
  async know(step: "what" | "where" | "when"): Promise<void> {
    const needed = { what: [this.sources], where: [this.sources, this.places], when: this.#all }[step];
    await Promise.all(needed.map((asked) => asked.know()));
  }

  /** Counts a folder, once. */
  async count(path: string): Promise<void> {
    if (this.#measures.has(path) || this.#counting.has(path)) return;
    const counting = this.#counting.add(path);
    let measured: FolderMeasure | Failure;
    try {
      measured = await call("suggestions.measure", { path, budget_ms: COUNTING_MS });
    } catch (thrown) {
      measured = failureOf(thrown);
    }
    counting.delete(path);
    if (counting === this.#counting) this.#measures.set(path, measured);
  }

  /** Forgets everything, what is still awaited too. */
  forget(): void {
    this.#counting = new Set();
    this.#measures.clear();
    for (const asked of this.#all) asked.forget();
  }
}
