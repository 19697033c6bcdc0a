/** axe on what a component test shows; contrasts are looked at in a real browser. */
import axe from "axe-core";
import { expect } from "vitest";

/** Expects that axe finds nothing in the page. */
export async function expectAccessible(): Promise<void> {
  const options = { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } };
  const { violations } = await axe.run(document.body, options);
  expect(violations.flatMap((row) => row.nodes.map((node) => `${row.id}: ${node.html}`))).toEqual([]);
}
