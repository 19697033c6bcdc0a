/** What helps after a failure, as a button that does it or goes to where it is done. */
import type { Operation, OperationRequest, Told } from "../../shared/ipc/bindings.ts";
import { call } from "../../shared/ipc/client.ts";
import { router } from "../../shared/route.svelte.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { fixWords } from "./fix.words.ts";

/** A button that helps. */
export interface Fix {
  readonly label: string;
  readonly icon: IconName;
  /** Does it; `ask` needs a second step before. */
  readonly ask?: "prune";
  run(): Promise<void>;
}

/** What helps after a failed operation; `undefined` when nothing that the window can do would. */
export function fixOf(operation: Operation, told: Told | undefined, plan: string | null): Fix | undefined {
  // What helps against an error is known once it is told; being cut off has no error.
  if (operation.error && !told) return undefined;
  const action = told?.action ?? "try_again";
  const elsewhere = placeFix(action, plan);
  if (elsewhere) return elsewhere;
  if (action === "check_all") return starts(fixWords().checkAll, "badge-check", verifyAll);
  if (action === "rebuild") return starts(fixWords().readAgain, "file-search", { verb: "rebuild" });
  if (action === "back_up_full" && plan !== null)
    return starts(fixWords().backUpFull, "archive", { verb: "back_up", plan, kind: "full", class: "manual" });
  if (action === "confirm" && plan !== null && operation.verb === "prune") return prunes(plan);
  return again(operation, plan);
}

const verifyAll = { verb: "verify", snapshots: [] as string[], level: "opened" } satisfies OperationRequest;

function placeFix(action: string, plan: string | null): Fix | undefined {
  const go = (label: string, icon: IconName, ...to: Parameters<typeof router.go>): Fix => ({
    label,
    icon,
    run: () => Promise.resolve(router.go(...to)),
  });
  switch (action) {
    case "review_plan":
    case "choose_folder":
    case "split":
    case "correct":
      return plan === null ? undefined : go(fixWords().reviewPlan, "sliders-horizontal", "plan", [plan]);
    case "connect":
    case "adopt":
    case "make_room":
      return go(fixWords().destinations, "hard-drive", "destinations");
    case "use_another":
    case "look_inside":
    case "restore_aside":
      return go(fixWords().chooseCopy, "archive-restore", "restore", [], plan === null ? {} : { plan });
    case "enter_again":
      return go(fixWords().settings, "settings", "settings");
    default:
      return undefined;
  }
}

function starts(label: string, icon: IconName, request: OperationRequest): Fix {
  return {
    label,
    icon,
    run: async () => {
      await call("operations.start", request);
      toasts.done(fixWords().started);
    },
  };
}

/** More than half would go: a person looks at the figures first. */
function prunes(plan: string): Fix {
  const fix = starts(fixWords().confirmPrune, "trash-2", { verb: "prune", plan, confirmed: true });
  return { ...fix, ask: "prune" };
}

/** The same again. A restore is chosen anew: what was asked for is not known any more. */
function again(operation: Operation, plan: string | null): Fix | undefined {
  const request = sameAgain(operation, plan);
  return request ? starts(fixWords().tryAgain, "play", request) : placeFix("use_another", plan);
}

function sameAgain(operation: Operation, plan: string | null): OperationRequest | undefined {
  switch (operation.verb) {
    case "back_up":
      return plan === null ? undefined : { verb: "back_up", plan, kind: null, class: "manual" };
    case "drill":
      return plan === null ? undefined : { verb: "drill", plan, extent: "sample" };
    case "prune":
      return plan === null ? undefined : { verb: "prune", plan, confirmed: false };
    case "upload":
      return { verb: "sync", plan };
    case "verify":
      return operation.snapshot === null ? verifyAll : { ...verifyAll, snapshots: [operation.snapshot] };
    case "rebuild":
      return { verb: "rebuild" };
    case "restore":
    case "export":
    case "undo":
      return undefined;
  }
}
