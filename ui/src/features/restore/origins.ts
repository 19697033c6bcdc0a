/** Where things of a snapshot stood when they were copied: where they go back to. */
import type { Manifest, SourceSummary } from "../../shared/ipc/bindings.ts";

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The sources of a snapshot to which something of these paths belongs; all of them when there are no paths. */
export function sourcesOf(manifest: Manifest, paths: readonly string[]): readonly SourceSummary[] {
  if (paths.length === 0) return manifest.sources;
  return manifest.sources.filter((source) =>
    paths.some((path) => isWithin(path, source.path) || isWithin(source.path, path)),
  );
}

/** The places that a target names, one by one: the engine tells where things go back to in one line. */
export function placesIn(manifest: Manifest | undefined, target: string): readonly string[] {
  const origins = manifest?.sources.map((source) => source.origin) ?? [];
  return origins.join(", ") === target ? origins : [target];
}
