/** Every screen in every state, for `npm run shots` and for axe. */
import { destinations } from "./destinations.ts";
import { activity } from "./activity.ts";
import { history } from "./history.ts";
import { home } from "./home.ts";
import { onboarding } from "./onboarding.ts";
import { plans } from "./plans.ts";
import { restore } from "./restore.ts";
import { settings } from "./settings.ts";
import type { Screen } from "./screen.ts";

/** All screens. */
export const screens: readonly Screen[] = [
  ...onboarding,
  ...home,
  ...plans,
  ...history,
  ...restore,
  ...destinations,
  ...activity,
  ...settings,
];
