/** The search in the list of copies: it begins once the typing rests, and what was found before stays until then. */
import type { SnapshotView } from "../../shared/ipc/bindings.ts";
import { search } from "./fits.ts";
import type { Lines } from "./weeks.ts";

/** Milliseconds without typing after which is searched. */
const PAUSE = 200;

/** See the module. Made while its page is being made. */
export class CopySearch {
  /** What is typed. */
  typed = $state("");
  /** The copies that were found, newest first; `undefined` while nothing is searched for. */
  found = $state.raw<readonly SnapshotView[]>();

  constructor(lines: () => Lines) {
    $effect(() => {
      const [among, text] = [lines(), this.typed.trim()];
      let isWanted = true;
      const timer = setTimeout(() => void this.#look(among, text, () => isWanted), PAUSE);
      if (text === "") this.clear();
      return () => {
        isWanted = false;
        clearTimeout(timer);
      };
    });
  }

  /** Searches for nothing. */
  clear(): void {
    this.typed = "";
    this.found = undefined;
  }

  async #look(among: Lines, text: string, isWanted: () => boolean): Promise<void> {
    if (text === "") return;
    const found = await search(among, text, isWanted);
    if (found) this.found = found;
  }
}
