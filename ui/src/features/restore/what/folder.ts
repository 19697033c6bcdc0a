/** A folder of a snapshot as far as it is known: its entries come in pages, and only those that somebody looks at. */
import type { EntryRow } from "../../../shared/ipc/bindings.ts";
import { call } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";

/** Entries of a page. */
const PAGE = 200;
/** Pages kept of one folder; those looked at longest ago go first. */
const KEPT = 200;

/** What is asked for of a snapshot. */
export interface Asked {
  readonly snapshot: string;
  readonly path: string;
  /** Instead of the folder's own entries, everything below it with this in its name. */
  readonly search?: string;
}

/** See the module. */
export class Folder {
  /** Entries in all; `undefined` until the first page is here. */
  total: number | undefined;
  /** Whether a search found more than is told. */
  cut = false;
  failure: Failure | undefined;
  /** Folders in it that are open, by their place. */
  readonly inside: Folder[] = [];
  readonly #pages = new Map<number, readonly EntryRow[]>();
  readonly #asked = new Set<number>();

  constructor(
    readonly asked: Asked,
    readonly above: Folder | undefined,
    /** Its place in the folder around it. */
    readonly place: number,
    readonly changed: () => void,
  ) {}

  /** Rows that it takes up: its entries and what is open in it, or one that says how it stands. */
  get size(): number {
    if (this.total === undefined) return 1;
    return this.inside.reduce((all, folder) => all + folder.size, this.total);
  }

  /** The entry at a place, when it is known. */
  row(place: number): EntryRow | undefined {
    return this.#pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  /** Every entry, when all of them are known. */
  all(): readonly EntryRow[] | undefined {
    if (this.total === undefined) return undefined;
    const pages = Math.ceil(this.total / PAGE);
    if (this.#pages.size < pages) return undefined;
    return Array.from({ length: pages }, (_, page) => this.#pages.get(page) ?? []).flat();
  }

  /** Asks for the page that a place is on, unless it is here or on its way. */
  want(place: number): void {
    const page = Math.floor(place / PAGE);
    if (this.#pages.has(page) || this.#asked.has(page) || this.failure) return;
    this.#asked.add(page);
    void this.#ask(page);
  }

  /** Asks once more after a failure. */
  again(): void {
    this.failure = undefined;
    this.want(0);
    this.changed();
  }

  async #ask(page: number): Promise<void> {
    try {
      const answer = await call("snapshots.page", { ...this.asked, offset: page * PAGE, limit: PAGE });
      this.total = answer.total;
      this.cut = answer.cut;
      this.#keep(page, answer.rows);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.#asked.delete(page);
    this.changed();
  }

  #keep(page: number, rows: readonly EntryRow[]): void {
    this.#pages.set(page, rows);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > KEPT && oldest !== undefined) this.#pages.delete(oldest);
  }
}

/** A row of the tree: a place in a folder, how deep that is. */
export interface Spot {
  readonly folder: Folder;
  readonly place: number;
  readonly depth: number;
}

/** What stands at a row below a folder. */
export function spotAt(folder: Folder, index: number, depth: number): Spot {
  let [rest, begin] = [index, 0];
  for (const open of folder.inside) {
    const plain = open.place - begin + 1;
    if (rest < plain) break;
    rest -= plain;
    if (rest < open.size) return spotAt(open, rest, depth + 1);
    rest -= open.size;
    begin = open.place + 1;
  }
  return { folder, place: begin + rest, depth };
}

/** The row of a place in a folder. */
export function indexOf(folder: Folder, place: number): number {
  const before = folder.inside.filter((open) => open.place < place).reduce((all, open) => all + open.size, place);
  return folder.above ? indexOf(folder.above, folder.place) + 1 + before : before;
}
