/** What the window runs on: the engine behind one call and one channel of events, and the few things that only a window's host can do. */
import type { Events } from "./bindings.ts";

/** A choice of a file or a folder. */
export interface Picking {
  /** What the dialog is called. */
  title: string;
  /** Where it begins. */
  start?: string;
  /** Endings of the files that are offered, without the dot. */
  extensions?: readonly string[];
}

/** The host of the window. */
export interface Host {
  /** Calls a command; an error is thrown as it came (see `failure.ts`). */
  call(command: string, request: unknown, language: string): Promise<unknown>;
  /** Tells what changed and what runs, until the answer is called. */
  listen(tell: (events: Events) => void): () => void;
  /** Lets a person choose a folder; `null` when they chose none. */
  pickFolder(picking: Picking): Promise<string | null>;
  /** Lets a person choose a file. */
  pickFile(picking: Picking): Promise<string | null>;
  /** Lets a person say where a file is to be written. */
  pickSave(picking: Picking & { name: string }): Promise<string | null>;
  /** Shows a folder or a file in the system's file manager. */
  reveal(path: string): Promise<void>;
  /** Opens the web page of the newest version, which the engine names. */
  openRelease(): Promise<void>;
  /** Shows everything so many times as large; layouts follow as in a smaller window. */
  zoom(factor: number): Promise<void>;
  /** The page that somebody asked to see (a notice, a second start), once. */
  route(): Promise<string | null>;
  /** Tells of such a page while the window is open. */
  routes(tell: (route: string) => void): () => void;
}
