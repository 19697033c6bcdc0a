/** What can be done with a plan, beside copying it now. */
import type { Plan } from "../../shared/ipc/bindings.ts";
import { router } from "../../shared/route.svelte.ts";
import type { MenuItem } from "../../shared/ui/Menu.svelte";
import type { Home } from "./model.svelte.ts";
import { words } from "./words.ts";

/** The lines of a plan's menu. */
export function planMenu(home: Home, plan: Plan, copying: boolean, paused: boolean): MenuItem[] {
  const has = (home.statusOf(plan)?.snapshots ?? 0) > 0;
  return [
    { label: words().edit, icon: "file-pen-line", run: () => router.go("plan", [plan.name]) },
    { label: words().history, icon: "history", run: () => router.go("history", [], { plan: plan.name }) },
    {
      label: words().fullNow,
      icon: "archive",
      apart: true,
      disabled: copying,
      run: () => void home.backUp(plan.name, "full"),
    },
    { label: words().quickNow, icon: "zap", disabled: copying, run: () => void home.backUp(plan.name, "incremental") },
    { label: words().checkLast, icon: "badge-check", disabled: !has, run: () => void home.check(plan) },
    ...pauses(home, plan, paused),
    {
      label: words().pruneLook,
      icon: "layers",
      apart: true,
      disabled: !has,
      run: () => (home.pruning = plan),
    },
    {
      label: words().remove,
      icon: "trash-2",
      danger: true,
      run: () => router.go("plan", [plan.name], { ask: "remove" }),
    },
  ];
}

function pauses(home: Home, plan: Plan, paused: boolean): MenuItem[] {
  if (paused) {
    return [{ label: words().resumePlan, icon: "play", apart: true, run: () => void home.resume(plan.name) }];
  }
  const pause = (how: "hour" | "tomorrow" | "open") => () => void home.pause(plan.name, how);
  return [
    { label: words().pauseHour, icon: "pause", apart: true, run: pause("hour") },
    { label: words().pauseTomorrow, icon: "pause", run: pause("tomorrow") },
    { label: words().pauseOpen, icon: "circle-pause", run: pause("open") },
  ];
}
