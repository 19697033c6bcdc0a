/** What is offered to be protected, and what of it is chosen: rules without a screen. */
import type { DatabaseSuggestion, FolderMeasure, FolderRole, SourceSuggestion } from "../../shared/ipc/bindings.ts";
import type { Failure } from "../../shared/ipc/failure.ts";

/** What a look into a folder gave: nothing yet, its size, or why it can't be read. */
export type Measured = FolderMeasure | Failure | undefined;

/** A line of the list. */
export interface SourceRow {
  readonly kind: "folder" | "sqlite";
  readonly path: string;
  /** What a folder of the system is for; a folder or a file that somebody added has none. */
  readonly role: FolderRole | null;
  readonly on: boolean;
  /** The chosen folder with which it is copied anyway. */
  readonly within: string | null;
  /** There is nothing in it to copy: a copy of it would fail. */
  readonly empty: boolean;
  readonly measured: Measured;
  /** When a database was changed last. */
  readonly mtime: string | null;
}

/** What a person said about what was found, and what they added. */
export interface SourceChoices {
  /** By path: ticked or not, where a person said so. */
  readonly ticks: Readonly<Record<string, boolean>>;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What was found and measured. */
export interface Found {
  readonly sources: readonly SourceSuggestion[];
  readonly databases: readonly DatabaseSuggestion[];
  readonly measures: ReadonlyMap<string, FolderMeasure | Failure>;
  readonly now: Date;
}

/** A database that was not changed for so long is no longer in use. */
const IN_USE = 90 * 24 * 3_600_000;

/** The folders, found ones first. */
export function folderRows(found: Found, choices: SourceChoices): SourceRow[] {
  const known = found.sources.map((each) => ({ path: each.path, role: each.role, usual: each.recommended }));
  const added = choices.folders
    .filter((path) => !known.some((each) => each.path === path))
    .map((path) => ({ path, role: null, usual: true }));
  const rows = [...known, ...added].map(({ path, role, usual }): SourceRow => {
    const measured = found.measures.get(path);
    const empty = isEmpty(measured);
    const on = !empty && (choices.ticks[path] ?? usual);
    return { kind: "folder", path, role, on, within: null, empty, measured, mtime: null };
  });
  return rows.map((row) => ({ ...row, within: holder(row.path, rows) }));
}

/** The databases; `folders` are the lines above them. */
export function databaseRows(found: Found, choices: SourceChoices, folders: readonly SourceRow[]): SourceRow[] {
  const known = found.databases.map((each) => ({ ...each, usual: isOwners(each, found.now) }));
  const added = choices.files
    .filter((path) => !known.some((each) => each.path === path))
    .map((path) => ({ path, size: 0, mtime: null, usual: true }));
  return [...known, ...added].map(({ path, size, mtime, usual }) => ({
    kind: "sqlite",
    path,
    role: null,
    on: choices.ticks[path] ?? usual,
    within: holder(path, folders),
    empty: false,
    measured: size > 0 ? { files: 1, bytes: size, complete: true } : undefined,
    mtime,
  }));
}

/** Whether a line goes into the plan: what lies in a chosen folder is copied with it, once. */
export function isChosen(row: SourceRow): boolean {
  return row.on && row.within === null;
}

/** What is known of the size of all that is chosen. */
export function totalOf(rows: readonly SourceRow[]): FolderMeasure {
  const sum = { files: 0, bytes: 0, complete: true };
  for (const { measured } of rows.filter(isChosen)) {
    if (measured === undefined || !("bytes" in measured)) sum.complete = false;
    else {
      sum.files += measured.files;
      sum.bytes += measured.bytes;
      sum.complete &&= measured.complete;
    }
  }
  return sum;
}

function isEmpty(measured: Measured): boolean {
  return measured !== undefined && "files" in measured && measured.complete && measured.files === 0;
}

function holder(path: string, rows: readonly SourceRow[]): string | null {
  const holding = rows.find((row) => row.on && row.path !== path && isBelow(path, row.path));
  return holding?.path ?? null;
}

/** Whether a path lies below a folder. */
export function isBelow(path: string, folder: string): boolean {
  const end = separatorOf(folder);
  return path.startsWith(folder.endsWith(end) ? folder : folder + end);
}

/** What stands between the names of a path. */
export function separatorOf(path: string): string {
  return /^[A-Za-z]:|^\\\\/.test(path) ? "\\" : "/";
}

/** The last name of a path. */
export function nameOf(path: string): string {
  const parts = path.split(separatorOf(path)).filter((part) => part !== "");
  return parts.at(-1) ?? path;
}

/** The folder of a path. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf(separatorOf(path));
  return at > 0 ? path.slice(0, at) : path;
}

/** A database in use that no program hides among its own things. */
function isOwners(database: DatabaseSuggestion, now: Date): boolean {
  const hidden = database.path.split(/[\\/]/).some((part) => part.startsWith(".") || part === "AppData");
  const changed = database.mtime === null ? 0 : new Date(database.mtime).getTime();
  return !hidden && now.getTime() - changed <= IN_USE;
}
