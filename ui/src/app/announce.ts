/** What is said aloud about work that goes on: its beginning, each quarter, its end. Never each file. */
import type { Work } from "../shared/query/live.svelte.ts";
import { percent } from "../shared/words/format.ts";

/** How a piece of work is called, and what is said about it. */
export interface Sayings {
  title(work: Work): string;
  start(title: string): string;
  share(title: string, share: string): string;
  end(title: string): string;
}

/** Keeps what was said last, so that nothing is said twice. */
export class Announcer {
  #heard = new Map<string, { title: string; quarter: number }>();

  constructor(readonly sayings: Sayings) {}

  /** What there is to say now; nothing when nothing new was reached. */
  take(works: readonly Work[]): string | undefined {
    const said = [...works.map((work) => this.#of(work)), ...this.#ended(works)].filter((text) => text !== undefined);
    return said.length > 0 ? said.join(". ") : undefined;
  }

  #of(work: Work): string | undefined {
    const id = work.operation.id;
    const title = this.sayings.title(work);
    const quarter = work.share === null ? 0 : Math.floor(work.share * 4);
    const known = this.#heard.get(id);
    if (known && quarter <= known.quarter) return undefined;
    this.#heard.set(id, { title, quarter });
    return quarter === 0 || quarter === 4
      ? this.#edge(title, known === undefined)
      : this.sayings.share(title, percent(quarter / 4));
  }

  #edge(title: string, first: boolean): string | undefined {
    return first ? this.sayings.start(title) : undefined;
  }

  #ended(works: readonly Work[]): (string | undefined)[] {
    const ended = [...this.#heard].filter(([id]) => !works.some((work) => work.operation.id === id));
    return ended.map(([id, { title }]) => {
      this.#heard.delete(id);
      return this.sayings.end(title);
    });
  }
}
