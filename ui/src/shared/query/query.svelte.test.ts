import { flushSync } from "svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { setHost } from "../ipc/client.ts";
import { hostOf, type FakeHost } from "../ipc/fake/host.ts";
import { notFound } from "../ipc/fake/handlers.ts";
import { makeWorld } from "../ipc/fake/world.ts";
import { forgetAnswers, query, timePassed, topicsChanged } from "./query.svelte.ts";
import { isTouched } from "./topics.ts";

let host: FakeHost;

beforeEach(() => {
  forgetAnswers();
  host = hostOf(makeWorld("protected", "es"));
  setHost(host);
});

const asked = (command: string): number => host.world.calls.filter(([name]) => name === command).length;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  flushSync();
};

/** Looks as a component does; the answer ends it. */
function looking<T>(look: () => T): [T, () => void] {
  let made: T | undefined;
  const end = $effect.root(() => {
    made = look();
  });
  flushSync();
  return [made as T, end];
}

describe("an answer", () => {
  test("is asked for once by all who look at the same", async () => {
    const [first, endFirst] = looking(() => query("plans.list", () => ({})));
    await settle();
    const [second, endSecond] = looking(() => query("plans.list", () => ({})));
    expect(first.data).toBe(second.data);
    expect(first.data?.map((plan) => plan.name)).toEqual(["Consultorio", "Radiografías e imágenes"]);
    endFirst();
    endSecond();
  });

  test("is asked for again when what it rests on changes, and only then", async () => {
    const [plans, end] = looking(() => query("plans.list", () => ({})));
    await settle();
    const before = asked("plans.list");
    topicsChanged(["alerts"]);
    expect(asked("plans.list")).toBe(before);
    host.world.plans.pop();
    topicsChanged(["plans"]);
    await settle();
    expect(plans.data).toHaveLength(1);
    end();
  });

  test("that nobody looks at is not asked for", async () => {
    const [, end] = looking(() => query("plans.list", () => ({})));
    await settle();
    end();
    flushSync();
    const before = asked("plans.list");
    topicsChanged(["plans"]);
    timePassed();
    expect(asked("plans.list")).toBe(before);
  });

  test("that failed says why, and keeps what was known", async () => {
    const [plans, end] = looking(() => query("plans.list", () => ({})));
    await settle();
    host.world.failing.set("plans.list", notFound("plan", "x"));
    plans.again();
    await settle();
    expect(plans.failure?.told.kind).toBe("not_found");
    expect(plans.data).toHaveLength(2);
    host.world.failing.clear();
    plans.again();
    await settle();
    expect(plans.failure).toBeUndefined();
    end();
  });

  test("of another request never stands for this one, unless a list keeps its page", async () => {
    let name = $state("Consultorio");
    const [shown, endShown] = looking(() => query("plans.show", () => ({ name })));
    const [kept, endKept] = looking(() => query("plans.show", () => ({ name }), { keep: true }));
    await settle();
    expect([shown.data?.name, kept.data?.name]).toEqual(["Consultorio", "Consultorio"]);
    name = "Radiografías e imágenes";
    flushSync();
    expect([shown.data, kept.data?.name]).toEqual([undefined, "Consultorio"]);
    await settle();
    expect([shown.data?.name, kept.data?.name]).toEqual(["Radiografías e imágenes", "Radiografías e imágenes"]);
    endShown();
    endKept();
  });
});

test("a look at the disks is not repeated by the clock or by other changes", () => {
  expect(isTouched("suggestions.measure", ["plans", "destinations", "settings"])).toBe(false);
  expect(isTouched("plans.list", ["plans"])).toBe(true);
});
