import { expect, test, vi } from "vitest";
import { setHost } from "../../../shared/ipc/client.ts";
import { hostOf } from "../../../shared/ipc/fake/host.ts";
import { makeWorld } from "../../../shared/ipc/fake/world.ts";
import type { EntryRow } from "../../../shared/ipc/bindings.ts";
import { Folder, indexOf, spotAt } from "./folder.ts";

const entry = (path: string): EntryRow => ({
  path,
  type: "file",
  size: 1,
  mtime: null,
  mode: 0o644,
  files: 1,
  bytes: 1,
});

function bare(above: Folder | undefined, place: number, total: number): Folder {
  const folder = new Folder(
    { snapshot: "s", path: `${above?.asked.path ?? ""}/${place}` },
    above,
    place,
    () => undefined,
  );
  folder.total = total;
  above?.inside.push(folder);
  return folder;
}

test("a_million_rows_with_open_folders_among_them_are_found_both_ways", () => {
  const root = bare(undefined, 0, 1_000_000);
  const first = bare(root, 10, 500_000);
  const deep = bare(first, 400_000, 7);
  const last = bare(root, 999_999, 3);
  expect(root.size).toBe(1_500_010);
  for (const [folder, place] of [
    [root, 0],
    [root, 10],
    [first, 0],
    [deep, 6],
    [first, 400_001],
    [root, 11],
    [last, 2],
  ] as const) {
    const spot = spotAt(root, indexOf(folder, place), 0);
    expect([spot.folder, spot.place]).toEqual([folder, place]);
  }
  expect(spotAt(root, indexOf(deep, 0), 0).depth).toBe(2);
  expect(indexOf(last, 2)).toBe(root.size - 1);
});

test("only_the_pages_in_sight_are_asked_for_and_each_once", async () => {
  const world = makeWorld("restore", "es");
  world.folders["files"] = Array.from({ length: 5_000 }, (_, number) => entry(`files/${number}`));
  setHost(hostOf(world));
  const folder = new Folder({ snapshot: "snap-001", path: "files" }, undefined, 0, () => undefined);
  folder.want(0);
  folder.want(20);
  await vi.waitFor(() => expect(folder.total).toBe(5_000));
  folder.want(4_321);
  folder.want(4_320);
  await vi.waitFor(() => expect(folder.row(4_321)?.path).toBe("files/4321"));
  expect(world.calls.map(([, request]) => (request as { offset: number }).offset)).toEqual([0, 4_200]);
  expect(folder.row(1_000)).toBeUndefined();
  expect(folder.all()).toBeUndefined();
});
