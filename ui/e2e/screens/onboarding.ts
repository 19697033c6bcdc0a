/** Screens of this section. */
import type { Screen } from "./screen.ts";

export const onboarding: readonly Screen[] = [];
