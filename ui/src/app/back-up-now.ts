/** Back up now, from the keyboard: all plans, or the list of them when there are more than three. */
import { call } from "../shared/ipc/client.ts";
import { failureOf } from "../shared/ipc/failure.ts";
import { router } from "../shared/route.svelte.ts";
import { toasts } from "../shared/ui/toasts.svelte.ts";
import { words } from "./words.ts";

/** Starts a copy of every plan. */
export async function backUpNow(): Promise<void> {
  try {
    const plans = (await call("plans.list", {})).map((plan) => plan.name);
    const [only] = plans;
    if (only === undefined) return toasts.say(words().nothingToCopy);
    if (plans.length > 3) return router.go("home", [], { ask: "backup" });
    for (const plan of plans) await call("operations.start", { verb: "back_up", plan, kind: null, class: "manual" });
    toasts.done(plans.length === 1 ? words().started(only) : words().startedAll);
  } catch (thrown) {
    toasts.say(failureOf(thrown).told.title, "circle-x");
  }
}
