import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../clock.ts";
import type { Schedule } from "../ipc/bindings.ts";
import { locale, type Language } from "./language.svelte.ts";
import { rhythm, scheduleName, scheduleSentence, scheduleStory } from "./schedules.ts";

const zone = "Europe/Madrid";
const daily: Schedule = { every: "day", at: "20:00:00", zone, kind: "incremental", class: "daily" };
const sunday: Schedule = { every: "week", day: "sunday", at: "20:00:00", zone, kind: "full", class: "weekly" };
const monday: Schedule = { every: "week", day: "monday", at: "13:30:00", zone, kind: null, class: "weekly" };
const first: Schedule = { every: "month", day: 1, at: "20:00:00", zone, kind: "full", class: "monthly" };
const twice: Schedule = { every: "hours", hours: 12, from: "08:00:00", zone, kind: null, class: "daily" };
const once: Schedule = { every: "once", at: "2026-03-20T18:00:00", zone, kind: "full", class: "daily" };

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const story = (schedules: Schedule[]) =>
  plain(
    scheduleStory(schedules)
      .map((piece) => (piece.strong ? `*${piece.text}*` : piece.text))
      .join(""),
  );

beforeEach(() => {
  clock.stop(new Date("2026-03-12T09:48:00Z"), zone);
  locale.language = "es";
});

describe.each<[Language, Schedule[], string, string]>([
  ["es", [], "Sin horario", "Sin horario"],
  ["es", [daily], "Todos los días a las 20:00", "Todos los días a las 20:00"],
  [
    "es",
    [sunday, first, daily],
    "Todos los días a las 20:00",
    "Todos los días a las 20:00, completa los domingos y el día 1 de cada mes",
  ],
  ["es", [twice, sunday], "Cada 12 horas", "Cada 12 horas, completa los domingos"],
  ["es", [monday], "Todos los lunes a las 13:30", "Todos los lunes a las 13:30"],
  ["es", [first], "El día 1 de cada mes a las 20:00", "El día 1 de cada mes a las 20:00"],
  ["es", [once, daily], "Todos los días a las 20:00", "Todos los días a las 20:00, completa el 20 mar 2026"],
  ["es", [daily, monday], "Todos los días a las 20:00", "Todos los días a las 20:00, y los lunes a las 13:30"],
  ["en", [], "No schedule", "No schedule"],
  ["en", [daily, sunday], "Every day at 8:00 PM", "Every day at 8:00 PM, full backup on Sundays"],
  ["en", [twice, sunday], "Every 12 hours", "Every 12 hours, full backup on Sundays"],
  ["en", [monday], "Every Monday at 1:30 PM", "Every Monday at 1:30 PM"],
  ["en", [first], "On day 1 of each month at 8:00 PM", "On day 1 of each month at 8:00 PM"],
])("in %s, schedules %#", (language, schedules, short, long) => {
  test("the rhythm is that of the most frequent one", () => {
    locale.language = language;
    expect(plain(rhythm(schedules))).toBe(short);
  });

  test("the line names the others too", () => {
    locale.language = language;
    expect(plain(scheduleSentence(schedules))).toBe(long);
  });
});

test("the story has a sentence for each kind of copy, and a time that all share is said once", () => {
  expect(story([daily, sunday, first])).toBe(
    "Cada día a las 20:00, *lo que haya cambiado*. Los domingos y el día 1 de cada mes, *todo completo*. " +
      "Si coinciden, se hace una sola copia.",
  );
  expect(story([monday])).toBe("Los lunes a las 13:30, *lo que haya cambiado, y todo completo cuando haga falta*.");
});

test("times that differ are all said", () => {
  locale.language = "en";
  expect(story([twice, { ...sunday, kind: "differential" }])).toBe(
    "Every 12 hours from 8:00 AM, *what has changed, and everything in full when needed*. " +
      "On Sundays at 8:00 PM, *what changed since the last full backup*. When they meet, one backup is made.",
  );
});

test("no schedule tells no story", () => expect(scheduleStory([])).toEqual([]));

test.each([
  [daily, "Cada día"],
  [sunday, "Cada semana"],
  [first, "Cada mes"],
  [twice, "Cada 12 horas"],
  [{ ...twice, hours: 1 }, "Cada hora"],
  [once, "Una sola vez"],
] as [Schedule, string][])("a schedule of a list has a name", (schedule, name) => {
  expect(scheduleName(schedule)).toBe(name);
});
