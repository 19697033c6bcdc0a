import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../clock.ts";
import * as format from "./format.ts";
import { locale } from "./language.svelte.ts";

beforeEach(() => {
  clock.stop(new Date("2026-03-12T09:48:00Z"), "Europe/Madrid");
  locale.language = "es";
});

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("in Spanish", () => {
  test("numbers have points, also with four figures", () => {
    expect(format.count(1284)).toBe("1.284");
    expect(format.count(12_792)).toBe("12.792");
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [94_000, "94 KB"],
    [1_800_000, "1,8 MB"],
    [214_000_000, "214 MB"],
    [37_600_000_000, "37,6 GB"],
    [999_600_000_000, "1 TB"],
    [1_650_000_000_000, "1,65 TB"],
  ])("%i bytes are %s", (value, text) => expect(plain(format.bytes(value))).toBe(text));

  test("a share has a space and is never rounded up to done", () => {
    expect(plain(format.percent(0.649))).toBe("64 %");
    expect(plain(format.percent(0.999))).toBe("99 %");
  });

  test.each([
    ["2026-03-12T19:00:00Z", "Hoy, 20:00"],
    ["2026-03-11T19:00:00Z", "Ayer, 20:00"],
    ["2026-03-13T19:00:00Z", "Mañana, 20:00"],
    ["2026-03-10T19:00:00Z", "Mar 10, 20:00"],
    ["2025-12-30T11:00:00Z", "30 dic 2025, 12:00"],
  ])("%s is %s", (at, text) => expect(plain(format.dayTime(new Date(at)))).toBe(text));

  test.each([
    ["2026-03-12T19:00:00Z", "Dentro de 9 h 12 min"],
    ["2026-03-09T08:00:00Z", "Hace 3 días"],
    ["2026-03-12T09:47:30Z", "Ahora mismo"],
    ["2026-03-12T08:48:00Z", "Hace 1 h"],
  ])("%s is %s", (at, text) => expect(plain(format.away(new Date(at)))).toBe(text));

  test("a day whose year is clear is short", () => {
    expect(format.dayMonth(new Date("2026-03-12T19:00:00Z"))).toBe("12 mar");
    expect(format.shortWeekday(new Date("2026-03-12T19:00:00Z"))).toBe("Jue");
  });

  test("a day stands over its happenings", () => {
    expect(format.dayHeading(new Date("2026-03-12T08:00:00Z"))).toBe("Hoy, jueves 12 de marzo");
    expect(format.dayHeading(new Date("2026-03-09T08:00:00Z"))).toBe("Lunes 9 de marzo");
  });

  test("a month is short where there is little room", () => {
    expect(format.shortMonth(new Date("2026-03-09T08:00:00Z"))).toBe("mar");
    expect(format.shortMonth(new Date("2025-09-15T08:00:00Z"))).toBe("sept");
    expect(format.dayMonth(new Date("2026-02-08T08:00:00Z"))).toBe("8 feb");
  });

  test("how long it takes is a figure that a person can feel", () => {
    expect(format.about(117)).toBe("unos 2 minutos");
    expect(["unos 2 minutos", "unas 3 horas", "un minuto", "menos de un minuto"].map(format.isSeveral)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(plain(format.duration(108))).toBe("1 min 48 s");
    expect(plain(format.duration(1865))).toBe("31 min 5 s");
  });
});

describe("in English", () => {
  beforeEach(() => {
    locale.language = "en";
  });

  test("numbers, sizes, shares and times have other customs", () => {
    expect(format.count(1284)).toBe("1,284");
    expect(plain(format.bytes(37_600_000_000))).toBe("37.6 GB");
    expect(format.percent(0.64)).toBe("64%");
    expect(plain(format.dayTime(new Date("2026-03-12T19:00:00Z")))).toBe("Today, 8:00 PM");
    expect(plain(format.timeOfDay("20:00"))).toBe("8:00 PM");
    expect(plain(format.date(new Date("2026-03-08T12:00:00Z")))).toBe("Mar 8, 2026");
    expect(format.quoted("Office")).toBe("“Office”");
  });
});
