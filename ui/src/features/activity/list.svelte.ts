/** The list of operations: filter, search, and pages that come as a person scrolls. What was read once stays. */
import { clock } from "../../shared/clock.ts";
import type { OperationRow, OperationsFile, OperationsPageOf } from "../../shared/ipc/bindings.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { Failure, failureOf } from "../../shared/ipc/failure.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { counted, dayHeading, dayKey, moment } from "../../shared/words/format.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { filters, type Filter } from "./results.ts";
import { words } from "./words.ts";

const PAGE = 50;
const PATIENCE = 250;

/** The operations of a day. */
export interface Day {
  readonly key: string;
  readonly heading: string;
  readonly rows: readonly OperationRow[];
}

/** The list. Made while its view is being made. */
export class ActivityList {
  filter = $state<Filter>("all");
  /** What is typed. */
  typed = $state("");
  /** What is searched for. */
  search = $state("");
  failure = $state.raw<Failure>();
  /** Why the table was not written. */
  refused = $state.raw<Failure>();
  busy = $state(false);
  #older = $state.raw<readonly OperationRow[]>([]);
  #ended = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest page, which is asked for again when something changes. */
  readonly first = query("operations.page", () => this.#asked(null));

  readonly rows = $derived.by(() => {
    const known = new Map([...this.#older, ...(this.first.data?.rows ?? [])].map((row) => [row.id, row]));
    return [...known.values()].sort((a, b) => b.started_at.localeCompare(a.started_at));
  });
  readonly more = $derived(this.#older.length > 0 ? !this.#ended : (this.first.data?.more ?? false));
  readonly days = $derived(daysOf(this.rows));
  readonly narrowed = $derived(this.filter !== "all" || this.search !== "");

  choose(filter: Filter): void {
    this.#forget();
    this.filter = filter;
  }

  /** Searches once the typing rests. */
  type(text: string): void {
    this.typed = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#searchFor(text.trim()), text === "" ? 0 : PATIENCE);
  }

  showAll(): void {
    this.typed = "";
    this.#searchFor("");
    this.choose("all");
  }

  /** Reads the page before the oldest row that is known. */
  async loadMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (this.busy || !last || !this.more) return;
    const asked = this.#asked(last.id);
    this.busy = true;
    this.failure = undefined;
    try {
      const page = await call("operations.page", asked);
      if (JSON.stringify(asked) === JSON.stringify(this.#asked(last.id))) {
        this.#older = [...this.rows, ...page.rows];
        this.#ended = !page.more;
      }
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.busy = false;
  }

  /** Writes what the list shows, all of it, as a table where the person says. */
  async save(): Promise<void> {
    if (this.busy) return;
    const name = `${words().tableName}-${dayKey(clock.now())}.csv`;
    this.refused = undefined;
    try {
      const file = await host().pickSave({ title: words().tableTitle, name, extensions: ["csv"] });
      if (file === null) return;
      this.busy = true;
      const request: OperationsFile = { file, ...this.#narrowing(), language: engineLanguage() };
      const lines = await call("operations.save", request);
      toasts.done(words().tableSaved(counted(lines, words().lineOne, words().lineMany)));
    } catch (thrown) {
      this.refused = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  #searchFor(text: string): void {
    if (text === this.search) return;
    this.#forget();
    this.search = text;
  }

  #forget(): void {
    this.#older = [];
    this.#ended = false;
    this.failure = this.refused = undefined;
  }

  #asked(before: string | null): OperationsPageOf {
    return { ...this.#narrowing(), before, limit: PAGE };
  }

  #narrowing(): Omit<OperationsPageOf, "before" | "limit"> {
    return {
      verbs: [...filters[this.filter]],
      only_problems: this.filter === "problems",
      search: this.search === "" ? null : this.search,
    };
  }
}

function daysOf(rows: readonly OperationRow[]): Day[] {
  const days: { key: string; heading: string; rows: OperationRow[] }[] = [];
  for (const row of rows) {
    const at = moment(row.started_at);
    const key = dayKey(at);
    const last = days.at(-1);
    if (last?.key === key) last.rows.push(row);
    else days.push({ key, heading: dayHeading(at), rows: [row] });
  }
  return days;
}

/** Failures that nothing of the same kind has made good since: the newest of each plan and verb. */
export function unmended(rows: readonly OperationRow[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = new Set<string>();
  for (const row of rows) {
    const key = `${row.verb} ${row.plan ?? ""}`;
    if (!["failed", "succeeded", "succeeded_with_issues", "running"].includes(row.state) || seen.has(key)) continue;
    seen.add(key);
    if (row.state === "failed") open.add(row.id);
  }
  return open;
}
