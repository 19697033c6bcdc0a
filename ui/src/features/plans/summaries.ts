/** One line for each part of a plan. */
import type { PlanForm, Part } from "./form.ts";
import { switchedOn } from "./form.ts";
import { reachOf } from "./keep.ts";
import * as format from "../../shared/words/format.ts";
import { words } from "./words.ts";

/** What a part is called. */
export function partName(part: Part): string {
  switch (part) {
    case "what":
      return words().what;
    case "when":
      return words().when;
    case "keep":
      return words().keep;
    case "where":
      return words().where;
    case "advanced":
      return words().advanced;
  }
}

/** What a part says of itself in the list of parts. */
export function summary(part: Part, form: PlanForm): string {
  switch (part) {
    case "what":
      return whatLine(form);
    case "when":
      return one(switchedOn(form).length, words().noSchedule, words().oneSchedule, words().schedules);
    case "keep":
      return keepLine(form);
    case "where":
      return one(form.to.length, words().noPlace, words().onePlace, words().places);
    case "advanced":
      return isUsual(form) ? words().usualSettings : words().ownSettings;
  }
}

function one(count: number, none: string, single: string, many: (count: string) => string): string {
  if (count === 0) return none;
  return count === 1 ? single : many(format.count(count));
}

function whatLine(form: PlanForm): string {
  const lines = [
    one(form.folders.length, "", words().oneFolder, words().folders),
    one(form.sqlite.length, "", words().oneDatabase, words().databases),
  ].filter((line) => line !== "");
  return lines.length === 0 ? words().nothingYet : lines.join(", ");
}

function keepLine(form: PlanForm): string {
  const reach = reachOf(form.retention);
  switch (reach.unit) {
    case "all":
      return words().keptAll;
    case "none":
      return words().keptNone;
    case "last":
      return words().keptLast(format.count(reach.count));
    case "days":
    case "weeks":
    case "months":
    case "years":
      return words().keptBack(spanText(reach.unit, reach.count));
  }
}

/** A span of time: “2 weeks”, “a year”. */
export function spanText(unit: "days" | "weeks" | "months" | "years", count: number): string {
  const [single, many] = {
    days: [words().aDay, words().days],
    weeks: [words().aWeek, words().weeks],
    months: [words().aMonth, words().months],
    years: [words().aYear, words().years],
  }[unit] as [string, (count: string) => string];
  return one(count, "", single, many);
}

function isUsual(form: PlanForm): boolean {
  const filter = form.defaultExcludes && form.oneFileSystem && form.maxSize === null && form.maxAgeDays === null;
  return filter && form.include.length === 0 && form.level === "normal" && form.partSize === null;
}
