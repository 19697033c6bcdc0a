import { render, screen } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { expect, test } from "vitest";
import VirtualRows from "./VirtualRows.svelte";

const row = createRawSnippet((_: () => string | undefined, index: () => number) => ({
  render: () => `<p>row ${index()}</p>`,
}));

function shown(total: number): HTMLElement {
  render(VirtualRows<string>, {
    total,
    height: 34,
    at: (index: number) => String(index),
    row,
    label: "rows",
    role: "list",
  });
  return screen.getByRole("list");
}

test("of a million rows only those in sight exist", () => {
  const list = shown(1_000_000);
  expect(list.querySelectorAll("p").length).toBeLessThan(40);
  expect(screen.getByText("row 0")).toBeTruthy();
});

test("the list is never taller than a browser can lay out", () => {
  const all = shown(1_000_000).firstElementChild as HTMLElement;
  expect(all.style.height).toBe("16000000px");
});

test("few rows are all there, in their height", () => {
  const list = shown(3);
  expect([...list.querySelectorAll("p")].map((each) => each.textContent)).toEqual(["row 0", "row 1", "row 2"]);
  expect((list.firstElementChild as HTMLElement).style.height).toBe("102px");
});
