import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Toasts from "./Toasts.svelte";
import { toasts } from "./toasts.svelte.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  toasts.close();
  vi.useRealTimers();
});

test("with a way back it stays eight seconds, without one four", () => {
  toasts.done("Plan guardado");
  vi.advanceTimersByTime(4001);
  expect(toasts.now).toBeUndefined();
  toasts.done("Plan guardado", vi.fn());
  vi.advanceTimersByTime(7999);
  expect(toasts.now).toBeDefined();
  vi.advanceTimersByTime(2);
  expect(toasts.now).toBeUndefined();
});

test("it stays while somebody reaches for its button, and takes back once", async () => {
  render(Toasts);
  const undo = vi.fn();
  toasts.done("Plan guardado", undo);
  await tick();
  const button = screen.getByRole("button", { name: "Deshacer" });
  await fireEvent.focusIn(button);
  vi.advanceTimersByTime(60_000);
  expect(toasts.now).toBeDefined();
  await fireEvent.click(button);
  expect(undo).toHaveBeenCalledOnce();
  expect(toasts.undo()).toBe(false);
});
