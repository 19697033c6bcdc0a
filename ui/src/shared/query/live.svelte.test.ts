import { beforeEach, expect, test } from "vitest";
import { clock } from "../clock.ts";
import type { Events, Sample } from "../ipc/bindings.ts";
import { live } from "./live.svelte.ts";

const START = new Date("2026-03-12T09:48:00Z").getTime();

function events(sample: Partial<Sample>, paused = false): Events {
  const operation = {
    id: "op-1",
    run: "run-1",
    verb: "back_up" as const,
    plan: "plan-1",
    snapshot: null,
    state: "running" as const,
    started_at: "2026-03-12T09:46:00Z",
    ended_at: null,
    progress: null,
    error: null,
    issues: [],
    issue_count: 0,
    result: null,
  };
  const counters = { entries: 0, bytes: 0, total_entries: 0, total_bytes: 0, issues: 0, current: "" };
  return {
    sequence: 1,
    topics: [],
    running: [{ operation, sample: { phase: "archive", ...counters, ...sample }, paused }],
  };
}

function at(seconds: number, sample: Partial<Sample>, paused = false): void {
  clock.stop(new Date(START + seconds * 1000));
  live.take(events(sample, paused));
}

beforeEach(() => live.take({ sequence: 1, topics: [], running: [] }));

test("speed and time left are told once two measures are there", () => {
  at(0, { bytes: 0, total_bytes: 1000 });
  expect([live.work[0]?.speed, live.work[0]?.left, live.work[0]?.share]).toEqual([null, null, 0]);
  at(1, { bytes: 100, total_bytes: 1000 });
  expect([live.work[0]?.speed, live.work[0]?.left, live.work[0]?.share]).toEqual([100, 9, 0.1]);
});

test("a jump of the speed shows slowly", () => {
  at(0, { bytes: 0, total_bytes: 10_000 });
  at(1, { bytes: 100, total_bytes: 10_000 });
  at(2, { bytes: 1100, total_bytes: 10_000 });
  expect(live.work[0]?.speed).toBeCloseTo(235);
});

test("another phase begins anew, and a paused one has no speed", () => {
  at(0, { bytes: 0, total_bytes: 1000 });
  at(1, { bytes: 500, total_bytes: 1000 });
  at(2, { phase: "publish", bytes: 10, total_bytes: 1000 });
  expect(live.work[0]?.speed).toBeNull();
  at(3, { phase: "publish", bytes: 20, total_bytes: 1000 }, true);
  expect(live.work[0]).toMatchObject({ paused: true, speed: null, left: null });
});

test("work of unknown size has no share and no end", () => {
  at(0, { bytes: 5 });
  expect([live.work[0]?.share, live.work[0]?.left]).toEqual([null, null]);
});

test("what has ended is gone", () => {
  at(0, { bytes: 5 });
  expect(live.ofPlan("plan-1")?.operation.id).toBe("op-1");
  live.take({ sequence: 2, topics: [], running: [] });
  expect([live.ofPlan("plan-1"), live.ofOperation("op-1")]).toEqual([undefined, undefined]);
});
