/** Well-known things that many people leave out, with the patterns that stand for them; patterns are those of `.gitignore`. */
import { wellKnownWords } from "./what.words.ts";

/** The well-known ones by name, in the order in which they are offered. */
export const wellKnown = {
  temporary: ["*.tmp"],
  videos: ["*.mp4", "*.mov", "*.avi", "*.mkv"],
  music: ["*.mp3", "*.flac", "*.wav"],
  discImages: ["*.iso", "*.vhdx", "*.vmdk"],
  installers: ["*.exe", "*.msi", "*.dmg"],
  zoom: ["Zoom/"],
  downloads: ["Descargas/", "Downloads/"],
  projects: ["node_modules/"],
} as const;

/** The name of a well-known one. */
export type WellKnown = keyof typeof wellKnown;

/** All names. */
export const wellKnownNames = Object.keys(wellKnown) as WellKnown[];

/** What is left out, as people see it: the well-known ones that are there whole, and the rest. */
export function seen(patterns: readonly string[]): { known: WellKnown[]; own: string[] } {
  const known = wellKnownNames.filter((name) => isThere(name, patterns));
  const covered = new Set<string>(known.flatMap((name) => wellKnown[name]));
  return { known, own: patterns.filter((pattern) => !covered.has(pattern)) };
}

/** Whether all patterns of a well-known one are there. */
export function isThere(name: WellKnown, patterns: readonly string[]): boolean {
  return wellKnown[name].every((pattern) => patterns.includes(pattern));
}

/** The patterns with a well-known one added or taken away. */
export function withKnown(name: WellKnown, on: boolean, patterns: readonly string[]): string[] {
  const without = patterns.filter((pattern) => !(wellKnown[name] as readonly string[]).includes(pattern));
  return on ? [...without, ...wellKnown[name]] : without;
}

/** What a well-known thing is called. */
export function wellKnownName(name: WellKnown): string {
  const all = wellKnownWords();
  const names: Record<WellKnown, string> = {
    temporary: all.temporary,
    videos: all.videos,
    music: all.music,
    discImages: all.discImages,
    installers: all.installers,
    zoom: all.zoom,
    downloads: all.downloads,
    projects: all.projects,
  };
  return names[name];
}
