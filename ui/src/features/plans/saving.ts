/** Saving a plan with a word about it, and the way back while the word is there. */
import { call } from "../../shared/ipc/client.ts";
import { failureOf } from "../../shared/ipc/failure.ts";
import type { PlanDraft } from "../../shared/ipc/bindings.ts";
import { address, router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import * as format from "../../shared/words/format.ts";
import type { PlanEditor } from "./editor.svelte.ts";
import { draftOf } from "./form.ts";
import { words } from "./words.ts";

/** Saves and says so; answers the plan's name, or `undefined` when it could not be saved. */
export async function saveAndTell(editor: PlanEditor): Promise<string | undefined> {
  const before = draftOf(editor.base);
  const name = await editor.save();
  if (name === undefined) return undefined;
  if (editor.plan === null) toasts.done(words().created(format.quoted(name)));
  else toasts.done(words().saved, () => void takeBack(name, before));
  return name;
}

async function takeBack(name: string, before: PlanDraft): Promise<void> {
  try {
    const plan = await call("plans.replace", { name, draft: before });
    const { section, path } = router.now;
    if (section === "plan" && path[0] === name && plan.name !== name) router.leave(address("plan", [plan.name]));
    toasts.done(words().discarded);
  } catch (thrown) {
    toasts.say(failureOf(thrown).told.title, "circle-x");
  }
}
