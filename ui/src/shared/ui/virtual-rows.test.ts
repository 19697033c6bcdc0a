import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import VirtualRows from "./VirtualRows.svelte";

afterEach(() => vi.unstubAllGlobals());

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

const slotsOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>(".rows__slot")];
const rowsOf = (list: HTMLElement) => slotsOf(list).map((slot) => parseFloat(slot.style.top) / 34);

async function scroll(list: HTMLElement, top: number): Promise<void> {
  list.scrollTop = top;
  await fireEvent.scroll(list);
}

test("rows that go out of sight are made use of again, and stand in order once it rests", async () => {
  const list = shown(1000);
  const before = new Set(slotsOf(list));
  await scroll(list, 34 * 20);
  expect(slotsOf(list).every((each) => before.has(each))).toBe(true);
  const sorted = rowsOf(list).sort((a, b) => a - b);
  expect(sorted[0]).toBe(12);
  await waitFor(() => expect(rowsOf(list)).toEqual(sorted));
});

function withButtons(): HTMLElement {
  const button = createRawSnippet((_: () => string | undefined, index: () => number) => ({
    render: () => `<button>row ${index()}</button>`,
  }));
  const rows = { total: 1000, height: 34, at: String, row: button, label: "rows", role: "list", tabindex: 0 };
  render(VirtualRows<string>, rows);
  return screen.getByRole("list");
}

test("the focus in a row that goes stays at the list, and in one that stays it stays", async () => {
  const list = withButtons();
  const held = screen.getByRole("button", { name: "row 12" });
  held.focus();
  await scroll(list, 34 * 10);
  expect(document.activeElement).toBe(held);
  await scroll(list, 34 * 40);
  expect(document.activeElement).toBe(list);
});

test("a window of another height brings the focus to no other row, and the rows stand in order", async () => {
  const watches: (() => void)[] = [];
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(tell: () => void) {
        watches.push(tell);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  const list = withButtons();
  await scroll(list, 34 * 100);
  slotsOf(list)[rowsOf(list).indexOf(105)]?.querySelector("button")?.focus();
  expect(document.activeElement).not.toBe(list);
  Object.defineProperty(list, "clientHeight", { value: 340 });
  watches.forEach((tell) => tell());
  await waitFor(() => expect(slotsOf(list)).toHaveLength(27));
  expect(document.activeElement).toBe(list);
  await waitFor(() => expect(rowsOf(list)).toEqual(Array.from({ length: 27 }, (_, step) => 92 + step)));
});
