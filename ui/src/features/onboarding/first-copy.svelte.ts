/** The first copy while it is made, and the proof after it: one real file comes back. */
import type { BackUpReport, DrillReport, Operation, Phase } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { live, type Work } from "../../shared/query/live.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { faultOf, startCopy, tell, type Fault } from "./protect.ts";
import { setup } from "./setup.svelte.ts";

/** How one of the two stands. */
export type Stage = "waiting" | "running" | "done" | "failed";

/** What the one file was; the engine names it since it restores single files. */
export type ProofReport = DrillReport & { readonly file?: string | null };

/** The two operations of the last step. Lives as long as the screen. */
export class FirstCopy {
  readonly #copy = query("operations.show", () => (setup.choices.copy ? { name: setup.choices.copy } : null));
  readonly #proof = query("operations.show", () => (setup.choices.proof ? { name: setup.choices.proof } : null));
  #copyTold = $state.raw<Failure>();
  #proofTold = $state.raw<Failure>();
  #starting = false;
  #told = new Set<string>();

  /** The copy at work. */
  get work(): Work | undefined {
    return setup.choices.copy ? live.ofOperation(setup.choices.copy) : undefined;
  }

  /** Why the copy did not come to a good end, in words. */
  get copyFailure(): Failure | undefined {
    return this.#copyTold ?? this.#copy.failure;
  }

  /** Why the proof did not. */
  get proofFailure(): Failure | undefined {
    return this.#proofTold ?? this.#proof.failure;
  }

  get copy(): Stage {
    if (this.copyFailure) return "failed";
    return stageOf(this.#copy.data);
  }

  get proof(): Stage {
    if (this.proofFailure) return "failed";
    return setup.choices.proof === null ? "waiting" : stageOf(this.#proof.data);
  }

  get report(): BackUpReport | null {
    return this.copy === "done" ? resultOf<BackUpReport>(this.#copy.data) : null;
  }

  get proofReport(): ProofReport | null {
    return this.proof === "done" ? resultOf<ProofReport>(this.#proof.data) : null;
  }

  /** Things that could not be copied. */
  get issues(): number {
    return this.#copy.data?.issue_count ?? 0;
  }

  get phase(): Phase | undefined {
    return this.work?.sample?.phase;
  }

  /** The step at which the failure can be repaired. */
  get repair(): Fault["step"] | undefined {
    return this.copyFailure ? faultOf(this.copyFailure).step : undefined;
  }

  /** Follows what the engine says: an end in trouble is told, a good one proven. */
  async follow(): Promise<void> {
    const [copy, proof] = [this.#copy.data, this.#proof.data];
    this.#copyTold = (await this.#trouble(copy)) ?? this.#copyTold;
    if (!this.copyFailure && stageOf(copy) === "done" && setup.choices.proof === null) await this.prove();
    this.#proofTold = (await this.#trouble(proof)) ?? this.#proofTold;
  }

  /** Why an operation has not done what it should; told once. */
  async #trouble(operation: Operation | undefined): Promise<Failure | undefined> {
    if (!operation || this.#told.has(operation.id)) return undefined;
    const nowhere = operation.verb === "back_up" ? nowhereOf(operation) : undefined;
    const error = stageOf(operation) === "failed" ? operation.error : nowhere;
    if (!error) return undefined;
    this.#told.add(operation.id);
    return tell(error);
  }

  /** Starts the copy once more. */
  async again(): Promise<void> {
    const { plan } = setup.choices;
    if (plan === null) return;
    await this.#start(
      async () => {
        const copy = await startCopy(await call("plans.show", { name: plan }));
        setup.change({ copy, proof: null });
        this.#copyTold = undefined;
        this.#proofTold = undefined;
      },
      (failure) => (this.#copyTold = failure),
    );
  }

  /** Restores one file and compares it. */
  async prove(): Promise<void> {
    const { plan } = setup.choices;
    if (plan === null) return;
    await this.#start(
      async () => {
        const proof = await call("operations.start", { verb: "drill", plan, extent: "one_file" });
        setup.change({ proof });
        this.#proofTold = undefined;
      },
      (failure) => (this.#proofTold = failure),
    );
  }

  async #start(task: () => Promise<void>, failed: (failure: Failure) => void): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    try {
      await task();
    } catch (thrown) {
      failed(failureOf(thrown));
    }
    this.#starting = false;
  }
}

function stageOf(operation: Operation | undefined): Stage {
  switch (operation?.state) {
    case "succeeded":
    case "succeeded_with_issues":
      return "done";
    case "failed":
    case "cancelled":
    case "interrupted":
      return "failed";
    case "queued":
    case "running":
    case "cancelling":
    case undefined:
      return "running";
  }
}

function resultOf<T>(operation: Operation | undefined): T | null {
  return operation?.result ? (JSON.parse(operation.result) as T) : null;
}

/** A copy that reached no destination protects nothing yet. */
function nowhereOf(operation: Operation) {
  const report = stageOf(operation) === "done" ? resultOf<BackUpReport>(operation) : null;
  return report && report.present.length === 0 ? report.waiting[0]?.error : undefined;
}
