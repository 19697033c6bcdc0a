/**
 * What is ticked in a copy: marks on paths, where a mark holds for everything below it until another mark says otherwise. So a folder of a
 * million files is ticked, or ticked but for one, without anything below it being known.
 */
import type { EntryRow } from "../../shared/ipc/bindings.ts";

/** A decision about a path and what is below it, with what stands there. */
export interface Mark {
  readonly on: boolean;
  readonly type: string;
  readonly files: number;
  readonly bytes: number;
}

/** All decisions, by path. No mark repeats what holds above it. */
export type Marks = Readonly<Record<string, Mark>>;

/** How a box looks. */
export type Tick = "on" | "off" | "mixed";

/** Files and their bytes. */
export interface Counts {
  readonly files: number;
  readonly bytes: number;
}

/** The folder that holds a path; empty for the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A path as a person knows it: without the folder that all files of a snapshot stand in. */
export function shownPath(path: string): string {
  return path.replace(/^files\//, "");
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

function holds(marks: Marks, path: string): boolean {
  for (let at = path; at !== ""; at = parentOf(at)) {
    const mark = marks[at];
    if (mark) return mark.on;
  }
  return false;
}

/** How the box of a path looks. */
export function tickOf(marks: Marks, path: string): Tick {
  const mixed = Object.keys(marks).some((at) => isBelow(at, path));
  if (mixed) return "mixed";
  return holds(marks, path) ? "on" : "off";
}

/** Ticks or unticks an entry and everything below it. */
export function tick(marks: Marks, row: Pick<EntryRow, "path" | "type" | "files" | "bytes">, on: boolean): Marks {
  const rest = Object.entries(marks).filter(([at]) => at !== row.path && !isBelow(at, row.path));
  const others: Marks = Object.fromEntries(rest);
  if (holds(others, parentOf(row.path)) === on) return others;
  return { ...others, [row.path]: { on, type: row.type, files: row.files, bytes: row.bytes } };
}

/** Forgets a mark and what was decided below it. */
export function untick(marks: Marks, path: string): Marks {
  return Object.fromEntries(Object.entries(marks).filter(([at]) => at !== path && !isBelow(at, path)));
}

/** Files and bytes of all that is ticked. */
export function totals(marks: Marks): Counts {
  return Object.values(marks).reduce(
    (all, mark) => {
      const sign = mark.on ? 1 : -1;
      return { files: all.files + sign * mark.files, bytes: all.bytes + sign * mark.bytes };
    },
    { files: 0, bytes: 0 },
  );
}

const isDatabase = (path: string): boolean => path.startsWith("databases/");

/** Files and databases that are ticked: a database comes back as one thing, whatever it is made of. */
export function things(marks: Marks): { readonly files: number; readonly databases: number } {
  const entries = Object.entries(marks);
  const { files } = totals(Object.fromEntries(entries.filter(([path]) => !isDatabase(path))));
  return { files, databases: entries.filter(([path, mark]) => isDatabase(path) && mark.on).length };
}

/** Something ticked, as the basket shows it. */
export interface Chosen extends Counts {
  readonly path: string;
  readonly type: string;
  /** How many things below it stay out. */
  readonly without: number;
}

/** What is ticked, by path; what stays out below it is taken off its counts. */
export function chosen(marks: Marks): readonly Chosen[] {
  const rows = Object.entries(marks).filter(([, mark]) => mark.on);
  return rows
    .map(([path, mark]) => {
      const out = Object.entries(marks).filter(([at, other]) => !other.on && above(marks, at) === path);
      const { files, bytes } = totals(Object.fromEntries([[path, mark], ...out]));
      return { path, type: mark.type, files, bytes, without: out.length };
    })
    .sort((a, b) => a.path.localeCompare(b.path));
}

function above(marks: Marks, path: string): string | undefined {
  for (let at = parentOf(path); at !== ""; at = parentOf(at)) if (marks[at]) return at;
  return undefined;
}
