import { describe, expect, test } from "vitest";
import { Failure } from "../../shared/ipc/failure.ts";
import { invalid } from "../../shared/ipc/fake/handlers.ts";
import {
  databaseRows,
  folderOf,
  folderRows,
  isBelow,
  isChosen,
  nameOf,
  totalOf,
  type Found,
  type SourceChoices,
} from "./what.ts";

const none: SourceChoices = { ticks: {}, folders: [], files: [] };
const found = (more: Partial<Found> = {}): Found => ({
  sources: [
    { role: "documents", path: "/home/ana/Documents", recommended: true },
    { role: "music", path: "/home/ana/Music", recommended: false },
  ],
  databases: [],
  measures: new Map(),
  now: new Date("2026-03-12T10:00:00Z"),
  ...more,
});
const database = (path: string, mtime: string | null) => ({ path, size: 5000, mtime });

describe("folders", () => {
  test("what_usually_hurts_most_is_ticked_and_a_person_has_the_last_word", () => {
    expect(folderRows(found(), none).map((row) => row.on)).toEqual([true, false]);
    const ticks = { "/home/ana/Documents": false, "/home/ana/Music": true };
    expect(folderRows(found(), { ...none, ticks }).map((row) => row.on)).toEqual([false, true]);
  });

  test("an_empty_folder_is_never_taken_because_its_copy_would_fail", () => {
    const measures = new Map([["/home/ana/Documents", { files: 0, bytes: 0, complete: true }]]);
    const ticks = { "/home/ana/Documents": true };
    const [row] = folderRows(found({ measures }), { ...none, ticks });
    expect(row).toMatchObject({ on: false, empty: true });
  });

  test("a_folder_that_was_not_counted_to_its_end_is_not_called_empty", () => {
    const measures = new Map([["/home/ana/Documents", { files: 0, bytes: 0, complete: false }]]);
    expect(folderRows(found({ measures }), none)[0]).toMatchObject({ on: true, empty: false });
  });

  test("a_folder_inside_a_chosen_one_goes_with_it_and_is_taken_once", () => {
    const rows = folderRows(found(), { ...none, folders: ["/home/ana"] });
    const [documents, music, ana] = rows;
    expect([documents?.within, music?.within, ana?.within]).toEqual(["/home/ana", "/home/ana", null]);
    expect(rows.filter(isChosen).map((row) => row.path)).toEqual(["/home/ana"]);
  });

  test("a_found_folder_that_is_added_once_more_stays_one_line", () => {
    expect(folderRows(found(), { ...none, folders: ["/home/ana/Music"] })).toHaveLength(2);
  });
});

describe("databases", () => {
  test("those_in_use_are_ticked_those_asleep_or_hidden_by_a_program_are_not", () => {
    const databases = [
      database("/home/ana/shop.db", "2026-03-01T00:00:00Z"),
      database("/home/ana/old.db", "2025-03-01T00:00:00Z"),
      database("/home/ana/.app/state.db", "2026-03-01T00:00:00Z"),
      database("/home/ana/unknown.db", null),
    ];
    const rows = databaseRows(found({ databases }), none, []);
    expect(rows.map((row) => row.on)).toEqual([true, false, false, false]);
  });

  test("one_inside_a_chosen_folder_is_copied_with_it", () => {
    const databases = [database("/home/ana/Documents/shop.db", "2026-03-01T00:00:00Z")];
    const folders = folderRows(found(), none);
    const [row] = databaseRows(found({ databases }), none, folders);
    expect(row?.within).toBe("/home/ana/Documents");
    expect(row && isChosen(row)).toBe(false);
  });

  test("one_that_somebody_chose_is_ticked", () => {
    const [row] = databaseRows(found(), { ...none, files: ["/srv/shop.db"] }, []);
    expect(row).toMatchObject({ path: "/srv/shop.db", on: true });
  });
});

describe("the size of all", () => {
  test("it_is_whole_only_when_everything_chosen_was_counted", () => {
    const measures = new Map([["/home/ana/Documents", { files: 10, bytes: 1000, complete: true }]]);
    const choices = { ...none, ticks: { "/home/ana/Music": true } };
    expect(totalOf(folderRows(found({ measures }), none))).toEqual({ files: 10, bytes: 1000, complete: true });
    expect(totalOf(folderRows(found({ measures }), choices)).complete).toBe(false);
  });

  test("a_folder_that_cannot_be_read_makes_it_incomplete", () => {
    const failure = new Failure(invalid("path", "x", { es: "No", en: "No" }));
    const measures = new Map([["/home/ana/Documents", failure]]);
    expect(totalOf(folderRows(found({ measures }), none))).toEqual({ files: 0, bytes: 0, complete: false });
  });
});

test("paths_of_both_worlds_are_understood", () => {
  expect(isBelow("/home/ana2", "/home/ana")).toBe(false);
  expect(isBelow("C:\\Users\\Ana\\x.db", "C:\\Users\\Ana")).toBe(true);
  expect(isBelow("/x", "/")).toBe(true);
  expect(nameOf("C:\\Contaplus\\datos\\")).toBe("datos");
  expect(nameOf("/")).toBe("/");
  expect(folderOf("/home/ana/shop.db")).toBe("/home/ana");
});
