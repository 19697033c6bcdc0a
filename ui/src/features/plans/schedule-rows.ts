/** Rows of schedules: new ones, what is chosen in them, what they are called. */
import type { ArchiveKind, Class, Schedule } from "../../shared/ipc/bindings.ts";
import * as format from "../../shared/words/format.ts";
import { timeText } from "../../shared/words/schedules.ts";
import type { ScheduleRow } from "./form.ts";
import { when } from "./when.words.ts";

/** The kinds of schedules. */
export type Every = Schedule["every"];

/** A choice of a list. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** The kinds of copies as a list has them; the automatic one has no kind of its own in the engine. */
export type KindChoice = ArchiveKind | "automatic";

/** A new schedule of a kind, in the zone of the others, at the time of the others. */
export function newRow(every: Every, rows: readonly ScheduleRow[], zone: string, today: string): ScheduleRow {
  const like = rows[0]?.schedule;
  const at = like ? timeText(like) : "20:00:00";
  const base = { zone: like?.zone ?? zone };
  const id = Math.max(-1, ...rows.map((row) => row.id)) + 1;
  return { id, schedule: { ...base, ...fresh(every, at, today) } as Schedule };
}

function fresh(every: Every, at: string, today: string): object {
  switch (every) {
    case "day":
      return { every, at, kind: "incremental", class: "daily" };
    case "week":
      return { every, day: "sunday", at, kind: "full", class: "weekly" };
    case "month":
      return { every, day: 1, at, kind: "full", class: "monthly" };
    case "hours":
      return { every, hours: 6, from: "08:00:00", kind: "incremental", class: "daily" };
    case "once":
      return { every, at: `${today}T${at}`, kind: "full", class: "daily" };
  }
}

/** A schedule at another time of the day. */
export function atTime(schedule: Schedule, time: string): Schedule {
  if (schedule.every === "hours") return { ...schedule, from: time };
  if (schedule.every === "once") return { ...schedule, at: `${schedule.at.slice(0, 11)}${time}` };
  return { ...schedule, at: time };
}

/** Times to choose from: each quarter of an hour, and the one that stands there. */
export function times(standing: string): Choice<string>[] {
  const all = Array.from({ length: 96 }, (_, number) => {
    const [hour, minute] = [Math.floor(number / 4), (number % 4) * 15];
    return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}:00`;
  });
  if (!all.includes(standing)) all.push(standing);
  return all.sort().map((time) => ({ value: time, label: format.timeOfDay(time) }));
}

/** Hours between copies to choose from, and those that stand there. */
export function hourSteps(standing: number): Choice<string>[] {
  const all = [...new Set([1, 2, 3, 4, 6, 8, 12, 24, standing])].sort((a, b) => a - b);
  return all.map((hours) => ({ value: String(hours), label: when().eachHours(format.count(hours)) }));
}

/** The kinds of copies to choose from. */
export function kinds(): Choice<KindChoice>[] {
  return [
    { value: "automatic", label: when().automatic },
    { value: "incremental", label: when().quick },
    { value: "full", label: when().full },
    { value: "differential", label: when().differential },
  ];
}

/** The classes of copies to choose from. */
export function classes(standing: Class): Choice<Class>[] {
  const all: Choice<Class>[] = [
    { value: "daily", label: when().daily },
    { value: "weekly", label: when().weekly },
    { value: "monthly", label: when().monthly },
  ];
  return standing === "manual" ? [...all, { value: "manual", label: when().manual }] : all;
}

/** What a schedule makes, in one line. */
export function rowText(schedule: Schedule, ownZone: string): string {
  let text = kindText(schedule.kind);
  const usual = { day: "daily", hours: "daily", once: "daily", week: "weekly", month: "monthly" }[schedule.every];
  const name = classes(schedule.class).find((choice) => choice.value === schedule.class)?.label;
  if (name && schedule.class !== usual) text = when().savedWith(text, name.toLocaleLowerCase());
  return schedule.zone === ownZone ? text : when().inZone(text, schedule.zone);
}

function kindText(kind: ArchiveKind | null): string {
  switch (kind) {
    case "incremental":
      return when().quickText;
    case "differential":
      return when().differentialText;
    case "full":
      return when().fullText;
    case null:
      return when().automaticText;
  }
}

/** A kind of copy in one word. */
export function kindWord(kind: ArchiveKind | null): string {
  switch (kind) {
    case "incremental":
      return when().kindQuick;
    case "differential":
      return when().kindDifferential;
    case "full":
      return when().kindFull;
    case null:
      return when().kindAutomatic;
  }
}
