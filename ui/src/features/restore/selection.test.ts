import { expect, test } from "vitest";
import { chosen, shownPath, tick, tickOf, totals, untick, type Marks } from "./selection.ts";

const folder = (path: string, files: number, bytes: number) => ({ path, type: "folder", files, bytes });
const file = (path: string, bytes: number) => ({ path, type: "file", files: 1, bytes });
const documents = folder("files/D", 10, 1000);
const none: Marks = {};

test("a_ticked_folder_holds_for_everything_below_it", () => {
  const marks = tick(none, documents, true);
  expect(tickOf(marks, "files/D")).toBe("on");
  expect(tickOf(marks, "files/D/a/b.pdf")).toBe("on");
  expect(tickOf(marks, "files/Dx")).toBe("off");
  expect(tickOf(marks, "files")).toBe("mixed");
});

test("one_unticked_below_makes_the_folder_mixed_and_leaves_its_neighbours", () => {
  const marks = tick(tick(none, documents, true), file("files/D/a.pdf", 30), false);
  expect(tickOf(marks, "files/D")).toBe("mixed");
  expect(tickOf(marks, "files/D/a.pdf")).toBe("off");
  expect(tickOf(marks, "files/D/b.pdf")).toBe("on");
  expect(totals(marks)).toEqual({ files: 9, bytes: 970 });
});

test("ticking_it_again_leaves_no_trace", () => {
  const whole = tick(none, documents, true);
  const back = tick(tick(whole, file("files/D/a.pdf", 30), false), file("files/D/a.pdf", 30), true);
  expect(back).toEqual(whole);
  expect(tick(whole, documents, false)).toEqual({});
});

test("a_folder_ticked_whole_forgets_what_was_decided_below_it", () => {
  const parts = tick(tick(none, file("files/D/a.pdf", 30), true), folder("files/D/x", 4, 40), true);
  expect(totals(tick(parts, documents, true))).toEqual({ files: 10, bytes: 1000 });
});

test("a_part_of_what_is_left_out_may_be_taken_again", () => {
  let marks = tick(none, documents, true);
  marks = tick(marks, folder("files/D/x", 4, 400), false);
  marks = tick(marks, file("files/D/x/in.pdf", 50), true);
  expect(tickOf(marks, "files/D/x")).toBe("mixed");
  expect(tickOf(marks, "files/D/x/in.pdf")).toBe("on");
  expect(tickOf(marks, "files/D/x/other.pdf")).toBe("off");
  expect(totals(marks)).toEqual({ files: 7, bytes: 650 });
  expect(chosen(marks)).toEqual([
    { path: "files/D", type: "folder", files: 6, bytes: 600, without: 1 },
    { path: "files/D/x/in.pdf", type: "file", files: 1, bytes: 50, without: 0 },
  ]);
});

test("removing_from_the_basket_takes_what_was_decided_below_along", () => {
  const marks = tick(tick(none, documents, true), file("files/D/a.pdf", 30), false);
  expect(untick(marks, "files/D")).toEqual({});
});

test("people_do_not_see_the_folder_that_all_files_stand_in", () => {
  expect(shownPath("files/D/a.pdf")).toBe("D/a.pdf");
});
