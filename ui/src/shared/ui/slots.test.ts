import { expect, test } from "vitest";
import { inOrder, rowOf } from "./slots.ts";

test("each_row_in_sight_has_one_slot", () => {
  for (const first of [0, 1, 6, 7, 999_993]) {
    const rows = Array.from({ length: 7 }, (_, slot) => rowOf(slot, first, 7)).sort((a, b) => a - b);
    expect(rows).toEqual(Array.from({ length: 7 }, (_, step) => first + step));
  }
});

test("a_row_that_stays_in_sight_keeps_its_slot", () => {
  const slot = 12 % 7;
  expect([8, 10, 12].map((first) => rowOf(slot, first, 7))).toEqual([12, 12, 12]);
});

test("slots_in_order_show_their_rows_in_order", () => {
  expect(inOrder(10, 7).map((slot) => rowOf(slot, 10, 7))).toEqual([10, 11, 12, 13, 14, 15, 16]);
});
