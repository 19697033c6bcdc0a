/**
 * From ticks to the paths that the engine is asked for. It takes things, it does not leave things out: a folder of which something stays out
 * becomes the others in it, by name.
 */
import { call } from "../../shared/ipc/client.ts";
import { tickOf, type Marks } from "./selection.ts";

/** Entries asked for at once. */
const PAGE = 1000;

/** The paths of what a folder of a snapshot holds, some at a time. */
export type Listing = (folder: string) => AsyncIterable<readonly string[]>;

/** The paths that stand for all that is ticked and nothing else; none when nothing is. */
export async function pathsOf(marks: Marks, list: Listing): Promise<string[]> {
  const ticked = Object.keys(marks).filter((path) => marks[path]?.on);
  const parts: string[][] = [];
  for (const path of ticked.sort()) parts.push(await below(marks, path, list));
  return parts.flat();
}

async function below(marks: Marks, path: string, list: Listing): Promise<string[]> {
  if (tickOf(marks, path) === "on") return [path];
  const parts: string[][] = [];
  for await (const page of list(path)) {
    for (const child of page) {
      // What has a mark of its own stays out, or is looked at by itself.
      if (!marks[child]) parts.push(await below(marks, child, list));
    }
  }
  return parts.flat();
}

/** Folders with something left out: these are named one by one. */
export function namedOneByOne(marks: Marks): readonly string[] {
  return Object.keys(marks).filter((path) => marks[path]?.on && tickOf(marks, path) === "mixed");
}

/** The listing of a snapshot, from the engine. */
export function listingOf(snapshot: string): Listing {
  return async function* pages(path) {
    let offset = 0;
    for (;;) {
      const page = await call("snapshots.page", { snapshot, path, offset, limit: PAGE });
      yield page.rows.map((row) => row.path);
      offset += page.rows.length;
      if (page.rows.length === 0 || offset >= page.total) return;
    }
  };
}
