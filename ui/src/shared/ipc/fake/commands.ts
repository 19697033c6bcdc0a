/** All handlers of the scripted engine. */
import { alerts } from "./alerts.ts";
import { channels } from "./channels.ts";
import { destinations } from "./destinations.ts";
import { errors } from "./errors.ts";
import type { Handlers } from "./handlers.ts";
import { operations } from "./operations.ts";
import { plans } from "./plans.ts";
import { restores } from "./restores.ts";
import { schedules } from "./schedules.ts";
import { settings } from "./settings.ts";
import { snapshots } from "./snapshots.ts";
import { status } from "./status.ts";
import { suggestions } from "./suggestions.ts";

/** Who answers what. */
export const commands: Handlers = {
  ...errors,
  ...plans,
  ...snapshots,
  ...destinations,
  ...operations,
  ...schedules,
  ...restores,
  ...status,
  ...alerts,
  ...channels,
  ...settings,
  ...suggestions,
};
