/** Screens of this section. */
import type { Screen } from "./screen.ts";

export const history: readonly Screen[] = [];
