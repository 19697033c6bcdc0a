/** Snapshots, as the engine answers about them. */
import { notFound, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";
import type { SnapshotView } from "../bindings.ts";

/** The snapshot that a text selects: an id, `latest` or `PLAN@latest`. */
export function selected(world: World, selector: string): SnapshotView {
  const [plan, what] = selector.includes("@") ? selector.split("@") : [undefined, selector];
  const rows = world.snapshots.filter((row) => plan === undefined || row.plan === plan);
  const row = what === "latest" ? rows.at(-1) : rows.find((each) => each.id === what);
  if (!row) throw notFound("snapshot", selector);
  return row;
}

export const snapshots: Handlers = {
  "snapshots.list": (world, { plan }) => world.snapshots.filter((row) => !plan || row.plan === plan),
  "snapshots.show": (world, { snapshot }) => selected(world, snapshot),
  "snapshots.page": (world, request) => {
    const rows = world.folders[request.path ?? ""] ?? [];
    const offset = request.offset ?? 0;
    const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + pick(row), 0);
    return {
      total: rows.length,
      files: sum((row) => row.files),
      bytes: sum((row) => row.bytes),
      cut: false,
      rows: rows.slice(offset, offset + (request.limit ?? 1000)),
    };
  },
};
