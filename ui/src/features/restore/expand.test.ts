import { expect, test } from "vitest";
import { setHost } from "../../shared/ipc/client.ts";
import { hostOf } from "../../shared/ipc/fake/host.ts";
import { makeWorld } from "../../shared/ipc/fake/world.ts";
import type { EntryRow } from "../../shared/ipc/bindings.ts";
import { listingOf, namedOneByOne, pathsOf, type Listing } from "./expand.ts";
import { tick, type Marks } from "./selection.ts";

const row = (path: string, type = "folder"): Pick<EntryRow, "path" | "type" | "files" | "bytes"> => ({
  path,
  type,
  files: 1,
  bytes: 1,
});
const tree: Record<string, string[]> = {
  "files/D": ["files/D/a", "files/D/b", "files/D/c.pdf"],
  "files/D/a": ["files/D/a/1.pdf", "files/D/a/2.pdf"],
};
const looked: string[] = [];
const list: Listing = async function* pages(folder) {
  looked.push(folder);
  for (const path of tree[folder] ?? []) yield await Promise.resolve([path]);
};
const marked = (...marks: [string, boolean][]): Marks =>
  marks.reduce<Marks>((all, [path, on]) => tick(all, row(path), on), {});

test("a_whole_folder_is_its_own_path_and_nothing_below_it_is_looked_at", async () => {
  looked.length = 0;
  expect(await pathsOf(marked(["files/D", true]), list)).toEqual(["files/D"]);
  expect(looked).toEqual([]);
});

test("a_folder_but_one_becomes_the_others_by_name", async () => {
  const marks = marked(["files/D", true], ["files/D/b", false]);
  expect(await pathsOf(marks, list)).toEqual(["files/D/a", "files/D/c.pdf"]);
  expect(namedOneByOne(marks)).toEqual(["files/D"]);
});

test("what_is_left_out_far_below_opens_only_the_folders_on_its_way", async () => {
  looked.length = 0;
  const marks = marked(["files/D", true], ["files/D/a/2.pdf", false]);
  expect(await pathsOf(marks, list)).toEqual(["files/D/a/1.pdf", "files/D/b", "files/D/c.pdf"]);
  expect(looked).toEqual(["files/D", "files/D/a"]);
});

test("what_is_taken_again_below_something_left_out_comes_along", async () => {
  const marks = marked(["files/D", true], ["files/D/a", false], ["files/D/a/1.pdf", true]);
  expect((await pathsOf(marks, list)).sort()).toEqual(["files/D/a/1.pdf", "files/D/b", "files/D/c.pdf"]);
});

test("a_folder_with_everything_in_it_left_out_is_nothing_and_never_everything", async () => {
  const marks = marked(["files/D/a", true], ["files/D/a/1.pdf", false], ["files/D/a/2.pdf", false]);
  expect(await pathsOf(marks, list)).toEqual([]);
});

test("a_folder_of_many_pages_is_named_whole_but_for_the_one", async () => {
  const world = makeWorld("restore", "es");
  const many = Array.from({ length: 2_345 }, (_, number) => `files/Big/${String(number).padStart(5, "0")}.pdf`);
  const file = { type: "file", size: 1, mtime: null, mode: 0o644, files: 1, bytes: 1 };
  world.folders["files/Big"] = many.map((path) => ({ ...file, path }));
  setHost(hostOf(world));
  const marks = marked(["files/Big", true], ["files/Big/01500.pdf", false]);
  const paths = await pathsOf(marks, listingOf("snap-001"));
  expect(paths).toEqual(many.filter((path) => path !== "files/Big/01500.pdf"));
  expect(world.calls).toHaveLength(3);
});
