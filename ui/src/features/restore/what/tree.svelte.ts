/** The tree of a snapshot: which folders are open, where the keyboard stands, what is ticked. */
import type { EntryRow } from "../../../shared/ipc/bindings.ts";
import type { Failure } from "../../../shared/ipc/failure.ts";
import { nameOf, parentOf, tick, tickOf, type Tick } from "../selection.ts";
import type { Wizard } from "../wizard.svelte.ts";
import { Folder, indexOf, spotAt, type Spot } from "./folder.ts";

/** How long letters typed one after another count as one word. */
const WORD = 700;
/** How far ahead typed letters look. */
const AHEAD = 5000;

/** A row as it is shown. */
export interface Row {
  readonly spot: Spot;
  /** Not known yet while it is awaited. */
  readonly entry: EntryRow | undefined;
  readonly open: boolean;
  /** Why it can't be known. */
  readonly failure: Failure | undefined;
}

/** Whether an entry can be brought back: files, folders and links; not pipes, sockets and devices. */
export function comesBack(entry: EntryRow): boolean {
  return entry.type === "file" || entry.type === "folder" || entry.type === "symlink";
}

/** See the module. */
export class Tree {
  readonly #root: Folder;
  #version = $state(0);
  #at = $state(0);
  #typed = "";
  #typedAt = 0;

  constructor(
    readonly wizard: Wizard,
    snapshot: string,
    readonly search = "",
  ) {
    const changed = (): void => void (this.#version += 1);
    const asked = { snapshot, path: "files", ...(search ? { search } : {}) };
    this.#root = new Folder(asked, undefined, 0, changed);
    this.#root.want(0);
    if (!search) this.#reopen();
  }

  /** Rows in all. */
  get size(): number {
    void this.#version;
    return this.#root.size;
  }

  /** The folder at the top, for its counts and failures. */
  get top(): Folder {
    void this.#version;
    return this.#root;
  }

  /** The row at which the keyboard stands. */
  get at(): number {
    return Math.max(0, Math.min(this.#at, this.size - 1));
  }

  set at(index: number) {
    this.#at = Math.max(0, Math.min(index, this.size - 1));
  }

  row(index: number): Row {
    void this.#version;
    const spot = spotAt(this.#root, index, 0);
    const entry = spot.folder.row(spot.place);
    const open = spot.folder.inside.some((folder) => folder.place === spot.place);
    return { spot, entry, open, failure: spot.folder.failure };
  }

  /** Asks for what stands in rows that are in sight. */
  see(first: number, last: number): void {
    for (let index = first; index < last; index += 1) {
      const { folder, place } = spotAt(this.#root, index, 0);
      folder.want(place);
    }
  }

  tickOf(entry: EntryRow): Tick {
    return tickOf(this.wizard.choices.marks, entry.path);
  }

  /** Ticks what is not wholly ticked, else unticks it. Folders of which all or nothing is ticked by hand are taken whole. */
  toggle(row: Row): void {
    const { entry } = row;
    if (!entry || !comesBack(entry)) return;
    const on = this.tickOf(entry) !== "on";
    let marks = tick(this.wizard.choices.marks, entry, on);
    for (let folder: Folder | undefined = row.spot.folder; folder?.above; folder = folder.above) {
      const around = folder.above.row(folder.place);
      const all = this.search ? undefined : folder.all();
      if (!around || !all?.every((each) => tickOf(marks, each.path) === (on ? "on" : "off"))) break;
      marks = tick(marks, around, on);
    }
    this.wizard.choose({ marks });
  }

  /** Opens a folder, or closes it. */
  fold(row: Row): void {
    const { entry, spot } = row;
    if (entry?.type !== "folder" || this.search) return;
    const { inside } = spot.folder;
    const found = inside.findIndex((folder) => folder.place === spot.place);
    if (found >= 0) inside.splice(found, 1);
    else this.#open(spot.folder, entry.path, spot.place);
    this.#version += 1;
    this.#remember(entry.path, found >= 0 ? undefined : spot.place);
  }

  #open(folder: Folder, path: string, place: number): Folder {
    const { snapshot } = folder.asked;
    const made = new Folder({ snapshot, path }, folder, place, folder.changed);
    folder.inside.push(made);
    folder.inside.sort((a, b) => a.place - b.place);
    made.want(0);
    return made;
  }

  #remember(path: string, place: number | undefined): void {
    const kept = Object.entries(this.wizard.choices.open).filter(([at]) => at !== path && !at.startsWith(`${path}/`));
    const open = Object.fromEntries(kept);
    this.wizard.note({ open: place === undefined ? open : { ...open, [path]: place } });
  }

  /** Opens what was open before the page was loaded again. */
  #reopen(): void {
    const known = new Map<string, Folder>([[this.#root.asked.path, this.#root]]);
    for (const [path, place] of Object.entries(this.wizard.choices.open).sort()) {
      const folder = known.get(parentOf(path));
      if (!folder) continue;
      folder.want(place);
      known.set(path, this.#open(folder, path, place));
    }
  }

  /** Moves or acts by a key; false for keys that mean nothing here. */
  press(key: string, rows: number, now: number): boolean {
    const row = this.row(this.at);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: rows, PageUp: -rows };
    const step = moves[key];
    if (step !== undefined) this.at += step;
    else if (key === "Home") this.at = 0;
    else if (key === "End") this.at = this.size - 1;
    else if (key === "ArrowRight") this.#right(row);
    else if (key === "ArrowLeft") this.#left(row);
    else if (key === "Enter") this.fold(row);
    else if (key === " ") this.toggle(row);
    else if (key.length === 1) this.#find(key, now);
    else return false;
    return true;
  }

  #right(row: Row): void {
    if (row.open) this.at += 1;
    else this.fold(row);
  }

  #left(row: Row): void {
    const { folder } = row.spot;
    if (row.open) this.fold(row);
    else if (folder.above) this.at = indexOf(folder.above, folder.place);
  }

  /** Goes to the next row that begins with what is typed, among those that are known. */
  #find(letter: string, now: number): void {
    this.#typed = (now - this.#typedAt < WORD ? this.#typed : "") + letter.toLocaleLowerCase();
    this.#typedAt = now;
    const size = this.size;
    const first = this.#typed.length === 1 ? 1 : 0;
    for (let step = first; step < Math.min(size, AHEAD) + first; step += 1) {
      const index = (this.at + step) % size;
      const name = nameOf(this.row(index).entry?.path ?? "").toLocaleLowerCase();
      if (name.startsWith(this.#typed)) {
        this.at = index;
        return;
      }
    }
  }
}
