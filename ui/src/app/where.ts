/** Where in the window a person looks for what a reason of the state is about. */
import type { StatusReason } from "../shared/ipc/bindings.ts";
import type { Section } from "../shared/route.svelte.ts";

/** The section that gets the mark; it names where to look, not what is wrong. */
export function sectionOf(reason: StatusReason): Section | undefined {
  switch (reason.reason) {
    case "signed_out":
    case "absent":
    case "space_low":
    case "behind":
    case "not_away":
    case "not_near":
    case "no_away_destination":
    case "no_near_destination":
      return "destinations";
    case "no_copy":
    case "runs_fail":
    case "late":
      return "activity";
    case "flagged":
      return "history";
    case "drill_failed":
    case "drill_overdue":
      return "restore";
    case "recovery_unconfirmed":
      return "settings";
    case "not_scheduled":
    case "nothing_active":
    case "first_copy_pending":
    case "no_plan":
      return undefined;
  }
}
