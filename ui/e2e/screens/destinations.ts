/** Screens of this section. */
import type { Screen } from "./screen.ts";

export const destinations: readonly Screen[] = [];
