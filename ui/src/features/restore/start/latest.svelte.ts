/** The latest copy of a plan, all of it, in one go: what, where to, and what would change before anything does. */
import type { RestoreRequest, SnapshotView } from "../../../shared/ipc/bindings.ts";
import { Review } from "../review/review.svelte.ts";

/** See the module. */
export class Latest {
  readonly review = new Review();
  plan = $state("");
  to = $state<"in_place" | "folder">("in_place");
  folder = $state("");
  /** Whether a review was asked for. */
  reviewing = $state(false);

  constructor(readonly snapshots: () => readonly SnapshotView[]) {
    this.plan = this.names[0] ?? "";
  }

  /** Plans with copies, the one copied last at the front. */
  get names(): readonly string[] {
    const newest = this.snapshots().toSorted((a, b) => b.created_at.localeCompare(a.created_at));
    return [...new Set(newest.map((row) => row.plan))];
  }

  /** The newest copy of the plan. */
  get row(): SnapshotView | undefined {
    const rows = this.snapshots().filter((row) => row.plan === this.plan);
    return rows.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).at(-1);
  }

  get canReview(): boolean {
    return this.row !== undefined && (this.to === "in_place" || this.folder !== "");
  }

  /** Asks what would change. */
  ask(): void {
    this.reviewing = true;
    void this.review.ask(() => Promise.resolve(this.#request()));
  }

  /** Back to the choices. */
  back(): void {
    this.reviewing = false;
    this.review.leave();
  }

  #request(): RestoreRequest | null {
    if (!this.row) return null;
    const target = this.to === "in_place" ? { to: this.to } : { to: this.to, path: this.folder };
    // Here, and only here, everything is meant: no paths.
    return { snapshot: this.row.id, paths: [], target, existing: "replace", safety: true };
  }
}
