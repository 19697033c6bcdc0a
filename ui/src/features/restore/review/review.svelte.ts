/** “Review”: what would happen, counted by the engine before anything changes; and the start. */
import type { RestoreDeed, RestorePreview, RestoreRequest } from "../../../shared/ipc/bindings.ts";
import { call } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";

/** The review of a request. It is asked for once, not kept fresh: the engine reads every file for it. */
export class Review {
  preview = $state.raw<RestorePreview>();
  failure = $state.raw<Failure>();
  /** Why it did not start. */
  refused = $state.raw<Failure>();
  starting = $state(false);
  request = $state.raw<RestoreRequest>();
  #turn = 0;

  /** Asks what a request would do. `make` may take long: it names what is ticked. */
  async ask(make: () => Promise<RestoreRequest | null>): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.preview = undefined;
    this.failure = undefined;
    try {
      const request = await make();
      if (request === null || turn !== this.#turn) return;
      const preview = await call("restore.plan", request);
      if (turn !== this.#turn) return;
      this.request = request;
      this.preview = preview;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = failureOf(thrown);
    }
  }

  /** Starts it; answers the operation, or nothing when the engine refused. */
  async start(safety: boolean): Promise<string | undefined> {
    if (!this.request || this.starting) return undefined;
    this.starting = true;
    this.refused = undefined;
    try {
      return await call("operations.start", { verb: "restore", ...this.request, safety });
    } catch (thrown) {
      this.refused = failureOf(thrown);
      return undefined;
    } finally {
      this.starting = false;
    }
  }

  /** What happens to files that are there already and differ. */
  get clash(): "replace" | "skip" | "rename" {
    const existing = this.request?.existing ?? "replace";
    return existing === "replace" ? "replace" : existing === "missing" ? "skip" : "rename";
  }
}

/** What happens to files, as a list of them may be asked for: what stays as it is does not interest. */
export const deeds: readonly RestoreDeed[] = ["replace", "rename", "skip", "create"];
