/** The pause of a plan: “not now”, for a while or until somebody says so. */
import { clock } from "../../shared/clock.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf } from "../../shared/ipc/failure.ts";
import type { MenuItem } from "../../shared/ui/Menu.svelte";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { when } from "./when.words.ts";

/** The pauses that are offered. */
export function pauses(plan: string): MenuItem[] {
  return [
    { label: when().pauseHour, icon: "clock", run: () => void pause(plan, 1) },
    { label: when().pauseDay, icon: "calendar", run: () => void pause(plan, 24) },
    { label: when().pauseOpen, icon: "pause", run: () => void pause(plan, null) },
  ];
}

async function pause(plan: string, hours: number | null): Promise<void> {
  const until = hours === null ? null : new Date(clock.now().getTime() + hours * 3_600_000).toISOString();
  try {
    await call("schedules.pause", { plan, until });
    toasts.done(when().pausedNow, () => void resume(plan));
  } catch (thrown) {
    toasts.say(failureOf(thrown).told.title, "circle-x");
  }
}

/** Goes on. */
export async function resume(plan: string): Promise<void> {
  try {
    await call("schedules.resume", { plan });
    toasts.done(when().resumed);
  } catch (thrown) {
    toasts.say(failureOf(thrown).told.title, "circle-x");
  }
}
