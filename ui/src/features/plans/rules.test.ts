/** The pure rules of the editor: forms and drafts, keep rules, patterns, summaries, rows, the picture. */
import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../shared/clock.ts";
import type { Keep, PlanDraft, PruneReport, Retention, Schedule } from "../../shared/ipc/bindings.ts";
import { locale } from "../../shared/words/language.svelte.ts";
import { draftOf, formOf, newPlan, samePlan, switched, switchedOn, usualRetention } from "./form.ts";
import { besides, inMode, modeOf, reachOf } from "./keep.ts";
import { pictureInTime, pictureOfNow } from "./lanes.ts";
import { levelChoices, levelName, levelOf, sizes } from "./levels.ts";
import { seen, withKnown } from "./patterns.ts";
import { atTime, hourSteps, newRow, rowText, times } from "./schedule-rows.ts";
import { summary } from "./summaries.ts";

const zone = "Europe/Madrid";
const nothing: Retention = { all: false, last: null, days: null, daily: null, weekly: null, monthly: null };
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

beforeEach(() => {
  clock.stop(new Date("2026-03-12T09:48:00Z"), zone);
  locale.language = "es";
});

describe("a form", () => {
  const draft: PlanDraft = {
    name: "Tienda",
    folders: ["/a"],
    sqlite: ["/b.db"],
    exclude: ["*.tmp"],
    include: ["*.pdf"],
    default_excludes: false,
    one_file_system: false,
    max_size: 5,
    max_age_days: 6,
    to: ["USB"],
    schedules: [{ every: "day", at: "20:00:00", zone, kind: null, class: "daily" }],
    retention: { ...nothing, last: 3 },
    level: { number: 7 },
    part_size: 8,
  };

  test("gives every field of the draft back", () => expect(draftOf(formOf(draft))).toEqual(draft));

  test("has the engine's usual values where the draft says nothing", () => {
    const form = formOf({});
    expect([form.defaultExcludes, form.oneFileSystem, form.level]).toEqual([true, true, "normal"]);
    expect(form.retention).toEqual(usualRetention);
  });

  test("keeps schedules that are off in the draft", () => {
    const form = formOf(newPlan(["USB"], zone));
    const [first, ...rest] = form.schedules;
    const turned = first ? [{ ...first, schedule: switched(first.schedule, false) }] : [];
    const off = { ...form, schedules: [...turned, ...rest] };
    expect(draftOf(off).schedules?.map((schedule) => schedule.off)).toEqual([true, undefined]);
    expect(switchedOn(off).map((schedule) => schedule.every)).toEqual(["week"]);
    expect(samePlan(form, off)).toBe(false);
    const again = turned.map((row) => ({ ...row, schedule: switched(row.schedule, true) }));
    expect(samePlan(form, { ...form, schedules: [...again, ...rest] })).toBe(true);
  });
});

describe("keep rules", () => {
  test.each<[Partial<Retention>, string]>([
    [{ all: true, last: 3 }, "all"],
    [{ last: 3 }, "last"],
    [{ days: 3 }, "days"],
    [{ daily: 3 }, "periods"],
    [{ last: 3, days: 5 }, "periods"],
    [{}, "periods"],
  ])("%o are said by %s", (rules, mode) => expect(modeOf({ ...nothing, ...rules })).toBe(mode));

  test("rules that the way of saying them does not show are named", () => {
    expect(besides({ ...usualRetention, last: 5 })).toEqual(["last"]);
    expect(besides({ ...nothing, last: 5 })).toEqual([]);
    expect(besides({ ...nothing, all: true, last: 5 })).toEqual([]);
  });

  test("another way has the rules of the plan when it is said so, else the usual ones", () => {
    const kept = { ...nothing, days: 90 };
    expect(inMode("days", kept)).toBe(kept);
    expect(inMode("last", kept)).toEqual({ ...nothing, last: 30 });
  });

  test.each<[Partial<Retention>, string]>([
    [{ all: true }, "Todas"],
    [{}, "Ninguna"],
    [{ last: 30 }, "Las últimas 30"],
    [{ days: 1 }, "Hasta un día atrás"],
    [{ daily: 14, weekly: 8 }, "Hasta 8 semanas atrás"],
    [{ daily: 14, weekly: 8, monthly: 12 }, "Hasta un año atrás"],
    [{ monthly: 6 }, "Hasta 6 meses atrás"],
    [{ monthly: 36 }, "Hasta 3 años atrás"],
    [{ daily: 90, monthly: 1 }, "Hasta 90 días atrás"],
  ])("%o reach %s", (rules, line) => {
    const form = { ...formOf({}), retention: { ...nothing, ...rules } };
    expect(summary("keep", form)).toBe(line);
    expect(reachOf(form.retention)).toBeDefined();
  });
});

test("each part has a line of its own", () => {
  const form = formOf({ ...newPlan([], zone), folders: ["/a", "/b"], sqlite: ["/c"] });
  expect(summary("what", form)).toBe("2 carpetas, 1 base");
  expect(summary("what", formOf({}))).toBe("Nada todavía");
  expect(summary("when", form)).toBe("2 horarios");
  expect(summary("when", formOf({}))).toBe("Solo a mano");
  expect(summary("where", form)).toBe("Ningún destino");
  expect(summary("advanced", form)).toBe("Ajustes normales");
  expect(summary("advanced", { ...form, maxSize: 5 })).toBe("Con cambios tuyos");
});

describe("patterns", () => {
  test("a well-known thing is there only when all its patterns are", () => {
    expect(seen(["*.tmp", "*.mp4", "*.bak"])).toEqual({ known: ["temporary"], own: ["*.mp4", "*.bak"] });
  });

  test("it comes and goes whole, and leaves the others alone", () => {
    const on = withKnown("videos", true, ["*.mp4", "*.bak"]);
    expect(on).toEqual(["*.bak", "*.mp4", "*.mov", "*.avi", "*.mkv"]);
    expect(withKnown("videos", false, on)).toEqual(["*.bak"]);
  });
});

describe("rows of schedules", () => {
  const daily: Schedule = { every: "day", at: "20:07:00", zone, kind: "incremental", class: "daily" };

  test("a new one has the zone and the time of the others, and an id of its own", () => {
    const row = newRow("month", [{ id: 4, schedule: daily }], "UTC", "2026-03-12");
    expect(row).toMatchObject({
      id: 5,
      schedule: { every: "month", at: "20:07:00", zone, class: "monthly" },
    });
  });

  test("the first one is in the zone of the computer", () => {
    expect(newRow("once", [], "UTC", "2026-03-12").schedule).toMatchObject({ at: "2026-03-12T20:00:00", zone: "UTC" });
  });

  test("an odd time is among the times, in its place", () => {
    const all = times("20:07:00").map((choice) => choice.value);
    expect(all).toHaveLength(97);
    expect(all.indexOf("20:07:00")).toBe(all.indexOf("20:00:00") + 1);
    expect(times("20:00:00")).toHaveLength(96);
    expect(hourSteps(5).map((choice) => choice.value)).toContain("5");
  });

  test("each kind of schedule takes another time", () => {
    expect(atTime(daily, "08:00:00")).toMatchObject({ at: "08:00:00" });
    const once: Schedule = { every: "once", at: "2026-03-20T20:00:00", zone, kind: null, class: "daily" };
    expect(atTime(once, "08:00:00")).toMatchObject({ at: "2026-03-20T08:00:00" });
    const hours: Schedule = { every: "hours", hours: 6, from: "00:00:00", zone, kind: null, class: "daily" };
    expect(atTime(hours, "08:00:00")).toMatchObject({ from: "08:00:00" });
  });

  test("what is unusual stands in its line: another class, another zone", () => {
    expect(rowText(daily, zone)).toBe("Copia rápida: solo lo que cambió");
    expect(rowText({ ...daily, class: "monthly" }, zone)).toBe("Copia rápida: solo lo que cambió · con las mensuales");
    expect(rowText({ ...daily, kind: "full" }, "UTC")).toBe("Copia completa de todo · hora de Europe/Madrid");
  });
});

test("levels have names, and one from elsewhere stays among the choices while it stands", () => {
  expect(levelOf(levelName({ number: 7 }))).toEqual({ number: 7 });
  expect(levelOf(levelName("small"))).toBe("small");
  expect(levelChoices("normal")).toHaveLength(4);
  expect(levelChoices({ number: 7 }).at(-1)).toEqual({ value: "7", label: "Nivel 7" });
  expect(levelChoices({ number: 0 })).toHaveLength(4);
  expect(sizes([1, 3], 2, (size) => plain(size)).map((each) => each.label)).toEqual(["1 B", "2 B", "3 B"]);
});

describe("the picture", () => {
  const day = (days: number) => new Date(Date.parse("2026-03-12T09:00:00Z") - days * 86_400_000).toISOString();
  const row = (days: number, ...keep: Keep[]) => ({ id: `${days}`, name: "", created_at: day(days), bytes: 10, keep });
  const report = (...rows: PruneReport["rows"]): PruneReport => ({
    rows: rows.toReversed(),
    deleted: rows.filter((each) => each.keep.length === 0).length,
    freed: 20,
    refusal: null,
  });
  const daily = (number: number): Keep => ({ reason: "daily", number });

  test("a copy stands in the lane of each rule that keeps it, and for safety only when nothing else does", () => {
    const needed: Keep = { reason: "needed_by", id: "0" };
    const drawn = pictureOfNow(
      report(row(0, daily(1), { reason: "weekly", number: 1 }, needed), row(3, needed), row(9), row(10)),
    );
    expect(drawn.lanes.map((lane) => [lane.name, lane.count])).toEqual([
      ["daily", 1],
      ["weekly", 1],
      ["safe", 1],
      ["gone", 2],
    ]);
    expect(drawn).toMatchObject({ kept: 2, gone: 2, oldest: day(3), bytes: { kept: 20, freed: 20 } });
  });

  test("the newest is at the right, older ones farther left, and the axis ends beyond the oldest", () => {
    const drawn = pictureOfNow(report(row(0, daily(1)), row(7, daily(2)), row(200, daily(3))));
    const marks = drawn.lanes[0]?.marks ?? [];
    expect(marks[0]).toBe(1.5);
    expect(marks).toEqual(marks.toSorted((a, b) => a - b));
    expect(marks.at(-1)).toBeLessThan(96.4);
    expect(drawn.ticks.map((tick) => Math.round(tick.days))).toEqual([0, 14, 60, 213]);
  });

  test("copies of one hour are one mark with their count beside it", () => {
    const drawn = pictureOfNow(report(row(0, { reason: "all" }), row(0.01, { reason: "all" })));
    expect(drawn.lanes[0]).toMatchObject({ count: 2, marks: [1.5] });
  });

  test("after a long time sizes are not known and what would be gone is a figure", () => {
    const rows = [
      { id: "a", at: day(1), class: "daily" as const, kind: "full" as const, keep: [daily(1)] },
      { id: "b", at: day(90), class: "daily" as const, kind: "full" as const, keep: [] },
    ];
    const drawn = pictureInTime({ rows, left_out: 0, kept: 1, gone: 300, reasons: {}, oldest: day(1) });
    expect(drawn.lanes.map((lane) => lane.name)).toEqual(["daily"]);
    expect(drawn).toMatchObject({ kept: 1, gone: 300, bytes: null });
  });

  test("no copies make no lanes", () => expect(pictureOfNow(report()).lanes).toEqual([]));
});
