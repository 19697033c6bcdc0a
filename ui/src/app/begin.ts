/** What stands before the first screen: the host, the owner's settings, the channel of events. */
import { call, setHost, host } from "../shared/ipc/client.ts";
import type { Host } from "../shared/ipc/host.ts";
import { tauriHost } from "../shared/ipc/tauri.ts";
import { listenToEngine } from "../shared/query/live.svelte.ts";
import { router } from "../shared/route.svelte.ts";
import { bring } from "./pages.ts";
import { preferences } from "../shared/preferences.svelte.ts";

/** An engine that takes longer than this to answer does not keep the window empty. */
const BLINK_MS = 300;

/** Gets ready. What fails here is shown by the first screen, which asks again; what takes its time goes on behind it. */
export async function begin(on?: Host): Promise<void> {
  // The screen of the address comes meanwhile; it is wanted later if it can't be had now.
  bring(router.now.section).catch(() => undefined);
  setHost(on ?? (await chosenHost()));
  listenToEngine();
  // A host that can't say where to go leaves it to the address.
  await Promise.race([settle().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, BLINK_MS))]);
}

/** Where somebody wants to be, and the owner's settings. */
async function settle(): Promise<void> {
  const [asked] = await Promise.all([host().route(), preferences.load()]);
  if (asked) router.follow(asked);
  host().routes((route) => router.follow(route));
  if (!asked && router.now.section === "home" && (await isFirstRun())) router.go("welcome");
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
async function chosenHost(): Promise<Host> {
  if (import.meta.env.MODE === "fake") return (await import("../shared/ipc/fake/host.ts")).fakeHost();
  if (import.meta.env.MODE === "bridge") return (await import("../shared/ipc/bridge.ts")).bridgeHost;
  return tauriHost;
}
