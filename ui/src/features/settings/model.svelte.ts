/** Settings: kept the moment they are changed; a toast confirms and takes back. */
import { clock } from "../../shared/clock.ts";
import type { NoticeSettings, Startup, WindowSettings } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { failureOf } from "../../shared/ipc/failure.ts";
import { preferences } from "../../shared/preferences.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { words } from "./words.ts";

/** Changes what is kept for the window. */
export async function changeWindow(changes: Partial<WindowSettings>): Promise<void> {
  const before = preferences.kept;
  await tried(async () => {
    await preferences.change(changes);
    toasts.done(words().saved, () => void tried(() => preferences.change(before)));
  });
}

/** Changes how the program starts; answers what the system refused, in its own words. */
export async function changeStartup(before: Startup, changes: Partial<Startup>): Promise<readonly string[]> {
  const { at_login, watchdog } = before;
  const kept = { at_login, watchdog };
  let refused: readonly string[] = [];
  await tried(async () => {
    refused = (await call("startup.save", { ...kept, ...changes })).refused ?? [];
    toasts.done(words().saved, () => void tried(() => call("startup.save", kept)));
  });
  return refused;
}

/** Changes when the owner is told. */
export async function changeNotices(before: NoticeSettings, changes: Partial<NoticeSettings>): Promise<void> {
  await tried(async () => {
    await call("notices.save", { ...before, ...changes });
    toasts.done(words().saved, () => void tried(() => call("notices.save", before)));
  });
}

/** How long a pause is. */
export type PauseLength = "hour" | "tomorrow" | "open";

/** Pauses everything. */
export async function pauseAll(length: PauseLength): Promise<void> {
  await tried(async () => {
    await call("schedules.pause", { plan: null, until: until(length) });
    toasts.done(words().pausedSaid, () => void resume(null));
  });
}

/** Ends the pause of a plan, or of everything. */
export async function resume(plan: string | null): Promise<void> {
  await tried(async () => {
    await call("schedules.resume", { plan });
    toasts.done(words().resumedSaid);
  });
}

/** Does something; what fails is told in a toast. */
export async function tried(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } catch (thrown) {
    const { title, hint } = failureOf(thrown).told;
    toasts.say(`${title}. ${hint}`, "circle-x");
  }
}

function until(length: PauseLength): string | null {
  if (length === "open") return null;
  const at = clock.now();
  if (length === "hour") return new Date(at.getTime() + 3_600_000).toISOString();
  at.setDate(at.getDate() + 1);
  at.setHours(8, 0, 0, 0);
  return at.toISOString();
}
