/** What stands before the first screen: the host, the owner's settings, the channel of events. */
import { call, setHost, host } from "../shared/ipc/client.ts";
import { tauriHost } from "../shared/ipc/tauri.ts";
import { listenToEngine } from "../shared/query/live.svelte.ts";
import { router } from "../shared/route.svelte.ts";
import { preferences } from "../shared/preferences.svelte.ts";

/** Gets ready. What fails here is shown by the first screen, which asks again. */
export async function begin(): Promise<void> {
  setHost(await chosenHost());
  await preferences.load();
  listenToEngine();
  const asked = await host().route();
  if (asked) router.follow(asked);
  else if (router.now.section === "home" && (await isFirstRun())) router.go("welcome");
  host().routes((route) => router.follow(route));
}

/** Whether nothing is set up yet and the owner has not put that off. */
export async function isFirstRun(): Promise<boolean> {
  if (preferences.kept.first_run_done) return false;
  try {
    return (await call("plans.list", {})).length === 0;
  } catch {
    // Home says that the engine can't answer.
    return false;
  }
}

/** The shell; in builds for a plain browser (`--mode fake`, `--mode bridge`) its twins. */
async function chosenHost() {
  if (import.meta.env.MODE === "fake") return (await import("../shared/ipc/fake/host.ts")).fakeHost();
  if (import.meta.env.MODE === "bridge") return (await import("../shared/ipc/bridge.ts")).bridgeHost;
  return tauriHost;
}
