/** Every file of a restore with what happens to it, in pages, those in sight only. */
import type { RestoreDeed, RestoreEntry, RestoreRequest } from "../../../shared/ipc/bindings.ts";
import { call } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";

const PAGE = 500;

/** See the module. */
export class Entries {
  failure = $state.raw<Failure>();
  #pages = $state.raw<Readonly<Record<number, readonly RestoreEntry[]>>>({});
  readonly #asked = new Set<number>();

  constructor(
    readonly request: RestoreRequest,
    readonly only: RestoreDeed,
    readonly total: number,
  ) {}

  row(index: number): RestoreEntry | undefined {
    return this.#pages[Math.floor(index / PAGE)]?.[index % PAGE];
  }

  /** Asks for the pages of rows that are in sight. */
  see(first: number, last: number): void {
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) {
      if (!this.#asked.has(page)) void this.#ask(page);
    }
  }

  /** Asks once more after a failure. */
  again(): void {
    this.failure = undefined;
    this.#asked.clear();
    this.see(0, 1);
  }

  async #ask(page: number): Promise<void> {
    this.#asked.add(page);
    const { request, only } = this;
    try {
      const answer = await call("restore.entries", { request, only, offset: page * PAGE, limit: PAGE });
      this.#pages = { ...this.#pages, [page]: answer.rows };
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
