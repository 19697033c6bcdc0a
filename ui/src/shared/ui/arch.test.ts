import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import Arch from "./Arch.svelte";

const arrives = (container: Element) => container.querySelector(".arch--arrived") !== null;

test("the arch fades in once, when what was not well has become well", async () => {
  const { container, rerender } = render(Arch, { state: "ok" });
  expect(arrives(container)).toBe(false);
  await rerender({ state: "warn" });
  expect(arrives(container)).toBe(false);
  await rerender({ state: "ok" });
  expect(arrives(container)).toBe(true);
});
