/** The schedules of a plan in one sentence. */
import type { Schedule, Weekday } from "../../shared/ipc/bindings.ts";
import * as format from "../../shared/words/format.ts";
import { words } from "./words.ts";

const weekdays: readonly Weekday[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const ORDER = { hours: 0, day: 1, week: 2, month: 3, once: 4 } as const;

/** “Todos los días a las 20:00 y copia completa los domingos”. */
export function scheduleSentence(schedules: readonly Schedule[]): string {
  if (schedules.length === 0) return words().noSchedule;
  const sorted = [...schedules].sort((a, b) => ORDER[a.every] - ORDER[b.every]);
  const main = sorted[0];
  const told = sorted.map((schedule) => {
    const rare = schedule !== main && schedule.kind === "full";
    return rare ? words().every.full(when(schedule)) : when(schedule);
  });
  return format.capital(format.listed(told));
}

function when(schedule: Schedule): string {
  const every = words().every;
  switch (schedule.every) {
    case "day":
      return every.day(format.timeOfDay(schedule.at));
    case "week":
      return every.week(every.days[weekdays.indexOf(schedule.day)] ?? "", format.timeOfDay(schedule.at));
    case "month":
      return every.month(format.count(schedule.day), format.timeOfDay(schedule.at));
    case "hours":
      return every.hours(schedule.hours);
    case "once":
      return every.once(format.inside(format.dayTime(format.moment(schedule.at))));
  }
}
