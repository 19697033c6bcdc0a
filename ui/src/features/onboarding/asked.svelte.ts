/** One question to the engine whose answer outlives the steps of the wizard: looking through the computer again would take its time. */
import { call, type CommandName, type RequestOf, type ResponseOf } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";

/** A question, and what became of it. */
export class Asked<N extends CommandName> {
  data = $state.raw<ResponseOf<N>>();
  failure = $state.raw<Failure>();
  #asking: Promise<void> | undefined;
  #turn = 0;

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
    this.#asking ??= this.#answer();
    return this.#asking;
  }

  /** Asks when nothing is known yet. */
  know(): Promise<void> {
    return this.data === undefined ? this.ask() : Promise.resolve();
  }

  /** Forgets the answer, and one that is still awaited. */
  forget(): void {
    this.#turn += 1;
    this.#asking = undefined;
    this.data = undefined;
    this.failure = undefined;
  }

  async #answer(): Promise<void> {
    const turn = this.#turn;
    let [data, failure]: [ResponseOf<N> | undefined, Failure | undefined] = [this.data, undefined];
    try {
      data = await call(this.name, this.request);
    } catch (thrown) {
      failure = failureOf(thrown);
    }
    if (turn !== this.#turn) return;
    this.#asking = undefined;
    this.data = data;
    this.failure = failure;
  }
}
