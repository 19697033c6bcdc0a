/** What lies in a copy, as the engine lists it. */
import type { EntryQuery, EntryRow } from "../bindings.ts";
import type { Large, World } from "./world.ts";

/** Every entry of every folder. */
export function everything(world: World): EntryRow[] {
  return Object.values(world.folders).flat();
}

function isMatch(row: EntryRow, text: string): boolean {
  const name = row.path.slice(row.path.lastIndexOf("/") + 1).toLocaleLowerCase();
  return name.includes(text.toLocaleLowerCase());
}

/** A page of a folder whose entries are made as they are asked for. */
function pageOf({ total, row }: Large, offset: number, limit: number) {
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, step) => row(offset + step));
  return { total, files: total, bytes: total * 1000, cut: false, rows };
}

/** A page of a folder, or of what a search finds below it. */
export function entries(world: World, request: EntryQuery) {
  const folder = request.path ?? "";
  const inside = (row: EntryRow) => folder === "" || row.path.startsWith(`${folder}/`);
  const { search } = request;
  const offset = request.offset ?? 0;
  const large = search ? undefined : world.large[folder];
  if (large) return pageOf(large, offset, request.limit ?? 1000);
  const rows = search
    ? everything(world).filter((row) => inside(row) && isMatch(row, search))
    : (world.folders[folder] ?? []);
  const own = everything(world).find((row) => row.path === folder);
  return {
    total: rows.length,
    files: own?.files ?? rows.reduce((all, row) => all + row.files, 0),
    bytes: own?.bytes ?? rows.reduce((all, row) => all + row.bytes, 0),
    cut: false,
    rows: rows.slice(offset, offset + (request.limit ?? 1000)),
  };
}
