/** The databases of a snapshot: each comes back whole; its tables and their rows are told. */
import type { EntryRow, SnapshotDatabase, SnapshotView } from "../../../shared/ipc/bindings.ts";
import { call } from "../../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../../shared/ipc/failure.ts";
import { tick, tickOf } from "../selection.ts";
import type { Wizard } from "../wizard.svelte.ts";

/** A table and how many rows it has. */
export type Table = readonly [name: string, rows: number];

/** What is known of a database's tables. */
export interface Tables {
  readonly rows: readonly Table[] | undefined;
  readonly failure: Failure | undefined;
}

/** The tables of the databases that are open or searched. */
export class Databases {
  #tables = $state.raw<Readonly<Record<string, Tables>>>({});
  #open = $state.raw<Readonly<Record<string, boolean>>>({});

  constructor(
    readonly wizard: Wizard,
    readonly snapshot: SnapshotView,
  ) {}

  /** Whether the tables of a database are shown: at the beginning, where there is only one. */
  isOpen(database: SnapshotDatabase): boolean {
    return this.#open[database.path] ?? this.snapshot.databases?.length === 1;
  }

  fold(database: SnapshotDatabase): void {
    this.#open = { ...this.#open, [database.path]: !this.isOpen(database) };
  }

  tables(database: SnapshotDatabase): Tables | undefined {
    return this.#tables[database.path];
  }

  isTicked(database: SnapshotDatabase): boolean {
    return tickOf(this.wizard.choices.marks, database.path) === "on";
  }

  toggle(database: SnapshotDatabase): void {
    const { path, bytes } = database;
    const entry = { path, type: "folder", files: 1, bytes };
    this.wizard.choose({ marks: tick(this.wizard.choices.marks, entry, !this.isTicked(database)) });
  }

  /** Asks for the tables of a database, unless they are known. */
  async want(database: SnapshotDatabase): Promise<void> {
    const known = this.#tables[database.path];
    if (known && !known.failure) return;
    this.#keep(database, { rows: undefined, failure: undefined });
    try {
      const { path } = database;
      const page = await call("snapshots.page", { snapshot: this.snapshot.id, path, limit: 1000 });
      this.#keep(database, { rows: page.rows.flatMap(tablesOf), failure: undefined });
    } catch (thrown) {
      this.#keep(database, { rows: undefined, failure: failureOf(thrown) });
    }
  }

  #keep(database: SnapshotDatabase, tables: Tables): void {
    this.#tables = { ...this.#tables, [database.path]: tables };
  }
}

function tablesOf(row: EntryRow): Table[] {
  return Object.entries(row.rows ?? {}).sort(([a], [b]) => a.localeCompare(b));
}
