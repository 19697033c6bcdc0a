/** A plan as its form holds it: every field has a value. Between the draft of the engine and what is on screen. */
import type { Level, PlanDraft, Retention, Schedule } from "../../shared/ipc/bindings.ts";

/** A schedule as a row. */
export interface ScheduleRow {
  readonly id: number;
  readonly schedule: Schedule;
}

/** What can be changed of a plan. */
export interface PlanForm {
  readonly name: string;
  readonly folders: readonly string[];
  readonly sqlite: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly defaultExcludes: boolean;
  readonly oneFileSystem: boolean;
  readonly maxSize: number | null;
  readonly maxAgeDays: number | null;
  readonly to: readonly string[];
  readonly schedules: readonly ScheduleRow[];
  readonly retention: Retention;
  readonly level: Level;
  readonly partSize: number | null;
}

/** The rules of the engine for a plan that names none. */
export const usualRetention: Retention = { all: false, last: null, days: null, daily: 14, weekly: 8, monthly: 12 };

/** The parts of the form, in the order in which they are shown. */
export const parts = ["what", "when", "keep", "where", "advanced"] as const;

/** A part of the form. */
export type Part = (typeof parts)[number];

/** In which part a field of the draft stands; `null` for the name, which stands above all of them. */
export function partOf(field: string): Part | null {
  switch (field) {
    case "folders":
    case "sqlite":
    case "exclude":
      return "what";
    case "schedules":
      return "when";
    case "retention":
      return "keep";
    case "to":
      return "where";
    case "include":
    case "level":
    case "part_size":
    case "max_size":
    case "max_age_days":
      return "advanced";
    default:
      return null;
  }
}

/** The form of a draft. */
export function formOf(draft: PlanDraft): PlanForm {
  return {
    name: draft.name ?? "",
    folders: draft.folders ?? [],
    sqlite: draft.sqlite ?? [],
    exclude: draft.exclude ?? [],
    include: draft.include ?? [],
    defaultExcludes: draft.default_excludes ?? true,
    oneFileSystem: draft.one_file_system ?? true,
    maxSize: draft.max_size ?? null,
    maxAgeDays: draft.max_age_days ?? null,
    to: draft.to ?? [],
    schedules: (draft.schedules ?? []).map((schedule, id) => ({ id, schedule })),
    retention: draft.retention ?? usualRetention,
    level: draft.level ?? "normal",
    partSize: draft.part_size ?? null,
  };
}

/** The draft of a form. */
export function draftOf(form: PlanForm): PlanDraft {
  return {
    name: form.name,
    folders: [...form.folders],
    sqlite: [...form.sqlite],
    exclude: [...form.exclude],
    include: [...form.include],
    default_excludes: form.defaultExcludes,
    one_file_system: form.oneFileSystem,
    max_size: form.maxSize,
    max_age_days: form.maxAgeDays,
    to: [...form.to],
    schedules: form.schedules.map((row) => row.schedule),
    retention: form.retention,
    level: form.level,
    part_size: form.partSize,
  };
}

/** The schedules by which the plan would copy. */
export function switchedOn(form: PlanForm): Schedule[] {
  return form.schedules.map((row) => row.schedule).filter((schedule) => !schedule.off);
}

/** A schedule switched on or off; of one that is on, nothing is said. */
export function switched({ off: _, ...schedule }: Schedule, on: boolean): Schedule {
  return on ? schedule : { ...schedule, off: true };
}

/** Whether two forms make the same plan. */
export function samePlan(a: PlanForm, b: PlanForm): boolean {
  return JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b));
}

/** A plan to begin with: every evening, and all of it once a week, to every place there is. */
export function newPlan(places: readonly string[], zone: string): PlanDraft {
  return {
    to: [...places],
    schedules: [
      { every: "day", at: "20:00:00", zone, kind: null, class: "daily" },
      { every: "week", day: "sunday", at: "20:00:00", zone, kind: "full", class: "weekly" },
    ],
  };
}
