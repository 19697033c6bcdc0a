/** One question to the engine whose answer outlives the steps of the wizard: looking through the computer again would take its time. */
import { call, type CommandName, type RequestOf, type ResponseOf } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";

/** A question, and what became of it. */
export class Asked<N extends CommandName> {
  data = $state.raw<ResponseOf<N>>();
  failure = $state.raw<Failure>();
  #asking: Promise<void> | undefined;

  constructor(
    readonly name: N,
    readonly request: RequestOf<N>,
  ) {}

  /** Whether nothing is known yet. */
  get loading(): boolean {
    return this.data === undefined && this.failure === undefined;
  }

  /** Asks, once at a time. */
  ask(): Promise<void> {
    this.#asking ??= this.#answer().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #answer(): Promise<void> {
    try {
      this.data = await call(this.name, this.request);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
