/** A restore, or its undoing, that somebody watches: what can be done about it. */
import { call, host } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";
import { live } from "../../../shared/query/live.svelte.ts";
import { query } from "../../../shared/query/query.svelte.ts";
import { placesIn } from "../origins.ts";
import { watch } from "../wizard.svelte.ts";
import { endOf, hasWritten } from "./report.ts";

/** See the module. */
export class Run {
  /** Why the last thing that was asked for did not work. */
  refused = $state.raw<Failure>();
  busy = $state(false);
  readonly row = query("operations.show", () => ({ name: this.id }));
  readonly operation = $derived(this.row.data);
  readonly work = $derived.by(() => live.ofOperation(this.id));
  readonly end = $derived(this.operation ? endOf(this.operation) : undefined);
  readonly manifest = query("snapshots.manifest", () => {
    const snapshot = this.operation?.snapshot;
    return this.end && snapshot ? { snapshot } : null;
  });

  readonly snapshots = query("snapshots.list", () => (this.operation && !this.end ? { plan: null } : null));

  /** Whether it can still be taken back. */
  readonly wayBack = query("restore.undoable", () =>
    this.end && this.operation?.verb === "restore" && hasWritten(this.end) ? { name: this.id } : null,
  );

  constructor(readonly id: string) {}

  /** Whether what was there has been saved: then there is a safety snapshot that is younger than the operation. */
  readonly hasSaved = $derived.by(() => {
    const since = this.operation?.started_at ?? "";
    return (this.snapshots.data ?? []).some((row) => row.class === "safety" && row.created_at >= since);
  });

  /** Where it wrote: one folder, or the places that things came from. */
  readonly places = $derived.by((): readonly string[] => {
    if (this.end?.how !== "restored") return [];
    return placesIn(this.manifest.data, this.end.report.target);
  });

  /** Pauses it, or lets it go on. */
  pause(paused: boolean): Promise<unknown> {
    return this.#try(() => call(paused ? "operations.pause" : "operations.resume", this.id));
  }

  /** Stops it; what is done stays. */
  stop(): Promise<unknown> {
    return this.#try(() => call("operations.cancel", this.id));
  }

  /** Takes it back, and watches that. */
  async undo(): Promise<void> {
    const undo = await this.#try(() => call("operations.start", { verb: "undo", operation: this.id }));
    if (undo !== undefined) watch(undo);
  }

  /** Shows a place in the file manager. */
  reveal(path: string): Promise<unknown> {
    return this.#try(() => host().reveal(path));
  }

  async #try<T>(act: () => Promise<T>): Promise<T | undefined> {
    this.refused = undefined;
    this.busy = true;
    try {
      return await act();
    } catch (thrown) {
      this.refused = failureOf(thrown);
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
