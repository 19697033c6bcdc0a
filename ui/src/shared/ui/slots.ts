/**
 * Which row each of a few elements shows while a long list scrolls. What goes out of sight on one side comes back as another row on
 * the other: rows that stay in sight are not touched, and none is made, removed or moved.
 */

/** The row that a slot shows when the rows in sight begin at `first`. */
export function rowOf(slot: number, first: number, slots: number): number {
  return first + ((((slot - first) % slots) + slots) % slots);
}

/** All slots in the order of their rows, when the rows in sight begin at `first`: the order in which a page is read. */
export function inOrder(first: number, slots: number): readonly number[] {
  return Array.from({ length: slots }, (_, step) => (first + step) % slots);
}
