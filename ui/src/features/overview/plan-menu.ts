/** What can be done with a plan, beside copying it now. */
import type { Plan } from "../../shared/ipc/bindings.ts";
import { router } from "../../shared/route.svelte.ts";
import type { MenuItem } from "../../shared/ui/Menu.svelte";
import type { Home } from "./model.svelte.ts";
import { planWords } from "./plans.words.ts";

/** The lines of a plan's menu. */
export function planMenu(home: Home, plan: Plan, copying: boolean, paused: boolean): MenuItem[] {
  const has = (home.statusOf(plan)?.snapshots ?? 0) > 0;
  return [
    { label: planWords().edit, icon: "file-pen-line", run: () => router.go("plan", [plan.name]) },
    { label: planWords().history, icon: "history", run: () => router.go("history", [], { plan: plan.name }) },
    {
      label: planWords().fullNow,
      icon: "archive",
      apart: true,
      disabled: copying,
      run: () => void home.backUp(plan.name, "full"),
    },
    {
      label: planWords().quickNow,
      icon: "zap",
      disabled: copying,
      run: () => void home.backUp(plan.name, "incremental"),
    },
    { label: planWords().checkLast, icon: "badge-check", disabled: !has, run: () => void home.check(plan) },
    ...pauses(home, plan, paused),
    {
      label: planWords().pruneLook,
      icon: "layers",
      apart: true,
      disabled: !has,
      run: () => (home.pruning = plan),
    },
    {
      label: planWords().remove,
      icon: "trash-2",
      danger: true,
      run: () => router.go("plan", [plan.name], { ask: "remove" }),
    },
  ];
}

function pauses(home: Home, plan: Plan, paused: boolean): MenuItem[] {
  if (paused) {
    return [{ label: planWords().resumePlan, icon: "play", apart: true, run: () => void home.resume(plan.name) }];
  }
  const pause = (how: "hour" | "tomorrow" | "open") => () => void home.pause(plan.name, how);
  return [
    { label: planWords().pauseHour, icon: "pause", apart: true, run: pause("hour") },
    { label: planWords().pauseTomorrow, icon: "pause", run: pause("tomorrow") },
    { label: planWords().pauseOpen, icon: "circle-pause", run: pause("open") },
  ];
}
