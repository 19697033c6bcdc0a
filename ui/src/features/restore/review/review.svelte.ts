/** “Review”: what would happen, counted by the engine before anything changes; and the start. */
import type { RestoreDeed, RestorePreview, RestoreRequest, Sample } from "../../../shared/ipc/bindings.ts";
import { call } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";

/** The first answer comes at once; after it, each waits for news so long, in milliseconds. */
const WAIT = 250;

/** The review of a request. It is asked for once, not kept fresh: the engine reads every file for it. */
export class Review {
  preview = $state.raw<RestorePreview>();
  /** How far the engine is with looking. */
  looking = $state.raw<Sample>();
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
    this.looking = undefined;
    this.failure = undefined;
    try {
      const request = await make();
      if (request === null || turn !== this.#turn) return;
      const preview = await this.#look(request, turn);
      if (preview === undefined || turn !== this.#turn) return;
      this.request = request;
      this.preview = preview;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = failureOf(thrown);
    }
  }

  /** Nobody looks at it any more: the engine stops by itself when it is not asked. */
  leave(): void {
    this.#turn += 1;
  }

  async #look(request: RestoreRequest, turn: number): Promise<RestorePreview | undefined> {
    let look = await call("restore.plan", { request });
    while (look.state === "looking" && turn === this.#turn) {
      this.looking = look.sample;
      look = await call("restore.plan", { request, wait_ms: WAIT });
    }
    return look.state === "done" ? look.preview : undefined;
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
