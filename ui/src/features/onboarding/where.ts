/** Where copies could go, what is chosen, and how good that is: rules without a screen. */
import type { Nearness, PlaceSuggestion } from "../../shared/ipc/bindings.ts";
import { nameOf, separatorOf } from "./what.ts";

/** The folder that is made on a drive, so that copies do not lie among its owner's things. */
const OWN_FOLDER = "Resguardo";

/** A place on the screen. */
export interface Place {
  /** What the choices know it by. */
  readonly path: string;
  /** Where copies are written. */
  readonly folder: string;
  readonly label: string;
  readonly on: boolean;
  readonly recommended: boolean;
  readonly nearness: Nearness;
  /** What the system knows of it; nothing of a folder that somebody chose. */
  readonly drive: PlaceSuggestion | null;
}

/** What a person said about places. */
export interface PlaceChoices {
  readonly ticks: Readonly<Record<string, boolean>>;
  readonly nearness: Readonly<Record<string, Nearness>>;
  /** Folders that they chose. */
  readonly folders: readonly string[];
}

/** All places, found ones first; the best of them is chosen until somebody says otherwise. */
export function placesOf(found: readonly PlaceSuggestion[], choices: PlaceChoices): Place[] {
  const best = found.find((drive) => !drive.same_disk)?.path;
  const drives = found.map((drive) => ({
    path: drive.path,
    folder: ownFolder(drive.path),
    label: drive.label || nameOf(drive.path),
    recommended: drive.path === best,
    drive,
  }));
  const folders = choices.folders.map((path) => ({
    path,
    folder: path,
    label: nameOf(path),
    recommended: false,
    drive: null,
  }));
  return [...drives, ...folders].map((place) => ({
    ...place,
    on: choices.ticks[place.path] ?? (place.recommended || place.drive === null),
    nearness: choices.nearness[place.path] ?? "near",
  }));
}

/** The folder for copies on a drive. */
export function ownFolder(path: string): string {
  const between = separatorOf(path);
  return path.endsWith(between) ? `${path}${OWN_FOLDER}` : `${path}${between}${OWN_FOLDER}`;
}

/** How good a choice of places is; the worst comes first. */
export type Quality =
  | { readonly is: "none" }
  | { readonly is: "full"; readonly place: Place }
  | { readonly is: "same_disk" }
  | { readonly is: "near_only" }
  | { readonly is: "away_only" }
  | { readonly is: "good"; readonly away: Place };

/** Looks at what is chosen; `bytes` is what a first copy needs at most, as far as that is known. */
export function qualityOf(places: readonly Place[], bytes: number): Quality {
  const chosen = places.filter((place) => place.on);
  if (chosen.length === 0) return { is: "none" };
  const full = chosen.find((place) => place.drive !== null && place.drive.free < bytes);
  if (full) return { is: "full", place: full };
  const away = chosen.find((place) => place.nearness === "away");
  const near = chosen.filter((place) => place.nearness === "near");
  if (!away) return near.every((place) => place.drive?.same_disk) ? { is: "same_disk" } : { is: "near_only" };
  return near.length > 0 ? { is: "good", away } : { is: "away_only" };
}

/** The largest archive file that all chosen places can hold; none when it does not matter. */
export function partSize(places: readonly Place[]): number | null {
  const limits = places.flatMap((place) => (place.on && place.drive?.max_file ? [place.drive.max_file] : []));
  return limits.length > 0 ? Math.min(...limits) : null;
}

/** A name that the engine takes for a destination and that no other one has. */
export function freeName(label: string, taken: readonly string[]): string {
  const clean = label.replaceAll(/[\p{Cc}/\\:*?"<>|@\uFFFD]/gu, " ").replaceAll(/\s+/g, " ");
  const base =
    clean
      .replace(/^[ .-]+/, "")
      .slice(0, 56)
      .replace(/[ .]+$/, "") || OWN_FOLDER;
  const has = (name: string) => taken.some((other) => other.toLowerCase() === name.toLowerCase());
  let [name, number] = [base, 2];
  while (has(name)) name = `${base} ${number++}`;
  return name;
}
