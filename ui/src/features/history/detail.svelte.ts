/** A single copy and what can be done with it. */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { live } from "../../shared/query/live.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { fullWhenOf } from "./describe.ts";
import { detailWords } from "./detail.words.ts";

/** What a second step asks about. */
export type Asking = "remove" | "refuse";

/** The details of a copy among the copies of its plan. Made while its view is being made. */
export class Detail {
  readonly #row: () => SnapshotView;
  /** Every copy of the plan: what needs this one, what it needs. */
  readonly siblings = query("snapshots.list", () => ({ plan: this.row.plan }));
  readonly pruning = query("plans.pruning", () => ({ name: this.row.plan }));
  readonly manifest = query("snapshots.manifest", () => (this.row.issues > 0 ? { snapshot: this.row.id } : null));

  asking = $state<Asking>();
  failure = $state.raw<Failure>();
  busy = $state(false);
  #verifying = $state<string>();

  constructor(row: () => SnapshotView) {
    this.#row = row;
  }

  readonly row = $derived.by(() => this.#row());
  readonly rows = $derived(this.siblings.data ?? []);
  /** The copies that are useless without this one. */
  readonly children = $derived(this.rows.filter((other) => other.needs.includes(this.row.id)));
  readonly keep = $derived(this.pruning.data?.rows.find((each) => each.id === this.row.id)?.keep);
  readonly verifying = $derived(this.#verifying !== undefined && live.ofOperation(this.#verifying) !== undefined);
  /** What it needs: the whole copy that its chain begins with, and the one before it. */
  readonly needs = $derived(
    [...new Set([this.row.needs[0], this.row.needs.at(-1)])].flatMap((id) =>
      id === undefined ? [] : [{ id, row: this.rows.find((other) => other.id === id) }],
    ),
  );

  restore(): void {
    router.go("restore", ["what"], { snapshot: this.row.id });
  }

  verify(): Promise<void> {
    return this.#do(async () => {
      this.#verifying = await call("operations.start", { verb: "verify", snapshots: [this.row.id], level: "opened" });
      toasts.say(detailWords().verifyStarted, "badge-check");
    });
  }

  pin(pinned: boolean, undoable = true): Promise<void> {
    const snapshot = this.row.id;
    return this.#do(async () => {
      await call("snapshots.pin", { snapshot, pinned });
      const undo = undoable ? () => void this.pin(!pinned, false) : undefined;
      toasts.done(pinned ? detailWords().pinDone : detailWords().unpinDone, undo);
    });
  }

  async exportTo(): Promise<void> {
    const to = await host().pickFolder({ title: detailWords().exportTo });
    if (to === null) return;
    await this.#do(async () => {
      await call("operations.start", { verb: "export", snapshot: this.row.id, paths: [], to });
      toasts.done(detailWords().exportStarted(to));
    });
  }

  /** Removes the copy; `gone` is told once that has begun. */
  remove(gone: () => void): Promise<void> {
    const when = fullWhenOf(this.row);
    return this.#do(async () => {
      await call("operations.start", { verb: "delete", snapshot: this.row.id });
      toasts.done(detailWords().removeStarted(when));
      gone();
    });
  }

  settle(accept: boolean): Promise<void> {
    return this.#do(async () => {
      await call("snapshots.settle", { snapshot: this.row.id, accept });
      toasts.done(accept ? detailWords().acceptDone : detailWords().refuseDone);
    });
  }

  async #do(deed: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await deed();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.asking = undefined;
    this.busy = false;
  }
}
