/** The agent and its schedules. */
import { hoursFromNow, type Handlers } from "./handlers.ts";

export const schedules: Handlers = {
  "agent.show": (world, { plan }) => ({
    running: true,
    pid: 4711,
    version: "0.1.0",
    since: hoursFromNow(-72),
    clock_doubt: null,
    paused: world.pauses.all,
    trouble: null,
    plans: world.plans
      .filter((each) => !plan || each.name === plan)
      .map((each, number) => ({
        plan: each.name,
        paused: world.pauses.plans[each.id] ?? null,
        now: null,
        next: [1, 25, 49, 73, 97].map((hours) => ({
          due: { at: hoursFromNow(hours + 8.2 + number), local: "2026-03-12T20:00:00" },
          class: "daily" as const,
          kind: null,
        })),
        uploads: [],
        slots: [],
      })),
  }),
};
