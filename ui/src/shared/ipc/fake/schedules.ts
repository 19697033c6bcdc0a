/** The agent, its schedules, and the owner's “not now”. */
import type { AgentView, Pause, Schedule } from "../bindings.ts";
import { clock } from "../../clock.ts";
import { hoursFromNow, notFound, type Handlers } from "./handlers.ts";
import type { World } from "./world.ts";

/** Hours of summer and winter do not matter to the clinic of the mockups, which stands in March. */
const ZONE_HOURS = 1;
const DAY = 24;

function hoursTo(schedule: Schedule): number[] {
  const now = clock.now();
  const hour = now.getUTCHours() + ZONE_HOURS + now.getUTCMinutes() / 60;
  const at = (text: string) => Number(text.slice(0, 2)) + Number(text.slice(3, 5)) / 60;
  if (schedule.every === "day") return [0, 1, 2, 3, 4].map((day) => day * DAY + at(schedule.at) - hour);
  if (schedule.every !== "hours") return [];
  return Array.from({ length: 8 }, (_, turn) => at(schedule.from) + turn * schedule.hours - hour);
}

function nextOf(schedules: readonly Schedule[]): AgentView["plans"][number]["next"] {
  const all = schedules
    .filter((schedule) => !schedule.off)
    .flatMap((schedule) => hoursTo(schedule).map((hours) => ({ hours, schedule })));
  const due = all.filter(({ hours }) => hours > 0).sort((a, b) => a.hours - b.hours);
  return due.slice(0, 5).map(({ hours, schedule }) => {
    const at = hoursFromNow(hours);
    const local = hoursFromNow(hours + ZONE_HOURS).slice(0, 19);
    return { due: { at, local }, class: schedule.class, kind: schedule.kind };
  });
}

function paused(world: World, plan: string | null | undefined, pause: Pause | null) {
  if (plan == null) world.pauses = { ...world.pauses, all: pause };
  else {
    const id = world.plans.find((each) => each.name === plan)?.id;
    if (id === undefined) throw notFound("plan", plan);
    const { [id]: _, ...others } = world.pauses.plans;
    world.pauses = { ...world.pauses, plans: pause ? { ...others, [id]: pause } : others };
  }
  world.changed("slots", "settings");
  return world.pauses;
}

export const schedules: Handlers = {
  "agent.show": (world, { plan }) => ({
    ...world.agent,
    pid: 4711,
    version: "0.1.0",
    since: hoursFromNow(-72),
    paused: world.pauses.all,
    plans: world.plans
      .filter((each) => !plan || each.name === plan)
      .map((each) => ({
        plan: each.name,
        paused: world.pauses.plans[each.id] ?? null,
        now: null,
        next: nextOf(each.schedules),
        uploads: [],
        slots: [],
      })),
  }),
  "agent.reload": () => null,
  "schedules.pause": (world, { plan, until }) => paused(world, plan, { until: until ?? null }),
  "schedules.resume": (world, { plan }) => paused(world, plan, null),
  "clock.trust": (world) => {
    world.agent = { ...world.agent, clock_doubt: null };
    world.changed("slots");
    return null;
  },
};
