/** The drawing on the button of each action. */
import type { StatusAction } from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";

const icons: Record<StatusAction["action"], IconName> = {
  make_plan: "plus",
  back_up_now: "play",
  see_failure: "file-search",
  review_changes: "eye",
  reconnect: "log-in",
  connect: "plug",
  make_room: "hard-drive",
  send_now: "cloud-upload",
  see_destinations: "hard-drive",
  add_destination: "plus",
  edit_schedule: "calendar-clock",
  see_plans: "list",
  test_restore: "archive-restore",
  confirm_recovery_sheet: "key-round",
};

/** The drawing for an action. */
export function actionIcon(action: StatusAction): IconName {
  return icons[action.action];
}
